package cn.liuhen.ui.signin

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.signin.PinStep
import cn.liuhen.shell.signin.SignInAction
import cn.liuhen.shell.signin.SignInState
import cn.liuhen.ui.EmptyBlock
import cn.liuhen.ui.PinDots
import cn.liuhen.ui.PinPad
import cn.liuhen.ui.QuietButton
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** A person takes the phone. */
@Composable
fun SignInScreen(state: SignInState, send: (SignInAction) -> Unit) {
    val chosen = state.chosen
    Screen(
        title = say(if (chosen == null) Texts.SignIn.Who else Texts.SignIn.Title),
        onBack = if (chosen == null && !state.changing) null else { { send(if (state.changing) SignInAction.Leave else SignInAction.ChooseAnother) } },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(SignInAction.Reload) }),
        loading = state.loading,
        bottom = if (chosen == null) null else {
            {
                PinPad(
                    enabled = state.waitSecs == 0L,
                    onDigit = { send(SignInAction.Digit(it)) },
                    onErase = { send(SignInAction.EraseDigit) },
                    onBiometric = if (state.biometric) { { send(SignInAction.UseBiometric) } } else null,
                )
            }
        },
    ) {
        if (chosen == null) people(state.officers, send) else item { Pin(state, chosen, send) }
    }
}

private fun LazyListScope.people(officers: List<OfficerLine>, send: (SignInAction) -> Unit) {
    if (officers.isEmpty()) {
        item { EmptyBlock(Signs.Person, say(Texts.SignIn.Empty)) }
    }
    officers.forEach { officer ->
        item {
            val why = officer.whyNot
            WayRow(
                Signs.Person,
                officer.name,
                { send(SignInAction.Choose(officer.officer)) },
                note = why?.let { say(it) } ?: listOfNotNull(officer.unit, officer.certNo).joinToString("\n"),
                tone = if (why != null) Tone.BAD else null,
            )
        }
    }
}

@Composable
private fun Pin(state: SignInState, chosen: OfficerLine, send: (SignInAction) -> Unit) {
    Column(Modifier.fillMaxWidth(), horizontalAlignment = Alignment.CenterHorizontally, verticalArrangement = Arrangement.spacedBy(14.dp)) {
        Text(chosen.name, style = MaterialTheme.typography.headlineMedium)
        Text(chosen.unit, color = MaterialTheme.colorScheme.onSurfaceVariant, style = MaterialTheme.typography.bodyMedium)
        val prompt = when (state.step) {
            PinStep.ENTER -> Texts.SignIn.Enter
            PinStep.CHOOSE_NEW -> Texts.SignIn.ChooseNew
            PinStep.REPEAT_NEW -> Texts.SignIn.RepeatNew
        }
        Text(say(prompt), style = MaterialTheme.typography.titleMedium, textAlign = TextAlign.Center)
        PinDots(state.digits, state.pinLength)
        state.sentence?.let { sentence ->
            ToneBar(Signs.Warning, Tone.ATTENTION, say(sentence), Modifier.semantics { liveRegion = LiveRegionMode.Polite })
        }
        if (state.waitSecs > 0) ToneBar(Signs.Clock, Tone.BAD, say(Texts.SignIn.wait(state.waitSecs)))
        Row(Modifier.padding(top = 4.dp)) { QuietButton(say(Texts.SignIn.Another), { send(SignInAction.ChooseAnother) }) }
    }
}
