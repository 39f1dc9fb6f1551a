package cn.liuhen.platform

import android.Manifest
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.os.Handler
import android.os.Looper
import android.util.Size
import android.view.Surface
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowCameraCharacteristics
import java.nio.ByteBuffer

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class BackCameraTest {
    private val app = RuntimeEnvironment.getApplication()
    private val shadow = shadowOf(app.getSystemService(CameraManager::class.java))
    private val slots = ArrayList<Slot>()
    private val camera = BackCamera(app, Handler(Looper.getMainLooper()), { _, _ -> Slot().also { slots += it } })

    private class Slot : JpegSlot {
        override val surface = Surface(SurfaceTexture(1))
        var taken: ((ByteBuffer) -> Unit)? = null
        var closed = false
        override fun onJpeg(taken: (ByteBuffer) -> Unit) {
            this.taken = taken
        }

        override fun close() {
            closed = true
        }
    }

    @Before
    fun cameraAtTheBack() {
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        val characteristics = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(characteristics).set(CameraCharacteristics.LENS_FACING, CameraCharacteristics.LENS_FACING_BACK)
        shadowOf(characteristics).set(CameraCharacteristics.SENSOR_ORIENTATION, 90)
        shadow.addCamera("0", characteristics)
    }

    private fun open(stills: Boolean = true) = goes {
        camera.open(stills)
        camera.show(Surface(SurfaceTexture(2)))
    }

    /** Does something that waits for the camera's thread. */
    private fun goes(what: suspend () -> Unit) = runBlocking {
        val going = async(start = CoroutineStart.UNDISPATCHED) { what() }
        while (!going.isCompleted) {
            shadowOf(Looper.getMainLooper()).idle()
            kotlinx.coroutines.yield()
        }
        going.await()
    }

    @Test
    fun `a picture of a sensor that lies across the phone is seen upright, in its own shape`() {
        assertEquals(CameraView(Size(1_920, 1_080), 0.5625f), camera.view())
        assertEquals(16f / 9, CameraView.of(Size(1_920, 1_080), 180).shape)
        shadow.removeCamera("0")
        assertNull("no camera", camera.view())
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `a photograph goes from memory to the core in pieces that are bounded`() {
        open()
        val jpeg = ByteArray(2 * PIECE_BYTES + 5) { it.toByte() }
        val pieces = ArrayList<ByteArray>()
        runBlocking {
            val shot = async(start = CoroutineStart.UNDISPATCHED) { camera.photo { piece, _ -> pieces += piece } }
            requireNotNull(slots.single().taken)(ByteBuffer.wrap(jpeg))
            shot.await()
        }
        assertEquals(listOf(PIECE_BYTES, PIECE_BYTES, 5), pieces.map { it.size })
        assertArrayEquals(jpeg, pieces.reduce(ByteArray::plus))
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `letting the camera go frees its memory, and twice is no error`() {
        open()
        camera.close()
        camera.close()
        assertTrue(slots.single().closed)
        assertThrows(DeviceFailure.Broken::class.java) { runBlocking { camera.photo { _, _ -> } } }
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `a call that takes the camera lets it go here`() {
        open()
        val why = ArrayList<DeviceFailure>()
        camera.lost = { why += it }
        shadow.triggerDisconnect()
        shadowOf(Looper.getMainLooper()).idle()
        assertTrue(slots.single().closed)
        assertTrue(why.single() is DeviceFailure.TakenByOthers)
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `filming begins and ends without the camera being closed`() {
        open(stills = false)
        goes {
            camera.feed(Surface(SurfaceTexture(3)))
            camera.show(null)
            camera.feed(null)
        }
        assertTrue(camera.isOpen)
        assertTrue(slots.isEmpty())
    }

    @Test
    fun `a moving picture is at most full high definition, and stands upright`() {
        assertEquals(Size(1_920, 1_080), camera.videoSize())
        assertEquals(90, camera.uprightDegrees())
    }

    @Test
    fun `a refusal is told before anything is opened`() {
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        assertThrows(DeviceFailure.Denied::class.java) { runBlocking { camera.open(stills = true) } }
        assertTrue(slots.isEmpty())
    }

    @Test
    fun `a phone without a camera at its back says so`() {
        shadow.removeCamera("0")
        assertThrows(DeviceFailure.Broken::class.java) { runBlocking { camera.open(stills = true) } }
    }
}
