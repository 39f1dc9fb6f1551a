package cn.liuhen.ui.trigger

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.trigger.TriggerSheetAction
import cn.liuhen.shell.trigger.TriggerSheetState
import cn.liuhen.ui.ChoiceTile
import cn.liuhen.ui.Entry
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** Marking a circumstance for long-term keeping. */
@Composable
fun TriggerSheet(state: TriggerSheetState, send: (TriggerSheetAction) -> Unit) {
    Screen(
        title = say(Texts.Trigger.Title),
        onBack = { send(TriggerSheetAction.Close) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(TriggerSheetAction.Close) }, retry = { send(TriggerSheetAction.Mark) }),
        loading = state.loading,
        bottom = {
            Missing(state.gate.missing)
            val ready = state.gate.allowed && state.work !is Work.Running
            MainButton(say(Texts.Trigger.Mark), { send(TriggerSheetAction.Mark) }, enabled = ready, sign = Signs.Flag)
        },
    ) {
        item { Text(say(Texts.Trigger.Lead), style = MaterialTheme.typography.bodyLarge) }
        state.marked.forEach { mark -> item { ToneBar(Signs.Check, Tone.GOOD, say(Texts.Trigger.Marked) + "　" + say(mark)) } }
        item {
            Column(Modifier.fillMaxWidth().selectableGroup(), verticalArrangement = Arrangement.spacedBy(10.dp)) {
                state.triggers.forEach { trigger ->
                    ChoiceTile(say(trigger.label), trigger.code == state.chosen, Modifier.fillMaxWidth()) { send(TriggerSheetAction.Choose(trigger.code)) }
                    state.suggestions[trigger.code]?.let { Quiet(say(Texts.Trigger.Hint) + say(it), color = toneColors(Tone.ATTENTION).mark) }
                }
            }
        }
        item { Entry(say(Texts.Trigger.Note), state.note, { send(TriggerSheetAction.SetNote(it)) }, typing = Typing(lines = 3)) }
    }
}
