package cn.liuhen.shell.trigger

import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope

/** Marking a circumstance for long-term keeping. */
class TriggerSheetModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<TriggerSheetState, TriggerSheetAction>(shell, scope, TriggerSheetState(loading = true)) {
    private val draft = Draft(shell, scope, "trigger")
    private var coreGate = Gate(false)
    private var isRestored = false

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.triggerSheet() }
        if (!isRestored) {
            val kept = draft.read()
            set { copy(chosen = kept["chosen"], note = kept["note"].orEmpty()) }
            isRestored = true
        }
        coreGate = view.gate.said()
        set {
            copy(
                loading = false,
                triggers = view.triggers.said(),
                suggestions = view.suggestions.associate { it.trigger.code to it.because.said() },
                marked = view.marked.map { it.said() },
            ).gated()
        }
    }

    private fun TriggerSheetState.gated(): TriggerSheetState {
        val needs = if (chosen == null) listOf(Need("trigger", Texts.Trigger.ChooseOne)) else emptyList()
        return copy(gate = Gate(coreGate.allowed && needs.isEmpty(), coreGate.missing + needs))
    }

    override fun TriggerSheetState.with(work: Work): TriggerSheetState = copy(work = work)

    override fun on(action: TriggerSheetAction) {
        when (action) {
            is TriggerSheetAction.Choose -> edit { copy(chosen = action.code) }
            is TriggerSheetAction.SetNote -> edit { copy(note = action.text) }
            TriggerSheetAction.Mark -> work(Texts.Working) {
                val form = now
                tell { it.markTrigger(form.chosen.orEmpty(), form.note.trim()) }
                draft.forget()
                set { copy(chosen = null, note = "") }
                shell.navigator.back()
                null
            }
            TriggerSheetAction.Close -> shell.navigator.back()
        }
    }

    private fun edit(change: TriggerSheetState.() -> TriggerSheetState) {
        set { change().gated() }
        draft.keep(mapOf("chosen" to now.chosen.orEmpty(), "note" to now.note))
    }
}
