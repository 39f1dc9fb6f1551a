package cn.liuhen.app

import android.content.Context
import android.content.Intent
import android.os.Build
import android.view.Surface
import cn.liuhen.core.Clock
import cn.liuhen.core.CoreConfig
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.Keystore
import cn.liuhen.core.Location
import cn.liuhen.core.Network
import cn.liuhen.core.NetworkNow
import cn.liuhen.core.PhonePorts
import cn.liuhen.core.Radio
import cn.liuhen.core.Reach
import cn.liuhen.core.openCore
import cn.liuhen.platform.CameraView
import cn.liuhen.platform.NetworkWake
import cn.liuhen.platform.PhoneBattery
import cn.liuhen.platform.SyncJobs
import cn.liuhen.shell.Place
import cn.liuhen.shell.Shell
import cn.liuhen.shell.host.CoreHost
import cn.liuhen.shell.port.Battery
import cn.liuhen.shell.port.Biometrics
import cn.liuhen.shell.port.Device
import cn.liuhen.shell.port.FolderPicker
import cn.liuhen.shell.port.MediaSource
import cn.liuhen.shell.port.Player
import cn.liuhen.shell.port.SavedState
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.io.File
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.util.concurrent.atomic.AtomicReference

/** What the phone is made of, behind the ports of the core and of the shell. */
class Hardware(
    val keystore: Keystore,
    val location: Location,
    val network: Network,
    /** Has this called, on any thread, whenever the phone is connected otherwise. */
    val connected: (() -> Unit) -> Unit,
    val clock: Clock,
    val radio: Radio,
    val media: MediaSource,
    val player: Player,
    val biometrics: Biometrics,
    val folders: FolderPicker,
    /** Begins or ends listening for the phone's place. */
    val listen: (Boolean) -> Unit,
    /** The app is shown, or not any more: without a recording the camera is let go. */
    val awake: (Boolean) -> Unit,
    /** Draws the camera's picture on this surface; on none when it is absent. */
    val showCamera: (Surface?) -> Unit,
    /** In which size and shape, as the screen is held now; null while there is no camera to ask. */
    val cameraView: () -> CameraView?,
    /** Draws the video that is played on this surface. */
    val showVideo: (Surface?) -> Unit,
    /** Width by height of that video; absent until it is known. */
    val videoShape: StateFlow<Float?>,
    /** What another app answered to the activity: request, result, data. */
    val answered: (Int, Int, Intent?) -> Unit,
)

/**
 * The phone and the core, joined once for the whole process.
 *
 * @property context the process, not an activity.
 * @param main the main thread.
 * @param hardware made once, with the way to the activity.
 */
class Phone(
    val context: Context,
    main: CoroutineDispatcher,
    hardware: (Phone) -> Hardware,
    open: suspend (CoreConfig, PhonePorts) -> CoreInterface = ::openOffTheMainThread,
) {
    private val scope = CoroutineScope(SupervisorJob() + main)
    private val jobs = SyncJobs(context)
    private val wake = NetworkWake(context)
    private var place: Place? = null
    private val network = AtomicReference<NetworkNow?>()

    /** The activity, while there is one. */
    val front = Front()

    /** What the officer allowed. */
    val permissions = AskedPermissions(context, front, kept("permissions"))

    /** Party mode. */
    val pin = PinnedScreen(front)

    /** The text of an invitation that another app handed over. */
    val invitation = MutableStateFlow<String?>(null)

    /** What stays until the app is removed. */
    val preferences: SavedState = kept("preferences")

    /** Camera, microphone, keys and the rest. */
    val hardware: Hardware = hardware(this)

    /** The core behind the screens. */
    val shell: Shell

    init {
        val made = this.hardware
        val config = CoreConfig(
            // Neither a backup nor a transfer to another phone takes this folder along.
            dir = File(context.noBackupFilesDir, "vault").path,
            phoneName = Build.MODEL,
            allowSimulatedRecorder = false,
            rootsPem = null,
        )
        val ports = PhonePorts(made.keystore, made.location, made.network, made.clock)
        val battery = PhoneBattery(context)
        val device = Device(
            media = made.media,
            player = made.player,
            permissions = permissions,
            battery = object : Battery {
                override fun percent(): Int = battery.percent()
            },
            pin = pin,
            biometrics = made.biometrics,
            folders = made.folders,
            schedule = jobs,
            saved = kept("screens"),
            preferences = preferences,
            radio = made.radio,
        )
        shell = Shell(CoreHost(config, ports, main, open), device)
    }

    private fun kept(name: String) = KeptState(context.getSharedPreferences(name, Context.MODE_PRIVATE))

    /** Opens the core. Called once, when the process starts. */
    fun start() {
        jobs.sweep()
        // The evening may be what the process was started for.
        if (!jobs.awaitsDayEnd) nextEvening()
        scope.launch { shell.start() }
        hardware.connected(::connected)
        connected()
    }

    /**
     * A Wi-Fi or a wire that appears may be the office's. The system's jobs see only its default network, and an office network without
     * internet is none.
     */
    private fun connected() {
        val now = hardware.network.state()
        val before = network.getAndSet(now)
        if (now != before && now.mayBeOffice()) {
            scope.launch { synchronise() }
        }
        // The system tells the next one when this process may have ended, and it told the last one only once.
        if (!now.mayBeOffice() && before?.mayBeOffice() != false) wake.ask()
    }

    private fun NetworkNow.mayBeOffice() = reach == Reach.WIFI || reach == Reach.WIRED

    private suspend fun synchronise() {
        try {
            shell.host.sync.runScheduled(hasNetwork = false)
        } catch (stopped: CancellationException) {
            throw stopped
        } catch (_: Exception) {
            // Nobody waits for it, the sweep asks again, and a recording under way must not end with it.
        }
    }

    /** Has the phone look in the evening whether something of the day still waits. */
    fun nextEvening() {
        jobs.dayEnd(untilEveningMs(Instant.now()))
    }

    /** Another screen is shown. */
    fun shows(place: Place) {
        this.place = place
        // Joining works without a camera: it asks when a code is to be scanned.
        if (place != Place.ENROL) permissions.askOnce(place)
        listen()
    }

    /** The app came to the front, or left it. A recording goes on. */
    fun seen(isSeen: Boolean) {
        front.seen(isSeen)
        permissions.look()
        pin.look()
        listen()
        scope.launch { shell.seen(isSeen) }
    }

    /** What another app handed over: the text of an invitation. It does nothing but fill in a form, and only there. */
    fun told(intent: Intent?) {
        invitation.value = invitationIn(intent) ?: return
    }

    private fun listen() {
        hardware.listen(front.isSeen && place in AT_WORK)
    }

    private companion object {
        /** Where records are made that say where. */
        val AT_WORK = setOf(
            Place.SESSION_OPEN, Place.CAPTURE, Place.RECORDER, Place.DOCUMENTS, Place.REVIEW, Place.SIGN,
            Place.GAP_SHEET, Place.FAULT_SHEET, Place.TRIGGER_SHEET,
        )
    }
}

/** Milliseconds until office hours are over (18:00 of the bureau's zone), today or tomorrow: what is due must leave the same day. */
internal fun untilEveningMs(now: Instant): Long {
    val here = now.atZone(ZoneId.of("Asia/Shanghai"))
    val today = here.toLocalDate().atTime(18, 0).atZone(here.zone)
    val next = if (here.isBefore(today)) today else today.plusDays(1)
    return Duration.between(here, next).toMillis()
}

/** The native library is loaded, the certificates are read and the vault is opened without the main thread. */
private suspend fun openOffTheMainThread(config: CoreConfig, ports: PhonePorts): CoreInterface = withContext(Dispatchers.IO) {
    openCore(config.copy(rootsPem = systemRoots()), ports)
}

/** The invitation in an intent: shared text, or a link `liuhen:` with the same text behind it. */
internal fun invitationIn(intent: Intent?): String? {
    val text = when (intent?.action) {
        Intent.ACTION_SEND -> intent.getStringExtra(Intent.EXTRA_TEXT)
        Intent.ACTION_VIEW -> intent.dataString?.takeIf { it.startsWith(LINK) }?.removePrefix(LINK)
        else -> null
    }
    return text?.trim()?.takeIf { it.isNotEmpty() && it.length <= INVITATION_MAX_CHARS }
}

private const val LINK = "liuhen:"

/** An address and a code are far shorter; whatever another app sends is not kept beyond this. */
private const val INVITATION_MAX_CHARS = 1_024
