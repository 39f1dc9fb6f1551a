package cn.liuhen.app

import android.Manifest
import android.annotation.SuppressLint
import android.content.Context
import android.content.pm.PackageManager
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.view.Surface

/**
 * The camera while it looks for a code: its picture on a surface and its brightness for [Codes]. Nothing is kept.
 *
 * @param found called once, on a thread of its own, with the text of the first code.
 */
class CodeCamera(private val context: Context, private val found: (String) -> Unit) {
    private val codes = Codes()
    private val thread = HandlerThread("codes").apply { start() }
    private val handler = Handler(thread.looper)
    private val reader = ImageReader.newInstance(WIDTH, HEIGHT, ImageFormat.YUV_420_888, 2)
    private var device: CameraDevice? = null
    private var isFound = false
    private var isEnded = false

    @Volatile
    private var isOpening = false

    /** Begins; does nothing while the camera is not allowed or held by others. */
    @SuppressLint("MissingPermission") // Asked in the first line.
    fun open(surface: Surface) {
        if (context.checkSelfPermission(Manifest.permission.CAMERA) != PackageManager.PERMISSION_GRANTED) return
        val cameras = context.getSystemService(CameraManager::class.java)
        reader.setOnImageAvailableListener({ from -> from.acquireLatestImage()?.use(::look) }, handler)
        // Without a camera the code can be typed as well.
        val isAsked = isTaken {
            val back = cameras.cameraIdList.firstOrNull {
                cameras.getCameraCharacteristics(it)[CameraCharacteristics.LENS_FACING] == CameraCharacteristics.LENS_FACING_BACK
            } ?: return
            isOpening = true
            cameras.openCamera(back, Opening(surface), handler)
        }
        if (!isAsked) isOpening = false
    }

    /** Lets the camera go; one that is still being opened, as soon as it is open. */
    fun close() {
        handler.post {
            isEnded = true
            device?.close()
            device = null
            reader.close()
            if (!isOpening) thread.quitSafely()
        }
    }

    private fun look(image: Image) {
        if (isFound) return
        val plane = image.planes[0]
        val luma = ByteArray(plane.buffer.remaining()).also(plane.buffer::get)
        // The last row of a plane may lack its padding.
        val whole = luma.copyOf(plane.rowStride * image.height)
        codes.read(whole, plane.rowStride, image.width, image.height)?.let { text ->
            isFound = true
            found(text)
        }
    }

    private inner class Opening(private val surface: Surface) : CameraDevice.StateCallback() {
        @Suppress("DEPRECATION") // The only form that Android 8 has.
        override fun onOpened(camera: CameraDevice) {
            if (isEnded) return onDisconnected(camera)
            isOpening = false
            device = camera
            val isLooking = isTaken { camera.createCaptureSession(listOf(surface, reader.surface), Looking(surface), handler) }
            if (!isLooking) onDisconnected(camera)
        }

        override fun onDisconnected(camera: CameraDevice) {
            isOpening = false
            camera.close()
            device = null
            if (isEnded) thread.quitSafely()
        }

        override fun onError(camera: CameraDevice, error: Int): Unit = onDisconnected(camera)
    }

    private inner class Looking(private val surface: Surface) : CameraCaptureSession.StateCallback() {
        override fun onConfigured(session: CameraCaptureSession) {
            val camera = device ?: return
            val isLooking = isTaken {
                val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
                    addTarget(surface)
                    addTarget(reader.surface)
                    set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                }
                session.setRepeatingRequest(request.build(), null, handler)
            }
            if (!isLooking) camera.close()
        }

        override fun onConfigureFailed(session: CameraCaptureSession): Unit = session.device.close()
    }

    /** Whether the camera took an order: it may be closed, and a surface may go, at any moment. */
    private inline fun isTaken(order: () -> Unit): Boolean = try {
        order()
        true
    } catch (_: CameraAccessException) {
        false
    } catch (_: IllegalStateException) {
        false
    } catch (_: IllegalArgumentException) {
        // A surface that is gone, a camera that was unplugged.
        false
    }

    private companion object {
        /** Every camera that Android knows offers it, and a code fills a good part of it. */
        const val WIDTH = 640
        const val HEIGHT = 480
    }
}
