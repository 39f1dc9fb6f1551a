package cn.liuhen.ui.sign

import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardType
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.sign.PadLine
import cn.liuhen.shell.sign.RefusalForm
import cn.liuhen.shell.sign.SignAction
import cn.liuhen.shell.sign.SignState
import cn.liuhen.shell.sign.SignStep
import cn.liuhen.shell.sign.SignWay
import cn.liuhen.ui.BottomNeeds
import cn.liuhen.ui.CheckRow
import cn.liuhen.ui.Choices
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.PageSheet
import cn.liuhen.ui.PageTurner
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** Reading the confirmation, then signing it, or noting why nobody does. */
@Composable
fun SignScreen(state: SignState, send: (SignAction) -> Unit) {
    val ended = state.ended
    when {
        ended != null -> Screen(
            title = say(Texts.Sign.Title),
            party = true,
            bottom = { MainButton(say(Texts.Sign.Finish), { send(SignAction.Finish) }) },
        ) { item { ToneBar(Signs.Check, Tone.GOOD, say(ended)) } }
        state.step == SignStep.PAD -> PadStep(state, send)
        state.step == SignStep.PEOPLE -> People(state, send)
        else -> Reading(state, send)
    }
}

@Composable
private fun Reading(state: SignState, send: (SignAction) -> Unit) {
    // The page on the screen counts as shown when it leaves it, which is what the button does; whether that was long enough, the core says.
    val read = state.pages.isNotEmpty() && state.pages.all { it.seen || it.n == state.page }
    Screen(
        title = say(Texts.Sign.Read),
        subtitle = say(state.title),
        onBack = { send(SignAction.Back) },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(SignAction.DismissWork) }),
        loading = state.loading,
        party = true,
        bottom = {
            if (state.pages.size > 1) PageTurner(state.page, state.pages.size) { send(SignAction.TurnTo(it)) }
            MainButton(say(Texts.Sign.ReadDone), { send(SignAction.GoTo(SignStep.PEOPLE)) }, enabled = read, sign = Signs.Pen)
        },
    ) {
        if (state.objection.isNotBlank()) item { ToneBar(Signs.Flag, Tone.ATTENTION, say(Texts.Sign.ObjectionNoted) + state.objection) }
        state.pages.getOrNull(state.page - 1)?.let { page -> item(key = page.n) { PageSheet(page) } }
    }
}

@Composable
private fun People(state: SignState, send: (SignAction) -> Unit) {
    val idle = state.work !is Work.Running
    val gate = if (state.way == SignWay.SIGN) state.sign else state.refuse
    Screen(
        title = say(Texts.Sign.Title),
        subtitle = say(state.title),
        onBack = { send(SignAction.GoTo(SignStep.READ)) },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(SignAction.DismissWork) }),
        party = true,
        bottom = {
            BottomNeeds(gate.missing)
            if (state.way == SignWay.SIGN) MainButton(say(Texts.Sign.Confirm), { send(SignAction.Confirm) }, enabled = idle && gate.allowed)
            else MainButton(say(Texts.Sign.Refuse), { send(SignAction.Refuse) }, enabled = idle && gate.allowed)
        },
    ) {
        item {
            Choices(
                "",
                listOf(Choice(SignWay.SIGN.name, Texts.Sign.WaySign), Choice(SignWay.NO_SIGNATURE.name, Texts.Sign.WayNone)),
                state.way.name,
                { send(SignAction.SetWay(SignWay.valueOf(it))) },
            )
        }
        if (state.way == SignWay.SIGN) signer(state, send) else refusal(state.refusal, send)
        pads(state.pads, send)
        // All of it, where the button tells only of the first.
        if (gate.missing.size > 1) {
            item {
                Text(say(Texts.MissingHead), style = MaterialTheme.typography.titleSmall)
                Missing(gate.missing)
            }
        }
        item { Quiet(say(Texts.Sign.Grade)) }
    }
}

private fun LazyListScope.signer(state: SignState, send: (SignAction) -> Unit) {
    item { Choices(say(Texts.Sign.Role), state.roles, state.role, { send(SignAction.SetRole(it)) }) }
    item { Entry(say(Texts.Sign.Name), state.name, { send(SignAction.SetName(it)) }, required = true) }
}

private fun LazyListScope.refusal(form: RefusalForm, send: (SignAction) -> Unit) {
    val set = { changed: RefusalForm -> send(SignAction.SetRefusal(changed)) }
    item { Choices(say(Texts.Sign.State), form.states, form.state, { set(form.copy(state = it)) }) }
    item { Choices(say(Texts.Sign.Reason), form.reasons, form.reason, { set(form.copy(reason = it)) }) }
    item { Entry(say(Texts.Sign.Note), form.note, { set(form.copy(note = it)) }, required = true, typing = Typing(lines = 2)) }
    item { Heading(say(Texts.Sign.Witness)) }
    item { CheckRow(say(Texts.Sign.WitnessPresent), form.witnessPresent, { set(form.copy(witnessPresent = it)) }) }
    if (form.witnessPresent) {
        item { Entry(say(Texts.Sign.WitnessName), form.witnessName, { set(form.copy(witnessName = it)) }, required = true) }
        item { Entry(say(Texts.Sign.WitnessUnit), form.witnessUnit, { set(form.copy(witnessUnit = it)) }, required = true) }
        item {
            val typing = Typing(keyboard = KeyboardType.Phone)
            Entry(say(Texts.Sign.WitnessPhone), form.witnessPhone, { set(form.copy(witnessPhone = it)) }, required = true, typing = typing)
        }
    } else {
        item { Entry(say(Texts.Sign.NoWitness), form.noWitnessWhy, { set(form.copy(noWitnessWhy = it)) }, required = true, typing = Typing(lines = 2)) }
    }
}

private fun LazyListScope.pads(pads: List<PadLine>, send: (SignAction) -> Unit) {
    item { Heading(say(Texts.Sign.Who)) }
    items(pads.size) { index ->
        val pad = pads[index]
        val signed = pad.fit.allowed
        WayRow(
            if (signed) Signs.Check else Signs.Pen,
            say(pad.label),
            { send(SignAction.OpenPad(index)) },
            note = say(if (signed) Texts.Sign.Signed else Texts.Sign.NotSigned),
            tone = if (signed) Tone.GOOD else Tone.ATTENTION,
        )
    }
}

@Composable
private fun PadStep(state: SignState, send: (SignAction) -> Unit) {
    val pad = state.pads.getOrNull(state.pad) ?: return
    BoxWithConstraints(Modifier.fillMaxSize().safeDrawingPadding()) {
        val sideways = maxWidth > maxHeight
        Column(Modifier.fillMaxSize()) { PadScreen(pad, sideways, Modifier.weight(1f).fillMaxWidth(), send) }
    }
}
