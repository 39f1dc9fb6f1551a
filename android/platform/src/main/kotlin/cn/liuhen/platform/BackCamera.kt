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
import android.media.ImageReader
import android.os.Build
import android.os.Handler
import android.util.Size
import android.view.Surface
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
 * The camera at the phone's back: a photograph is a JPEG in memory, handed over piece by piece as the camera made it.
 * No file is written and nothing is encoded again.
 *
 * @param handler a thread of its own for the camera's callbacks.
 * @param slot makes the memory for a picture of this size.
 */
class StillCamera(
    private val context: Context,
    private val handler: Handler,
    private val slot: (Size, Handler) -> JpegSlot = ::ReaderSlot,
) {
    private val cameras = context.getSystemService(CameraManager::class.java)
    private val turn = Mutex()

    @Volatile
    private var opened: Opened? = null

    /** Opens the camera and draws what it sees on [preview]. @throws DeviceFailure */
    @Suppress("MissingPermission") // Demanded first.
    suspend fun open(preview: Surface?): Unit = turn.withLock {
        if (opened != null) return
        context.demand(Manifest.permission.CAMERA)
        guarded {
            val id = back()
            val jpegs = slot(largestJpeg(id), handler)
            var device: CameraDevice? = null
            try {
                val state = DeviceState()
                cameras.openCamera(id, state, handler)
                device = state.opened.within()
                val surfaces = listOfNotNull(preview, jpegs.surface)
                val session = session(device, surfaces).within()
                opened = Opened(device, session, jpegs, preview)
                look(torch = false)
            } catch (failed: Exception) {
                opened = null
                device?.close()
                jpegs.close()
                throw failed
            }
        }
    }

    /** Turns the lamp on or off. @throws DeviceFailure */
    suspend fun setTorch(on: Boolean): Unit = turn.withLock { guarded { look(on) } }

    /** Takes a photograph and hands it over; returns when all of it was taken. @throws DeviceFailure */
    suspend fun photo(sink: ByteSink): Unit = turn.withLock {
        val now = opened ?: throw DeviceFailure.Broken("the camera is not open")
        val jpeg = CompletableDeferred<ByteArray>()
        guarded {
            now.jpegs.onJpeg { bytes -> jpeg.complete(ByteArray(bytes.remaining()).also(bytes::get)) }
            val request = now.device.createCaptureRequest(CameraDevice.TEMPLATE_STILL_CAPTURE).apply {
                addTarget(now.jpegs.surface)
                set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                set(CaptureRequest.JPEG_QUALITY, JPEG_QUALITY)
            }
            now.session.capture(request.build(), Shot(jpeg), handler)
            jpeg.within()
        }
        val bytes = jpeg.await()
        for (from in bytes.indices step PIECE_BYTES) {
            sink.push(bytes.copyOfRange(from, minOf(from + PIECE_BYTES, bytes.size)), null)
        }
    }

    /** Lets the camera go. Asking twice is no error. */
    fun close() {
        val now = opened ?: return
        opened = null
        now.session.close()
        now.device.close()
        now.jpegs.close()
    }

    private fun look(torch: Boolean) {
        val now = opened ?: return
        val preview = now.preview ?: return
        val request = now.device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
            addTarget(preview)
            set(CaptureRequest.FLASH_MODE, if (torch) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF)
        }
        now.session.setRepeatingRequest(request.build(), null, handler)
    }

    private fun back(): String = cameras.cameraIdList.firstOrNull {
        cameras.getCameraCharacteristics(it)[CameraCharacteristics.LENS_FACING] == CameraCharacteristics.LENS_FACING_BACK
    } ?: throw DeviceFailure.Broken("the phone has no camera at its back")

    private fun largestJpeg(id: String): Size =
        cameras.getCameraCharacteristics(id)[CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP]
            ?.getOutputSizes(ImageFormat.JPEG)?.maxByOrNull { it.width.toLong() * it.height } ?: USUAL

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
            if (!opened.completeExceptionally(why)) close()
            camera.close()
        }
    }

    private class Shot(private val jpeg: CompletableDeferred<ByteArray>) : CameraCaptureSession.CaptureCallback() {
        override fun onCaptureFailed(session: CameraCaptureSession, request: CaptureRequest, failure: CaptureFailure) {
            jpeg.completeExceptionally(DeviceFailure.Broken("the photograph failed, reason ${failure.reason}"))
        }
    }

    private class Opened(val device: CameraDevice, val session: CameraCaptureSession, val jpegs: JpegSlot, val preview: Surface?)

    private companion object {
        /** Percent; the camera's own encoder, nearly without loss. */
        const val JPEG_QUALITY: Byte = 95
        const val PATIENCE_MS = 10_000L
        val USUAL = Size(1_920, 1_080)

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
