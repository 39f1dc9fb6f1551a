package cn.liuhen.ui.sync

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.When
import cn.liuhen.shell.sync.SyncRunning
import cn.liuhen.shell.sync.SyncStatusAction
import cn.liuhen.shell.sync.SyncStatusState
import cn.liuhen.ui.Card
import cn.liuhen.ui.Fact
import cn.liuhen.ui.Heading
import cn.liuhen.ui.ItemRow
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.ProgressLine
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** What is at the bureau, what is not, and why. */
@Composable
fun SyncStatusScreen(state: SyncStatusState, send: (SyncStatusAction) -> Unit) {
    Screen(
        title = say(Texts.Sync.Title),
        onBack = { send(SyncStatusAction.Back) },
        // What it waits for is said by the state itself.
        conditions = state.conditions.filter { it !is Condition.Waiting },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(SyncStatusAction.DismissWork) }, retry = { send(SyncStatusAction.SyncNow) }),
        loading = state.loading,
        bottom = {
            if (state.running != null) OtherButton(say(Texts.Sync.Stop), { send(SyncStatusAction.Stop) }, Modifier.fillMaxWidth())
            else MainButton(say(Texts.Sync.Now), { send(SyncStatusAction.SyncNow) }, sign = Signs.Sync)
        },
    ) {
        item { ToneBar(Signs.of(state.tone), state.tone, say(state.sentence)) }
        state.running?.let { item { Running(it) } }
        item { Amounts(state) }
        parked(state, send)
        if (state.items.isNotEmpty()) item { Heading(say(Texts.Sync.NotStored)) }
        items(state.items.size) { ItemRow(state.items[it]) }
        item { Quiet(say(Texts.Sync.Why)) }
    }
}

@Composable
private fun Running(running: SyncRunning) {
    Card(tone = Tone.WORKING) {
        Text(say(running.stage), style = MaterialTheme.typography.titleSmall)
        ProgressLine(running.permille)
        Text("${running.done} / ${running.total}", style = MaterialTheme.typography.bodyMedium)
    }
}

@Composable
private fun Amounts(state: SyncStatusState) {
    Card {
        Fact(say(Texts.Sync.Records), "${state.unsentRecords}")
        Fact(say(Texts.Sync.Items), "${state.itemsNotStored}")
        Fact(say(Texts.Sync.Bytes), When.bytes(state.bytesToSend))
        Fact(say(Texts.Sync.Last), say(state.lastEndedMs?.let { When.full(it) } ?: Texts.Sync.Never))
    }
}

private fun LazyListScope.parked(state: SyncStatusState, send: (SyncStatusAction) -> Unit) {
    if (state.parked.isEmpty()) return
    item { Heading(say(Texts.Sync.Parked)) }
    state.parked.forEach { line ->
        item {
            ToneBar(Signs.Error, Tone.BAD, say(line.sentence)) {
                OtherButton(say(Texts.Sync.TryAgain), { send(SyncStatusAction.TryAgain(line.item)) })
            }
        }
    }
}
