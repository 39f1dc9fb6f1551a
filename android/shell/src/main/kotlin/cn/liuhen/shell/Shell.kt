package cn.liuhen.shell

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.SyncOutcomeView
import cn.liuhen.shell.host.CoreHost
import cn.liuhen.shell.host.HostState
import cn.liuhen.shell.port.Device
import cn.liuhen.shell.port.Grant
import cn.liuhen.shell.port.SavedState
import cn.liuhen.shell.signin.SignInModel
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlin.time.TimeSource

/**
 * What all screens share: the core, the phone, and where the officer is.
 *
 * @param time measures how long a page was on the screen.
 */
class Shell(val host: CoreHost, val device: Device, val time: TimeSource = TimeSource.Monotonic) {
    /** Where the officer is. */
    val navigator = Navigator(device.saved)

    /** Small pictures of items. */
    internal val pictures = Pictures(host)

    /** The thread on which models run. */
    val ui: CoroutineDispatcher get() = host.ui

    /** The language of the screens; Chinese until another is chosen. */
    val lang: StateFlow<Lang> get() = langs

    private val langs = MutableStateFlow(langIn(device.preferences))
    private var isSeen = false

    init {
        host.recording.ended = ::recorded
    }

    /** Opens the core and puts the route right. Called at every start of the process. */
    suspend fun start(): HostState {
        val opened = host.open()
        if (opened is HostState.Open) {
            if (isSeen) presence()
            val enrolled = host.ask { it.enrolment() }.enrolled
            val signedIn = enrolled && host.ask { it.signInScreen() }.signedIn != null
            settle(enrolled, signedIn)
            if (navigator.route.value.top.party) device.pin.pin()
            if (enrolled) device.schedule.overMetered(host.ask { it.settings() }.policy.allowMetered)
        }
        return opened
    }

    /** The app is on the screen, or not any more. Whoever was away for long signs in again and goes on where the phone was left. */
    suspend fun seen(isSeen: Boolean) {
        this.isSeen = isSeen
        if (host.state.value is HostState.Open) presence()
    }

    /** A recording ended, and with it the time in which nobody is asked for the PIN. */
    internal suspend fun recorded() {
        if (isSeen) presence()
    }

    /** A review stays with the party however long it takes; the way out of it asks for the PIN by itself. */
    private suspend fun presence() {
        if (navigator.route.value.top.party) return
        try {
            if (!isSeen) host.tell { it.leaveScreen() } else if (host.tell { it.comeToScreen() }) settle(enrolled = true, signedIn = false)
        } catch (_: CoreFailure) {
            // Whatever the officer does next says what is wrong with the store.
        }
    }

    /** How synchronisation stands while something is not stored; absent when nothing waits. */
    suspend fun waiting(): Sentence? {
        val view = host.ask { it.syncStatus() }
        return if (view.itemsNotStored > 0uL) view.sentence.said() else null
    }

    /** Synchronises because a person asked for it; what is left when the app goes from the screen, the system sees to. */
    internal suspend fun syncNow(): SyncOutcomeView {
        device.schedule.somethingToSend()
        return host.sync.run(asked = true)
    }

    internal fun setLang(lang: Lang) {
        device.preferences[LANG] = lang.name
        langs.value = lang
    }

    /** Signs out, keeping where the officer was. Nothing is wiped, and a recording goes on. */
    internal suspend fun lock() {
        host.tell { it.lock() }
        settle(enrolled = true, signedIn = false)
    }

    /** Whoever was about to change the PIN begins again. */
    private fun settle(enrolled: Boolean, signedIn: Boolean) {
        device.saved[SignInModel.CHANGING] = null
        navigator.settle(enrolled, signedIn)
    }

    /** What every screen shows above itself. */
    internal fun conditions(vararg needed: Permission): List<Condition> = buildList {
        if (host.offline) add(Condition.Offline)
        val granted = device.permissions.granted.value
        for (permission in needed) {
            val grant = granted[permission] ?: Grant.NOT_ASKED
            if (grant == Grant.DENIED || grant == Grant.DENIED_FOR_GOOD) {
                add(Condition.Denied(permission, forGood = grant == Grant.DENIED_FOR_GOOD))
            }
        }
        val percent = device.battery.percent()
        if (percent < BATTERY_LOW_PERCENT) add(Condition.BatteryLow(percent))
        host.recorder.state.value?.takeIf { it.lost }?.let { add(Condition.RecorderLost(it.sentence.said())) }
        (host.state.value as? HostState.Open)?.said?.forEach { add(Condition.Said(it, Tone.ATTENTION)) }
    }

    companion object {
        /** Android warns at the same level. */
        private const val BATTERY_LOW_PERCENT = 15
        private const val LANG = "lang"

        /** The language that was chosen; Chinese when none was. */
        fun langIn(preferences: SavedState): Lang = Lang.entries.find { it.name == preferences[LANG] } ?: Lang.ZH
    }
}
