import CoreBindings
import Observation

/// What this phone is, and the few things an officer may set.
@MainActor @Observable
public final class SettingsModel: ScreenModel {
    public internal(set) var state = SettingsState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private var officer: String?

    public init(_ shell: Shell) {
        self.shell = shell
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.settings() }
        officer = try await ask { try await $0.signInScreen() }.signedIn?.officer
        let device = shell.device
        let granted = device.permissions.granted.value
        let conditions = shell.conditions() + [view.storage.condition].compactMap { $0 }
        let biometric = officer.flatMap { device.preferences[SignInModel.wanted + $0] } != nil
        let lang = shell.lang.value
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.bureau = view.bureau ?? ""
            $0.deviceNo = view.deviceNo ?? ""
            $0.device = view.device ?? ""
            $0.keyStore = view.keyStore.said()
            $0.due = view.dueText.said()
            $0.storage = view.storage.said()
            $0.version = view.version
            $0.lang = lang
            $0.officeSsids = view.policy.officeSsids
            $0.keepDays = Int(view.policy.keepDays)
            $0.allowMetered = view.policy.allowMetered
            $0.biometric = biometric
            $0.biometricAvailable = device.biometrics.available
            $0.permissions = Permission.allCases.map { PermissionLine(permission: $0, granted: granted[$0] == .granted) }
        }
    }

    public func send(_ action: SettingsAction) {
        switch action {
        case .setLang(let lang):
            shell.setLang(lang)
            set { $0.lang = lang }
        case .setNewSsid(let name): set { $0.newSsid = name }
        case .addSsid:
            let name = state.newSsid.trimmed
            if name.isEmpty || state.officeSsids.contains(name) { return }
            keep {
                $0.officeSsids.append(name)
                $0.newSsid = ""
            }
        case .removeSsid(let name): keep { $0.officeSsids.removeAll { $0 == name } }
        case .setKeepDays(let days): keep { $0.keepDays = days }
        case .setAllowMetered(let allowed): keep { $0.allowMetered = allowed }
        case .setBiometric(let on): biometric(on)
        case .askPermission(let permission): shell.device.permissions.ask(permission)
        case .changePin:
            shell.device.saved[SignInModel.changing] = officer
            shell.navigator.to(.signIn)
        case .lock:
            work(Texts.working) { model in
                try await model.shell.lock()
                return nil
            }
        case .back: shell.navigator.back()
        case .dismissWork: set { $0.work = .idle }
        }
    }

    /// The vault is asked first; the screen shows what it kept.
    private func keep(_ change: (inout SettingsState) -> Void) {
        var wanted = state
        change(&wanted)
        let policy = SyncPolicy(
            officeSsids: wanted.officeSsids, keepDays: UInt32(clamping: wanted.keepDays), allowMetered: wanted.allowMetered)
        let newSsid = wanted.newSsid
        work(Texts.working) { model in
            try await model.tell { try await $0.setSyncPolicy(policy: policy) }
            model.set { $0.newSsid = newSsid }
            try await model.load()
            return nil
        }
    }

    private func biometric(_ on: Bool) {
        guard let officer else { return }
        shell.device.preferences[SignInModel.wanted + officer] = on ? "1" : nil
        if !on { shell.device.biometrics.forget(officer) }
        set { $0.biometric = on }
    }
}
