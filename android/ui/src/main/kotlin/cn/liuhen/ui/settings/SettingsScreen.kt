package cn.liuhen.ui.settings

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Lang
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.settings.PermissionLine
import cn.liuhen.shell.settings.SettingsAction
import cn.liuhen.shell.settings.SettingsState
import cn.liuhen.ui.Card
import cn.liuhen.ui.CheckRow
import cn.liuhen.ui.Choices
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Fact
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.Stepper
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** What this phone is, and the few things an officer may set. */
@Composable
fun SettingsScreen(state: SettingsState, send: (SettingsAction) -> Unit) {
    Screen(
        title = say(Texts.Settings.Title),
        onBack = { send(SettingsAction.Back) },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(SettingsAction.DismissWork) }),
        loading = state.loading,
        bottom = {
            Quiet(say(Texts.Settings.LockLead))
            MainButton(say(Texts.Settings.Lock), { send(SettingsAction.Lock) }, sign = Signs.Lock)
        },
    ) {
        item { DeviceCard(state) }
        upload(state, send)
        item { Heading(say(Texts.Settings.Unlock)) }
        item {
            CheckRow(say(Texts.Settings.Biometric), state.biometric, { send(SettingsAction.SetBiometric(it)) }, enabled = state.biometricAvailable)
            if (!state.biometricAvailable) Quiet(say(Texts.Settings.NoBiometric))
        }
        item { WayRow(Signs.Lock, say(Texts.Settings.ChangePin), { send(SettingsAction.ChangePin) }) }
        item {
            val languages = listOf(Choice(Lang.ZH.name, Texts.Settings.Chinese), Choice(Lang.EN.name, Texts.Settings.English))
            Choices(say(Texts.Settings.Language), languages, state.lang.name, { send(SettingsAction.SetLang(Lang.valueOf(it))) })
        }
        permissions(state.permissions, send)
    }
}

@Composable
private fun DeviceCard(state: SettingsState) {
    Card {
        Text(say(Texts.Settings.Device), style = MaterialTheme.typography.titleMedium)
        Fact(say(Texts.Settings.Bureau), state.bureau)
        Fact(say(Texts.Settings.DeviceNo), state.deviceNo)
        Fact(say(Texts.Settings.Identity), state.device)
        Fact(say(Texts.Settings.KeyStore), say(state.keyStore))
        Fact(say(Texts.Settings.Due), say(state.due))
        state.storage?.let { Fact(say(Texts.Settings.Space), say(it.sentence), tone = if (it.tone == Tone.GOOD) null else it.tone) }
        Fact(say(Texts.Settings.Version), state.version)
    }
}

private fun LazyListScope.upload(state: SettingsState, send: (SettingsAction) -> Unit) {
    item { Heading(say(Texts.Settings.Upload)) }
    item { CheckRow(say(Texts.Settings.AllowMetered), state.allowMetered, { send(SettingsAction.SetAllowMetered(it)) }) }
    item {
        Stepper(
            say(Texts.Settings.KeepDays),
            say(Texts.Settings.days(state.keepDays)),
            { send(SettingsAction.SetKeepDays(state.keepDays - 1)) },
            { send(SettingsAction.SetKeepDays(state.keepDays + 1)) },
        )
    }
    item { Entry(say(Texts.Settings.OfficeWifi), state.newSsid, { send(SettingsAction.SetNewSsid(it)) }) }
    item { OtherButton(say(Texts.Settings.AddWifi), { send(SettingsAction.AddSsid) }, Modifier.fillMaxWidth(), enabled = state.newSsid.isNotBlank(), sign = Signs.Add) }
    state.officeSsids.forEach { name ->
        item { WayRow(Signs.Close, name, { send(SettingsAction.RemoveSsid(name)) }, note = say(Texts.Settings.Remove)) }
    }
}

private fun LazyListScope.permissions(permissions: List<PermissionLine>, send: (SettingsAction) -> Unit) {
    if (permissions.isEmpty()) return
    item { Heading(say(Texts.Settings.Permissions)) }
    permissions.forEach { line ->
        item {
            WayRow(
                if (line.granted) Signs.Check else Signs.Warning,
                say(Texts.permission(line.permission)),
                { send(SettingsAction.AskPermission(line.permission)) },
                note = say(if (line.granted) Texts.Settings.Granted else Texts.Settings.NotGranted),
                tone = if (line.granted) Tone.GOOD else Tone.ATTENTION,
            )
        }
    }
}
