import CoreBindings
import Observation

/// Explaining holes in the recording.
@MainActor @Observable
public final class GapSheetModel: ScreenModel {
    public internal(set) var state = GapSheetState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private var coreGate = Gate(false)
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "gap")
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.gapSheet() }
        if !isRestored {
            let kept = await draft.read()
            set {
                $0.chosen = kept["chosen"].flatMap(Int.init) ?? 0
                $0.reason = kept["reason"]
                $0.explanation = kept["explanation"] ?? ""
            }
            isRestored = true
        }
        coreGate = view.gate.said()
        gated {
            $0.loading = false
            $0.holes = view.holes.map { HoleLine(fromMs: Int($0.fromMs), toMs: Int($0.toMs), sentence: $0.sentence.said()) }
            $0.chosen = $0.chosen.clamped(0, max(0, view.holes.count - 1))
            $0.reasons = view.reasons.said()
        }
    }

    private func gated(_ change: (inout GapSheetState) -> Void) {
        let coreGate = coreGate
        set {
            change(&$0)
            let isFilled = $0.reason != nil && !$0.explanation.isBlank && !$0.holes.isEmpty
            let needs = isFilled ? [] : [Need(code: "explanation", sentence: Texts.Gap.giveReason)]
            $0.gate = Gate(coreGate.allowed && isFilled, coreGate.missing + needs)
        }
    }

    public func send(_ action: GapSheetAction) {
        switch action {
        case .chooseHole(let index): edit { $0.chosen = index }
        case .chooseReason(let code): edit { $0.reason = code }
        case .setExplanation(let text): edit { $0.explanation = text }
        case .explain: explain()
        case .close: shell.navigator.back()
        }
    }

    private func edit(_ change: (inout GapSheetState) -> Void) {
        gated(change)
        draft.keep(["chosen": String(state.chosen), "reason": state.reason ?? "", "explanation": state.explanation])
    }

    private func explain() {
        work(Texts.Gap.saving) { model in
            let form = model.state
            guard form.holes.indices.contains(form.chosen) else { return nil }
            let hole = form.holes[form.chosen]
            let session = try await model.tell {
                try await $0.explainGap(
                    fromMs: Int64(hole.fromMs), toMs: Int64(hole.toMs), reason: form.reason ?? "", explanation: form.explanation.trimmed)
            }
            try await model.draft.forget()
            model.set {
                $0.reason = nil
                $0.explanation = ""
            }
            if session.holes.isEmpty { model.shell.navigator.back() }
            return nil
        }
    }
}
