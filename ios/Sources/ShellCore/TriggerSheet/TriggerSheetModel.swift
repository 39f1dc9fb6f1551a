import CoreBindings
import Observation

/// Marking a circumstance for long-term keeping.
@MainActor @Observable
public final class TriggerSheetModel: ScreenModel {
    public internal(set) var state = TriggerSheetState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private var coreGate = Gate(false)
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "trigger")
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.triggerSheet() }
        if !isRestored {
            let kept = await draft.read()
            set {
                $0.chosen = kept["chosen"]
                $0.note = kept["note"] ?? ""
            }
            isRestored = true
        }
        coreGate = view.gate.said()
        gated {
            $0.loading = false
            $0.triggers = view.triggers.said()
            $0.suggestions = Dictionary(view.suggestions.map { ($0.trigger.code, $0.because.said()) }, uniquingKeysWith: { $1 })
            $0.marked = view.marked.said()
        }
    }

    private func gated(_ change: (inout TriggerSheetState) -> Void) {
        let coreGate = coreGate
        set {
            change(&$0)
            let needs = $0.chosen == nil ? [Need(code: "trigger", sentence: Texts.Trigger.chooseOne)] : []
            $0.gate = Gate(coreGate.allowed && needs.isEmpty, coreGate.missing + needs)
        }
    }

    public func send(_ action: TriggerSheetAction) {
        switch action {
        case .choose(let code): edit { $0.chosen = code }
        case .setNote(let text): edit { $0.note = text }
        case .mark:
            work(Texts.working) { model in
                let form = model.state
                _ = try await model.tell { try await $0.markTrigger(trigger: form.chosen ?? "", note: form.note.trimmed) }
                try await model.draft.forget()
                model.set {
                    $0.chosen = nil
                    $0.note = ""
                }
                model.shell.navigator.back()
                return nil
            }
        case .close: shell.navigator.back()
        }
    }

    private func edit(_ change: (inout TriggerSheetState) -> Void) {
        gated(change)
        draft.keep(["chosen": state.chosen ?? "", "note": state.note])
    }
}
