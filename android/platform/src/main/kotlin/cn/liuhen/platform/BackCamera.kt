package cn.liuhen.platform

import android.Manifest
import android.content.Context
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureFailure
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.OutputConfiguration
import android.hardware.camera2.params.SessionConfiguration
import android.hardware.display.DisplayManager
import android.media.ImageReader
import android.media.MediaCodec
import android.os.Build
import android.os.Handler
import android.util.Size
import android.view.Display
import android.view.Surface
import android.view.SurfaceHolder
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withTimeout
import java.nio.ByteBuffer

/** Where the camera's JPEG lands: in memory. */
interface JpegSlot {
    /** What the camera draws on. */
    val surface: Surface

    /** Calls [taken] with the next JPEG; the bytes are valid during the call only. */
    fun onJpeg(taken: (ByteBuffer) -> Unit)

    /** Lets the memory go. */
    fun close()
}

/**
 * How what the camera sees is drawn on a screen.
 *
 * @property size of the surface's memory, pixels, as the sensor lies: the camera fills any other with a picture that is out of shape.
 * @property shape width by height of what is seen, upright.
 */
data class CameraView(val size: Size, val shape: Float) {
    internal companion object {
        fun of(size: Size, uprightDegrees: Int): CameraView {
            val isUpright = uprightDegrees % HALF_TURN_DEGREES == 0
            return CameraView(size, if (isUpright) size.width.toFloat() / size.height else size.height.toFloat() / size.width)
        }

        private const val HALF_TURN_DEGREES = 180
    }
}

/**
 * The camera at the phone's back. A photograph is a JPEG in memory, handed over piece by piece as the camera made it; a
 * moving picture is drawn on an encoder's surface. No file is written and nothing is encoded again.
 *
 * @param handler a thread of its own for the camera's callbacks.
 * @param slot makes the memory for a picture of this size.
 */
class BackCamera(
    private val context: Context,
    private val handler: Handler,
    private val slot: (Size, Handler) -> JpegSlot = ::ReaderSlot,
) : Filmed {
    private val cameras = context.getSystemService(CameraManager::class.java)
    private val turn = Mutex()

    @Volatile
    private var opened: Opened? = null

    /** Told, on the camera's thread, when the open camera was taken away. */
    @Volatile
    var lost: (DeviceFailure) -> Unit = {}

    /** Whether the camera is open. */
    val isOpen: Boolean get() = opened != null

    /** Opens the camera, for photographs or for moving pictures; does nothing when it is. @throws DeviceFailure */
    @Suppress("MissingPermission") // Demanded first.
    suspend fun open(stills: Boolean): Unit = turn.withLock {
        val before = opened
        if (before != null && (before.jpegs != null) == stills) return
        if (before != null) close()
        context.demand(Manifest.permission.CAMERA)
        guarded {
            val id = back()
            val jpegs = if (stills) slot(largestJpeg(id), handler) else null
            var device: CameraDevice? = null
            try {
                val state = DeviceState()
                cameras.openCamera(id, state, handler)
                device = state.opened.within()
                opened = Opened(device, jpegs).also { arrange(it) }
            } catch (failed: Exception) {
                opened = null
                device?.close()
                jpegs?.close()
                throw failed
            }
        }
    }

    /** Draws what it sees on [preview] from now on, or nowhere. @throws DeviceFailure */
    suspend fun show(preview: Surface?): Unit = turn.withLock {
        val now = opened ?: return
        if (now.preview === preview) return
        now.preview = preview
        // While something is filmed a screen that goes off must not cost a picture: the old outputs stay as they are.
        try {
            guarded { if (preview == null && now.recorder != null) look(now) else arrange(now) }
        } catch (failure: DeviceFailure) {
            if (preview == null || now.recorder == null) throw failure
            // Rather a film without a viewfinder than none.
            now.preview = null
            guarded { arrange(now) }
        }
    }

    override suspend fun feed(recorder: Surface?): Unit = turn.withLock {
        val now = opened ?: if (recorder == null) return else throw DeviceFailure.Broken("the camera is not open")
        now.recorder = recorder
        guarded { arrange(now) }
    }

    /** Turns the lamp on or off. @throws DeviceFailure */
    suspend fun setTorch(on: Boolean): Unit = turn.withLock {
        val now = opened ?: return
        now.torch = on
        guarded { look(now) }
    }

    /** Takes a photograph and hands it over; returns when all of it was taken. @throws DeviceFailure */
    suspend fun photo(sink: ByteSink): Unit = turn.withLock {
        val now = opened
        val jpegs = now?.jpegs
        val session = now?.session
        if (jpegs == null || session == null) throw DeviceFailure.Broken("the camera is not open for photographs")
        val jpeg = CompletableDeferred<ByteArray>()
        guarded {
            jpegs.onJpeg { bytes -> jpeg.complete(ByteArray(bytes.remaining()).also(bytes::get)) }
            val request = now.device.createCaptureRequest(CameraDevice.TEMPLATE_STILL_CAPTURE).apply {
                addTarget(jpegs.surface)
                set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                set(CaptureRequest.JPEG_QUALITY, JPEG_QUALITY)
                set(CaptureRequest.JPEG_ORIENTATION, uprightDegrees())
                if (now.torch) set(CaptureRequest.FLASH_MODE, CaptureRequest.FLASH_MODE_TORCH)
            }
            session.capture(request.build(), Shot(jpeg), handler)
            jpeg.within()
        }
        val bytes = jpeg.await()
        for (from in bytes.indices step PIECE_BYTES) {
            sink.push(bytes.copyOfRange(from, minOf(from + PIECE_BYTES, bytes.size)), null)
        }
    }

    override fun videoSize(): Size = moving(MediaCodec::class.java)

    /** How its picture is to be drawn on the screen as that is held now; null while there is no camera to ask. */
    fun view(): CameraView? = try {
        CameraView.of(moving(SurfaceHolder::class.java), uprightDegrees())
    } catch (_: CameraAccessException) {
        null
    } catch (_: DeviceFailure) {
        null
    }

    private fun moving(use: Class<*>): Size {
        val sizes = streams(back())?.getOutputSizes(use).orEmpty()
        return sizes.filter { it.width <= VIDEO.width && it.height <= VIDEO.height }
            .maxByOrNull { it.width.toLong() * it.height } ?: VIDEO
    }

    override fun uprightDegrees(): Int {
        val sensor = cameras.getCameraCharacteristics(back())[CameraCharacteristics.SENSOR_ORIENTATION] ?: 0
        val display = context.getSystemService(DisplayManager::class.java).getDisplay(Display.DEFAULT_DISPLAY)
        val screen = (display?.rotation ?: Surface.ROTATION_0) * QUARTER_DEGREES
        return (sensor - screen + FULL_DEGREES) % FULL_DEGREES
    }

    /** Lets the camera go. Asking twice is no error. */
    fun close() {
        val now = opened ?: return
        opened = null
        now.session?.close()
        now.device.close()
        now.jpegs?.close()
    }

    /** Tells the camera where to draw. */
    private suspend fun arrange(now: Opened) {
        val outputs = listOfNotNull(now.preview, now.recorder ?: now.jpegs?.surface)
        now.session = if (outputs.isEmpty()) null else session(now.device, outputs).within()
        look(now)
    }

    /** Draws again and again, as long as anybody looks or films. */
    private fun look(now: Opened) {
        val session = now.session ?: return
        val targets = listOfNotNull(now.preview, now.recorder)
        if (targets.isEmpty()) return
        val template = if (now.recorder == null) CameraDevice.TEMPLATE_PREVIEW else CameraDevice.TEMPLATE_RECORD
        val request = now.device.createCaptureRequest(template).apply {
            targets.forEach(::addTarget)
            val focus = if (now.recorder == null) CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE else CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_VIDEO
            set(CaptureRequest.CONTROL_AF_MODE, focus)
            set(CaptureRequest.FLASH_MODE, if (now.torch) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF)
        }
        session.setRepeatingRequest(request.build(), null, handler)
    }

    private fun back(): String = cameras.cameraIdList.firstOrNull {
        cameras.getCameraCharacteristics(it)[CameraCharacteristics.LENS_FACING] == CameraCharacteristics.LENS_FACING_BACK
    } ?: throw DeviceFailure.Broken("the phone has no camera at its back")

    private fun streams(id: String) = cameras.getCameraCharacteristics(id)[CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP]

    private fun largestJpeg(id: String): Size =
        streams(id)?.getOutputSizes(ImageFormat.JPEG)?.maxByOrNull { it.width.toLong() * it.height } ?: VIDEO

    @Suppress("DEPRECATION") // The only way before Android 9.
    private fun session(device: CameraDevice, surfaces: List<Surface>): CompletableDeferred<CameraCaptureSession> {
        val made = CompletableDeferred<CameraCaptureSession>()
        val state = object : CameraCaptureSession.StateCallback() {
            override fun onConfigured(session: CameraCaptureSession) {
                made.complete(session)
            }

            override fun onConfigureFailed(session: CameraCaptureSession) {
                made.completeExceptionally(DeviceFailure.Broken("the camera refused its outputs"))
            }
        }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            val outputs = surfaces.map(::OutputConfiguration)
            device.createCaptureSession(SessionConfiguration(SessionConfiguration.SESSION_REGULAR, outputs, { handler.post(it) }, state))
        } else {
            device.createCaptureSession(surfaces, state, handler)
        }
        return made
    }

    private suspend fun <T> guarded(what: suspend () -> T): T = try {
        what()
    } catch (failed: CameraAccessException) {
        throw when (failed.reason) {
            CameraAccessException.CAMERA_IN_USE, CameraAccessException.MAX_CAMERAS_IN_USE -> DeviceFailure.TakenByOthers(failed)
            else -> DeviceFailure.Broken("the camera failed", failed)
        }
    } catch (failed: IllegalStateException) {
        // Closed meanwhile, or taken by a call.
        if (failed is kotlin.coroutines.cancellation.CancellationException) throw failed
        throw DeviceFailure.Broken("the camera was closed", failed)
    } catch (failed: IllegalArgumentException) {
        // A surface went away between being given and being used.
        throw DeviceFailure.Broken("the camera refused its outputs", failed)
    }

    private inner class DeviceState : CameraDevice.StateCallback() {
        val opened = CompletableDeferred<CameraDevice>()

        override fun onOpened(camera: CameraDevice) {
            opened.complete(camera)
        }

        override fun onDisconnected(camera: CameraDevice) = gone(camera, DeviceFailure.TakenByOthers())

        override fun onError(camera: CameraDevice, error: Int) = gone(
            camera,
            when (error) {
                ERROR_CAMERA_IN_USE, ERROR_MAX_CAMERAS_IN_USE -> DeviceFailure.TakenByOthers()
                else -> DeviceFailure.Broken("the camera gave error $error")
            },
        )

        private fun gone(camera: CameraDevice, why: DeviceFailure) {
            val wasOpen = !opened.completeExceptionally(why)
            if (wasOpen) close()
            camera.close()
            if (wasOpen) lost(why)
        }
    }

    private class Shot(private val jpeg: CompletableDeferred<ByteArray>) : CameraCaptureSession.CaptureCallback() {
        override fun onCaptureFailed(session: CameraCaptureSession, request: CaptureRequest, failure: CaptureFailure) {
            jpeg.completeExceptionally(DeviceFailure.Broken("the photograph failed, reason ${failure.reason}"))
        }
    }

    private class Opened(val device: CameraDevice, val jpegs: JpegSlot?) {
        @Volatile
        var session: CameraCaptureSession? = null
        var preview: Surface? = null
        var recorder: Surface? = null
        var torch = false
    }

    private companion object {
        /** Percent; the camera's own encoder, nearly without loss. */
        const val JPEG_QUALITY: Byte = 95
        const val PATIENCE_MS = 10_000L
        val VIDEO = Size(1_920, 1_080)
        const val QUARTER_DEGREES = 90
        const val FULL_DEGREES = 360

        suspend fun <T> CompletableDeferred<T>.within(): T = try {
            withTimeout(PATIENCE_MS) { await() }
        } catch (_: TimeoutCancellationException) {
            throw DeviceFailure.TimedOut()
        }
    }
}

private class ReaderSlot(size: Size, private val handler: Handler) : JpegSlot {
    private val reader = ImageReader.newInstance(size.width, size.height, ImageFormat.JPEG, 2)
    override val surface: Surface = reader.surface

    override fun onJpeg(taken: (ByteBuffer) -> Unit): Unit =
        reader.setOnImageAvailableListener({ it.acquireNextImage()?.use { image -> taken(image.planes[0].buffer) } }, handler)

    override fun close(): Unit = reader.close()
}
