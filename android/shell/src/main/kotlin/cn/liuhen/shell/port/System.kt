package cn.liuhen.shell.port

import cn.liuhen.core.RecorderCard
import cn.liuhen.shell.Permission
import kotlinx.coroutines.flow.StateFlow

/** What the officer allowed in the system. */
interface Permissions {
    /** Every permission and how it stands. */
    val granted: StateFlow<Map<Permission, Grant>>

    /** Asks, or opens the system's settings where asking is not possible any more. */
    fun ask(permission: Permission)
}

/** How a permission stands. */
enum class Grant { GRANTED, NOT_ASKED, DENIED, DENIED_FOR_GOOD }

/** The phone's battery. */
interface Battery {
    /** Percent. */
    fun percent(): Int
}

/** Keeps everything but this app out of reach while the phone is in the party's hand. */
interface ScreenPin {
    val pinned: StateFlow<Boolean>

    fun pin()

    fun unpin()
}

/** Fingerprint or face in place of the PIN: a key that needs them keeps the PIN wrapped. */
interface Biometrics {
    /** Whether the phone has them and they are set up. */
    val available: Boolean

    /** Whether a PIN of this officer is kept. */
    fun keeps(officer: String): Boolean

    /** Keeps a PIN; false when the officer or the system did not want to. */
    suspend fun keep(officer: String, pin: String): Boolean

    /** Asks for finger or face and gives the PIN; null when it was not given. */
    suspend fun pin(officer: String): String?

    /** Forgets the PIN. */
    fun forget(officer: String)
}

/** Lets the officer choose a recorder's card, or a folder that stands for one. */
fun interface FolderPicker {
    /** What was chosen, as the core reads it; null when nothing was. */
    suspend fun pick(): RecorderCard?
}

/** Has the system run a synchronisation when it sees fit, also when this app is not on the screen. */
interface SyncSchedule {
    /** Something new waits to be sent. */
    fun somethingToSend()

    /**
     * Over which networks may be sent; what was asked for before follows. Told at every start of the process, and whenever it changes.
     *
     * @param isAllowed also over networks that cost money.
     */
    fun overMetered(isAllowed: Boolean)
}

/** Small things that outlive the process: the system's saved instance state, or plain preferences. Never evidence. */
interface SavedState {
    /** What was kept under this name. */
    operator fun get(key: String): String?

    /** Keeps or, with null, forgets. */
    operator fun set(key: String, value: String?)
}
