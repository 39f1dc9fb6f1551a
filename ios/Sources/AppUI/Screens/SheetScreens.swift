import ShellCore
import SwiftUI

/// Explaining holes in the recording.
struct GapSheetScreen: View {
    let state: GapSheetState
    let send: (GapSheetAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(title: Texts.Gap.title, loading: state.loading, work: state.work, retry: { send(.explain) }, dismiss: { send(.close) }) {
            if state.holes.isEmpty {
                Sign(Texts.Gap.none, .good)
            } else {
                ChoiceList(title: Texts.Gap.which, choices: holes, chosen: String(state.chosen)) { send(.chooseHole(Int($0) ?? 0)) }
                ChoiceList(title: Texts.Sign.reason, choices: state.reasons, chosen: state.reason) { send(.chooseReason($0)) }
                Entry(Texts.Gap.explanation, state.explanation) { send(.setExplanation($0)) }
                GateButton(title: Texts.Gap.record, gate: state.gate) { send(.explain) }
            }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(.close) }
            }
        }
    }

    private var holes: [Choice] {
        state.holes.enumerated().map { Choice(code: String($0.offset), label: $0.element.sentence) }
    }
}

/// Reporting equipment out of order.
struct FaultSheetScreen: View {
    let state: FaultSheetState
    let send: (FaultSheetAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(title: Texts.Fault.title, loading: state.loading, work: state.work, retry: { send(.report) }, dismiss: { send(.close) }) {
            Sign(Texts.Fault.lead, .attention)
            ChoiceList(title: Texts.Fault.device, choices: state.devices, chosen: state.device) { send(.chooseDevice($0)) }
            Entry(Texts.Fault.symptom, state.symptom) { send(.setSymptom($0)) }
            Switch(Texts.Fault.dataOnDevice, state.dataOnDevice) { send(.setDataOnDevice($0)) }
            GateButton(title: Texts.Fault.report, gate: state.gate) { send(.report) }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(.close) }
            }
        }
    }
}

/// Marking a circumstance for long-term keeping.
struct TriggerSheetScreen: View {
    let state: TriggerSheetState
    let send: (TriggerSheetAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(title: Texts.Trigger.title, loading: state.loading, work: state.work, retry: { send(.mark) }, dismiss: { send(.close) }) {
            Said(Texts.Trigger.lead)
            ForEach(state.marked, id: \.self) { mark in
                VStack(alignment: .leading, spacing: 4) {
                    Said(Texts.Trigger.marked).font(.caption)
                    Sign(mark, .good)
                }
            }
            ChoiceList(title: Texts.Trigger.title, choices: state.triggers, chosen: state.chosen) { send(.choose($0)) }
            if let chosen = state.chosen, let because = state.suggestions[chosen] {
                Sign(Sentence(Texts.Trigger.hint.zh + because.zh, Texts.Trigger.hint.en + because.en), .attention)
            }
            Entry(Texts.Trigger.note, state.note) { send(.setNote($0)) }
            GateButton(title: Texts.Trigger.mark, gate: state.gate) { send(.mark) }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(.close) }
            }
        }
    }
}

struct SheetScreens_Previews: PreviewProvider {
    private static let gap = GapSheetState(
        holes: [HoleLine(fromMs: 0, toMs: 300_000, sentence: Samples.said)], reasons: Samples.choices, gate: Gate(false, [Samples.need]))
    private static let fault = FaultSheetState(devices: Samples.choices, gate: Gate(false, [Samples.need]))
    private static let trigger = TriggerSheetState(
        triggers: Samples.choices, chosen: "a", suggestions: ["a": Samples.said], marked: [Samples.said])

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) { GapSheetScreen(state: $0.of(gap)) { _ in }.previewDisplayName("gap " + $0.rawValue) }
        GapSheetScreen(state: GapSheetState()) { _ in }
        ForEach(Circumstance.allCases, id: \.self) {
            FaultSheetScreen(state: $0.of(fault)) { _ in }.previewDisplayName("fault " + $0.rawValue)
        }
        ForEach(Circumstance.allCases, id: \.self) {
            TriggerSheetScreen(state: $0.of(trigger)) { _ in }.previewDisplayName("trigger " + $0.rawValue)
        }
    }
}
