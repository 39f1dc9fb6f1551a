package cn.liuhen.ui.recorder

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import cn.liuhen.shell.Tone
import cn.liuhen.shell.When
import cn.liuhen.shell.Work
import cn.liuhen.shell.recorder.AssignForm
import cn.liuhen.shell.recorder.FootageLine
import cn.liuhen.shell.recorder.FootageTexts
import cn.liuhen.shell.recorder.RecorderAction
import cn.liuhen.shell.recorder.RecorderState
import cn.liuhen.ui.BottomNeeds
import cn.liuhen.ui.Card
import cn.liuhen.ui.Choices
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Signs
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** What was copied from cards and belongs to no activity, and what somebody placed by hand. */
internal fun LazyListScope.footage(state: RecorderState, send: (RecorderAction) -> Unit) {
    if (state.unassigned.isNotEmpty()) {
        item { Heading(say(FootageTexts.Unassigned)) }
        state.unassigned.forEach { line -> item(key = line.item) { FileRow(line, Tone.ATTENTION, send) } }
        val more = state.unassignedCount - state.unassigned.size
        if (more > 0) item { Quiet(say(FootageTexts.more(more))) }
    }
    if (state.byHand.isNotEmpty()) {
        item { Heading(say(FootageTexts.ByHand)) }
        state.byHand.forEach { line -> item(key = line.item) { FileRow(line, Tone.GOOD, send) } }
    }
}

@Composable
private fun FileRow(line: FootageLine, tone: Tone, send: (RecorderAction) -> Unit) {
    val facts = listOfNotNull(line.recorderNo, line.claimed?.let { say(it) }, When.bytes(line.lenBytes)).joinToString("　")
    WayRow(Signs.Video, line.path, { send(RecorderAction.OpenAssign(line.item)) }, note = facts + "\n" + say(line.said ?: line.why), tone = tone)
}

/** The form in which an officer says where a file belongs. */
internal fun LazyListScope.assigning(form: AssignForm, send: (RecorderAction) -> Unit) {
    val set = { changed: AssignForm -> send(RecorderAction.SetAssign(changed)) }
    item {
        Card {
            Text(form.file.path, style = MaterialTheme.typography.titleMedium)
            Quiet(listOfNotNull(form.file.recorderNo, form.file.claimed?.let { say(it) }, When.bytes(form.file.lenBytes)).joinToString("　"))
            Text(say(form.file.why), color = toneColors(Tone.ATTENTION).mark, style = MaterialTheme.typography.bodyMedium)
            form.file.said?.let { Text(say(it), style = MaterialTheme.typography.bodyMedium) }
        }
    }
    item { Quiet(say(FootageTexts.Lead)) }
    item { Choices(say(FootageTexts.Session), form.sessions, form.session, { set(form.copy(session = it)) }) }
    item { Choices(say(FootageTexts.Officer), form.officers, form.officer, { set(form.copy(officer = it)) }) }
    item { Entry(say(FootageTexts.Reason), form.reason, { set(form.copy(reason = it)) }, required = true, typing = Typing(lines = 2)) }
}

/** What it lacks, and the button that makes it a record. */
@Composable
internal fun AssignFoot(form: AssignForm, work: Work, send: (RecorderAction) -> Unit) {
    BottomNeeds(form.gate.missing)
    MainButton(say(FootageTexts.Assign), { send(RecorderAction.Assign) }, enabled = form.gate.allowed && work !is Work.Running)
}
