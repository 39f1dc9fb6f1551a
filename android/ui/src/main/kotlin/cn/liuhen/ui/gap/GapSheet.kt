package cn.liuhen.ui.gap

import androidx.compose.runtime.Composable
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.gap.GapSheetAction
import cn.liuhen.shell.gap.GapSheetState
import cn.liuhen.ui.Choices
import cn.liuhen.ui.EmptyBlock
import cn.liuhen.ui.Entry
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** Explaining holes in the recording. */
@Composable
fun GapSheet(state: GapSheetState, send: (GapSheetAction) -> Unit) {
    Screen(
        title = say(Texts.Gap.Title),
        onBack = { send(GapSheetAction.Close) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(GapSheetAction.Close) }, retry = { send(GapSheetAction.Explain) }),
        loading = state.loading,
        bottom = {
            Missing(state.gate.missing)
            val ready = state.gate.allowed && state.holes.isNotEmpty() && state.work !is Work.Running
            MainButton(say(Texts.Gap.Record), { send(GapSheetAction.Explain) }, enabled = ready)
        },
    ) {
        if (state.holes.isEmpty()) {
            item { EmptyBlock(Signs.Check, say(Texts.Gap.None)) }
        } else {
            item {
                val holes = state.holes.mapIndexed { index, hole -> Choice("$index", hole.sentence) }
                Choices(say(Texts.Gap.Which), holes, "${state.chosen}", { send(GapSheetAction.ChooseHole(it.toInt())) })
            }
            item { Choices(say(Texts.Sign.Reason), state.reasons, state.reason, { send(GapSheetAction.ChooseReason(it)) }) }
            item {
                Entry(say(Texts.Gap.Explanation), state.explanation, { send(GapSheetAction.SetExplanation(it)) }, required = true, typing = Typing(lines = 3))
            }
        }
    }
}
