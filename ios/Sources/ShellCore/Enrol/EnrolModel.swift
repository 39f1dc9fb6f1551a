import CoreBindings
import Foundation
import Observation

/// Joining a bureau.
@MainActor @Observable
public final class EnrolModel: ScreenModel {
    private static let url = "enrol.url"
    private static let code = "enrol.code"
    private static let number = "enrol.device_no"
    private static let authority = "enrol.ca"

    public internal(set) var state = EnrolState()
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private var joining: Task<Void, Never>?

    public init(_ shell: Shell) {
        self.shell = shell
        let saved = shell.device.saved
        set {
            $0.url = saved[Self.url] ?? ""
            $0.code = saved[Self.code] ?? ""
            $0.deviceNo = saved[Self.number] ?? ""
            $0.authorityPem = saved[Self.authority]
        }
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.enrolment() }
        let conditions = shell.conditions(.camera)
        set {
            $0.conditions = conditions
            $0.joined =
                view.enrolled
                ? Joined(bureau: view.bureau ?? "", deviceNo: view.deviceNo ?? "", sentence: view.sentence.said()) : nil
        }
        try await check()
    }

    public func send(_ action: EnrolAction) {
        switch action {
        case .startScan: set { $0.scanning = true }
        case .stopScan: set { $0.scanning = false }
        case .scanned(let text): scanned(text)
        case .setUrl(let url): enter { $0.url = url }
        case .setCode(let code): enter { $0.code = code }
        case .setDeviceNo(let number): enter { $0.deviceNo = number }
        case .join: join()
        case .cancel:
            // What the core does is not dropped: when it has joined all the same, this screen says so.
            joining?.cancel()
            set { $0.work = .idle }
        case .askPermission: shell.device.permissions.ask(.camera)
        case .goOn: shell.navigator.only(Route(.today, .signIn))
        }
    }

    /// What the bureau's console shows is read by the core: its address and a one-use code, or a code alone.
    private func scanned(_ text: String) {
        work(Texts.working) { model in
            model.set { $0.scanning = false }
            let invitation = try readInvitation(text: text)
            model.enter {
                $0.url = invitation.url ?? $0.url
                $0.code = invitation.code
            }
            return nil
        }
    }

    private func enter(_ change: (inout EnrolState) -> Void) {
        set(change)
        let saved = shell.device.saved
        saved[Self.url] = state.url
        saved[Self.code] = state.code
        saved[Self.number] = state.deviceNo
        saved[Self.authority] = state.authorityPem
        launch { try await $0.check() }
    }

    private func check() async throws {
        let entered = state
        let code = try await ask { $0.checkEnrolCode(text: entered.code) }.said()
        let fields = [("url", Texts.Enrol.url, entered.url), ("device_no", Texts.Enrol.deviceNo, entered.deviceNo)]
        let blank = fields.filter { $0.2.isBlank }.map { Need(code: $0.0, sentence: Texts.lacks($0.1)) }
        set { $0.gate = Gate(code.allowed && blank.isEmpty, code.missing + blank) }
    }

    private func join() {
        joining = work(Texts.Enrol.joining, cancellable: true) { model in
            let entered = model.state
            let request = EnrolRequest(
                url: entered.url.trimmed, code: entered.code.trimmed, deviceNo: entered.deviceNo.trimmed, caPem: entered.authorityPem)
            _ = try await model.tell { try await $0.enrol(request: request) }
            for key in [Self.url, Self.code, Self.number, Self.authority] { model.shell.device.saved[key] = nil }
            return nil
        }
    }
}
