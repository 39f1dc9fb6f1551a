import ShellCore
import SwiftUI

/// Joining a bureau. The viewfinder is the phone's own view: the camera's picture where the code is looked for.
struct EnrolScreen<Viewfinder: View>: View {
    let state: EnrolState
    let viewfinder: Viewfinder
    let send: (EnrolAction) -> Void
    @Environment(\.lang) private var lang

    init(state: EnrolState, viewfinder: Viewfinder, send: @escaping (EnrolAction) -> Void) {
        self.state = state
        self.viewfinder = viewfinder
        self.send = send
    }

    var body: some View {
        Frame(
            title: Texts.Enrol.title, conditions: state.conditions, work: state.work, ask: ask, cancel: cancel, retry: join, dismiss: cancel
        ) {
            if let joined = state.joined {
                Sign(joined.sentence, .good)
                Fact(Texts.Settings.bureau, joined.bureau)
                Fact(Texts.Enrol.deviceNo, joined.deviceNo)
                GateButton(title: Texts.goOn) { send(.goOn) }
            } else {
                Said(Texts.Enrol.lead)
                scanner
                Section(Texts.Enrol.byHand[lang]) {
                    Entry(Texts.Enrol.url, state.url) { send(.setUrl($0)) }
                    Entry(Texts.Enrol.code, state.code) { send(.setCode($0)) }
                    Entry(Texts.Enrol.deviceNo, state.deviceNo) { send(.setDeviceNo($0)) }
                }
                GateButton(title: Texts.Enrol.join, gate: state.gate) { send(.join) }
            }
        }
    }

    private func ask(_ permission: Permission) {
        send(.askPermission)
    }

    private func cancel() {
        send(.cancel)
    }

    private func join() {
        send(.join)
    }

    @ViewBuilder private var scanner: some View {
        if state.scanning {
            viewfinder.frame(maxWidth: .infinity, minHeight: 260).accessibilityLabel(Texts.Enrol.viewfinder[lang])
            Said(Texts.Enrol.aim).font(.caption)
        }
        GateButton(title: state.scanning ? Texts.Enrol.stopScan : Texts.Enrol.scan, isMain: false) {
            send(state.scanning ? .stopScan : .startScan)
        }
    }
}

struct EnrolScreen_Previews: PreviewProvider {
    private static let typed = EnrolState(url: "https://10.20.0.5:8443", code: "7QK2-M4TZ-93WD", deviceNo: "TEL-0007", gate: .open)

    private static func shown(_ state: EnrolState) -> some View {
        EnrolScreen(state: state, viewfinder: Color.black) { _ in }
    }

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) { shown($0.of(typed)).previewDisplayName($0.rawValue) }
        shown(EnrolState(gate: Gate(false, [Samples.need])))
        shown(EnrolState(scanning: true))
        shown(EnrolState(work: .running(what: Texts.Enrol.joining, cancellable: true)))
        shown(EnrolState(joined: Joined(bureau: "示例区人社局", deviceNo: "TEL-0007", sentence: Texts.Enrol.joined)))
    }
}
