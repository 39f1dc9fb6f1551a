package cn.liuhen.shell.settings

import cn.liuhen.shell.Condition
import cn.liuhen.shell.Lang
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.StorageLine
import cn.liuhen.shell.Work

/** What this phone is, and the few things an officer may set. */
data class SettingsState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    val bureau: String = "",
    val deviceNo: String = "",
    /** The device's identity, shortened. */
    val device: String = "",
    /** Where the keys live. */
    val keyStore: Sentence = Sentence("", ""),
    /** When captures are due at the bureau. */
    val due: Sentence = Sentence("", ""),
    val storage: StorageLine? = null,
    val version: String = "",
    val lang: Lang = Lang.ZH,
    val officeSsids: List<String> = emptyList(),
    /** The name being added to [officeSsids]. */
    val newSsid: String = "",
    /** Days that stored items stay on the phone. */
    val keepDays: Int = 0,
    val allowMetered: Boolean = false,
    val biometric: Boolean = false,
    /** Whether the phone has fingerprint or face at all. */
    val biometricAvailable: Boolean = true,
    val permissions: List<PermissionLine> = emptyList(),
    val work: Work = Work.Idle,
)

/** A permission and whether it is granted. */
data class PermissionLine(val permission: Permission, val granted: Boolean)
