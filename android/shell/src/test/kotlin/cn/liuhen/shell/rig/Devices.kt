package cn.liuhen.shell.rig

import cn.liuhen.core.PlatformFailure
import cn.liuhen.core.Radio
import cn.liuhen.core.RadioBond
import cn.liuhen.core.RadioCharacteristic
import cn.liuhen.core.RadioEvents
import cn.liuhen.shell.Permission
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.Preview
import cn.liuhen.shell.port.Battery
import cn.liuhen.shell.port.Biometrics
import cn.liuhen.shell.port.Encoding
import cn.liuhen.shell.port.Grant
import cn.liuhen.shell.port.MediaFailure
import cn.liuhen.shell.port.MediaSink
import cn.liuhen.shell.port.MediaSource
import cn.liuhen.shell.port.Permissions
import cn.liuhen.shell.port.Player
import cn.liuhen.shell.port.PlayerState
import cn.liuhen.shell.port.SavedState
import cn.liuhen.shell.port.ScreenPin
import cn.liuhen.shell.port.SealedBytes
import cn.liuhen.shell.port.SyncSchedule
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.MutableStateFlow
import java.io.File
import java.util.Properties

/** A camera that sees the demo's photographs and a microphone that hears its announcement, in the pieces of an encoder. */
class DemoMedia : MediaSource {
    override val preview = MutableStateFlow(Preview.LIVE)
    var photo: ByteArray = Repository.media("photo-1-casio-qv-r51.jpg")
    private val sound: ByteArray = Repository.media("notice-zh.aac")
    private val film: ByteArray = Repository.media("scene.mp4")

    /** Fails instead, when set. */
    var failure: MediaFailure.Reason? = null

    /** A recording that a test breaks in the middle. */
    var breaksAfterPieces: Int? = null
    private var stopped = CompletableDeferred<Unit>()

    /** Whether there is something to hear for ever; else silence follows the announcement. */
    var isEndless = false
    var lit = false
    var holdsCamera = false

    override fun prepare(mode: CaptureMode) {
        holdsCamera = true
    }

    override fun letGo() {
        holdsCamera = false
    }

    override fun setTorch(on: Boolean) {
        lit = on
    }

    override fun encoding(mode: CaptureMode): Encoding = when (mode) {
        CaptureMode.PHOTO -> Encoding("image/jpeg", null)
        CaptureMode.AUDIO -> Encoding("audio/aac", 8_000)
        CaptureMode.VIDEO -> Encoding("video/mp4", 600_000)
    }

    override suspend fun photo(sink: MediaSink) {
        failure?.let { throw MediaFailure(it) }
        for (piece in photo.pieces(256 * 1024)) sink.push(piece, null)
    }

    override suspend fun record(mode: CaptureMode, sink: MediaSink) {
        failure?.let { throw MediaFailure(it) }
        stopped = CompletableDeferred()
        var pieces = 0
        do {
            for (piece in if (mode == CaptureMode.VIDEO) film.pieces(32 * 1024) else sound.pieces(4 * 1024)) {
                if (pieces == breaksAfterPieces) throw MediaFailure(MediaFailure.Reason.TAKEN_BY_OTHERS)
                sink.push(piece, 400)
                pieces += 1
            }
        } while (isEndless && !stopped.isCompleted)
        // Silence until somebody stops it.
        stopped.await()
    }

    override fun stop() {
        stopped.complete(Unit)
    }

    /** The recording under way breaks off once what there is to hear was taken. */
    fun breakOff(why: Exception = MediaFailure(MediaFailure.Reason.TAKEN_BY_OTHERS)) {
        stopped.completeExceptionally(why)
    }

    private fun ByteArray.pieces(bytes: Int): List<ByteArray> = indices.step(bytes).map { copyOfRange(it, minOf(it + bytes, size)) }
}

/** A player that only reads. */
class ReadingPlayer : Player {
    override val state = MutableStateFlow(PlayerState())
    var bytes: SealedBytes? = null

    override fun open(bytes: SealedBytes, video: Boolean) {
        this.bytes = bytes
        // It never finds out how long a recording is: the screen goes by what the record says.
        state.value = PlayerState()
    }

    override fun play() {
        state.value = state.value.copy(playing = true)
    }

    override fun pause() {
        state.value = state.value.copy(playing = false)
    }

    override fun seek(positionMs: Long) {
        state.value = state.value.copy(positionMs = positionMs)
    }

    override fun close() {
        bytes = null
        state.value = PlayerState()
    }
}

class SwitchedPermissions : Permissions {
    override val granted = MutableStateFlow(Permission.entries.associateWith { Grant.GRANTED })
    val asked = mutableListOf<Permission>()

    override fun ask(permission: Permission) {
        asked += permission
    }

    fun set(permission: Permission, grant: Grant) {
        granted.value = granted.value + (permission to grant)
    }
}

class SetBattery(var percent: Int = 80) : Battery {
    override fun percent(): Int = percent
}

class CountedPin : ScreenPin {
    override val pinned = MutableStateFlow(false)

    override fun pin() {
        pinned.value = true
    }

    override fun unpin() {
        pinned.value = false
    }
}

class KeptBiometrics : Biometrics {
    override var available = true
    private val pins = mutableMapOf<String, String>()

    override fun keeps(officer: String): Boolean = officer in pins

    override suspend fun keep(officer: String, pin: String): Boolean {
        pins[officer] = pin
        return true
    }

    override suspend fun pin(officer: String): String? = pins[officer]

    override fun forget(officer: String) {
        pins.remove(officer)
    }
}

/** A scheduler that runs nothing. */
class CountedSchedule : SyncSchedule {
    /** How often something was to be sent. */
    var asked = 0

    /** Whether that may go over networks that cost money; absent until it is told. */
    var isOverMetered: Boolean? = null

    override fun somethingToSend() {
        asked += 1
    }

    override fun overMetered(isAllowed: Boolean) {
        isOverMetered = isAllowed
    }
}

/** What a system keeps for an app whose process it ends. */
class MapState : SavedState {
    private val kept = mutableMapOf<String, String>()

    override fun get(key: String): String? = kept[key]

    override fun set(key: String, value: String?) {
        if (value == null) kept.remove(key) else kept[key] = value
    }
}

/** The same in a file, for a process that truly dies. */
class FileState(private val file: File) : SavedState {
    private val kept = Properties().apply { if (file.exists()) file.reader().use(::load) }

    override fun get(key: String): String? = kept.getProperty(key)

    override fun set(key: String, value: String?) {
        if (value == null) kept.remove(key) else kept.setProperty(key, value)
        file.writer().use { kept.store(it, null) }
    }
}

/** Bluetooth that is turned off. */
class RadioOff : Radio {
    override fun listen(events: RadioEvents) = Unit

    override suspend fun scan(services: List<String>): Unit = throw PlatformFailure.RadioOff()

    override suspend fun stopScan() = Unit

    override suspend fun connect(peer: String): Unit = throw PlatformFailure.RadioOff()

    override suspend fun disconnect() = Unit

    override suspend fun discover(): List<RadioCharacteristic> = throw PlatformFailure.RadioOff()

    override suspend fun read(characteristic: String): ByteArray = throw PlatformFailure.RadioOff()

    override suspend fun write(characteristic: String, payload: ByteArray, withResponse: Boolean): Unit = throw PlatformFailure.RadioOff()

    override suspend fun subscribe(characteristic: String): Unit = throw PlatformFailure.RadioOff()

    override fun maxWriteBytes(): UInt = 20u

    override suspend fun bondState(): RadioBond = RadioBond.UNKNOWN

    override suspend fun requestBond() = Unit
}
