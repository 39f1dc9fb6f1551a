package cn.liuhen.ui.today

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.today.DayCounts
import cn.liuhen.shell.today.SessionCard
import cn.liuhen.shell.today.SyncStrip
import cn.liuhen.shell.today.TodayAction
import cn.liuhen.shell.today.TodayState
import cn.liuhen.ui.Card
import cn.liuhen.ui.EmptyBlock
import cn.liuhen.ui.Heading
import cn.liuhen.ui.ItemRow
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Pair
import cn.liuhen.ui.ProgressLine
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.SignButton
import cn.liuhen.ui.Signs
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.fontIsLarge
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** The first screen: what is under way, what was captured today, how far it has come. */
@Composable
fun TodayScreen(state: TodayState, send: (TodayAction) -> Unit) {
    Screen(
        title = say(state.day).ifEmpty { say(Texts.Today.Title) },
        subtitle = listOfNotNull(state.officer?.name, state.deviceNo).joinToString("　").ifEmpty { null },
        actions = {
            SignButton(Signs.Settings, say(Texts.Settings.Title), { send(TodayAction.OpenSettings) })
            SignButton(Signs.Lock, say(Texts.Settings.Lock), { send(TodayAction.Lock) })
        },
        // What waits to be sent is said by its own row.
        conditions = state.conditions.filter { it !is Condition.Waiting },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(TodayAction.DismissWork) }, retry = { send(TodayAction.Reload) }),
        loading = state.loading,
        bottom = { Bottom(state, send) },
    ) {
        state.dayEnd?.let { item { DayEndCard(it.sentences, it.notStored, send) } }
        state.session?.let { item { UnderWay(it, send) } }
        item { SyncRow(state.sync, send) }
        item { Counts(state.counts, state.countsSentence) }
        overdue(state)
        items(state)
        item { WayRow(Signs.Recorder, say(Texts.Today.Recorder), { send(TodayAction.OpenRecorder) }) }
    }
}

@Composable
private fun Bottom(state: TodayState, send: (TodayAction) -> Unit) {
    Missing(state.openSession.missing)
    Pair(
        { modifier -> OtherButton(say(Texts.Today.EndDay), { send(TodayAction.EndDay) }, modifier, enabled = state.work !is Work.Running) },
        { modifier ->
            if (state.session != null) MainButton(say(Texts.Today.GoOn), { send(TodayAction.GoOn) }, modifier)
            else MainButton(say(Texts.Today.Begin), { send(TodayAction.Begin) }, modifier, enabled = state.openSession.allowed)
        },
    )
}

@Composable
private fun UnderWay(session: SessionCard, send: (TodayAction) -> Unit) {
    Card(tone = Tone.WORKING, onClick = { send(TodayAction.GoOn) }) {
        Text(say(Texts.Today.UnderWay) + "　" + say(session.activity), style = MaterialTheme.typography.titleSmall)
        Text(session.partyName, style = MaterialTheme.typography.headlineSmall)
        Text(session.placeText + "　" + say(session.opened), style = MaterialTheme.typography.bodyMedium)
        session.next?.let { Text(say(Texts.Today.Next) + say(it), style = MaterialTheme.typography.titleSmall) }
    }
}

@Composable
private fun SyncRow(sync: SyncStrip, send: (TodayAction) -> Unit) {
    Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(6.dp)) {
        WayRow(Signs.of(sync.tone), say(Texts.Sync.Title), { send(TodayAction.OpenSync) }, note = say(sync.sentence), tone = sync.tone)
        if (sync.permille != null) ProgressLine(sync.permille)
    }
}

@OptIn(ExperimentalLayoutApi::class)
@Composable
private fun Counts(counts: DayCounts, sentence: Sentence) {
    Card {
        FlowRow(Modifier.fillMaxWidth(), maxItemsInEachRow = if (fontIsLarge()) 2 else 4) {
            Count(counts.onDevice, Texts.Today.OnDevice, if (counts.onDevice > 0) Tone.ATTENTION else Tone.PLAIN, Modifier.weight(1f))
            Count(counts.uploading, Texts.Today.Uploading, Tone.WORKING, Modifier.weight(1f))
            Count(counts.stored, Texts.Today.Stored, Tone.GOOD, Modifier.weight(1f))
            Count(counts.handedOver, Texts.Today.HandedOver, Tone.PLAIN, Modifier.weight(1f))
        }
        if (say(sentence).isNotEmpty()) Quiet(say(sentence))
    }
}

@Composable
private fun Count(count: Long, label: Sentence, tone: Tone, modifier: Modifier) {
    Column(modifier.semantics(mergeDescendants = true) {}, horizontalAlignment = Alignment.CenterHorizontally) {
        Text("$count", color = toneColors(tone).mark, style = MaterialTheme.typography.displaySmall)
        Text(say(label), style = MaterialTheme.typography.bodySmall)
    }
}

private fun LazyListScope.overdue(state: TodayState) {
    if (state.overdue.isEmpty()) return
    item {
        Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            Icon(Signs.Warning, null, Modifier.size(24.dp), tint = toneColors(Tone.BAD).mark)
            Heading(say(Texts.Today.Overdue))
        }
    }
    items(state.overdue.size) { ItemRow(state.overdue[it]) }
}

private fun LazyListScope.items(state: TodayState) {
    item { Heading(say(Texts.Today.Items)) }
    if (state.items.isEmpty()) item { EmptyBlock(Signs.Camera, say(Texts.Today.NoItems), say(Texts.Today.NoItemsLead)) }
    items(state.items.size) { ItemRow(state.items[it]) }
    val more = state.itemCount - state.items.size
    if (more > 0) item { Quiet(say(Texts.Today.more(more))) }
}

@Composable
private fun DayEndCard(sentences: List<Sentence>, notStored: Long, send: (TodayAction) -> Unit) {
    val tone = if (notStored > 0) Tone.ATTENTION else Tone.GOOD
    Card(tone = tone) {
        Text(say(Texts.Today.DayEnded), style = MaterialTheme.typography.titleMedium)
        sentences.forEach { Text(say(it), style = MaterialTheme.typography.bodyLarge) }
        OtherButton(say(Texts.Dismiss), { send(TodayAction.DismissDayEnd) })
    }
}
