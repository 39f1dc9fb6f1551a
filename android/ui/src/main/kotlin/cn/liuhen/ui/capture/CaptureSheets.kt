package cn.liuhen.ui.capture

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureSheet
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.shell.capture.ExplainLine
import cn.liuhen.shell.capture.StepLine
import cn.liuhen.ui.Card
import cn.liuhen.ui.CardCorner
import cn.liuhen.ui.CheckRow
import cn.liuhen.ui.Choices
import cn.liuhen.ui.Entry
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Touch
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** What lies over the open activity. */
@Composable
internal fun CaptureSheets(state: CaptureState, sheet: CaptureSheet, send: (CaptureAction) -> Unit) {
    when (sheet) {
        CaptureSheet.Steps -> StepsSheet(state, send)
        is CaptureSheet.Certificate -> CertificateSheet(state, sheet, send)
        is CaptureSheet.Notice -> NoticeSheet(state, sheet, send)
        is CaptureSheet.Close -> CloseSheet(state, sheet, send)
        is CaptureSheet.Closed -> ClosedSheet(sheet, send)
    }
}

private fun handlers(send: (CaptureAction) -> Unit) = WorkHandlers(dismiss = { send(CaptureAction.DismissWork) })

@Composable
private fun StepsSheet(state: CaptureState, send: (CaptureAction) -> Unit) {
    Screen(
        title = say(Texts.Capture.Steps),
        subtitle = state.partyName,
        onBack = { send(CaptureAction.CloseSheet) },
        work = state.work,
        handlers = handlers(send),
        bottom = { MainButton(say(Texts.Capture.CloseTitle), { send(CaptureAction.AskClose) }) },
    ) {
        items(state.steps.size) { StepRow(state.steps[it], send) }
        items(state.triggers.size) { ToneBar(Signs.Flag, Tone.ATTENTION, say(state.triggers[it])) }
        item { WayRow(Signs.Recorder, say(Texts.Recorder.Title), { send(CaptureAction.OpenRecorder) }, note = state.recorder?.let { say(it.sentence) }) }
        item { WayRow(Signs.Warning, say(Texts.Capture.Fault), { send(CaptureAction.OpenFault) }) }
    }
}

@Composable
private fun StepRow(step: StepLine, send: (CaptureAction) -> Unit) {
    val way = step.way
    val said = say(if (step.done) Texts.Capture.StepDone else Texts.Capture.StepOpen)
    val touch = if (way == null) Modifier else Modifier.clickable(role = Role.Button) { send(CaptureAction.GoTo(way)) }
    Row(
        Modifier.fillMaxWidth().heightIn(min = Touch).clip(CardCorner).then(touch).semantics(mergeDescendants = true) { stateDescription = said }
            .padding(vertical = 6.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(14.dp),
    ) {
        Icon(Signs.of(step.tone), null, Modifier.size(28.dp), tint = toneColors(step.tone).mark)
        Column(Modifier.weight(1f)) {
            Text(say(step.label), style = MaterialTheme.typography.titleSmall)
            step.explanation?.let { Text(it, style = MaterialTheme.typography.bodyMedium) }
            Missing(step.missing)
        }
        if (way != null) Icon(Signs.Onward, null, Modifier.size(24.dp), tint = MaterialTheme.colorScheme.outline)
    }
}

/** The officer turns the phone round: name and number are large enough to be read across a counter. */
@Composable
private fun CertificateSheet(state: CaptureState, sheet: CaptureSheet.Certificate, send: (CaptureAction) -> Unit) {
    Screen(
        title = say(Texts.Capture.CertificateTitle),
        onBack = { send(CaptureAction.CloseSheet) },
        work = state.work,
        handlers = handlers(send),
        bottom = {
            Missing(sheet.gate.missing)
            MainButton(say(Texts.Capture.RecordShown), { send(CaptureAction.CertificateShown) }, enabled = sheet.gate.allowed && state.work !is Work.Running)
        },
    ) {
        item { Text(say(Texts.Capture.CertificateLead), style = MaterialTheme.typography.bodyLarge) }
        items(sheet.officers.size) {
            val officer = sheet.officers[it]
            Card {
                Text(officer.name, style = MaterialTheme.typography.displaySmall)
                Text(say(Texts.SignIn.CertNo) + "　" + officer.certNo, style = MaterialTheme.typography.titleLarge)
                Text(officer.unit, style = MaterialTheme.typography.bodyLarge)
            }
        }
        item { CheckRow(say(Texts.Capture.ConfirmedByParty), sheet.confirmedByParty, { send(CaptureAction.SetConfirmedByParty(it)) }) }
    }
}

@Composable
private fun NoticeSheet(state: CaptureState, sheet: CaptureSheet.Notice, send: (CaptureAction) -> Unit) {
    Screen(
        title = say(Texts.Capture.NoticeTitle),
        subtitle = say(sheet.title),
        onBack = { send(CaptureAction.CloseSheet) },
        work = state.work,
        handlers = handlers(send),
        bottom = {
            Missing(sheet.gate.missing)
            MainButton(say(Texts.Capture.RecordNotice), { send(CaptureAction.NoticeGiven) }, enabled = sheet.gate.allowed && state.work !is Work.Running)
        },
    ) {
        item { Text(say(Texts.Capture.NoticeLead), style = MaterialTheme.typography.titleMedium) }
        item { Card { Text(sheet.text, style = MaterialTheme.typography.titleLarge.copy(lineHeight = MaterialTheme.typography.displaySmall.lineHeight)) } }
        item { Choices(say(Texts.Capture.Channel), sheet.channels, sheet.channel, { send(CaptureAction.SetChannel(it)) }) }
        item { Choices(say(Texts.Capture.Response), sheet.responses, sheet.response, { send(CaptureAction.SetResponse(it)) }) }
    }
}

@Composable
private fun CloseSheet(state: CaptureState, sheet: CaptureSheet.Close, send: (CaptureAction) -> Unit) {
    Screen(
        title = say(Texts.Capture.CloseTitle),
        subtitle = state.partyName,
        onBack = { send(CaptureAction.CloseSheet) },
        work = state.work,
        handlers = handlers(send),
        bottom = {
            Missing(sheet.gate.missing)
            MainButton(say(Texts.Capture.CloseNow), { send(CaptureAction.Close) }, enabled = sheet.gate.allowed && state.work !is Work.Running, danger = true)
        },
    ) {
        if (sheet.steps.isEmpty()) item { ToneBar(Signs.Check, Tone.GOOD, say(Texts.Capture.CloseReady)) }
        else item { Text(say(Texts.Capture.CloseLead), style = MaterialTheme.typography.bodyLarge) }
        items(sheet.steps.size) { Explanation(sheet.steps[it], send) }
    }
}

@Composable
private fun Explanation(line: ExplainLine, send: (CaptureAction) -> Unit) {
    Card {
        Text(say(line.label), style = MaterialTheme.typography.titleSmall)
        Missing(line.missing)
        if (line.explainable) {
            Entry(say(Texts.Capture.Explain), line.explanation, { send(CaptureAction.Explain(line.code, it)) }, typing = Typing(lines = 2))
        } else {
            ToneBar(Signs.Lock, Tone.BAD, say(Texts.Capture.NotExplainable))
        }
    }
}

@Composable
private fun ClosedSheet(sheet: CaptureSheet.Closed, send: (CaptureAction) -> Unit) {
    Screen(
        title = say(Texts.Capture.Closed),
        bottom = { MainButton(say(Texts.Capture.ToToday), { send(CaptureAction.Leave) }) },
    ) { item { ToneBar(Signs.Check, Tone.GOOD, say(sheet.sentence)) } }
}
