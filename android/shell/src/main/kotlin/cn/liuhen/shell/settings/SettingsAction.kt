package cn.liuhen.shell.settings

import cn.liuhen.shell.Lang
import cn.liuhen.shell.Permission

/** What can be set. */
sealed interface SettingsAction {
    data class SetLang(val lang: Lang) : SettingsAction

    data class SetNewSsid(val name: String) : SettingsAction

    data object AddSsid : SettingsAction

    data class RemoveSsid(val name: String) : SettingsAction

    data class SetKeepDays(val days: Int) : SettingsAction

    data class SetAllowMetered(val allowed: Boolean) : SettingsAction

    data class SetBiometric(val on: Boolean) : SettingsAction

    data class AskPermission(val permission: Permission) : SettingsAction

    data object ChangePin : SettingsAction

    /** Sign out; nothing is wiped. */
    data object Lock : SettingsAction

    data object Back : SettingsAction

    data object DismissWork : SettingsAction
}
