import CoreBindings
import Observation

/// Reporting equipment out of order.
@MainActor @Observable
public final class FaultSheetModel: ScreenModel {
    public internal(set) var state = FaultSheetState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "fault")
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.faultSheet() }
        if !isRestored {
            let kept = await draft.read()
            set {
                $0.device = kept["device"]
                $0.symptom = kept["symptom"] ?? ""
                $0.dataOnDevice = kept["gone"] == nil
            }
            isRestored = true
        }
        gated {
            $0.loading = false
            $0.devices = view.devices.map { Choice(code: $0.deviceNo, label: $0.label.said()) }
        }
    }

    private func gated(_ change: (inout FaultSheetState) -> Void) {
        set {
            change(&$0)
            var needs: [Need] = []
            if $0.device == nil { needs.append(Need(code: "device_no", sentence: Texts.Fault.chooseDevice)) }
            if $0.symptom.isBlank { needs.append(Need(code: "symptom", sentence: Texts.Fault.saySymptom)) }
            $0.gate = Gate(needs.isEmpty, needs)
        }
    }

    public func send(_ action: FaultSheetAction) {
        switch action {
        case .chooseDevice(let code): edit { $0.device = code }
        case .setSymptom(let text): edit { $0.symptom = text }
        case .setDataOnDevice(let there): edit { $0.dataOnDevice = there }
        case .report:
            work(Texts.Fault.reporting) { model in
                let form = model.state
                let sentence = try await model.tell {
                    try await $0.reportFault(deviceNo: form.device, symptom: form.symptom.trimmed, dataOnDevice: form.dataOnDevice)
                }
                try await model.draft.forget()
                model.gated {
                    $0.device = nil
                    $0.symptom = ""
                    $0.dataOnDevice = true
                }
                return sentence.said()
            }
        case .close: shell.navigator.back()
        }
    }

    private func edit(_ change: (inout FaultSheetState) -> Void) {
        gated(change)
        draft.keep(["device": state.device ?? "", "symptom": state.symptom, "gone": state.dataOnDevice ? "" : "1"])
    }
}
