package cn.liuhen.ui.sessionopen

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.selection.toggleable
import androidx.compose.material3.Checkbox
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Need
import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.sessionopen.CheckLine
import cn.liuhen.shell.sessionopen.OpenField
import cn.liuhen.shell.sessionopen.OpenStep
import cn.liuhen.shell.sessionopen.SessionOpenAction
import cn.liuhen.shell.sessionopen.SessionOpenState
import cn.liuhen.ui.BottomNeeds
import cn.liuhen.ui.Choices
import cn.liuhen.ui.Entry
import cn.liuhen.ui.FieldNeed
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Pair
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.QuietButton
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.Stepper
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.ToneTag
import cn.liuhen.ui.Touch
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** Before an activity, in three short steps. */
@Composable
fun SessionOpenScreen(state: SessionOpenState, send: (SessionOpenAction) -> Unit) {
    val steps = OpenStep.entries
    val head = when (state.step) {
        OpenStep.EQUIPMENT -> Texts.Open.Equipment
        OpenStep.PEOPLE -> Texts.Open.People
        OpenStep.MATTER -> Texts.Open.Matter
    }
    val back = if (state.step == steps.first()) SessionOpenAction.Back else SessionOpenAction.GoTo(steps[state.step.ordinal - 1])
    Screen(
        title = say(head),
        subtitle = say(Texts.Open.Title) + "　" + say(Texts.Open.step(state.step.ordinal + 1, steps.size)),
        onBack = { send(back) },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(SessionOpenAction.DismissWork) }),
        loading = state.loading,
        bottom = { Bottom(state, send) },
    ) {
        when (state.step) {
            OpenStep.EQUIPMENT -> equipment(state, send)
            OpenStep.PEOPLE -> people(state, send)
            OpenStep.MATTER -> matter(state, send)
        }
    }
}

@Composable
private fun Bottom(state: SessionOpenState, send: (SessionOpenAction) -> Unit) {
    val idle = state.work !is Work.Running
    when (state.step) {
        OpenStep.EQUIPMENT -> if (state.check == null) {
            MainButton(say(Texts.Open.Check), { send(SessionOpenAction.Check) }, enabled = idle)
        } else {
            Pair(
                { OtherButton(say(Texts.Open.CheckAgain), { send(SessionOpenAction.Check) }, it, enabled = idle) },
                { MainButton(say(Texts.Open.Next), { send(SessionOpenAction.GoTo(OpenStep.PEOPLE)) }, it, enabled = state.check?.passed == true) },
            )
        }
        OpenStep.PEOPLE -> {
            BottomNeeds(state.problems.filterKeys { it.step == OpenStep.PEOPLE }.map { (field, lacks) -> Need(field.name, lacks) })
            MainButton(say(Texts.Open.Next), { send(SessionOpenAction.GoTo(OpenStep.MATTER)) })
        }
        OpenStep.MATTER -> {
            BottomNeeds(state.gate.missing)
            MainButton(say(Texts.Open.Open), { send(SessionOpenAction.Open) }, enabled = idle && state.gate.allowed)
        }
    }
}

private fun LazyListScope.equipment(state: SessionOpenState, send: (SessionOpenAction) -> Unit) {
    val check = state.check
    item {
        if (check == null) ToneBar(Signs.Battery, Tone.PLAIN, say(Texts.Open.NotChecked))
        else ToneBar(Signs.of(check.tone), check.tone, say(check.sentence))
    }
    check?.lines?.forEach { line -> item { Measured(line, send) } }
    item {
        Stepper(
            say(Texts.Open.Planned),
            "${state.plannedMinutes} ${say(Texts.Minutes)}",
            { send(SessionOpenAction.SetPlannedMinutes(state.plannedMinutes - 30)) },
            { send(SessionOpenAction.SetPlannedMinutes(state.plannedMinutes + 30)) },
        )
    }
    state.storage?.let { item { Quiet(say(it.sentence), color = toneColors(it.tone).mark) } }
    if (state.recorders.isNotEmpty()) {
        item {
            Choices(
                say(Texts.Open.WithRecorder),
                listOf(Choice("", Texts.Open.NoRecorder)) + state.recorders,
                state.recorder.orEmpty(),
                { send(SessionOpenAction.ChooseRecorder(it.ifEmpty { null })) },
            )
        }
    }
}

@Composable
private fun Measured(line: CheckLine, send: (SessionOpenAction) -> Unit) {
    Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(6.dp)) {
        Row(
            Modifier.heightIn(min = 40.dp),
            verticalAlignment = Alignment.CenterVertically,
            horizontalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            Icon(Signs.of(line.tone), null, Modifier.size(26.dp), tint = toneColors(line.tone).mark)
            Text(say(line.label), Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge)
        }
        if (line.overridable) {
            Entry(say(Texts.Open.Reason), line.reason.orEmpty(), { send(SessionOpenAction.Override(line.code, it)) })
        }
    }
}

private fun LazyListScope.people(state: SessionOpenState, send: (SessionOpenAction) -> Unit) {
    item { Choices(say(Texts.Open.Activity), state.activities, state.activity, { send(SessionOpenAction.ChooseActivity(it)) }, lacks = state.problems[OpenField.ACTIVITY]) }
    item {
        Heading(say(Texts.Open.Officers))
        FieldNeed(state.problems[OpenField.OFFICERS])
    }
    state.officers.forEach { officer -> item { OfficerRow(officer, state.chosenOfficers.indexOf(officer.officer), send) } }
}

@Composable
private fun OfficerRow(officer: OfficerLine, place: Int, send: (SessionOpenAction) -> Unit) {
    val free = officer.whyNot == null
    Row(
        Modifier.fillMaxWidth().heightIn(min = Touch).toggleable(
            value = place >= 0,
            enabled = free,
            role = Role.Checkbox,
            onValueChange = { send(SessionOpenAction.ToggleOfficer(officer.officer)) },
        ).padding(vertical = 6.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(12.dp),
    ) {
        Checkbox(checked = place >= 0, onCheckedChange = null, enabled = free)
        Column(Modifier.weight(1f)) {
            Text(officer.name, style = MaterialTheme.typography.titleSmall)
            val why = officer.whyNot
            if (why != null) Quiet(say(why), color = toneColors(Tone.BAD).mark)
            else Quiet(listOfNotNull(officer.unit, officer.certNo).joinToString("\n"))
            if (place > 0) QuietButton(say(Texts.Open.MakeLead), { send(SessionOpenAction.MakeLead(officer.officer)) })
        }
        if (place >= 0) ToneTag(say(if (place == 0) Texts.Open.Lead else Texts.Open.Assisting), if (place == 0) Tone.GOOD else Tone.PLAIN)
    }
}

private fun LazyListScope.matter(state: SessionOpenState, send: (SessionOpenAction) -> Unit) {
    val lacks = state.problems
    item { Choices(say(Texts.Open.PartyKind), state.partyKinds, state.partyKind, { send(SessionOpenAction.ChoosePartyKind(it)) }, lacks = lacks[OpenField.PARTY_KIND]) }
    item { Entry(say(Texts.Open.PartyName), state.partyName, { send(SessionOpenAction.SetPartyName(it)) }, required = true, lacks = lacks[OpenField.PARTY_NAME]) }
    item { Entry(say(Texts.Open.Uscc), state.uscc, { send(SessionOpenAction.SetUscc(it)) }) }
    item { Entry(say(Texts.Open.Representative), state.representative, { send(SessionOpenAction.SetRepresentative(it)) }) }
    item { Choices(say(Texts.Open.Cause), state.causes, state.cause, { send(SessionOpenAction.ChooseCause(it)) }, lacks = lacks[OpenField.CAUSE]) }
    item { Entry(say(Texts.Open.CauseText), state.causeText, { send(SessionOpenAction.SetCauseText(it)) }) }
    item { Entry(say(Texts.Open.Place), state.placeText, { send(SessionOpenAction.SetPlace(it)) }, required = true, lacks = lacks[OpenField.PLACE]) }
    if (state.gate.missing.isNotEmpty()) {
        item {
            Text(say(Texts.MissingHead), style = MaterialTheme.typography.titleSmall)
            Missing(state.gate.missing)
        }
    }
}
