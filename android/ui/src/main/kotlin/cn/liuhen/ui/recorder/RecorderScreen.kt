package cn.liuhen.ui.recorder

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.selection.selectable
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.When
import cn.liuhen.shell.Work
import cn.liuhen.shell.recorder.Copying
import cn.liuhen.shell.recorder.FootageTexts
import cn.liuhen.shell.recorder.IssueForm
import cn.liuhen.shell.recorder.Link
import cn.liuhen.shell.recorder.LiveRecorder
import cn.liuhen.shell.recorder.RecorderAction
import cn.liuhen.shell.recorder.RecorderLine
import cn.liuhen.shell.recorder.RecorderState
import cn.liuhen.ui.Card
import cn.liuhen.ui.Choices
import cn.liuhen.ui.EmptyBlock
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Fact
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.MainTouch
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Pair
import cn.liuhen.ui.ProgressLine
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** Body recorders: the register, the search, the one in use. */
@Composable
fun RecorderScreen(state: RecorderState, send: (RecorderAction) -> Unit) {
    val issue = state.issue
    val assigning = state.assigning
    Screen(
        title = say(if (issue != null) Texts.Recorder.Issue else if (assigning != null) FootageTexts.Assign else Texts.Recorder.Title),
        onBack = { send(if (issue != null) RecorderAction.CloseIssue else if (assigning != null) RecorderAction.CloseAssign else RecorderAction.Back) },
        conditions = state.conditions,
        onAsk = { send(RecorderAction.AskPermission) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(RecorderAction.DismissWork) }, cancel = { send(RecorderAction.StopSearch) }, retry = { send(RecorderAction.Search) }),
        loading = state.loading,
        bottom = {
            if (issue != null) MainButton(say(Texts.Recorder.Issue), { send(RecorderAction.Issue) })
            else if (assigning != null) AssignFoot(assigning, state.work, send) else Bottom(state, send)
        },
    ) {
        if (issue != null) return@Screen form(issue, send)
        if (assigning != null) return@Screen assigning(assigning, send)
        link(state.link)
        state.copying?.let { item { CopyingCard(it, send) } }
        state.live?.let { live(it, send) }
        found(state, send)
        register(state, send)
        footage(state, send)
    }
}

@Composable
private fun Bottom(state: RecorderState, send: (RecorderAction) -> Unit) {
    val live = state.live
    val idle = state.work !is Work.Running
    if (live == null) {
        if (state.link == Link.SEARCHING) MainButton(say(Texts.Recorder.StopSearch), { send(RecorderAction.StopSearch) })
        else MainButton(say(Texts.Recorder.Search), { send(RecorderAction.Search) }, enabled = idle && state.recorders.isNotEmpty())
        return
    }
    Pair(
        { OtherButton(say(Texts.Recorder.Mark), { send(RecorderAction.Mark) }, it, enabled = live.canMark && live.recording, sign = Signs.Flag) },
        {
            if (live.recording) MainButton(say(Texts.Capture.StopRecording), { send(RecorderAction.StopRecording) }, it, enabled = live.canControl && idle, danger = true)
            else MainButton(say(Texts.Recorder.Start), { send(RecorderAction.StartRecording) }, it, enabled = live.canControl && idle)
        },
    )
}

private fun LazyListScope.link(link: Link) {
    when (link) {
        Link.SEARCHING -> item { ToneBar(Signs.Sync, Tone.WORKING, say(Texts.Recorder.Searching)) { ProgressLine(null) } }
        Link.CONNECTING -> item { ToneBar(Signs.Sync, Tone.WORKING, say(Texts.Recorder.Connecting)) { ProgressLine(null) } }
        Link.LOST -> item { ToneBar(Signs.Error, Tone.BAD, say(Texts.Recorder.Lost)) }
        Link.RADIO_OFF -> item { ToneBar(Signs.Warning, Tone.ATTENTION, say(Texts.Recorder.RadioOff)) }
        Link.NONE, Link.CONNECTED -> Unit
    }
}

private fun LazyListScope.live(live: LiveRecorder, send: (RecorderAction) -> Unit) {
    item {
        Card(tone = live.tone) {
            Text(live.recorderNo, style = MaterialTheme.typography.headlineSmall)
            Text(say(live.sentence), style = MaterialTheme.typography.bodyLarge)
            val secs = live.recordingSecs
            if (live.recording && secs != null) Text(When.clock(secs * 1000), style = MaterialTheme.typography.displaySmall)
        }
    }
    live.alarms.forEach { alarm -> item { ToneBar(Signs.Error, Tone.BAD, say(alarm)) } }
    item {
        Card {
            val unknown = say(Texts.Recorder.Unknown)
            Fact(say(Texts.Recorder.Battery), live.batteryPercent?.let { "$it%" } ?: unknown)
            Fact(say(Texts.Recorder.Space), live.freeBytes?.let { When.bytes(it) } ?: unknown)
            Fact(say(Texts.Recorder.Left), live.minutesLeft?.let { say(When.lasting(it)) } ?: unknown)
        }
    }
    if (live.events.isNotEmpty()) {
        item { Heading(say(Texts.Recorder.Events)) }
        live.events.forEach { event -> item { Quiet(say(event)) } }
    }
    if (live.canList) item { WayRow(Signs.List, say(Texts.Recorder.List), { send(RecorderAction.ListFiles) }, note = live.files?.let { "$it" }) }
    item { WayRow(Signs.Storage, say(Texts.Recorder.Copy), { send(RecorderAction.CopyCard) }) }
    item { WayRow(Signs.Warning, say(Texts.Recorder.Fault), { send(RecorderAction.OpenFault) }) }
    item { WayRow(Signs.Close, say(Texts.Recorder.Release), { send(RecorderAction.Release) }) }
}

@Composable
private fun CopyingCard(copying: Copying, send: (RecorderAction) -> Unit) {
    val permille = if (copying.bytesTotal > 0) (copying.bytesDone * 1000 / copying.bytesTotal).toInt() else null
    Card(tone = Tone.WORKING) {
        Text(say(Texts.Recorder.Copying), style = MaterialTheme.typography.titleSmall)
        ProgressLine(permille)
        Text(
            say(Texts.Recorder.copied(copying.filesDone, copying.filesTotal)) + "　" + When.bytes(copying.bytesDone) + " / " + When.bytes(copying.bytesTotal),
            style = MaterialTheme.typography.bodyMedium,
        )
        Text(copying.path, style = MaterialTheme.typography.bodySmall)
        OtherButton(say(Texts.Cancel), { send(RecorderAction.CancelCopy) })
    }
}

private fun LazyListScope.found(state: RecorderState, send: (RecorderAction) -> Unit) {
    if (state.found.isEmpty()) return
    item { Heading(say(Texts.Recorder.Found)) }
    state.found.forEach { line ->
        item {
            val strength = line.rssiDbm?.let { "　$it dBm" }.orEmpty()
            WayRow(Signs.Recorder, line.name, { send(RecorderAction.Connect(line.peer)) }, note = say(line.protocol) + strength)
        }
    }
}

private fun LazyListScope.register(state: RecorderState, send: (RecorderAction) -> Unit) {
    if (state.live != null) return
    if (state.recorders.isEmpty()) item { EmptyBlock(Signs.Recorder, say(Texts.Recorder.None)) } else item { Heading(say(Texts.Recorder.Issued)) }
    state.recorders.forEach { line -> item { Issued(line, line.recorderNo == state.chosen, send) } }
    if (state.chosen != null) item { WayRow(Signs.Storage, say(Texts.Recorder.Copy), { send(RecorderAction.CopyCard) }, note = state.chosen) }
    item { OtherButton(say(Texts.Recorder.Issue), { send(RecorderAction.OpenIssue) }, Modifier.fillMaxWidth(), sign = Signs.Add) }
}

/** One of the recorders that are issued; the chosen one is the one that is connected and whose card is copied. */
@Composable
private fun Issued(line: RecorderLine, chosen: Boolean, send: (RecorderAction) -> Unit) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = MainTouch).selectable(selected = chosen, role = Role.RadioButton) { send(RecorderAction.Choose(line.recorderNo)) }
            .padding(vertical = 8.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(8.dp),
    ) {
        RadioButton(selected = chosen, onClick = null)
        Column(Modifier.weight(1f)) {
            Text(line.recorderNo, style = MaterialTheme.typography.titleSmall)
            Quiet(say(Texts.Recorder.Holder) + " " + line.holder + "　" + say(line.sentence), color = toneColors(line.tone).mark)
        }
    }
}

private fun LazyListScope.form(form: IssueForm, send: (RecorderAction) -> Unit) {
    val set = { changed: IssueForm -> send(RecorderAction.SetIssue(changed)) }
    item { Entry(say(Texts.Recorder.Number), form.recorderNo, { set(form.copy(recorderNo = it)) }, required = true) }
    item { Entry(say(Texts.Recorder.Serial), form.serial, { set(form.copy(serial = it)) }, required = true) }
    item { Choices(say(Texts.Recorder.Holder), form.officers, form.officer, { set(form.copy(officer = it)) }) }
    item { Entry(say(Texts.Recorder.OfficerNo), form.configuredOfficerNo, { set(form.copy(configuredOfficerNo = it)) }, typing = Typing(keyboard = KeyboardType.Ascii)) }
    item { Entry(say(Texts.Recorder.IssuedBy), form.issuedBy, { set(form.copy(issuedBy = it)) }, required = true) }
    item { Choices(say(Texts.Recorder.Condition), form.conditions, form.condition, { set(form.copy(condition = it)) }) }
}
