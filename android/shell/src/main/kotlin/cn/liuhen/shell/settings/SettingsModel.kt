package cn.liuhen.shell.settings

import cn.liuhen.core.SyncPolicy
import cn.liuhen.shell.Lang
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.condition
import cn.liuhen.shell.port.Grant
import cn.liuhen.shell.said
import cn.liuhen.shell.signin.SignInModel
import kotlinx.coroutines.CoroutineScope

/** What this phone is, and the few things an officer may set. */
class SettingsModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<SettingsState, SettingsAction>(shell, scope, SettingsState(loading = true)) {
    private var officer: String? = null

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.settings() }
        officer = ask { it.signInScreen() }.signedIn?.officer
        val biometrics = shell.device.biometrics
        val granted = shell.device.permissions.granted.value
        set {
            copy(
                conditions = shell.conditions() + listOfNotNull(view.storage.condition()),
                loading = false,
                bureau = view.bureau.orEmpty(),
                deviceNo = view.deviceNo.orEmpty(),
                device = view.device.orEmpty(),
                keyStore = view.keyStore.said(),
                due = view.dueText.said(),
                storage = view.storage.said(),
                version = view.version,
                lang = shell.lang.value,
                officeSsids = view.policy.officeSsids,
                keepDays = view.policy.keepDays.toInt(),
                allowMetered = view.policy.allowMetered,
                biometric = officer?.let { shell.device.preferences[SignInModel.WANTED + it] } != null,
                biometricAvailable = biometrics.available,
                permissions = Permission.entries.map { PermissionLine(it, granted[it] == Grant.GRANTED) },
            )
        }
    }

    override fun SettingsState.with(work: Work): SettingsState = copy(work = work)

    override fun on(action: SettingsAction) {
        when (action) {
            is SettingsAction.SetLang -> {
                shell.setLang(action.lang)
                set { copy(lang = action.lang) }
            }
            is SettingsAction.SetNewSsid -> set { copy(newSsid = action.name) }
            SettingsAction.AddSsid -> {
                val name = now.newSsid.trim()
                if (name.isNotEmpty() && name !in now.officeSsids) keep(now.copy(officeSsids = now.officeSsids + name, newSsid = ""))
            }
            is SettingsAction.RemoveSsid -> keep(now.copy(officeSsids = now.officeSsids - action.name))
            is SettingsAction.SetKeepDays -> keep(now.copy(keepDays = action.days))
            is SettingsAction.SetAllowMetered -> keep(now.copy(allowMetered = action.allowed))
            is SettingsAction.SetBiometric -> biometric(action.on)
            is SettingsAction.AskPermission -> shell.device.permissions.ask(action.permission)
            SettingsAction.ChangePin -> {
                shell.device.saved[SignInModel.CHANGING] = officer
                shell.navigator.to(Place.SIGN_IN)
            }
            SettingsAction.Lock -> work(Texts.Working) {
                shell.lock()
                null
            }
            SettingsAction.Back -> shell.navigator.back()
            SettingsAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    /** The vault is asked first; the screen shows what it kept. */
    private fun keep(wanted: SettingsState) {
        work(Texts.Working) {
            tell { it.setSyncPolicy(SyncPolicy(wanted.officeSsids, wanted.keepDays.coerceAtLeast(0).toUInt(), wanted.allowMetered)) }
            shell.device.schedule.overMetered(wanted.allowMetered)
            set { copy(newSsid = wanted.newSsid) }
            load()
            null
        }
    }

    private fun biometric(on: Boolean) {
        val who = officer ?: return
        shell.device.preferences[SignInModel.WANTED + who] = if (on) "1" else null
        if (!on) shell.device.biometrics.forget(who)
        set { copy(biometric = on) }
    }
}
