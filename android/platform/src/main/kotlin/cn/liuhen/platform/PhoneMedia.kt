package cn.liuhen.platform

import android.content.Context
import android.os.Handler
import android.os.HandlerThread
import android.util.Size
import android.view.Surface
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.Preview
import cn.liuhen.shell.port.Encoding
import cn.liuhen.shell.port.MediaFailure
import cn.liuhen.shell.port.MediaSink
import cn.liuhen.shell.port.MediaSource
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.EmptyCoroutineContext

/**
 * The phone's camera and microphone as the screens want them. The camera is open while a screen that shows its picture is
 * in front, and while it films; a recording goes on whatever the screen shows.
 */
class PhoneMedia internal constructor(
    private val context: Context,
    private val words: (CaptureMode) -> String,
    io: CoroutineDispatcher,
    private val camera: BackCamera,
    encoder: ((Size) -> PictureEncoder)?,
) : MediaSource {
    /** @param words what the notification of a running recording says. */
    constructor(context: Context, words: (CaptureMode) -> String) : this(context, words, Dispatchers.IO, BackCamera(context, cameraThread()), null)

    private val microphone = Microphone(context, io)
    private val video = if (encoder == null) VideoRecorder(context, camera, microphone, io) else VideoRecorder(context, camera, microphone, io, encoder)
    private val scope = CoroutineScope(SupervisorJob() + io)
    private val turn = Mutex()
    private val previews = MutableStateFlow(Preview.OFF)

    @Volatile
    private var wanted: CaptureMode? = null

    @Volatile
    private var surface: Surface? = null

    @Volatile
    private var inFront = true

    @Volatile
    private var recording = false

    init {
        camera.lost = { why ->
            previews.value = why.preview()
            video.lost(why)
        }
    }

    override val preview: StateFlow<Preview> = previews.asStateFlow()

    override fun prepare(mode: CaptureMode) {
        wanted = mode
        settle()
    }

    override fun letGo() {
        wanted = null
        settle()
    }

    /** The app leaves the screen: the camera is let go, unless a recording runs. */
    fun pause() {
        inFront = false
        settle()
    }

    /** The app is back on the screen. */
    fun resume() {
        inFront = true
        settle()
    }

    /** Draws what the camera sees here from now on, or nowhere when the surface is about to go. */
    fun show(surface: Surface?) {
        this.surface = surface
        scope.launch { turn.withLock { showing() } }
    }

    /** How the camera's picture is to be drawn on the screen as that is held now; null while there is no camera to ask. */
    fun view(): CameraView? = camera.view()

    override fun setTorch(on: Boolean) {
        scope.launch { turn.withLock { told { camera.setTorch(on) } } }
    }

    override fun encoding(mode: CaptureMode): Encoding = when (mode) {
        CaptureMode.PHOTO -> Encoding("image/jpeg", null)
        CaptureMode.AUDIO -> Encoding("audio/aac", AUDIO_BYTES_PER_SEC)
        CaptureMode.VIDEO -> Encoding("video/mp4", (VideoRecorder.BITS_PER_SEC + Microphone.BITS_PER_SEC) / BITS)
    }

    override suspend fun photo(sink: MediaSink): Unit = failing { camera.photo(sink.here()) }

    override suspend fun record(mode: CaptureMode, sink: MediaSink): Unit = failing {
        require(mode != CaptureMode.PHOTO) { "a photograph is not recorded" }
        val pieces = sink.here()
        recording = true
        try {
            RecordingService.start(context, words(mode), withCamera = mode == CaptureMode.VIDEO)
            if (mode == CaptureMode.VIDEO) video.record(pieces) else microphone.record(pieces)
        } finally {
            recording = false
            RecordingService.stop()
            settle()
        }
    }

    override fun stop() {
        video.stop()
        microphone.stop()
    }

    /** Opens or closes the camera as it is wanted now. A recording under way keeps it as it is. */
    private fun settle() {
        scope.launch { turn.withLock { if (!recording) arrange() } }
    }

    private suspend fun arrange() {
        val mode = wanted?.takeIf { inFront && it != CaptureMode.AUDIO }
        if (mode == null) {
            camera.close()
            previews.value = Preview.OFF
            return
        }
        if (!camera.isOpen) previews.value = Preview.STARTING
        told { camera.open(stills = mode == CaptureMode.PHOTO) }
        if (!camera.isOpen) return
        showing()
        if (camera.isOpen) previews.value = Preview.LIVE
    }

    private suspend fun showing(): Unit = told { camera.show(surface) }

    /** Where nobody waits for an answer, a failure is told by the preview, and by the film that ends with the camera. */
    private suspend fun told(what: suspend () -> Unit) {
        try {
            what()
        } catch (failure: DeviceFailure) {
            video.lost(failure)
            camera.close()
            previews.value = failure.preview()
        }
    }

    /** Pieces arrive where the caller runs, not on a thread of the camera. */
    private suspend fun MediaSink.here(): ByteSink {
        val home = currentCoroutineContext()[ContinuationInterceptor] ?: EmptyCoroutineContext
        return ByteSink { piece, levelPermille -> withContext(home) { push(piece, levelPermille) } }
    }

    private inline fun <T> failing(what: () -> T): T = try {
        what()
    } catch (failure: DeviceFailure) {
        throw MediaFailure(failure.reason(), failure)
    }

    private companion object {
        const val BITS = 8L

        /** Frames and their headers. */
        const val AUDIO_BYTES_PER_SEC = Microphone.BITS_PER_SEC / BITS + Adts.HEADER_BYTES * Microphone.RATE_HZ / FragmentedMp4.FRAME_SAMPLES

        fun cameraThread() = Handler(HandlerThread("camera").apply { start() }.looper)

        fun DeviceFailure.preview() = if (this is DeviceFailure.TakenByOthers) Preview.TAKEN_BY_OTHERS else Preview.OFF

        fun DeviceFailure.reason() = when (this) {
            is DeviceFailure.Denied -> MediaFailure.Reason.DENIED
            is DeviceFailure.TakenByOthers -> MediaFailure.Reason.TAKEN_BY_OTHERS
            else -> MediaFailure.Reason.BROKEN
        }
    }
}
