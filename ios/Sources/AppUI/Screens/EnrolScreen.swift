import ShellCore
import SwiftUI

/// Joining a bureau.
struct EnrolScreen: View {
    let state: EnrolState
    let send: (EnrolAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: Texts.Enrol.title, conditions: state.conditions, work: state.work, ask: askPermission, cancel: cancel
        ) {
            if let joined = state.joined {
                Sign(joined.sentence, .good)
                Fact(Texts.Settings.bureau, joined.bureau)
                Fact(Texts.Settings.deviceNo, joined.deviceNo)
                GateButton(title: Texts.goOn) { send(.goOn) }
            } else {
                Said(Texts.Enrol.lead)
                GateButton(title: state.scanning ? Texts.Enrol.stopScan : Texts.Enrol.scan, isMain: false) {
                    send(state.scanning ? .stopScan : .startScan)
                }
                Section(Texts.Enrol.byHand[lang]) {
                    Entry(Texts.Enrol.url, state.url) { send(.setUrl($0)) }
                    Entry(Texts.Enrol.code, state.code) { send(.setCode($0)) }
                    Entry(Texts.Enrol.deviceNo, state.deviceNo) { send(.setDeviceNo($0)) }
                }
                GateButton(title: Texts.Enrol.join, gate: state.gate) { send(.join) }
            }
        }
    }
}

extension EnrolScreen {
    private func askPermission(_ permission: Permission) {
        send(.askPermission)
    }

    private func cancel() {
        send(.cancel)
    }
}

struct EnrolScreen_Previews: PreviewProvider {
    static var previews: some View {
        EnrolScreen(state: EnrolState(gate: Gate(false, [Samples.need]))) { _ in }
        EnrolScreen(state: EnrolState(conditions: [.denied(permission: .camera, forGood: true)], scanning: true)) { _ in }
        EnrolScreen(state: EnrolState(work: .running(what: Texts.Enrol.joining, cancellable: true))) { _ in }
        EnrolScreen(state: EnrolState(work: Samples.failed)) { _ in }
        EnrolScreen(
            state: EnrolState(joined: Joined(bureau: "示例区人社局", deviceNo: "TEL-0007", sentence: Texts.Enrol.joined))
        ) { _ in }
    }
}
