import ShellCore
import SwiftUI

/// Explaining holes in the recording.
struct GapSheetScreen: View {
    let state: GapSheetState
    let send: (GapSheetAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(title: Texts.Gap.title, loading: state.loading, work: state.work) {
            if state.holes.isEmpty && !state.loading { Said(Texts.Gap.none) }
            Section(Texts.Gap.which[lang]) {
                ForEach(state.holes.indices, id: \.self) { at in
                    Button {
                        send(.chooseHole(at))
                    } label: {
                        Said(state.holes[at].sentence).frame(maxWidth: .infinity, minHeight: 56)
                    }
                    .accessibilityValue((at == state.chosen ? Texts.chosen : Texts.notChosen)[lang])
                }
            }
            ChoiceList(title: Texts.Gap.reason, choices: state.reasons, chosen: state.reason) { send(.chooseReason($0)) }
            Entry(Texts.Gap.explanation, state.explanation) { send(.setExplanation($0)) }
            GateButton(title: Texts.Gap.record, gate: state.gate) { send(.explain) }
            GateButton(title: Texts.close, isMain: false) { send(.close) }
        }
    }
}

/// Reporting equipment out of order.
struct FaultSheetScreen: View {
    let state: FaultSheetState
    let send: (FaultSheetAction) -> Void

    var body: some View {
        Frame(title: Texts.Fault.title, loading: state.loading, work: state.work) {
            Said(Texts.Fault.lead)
            ChoiceList(title: Texts.Fault.device, choices: state.devices, chosen: state.device) { send(.chooseDevice($0)) }
            Entry(Texts.Fault.symptom, state.symptom) { send(.setSymptom($0)) }
            Switch(Texts.Fault.dataOnDevice, state.dataOnDevice) { send(.setDataOnDevice($0)) }
            GateButton(title: Texts.Fault.report, gate: state.gate) { send(.report) }
            GateButton(title: Texts.close, isMain: false) { send(.close) }
        }
    }
}

/// Marking a circumstance for long-term keeping.
struct TriggerSheetScreen: View {
    let state: TriggerSheetState
    let send: (TriggerSheetAction) -> Void

    var body: some View {
        Frame(title: Texts.Trigger.title, loading: state.loading, work: state.work) {
            Said(Texts.Trigger.lead)
            ForEach(state.marked, id: \.self) { Sign($0, .good) }
            ChoiceList(title: Texts.Trigger.title, choices: state.triggers, chosen: state.chosen) { send(.choose($0)) }
            if let chosen = state.chosen, let because = state.suggestions[chosen] {
                Sign(Sentence(Texts.Trigger.hint.zh + because.zh, Texts.Trigger.hint.en + because.en), .attention)
            }
            Entry(Texts.Trigger.note, state.note) { send(.setNote($0)) }
            GateButton(title: Texts.Trigger.mark, gate: state.gate) { send(.mark) }
            GateButton(title: Texts.close, isMain: false) { send(.close) }
        }
    }
}

struct SheetScreens_Previews: PreviewProvider {
    static var previews: some View {
        GapSheetScreen(state: GapSheetState(loading: true)) { _ in }
        GapSheetScreen(
            state: GapSheetState(holes: [HoleLine(fromMs: 0, toMs: 300_000, sentence: Samples.said)], reasons: Samples.choices)
        ) { _ in }
        GapSheetScreen(state: GapSheetState(work: Samples.failed)) { _ in }
        FaultSheetScreen(state: FaultSheetState(devices: Samples.choices, gate: Gate(false, [Samples.need]))) { _ in }
        FaultSheetScreen(state: FaultSheetState(work: .done(what: Samples.said))) { _ in }
        TriggerSheetScreen(
            state: TriggerSheetState(triggers: Samples.choices, chosen: "a", suggestions: ["a": Samples.said], marked: [Samples.said])
        ) { _ in }
        TriggerSheetScreen(state: TriggerSheetState(work: Samples.failed)) { _ in }
    }
}
