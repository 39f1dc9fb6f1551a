package cn.liuhen.shell.gap

import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope

/** Explaining holes in the recording. */
class GapSheetModel(shell: Shell, scope: CoroutineScope) : ScreenModel<GapSheetState, GapSheetAction>(shell, scope, GapSheetState(loading = true)) {
    private val draft = Draft(shell, scope, "gap")
    private var coreGate = Gate(false)
    private var isRestored = false

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.gapSheet() }
        if (!isRestored) {
            val kept = draft.read()
            set { copy(chosen = kept["chosen"]?.toIntOrNull() ?: 0, reason = kept["reason"], explanation = kept["explanation"].orEmpty()) }
            isRestored = true
        }
        coreGate = view.gate.said()
        set {
            val holes = view.holes.map { HoleLine(it.fromMs, it.toMs, it.sentence.said()) }
            copy(loading = false, holes = holes, chosen = chosen.coerceIn(0, maxOf(0, holes.size - 1)), reasons = view.reasons.said()).gated()
        }
    }

    private fun GapSheetState.gated(): GapSheetState {
        val isFilled = reason != null && explanation.isNotBlank() && holes.isNotEmpty()
        val needs = if (isFilled) emptyList() else listOf(Need("explanation", Texts.Gap.GiveReason))
        return copy(gate = Gate(coreGate.allowed && isFilled, coreGate.missing + needs))
    }

    override fun GapSheetState.with(work: Work): GapSheetState = copy(work = work)

    override fun on(action: GapSheetAction) {
        when (action) {
            is GapSheetAction.ChooseHole -> edit { copy(chosen = action.index) }
            is GapSheetAction.ChooseReason -> edit { copy(reason = action.code) }
            is GapSheetAction.SetExplanation -> edit { copy(explanation = action.text) }
            GapSheetAction.Explain -> explain()
            GapSheetAction.Close -> shell.navigator.back()
        }
    }

    private fun edit(change: GapSheetState.() -> GapSheetState) {
        set { change().gated() }
        draft.keep(mapOf("chosen" to now.chosen.toString(), "reason" to now.reason.orEmpty(), "explanation" to now.explanation))
    }

    private fun explain() {
        work(Texts.Gap.Saving) {
            val form = now
            val hole = form.holes.getOrNull(form.chosen) ?: return@work null
            val session = tell { it.explainGap(hole.fromMs, hole.toMs, form.reason.orEmpty(), form.explanation.trim()) }
            draft.forget()
            set { copy(reason = null, explanation = "") }
            if (session.holes.isEmpty()) shell.navigator.back()
            null
        }
    }
}
