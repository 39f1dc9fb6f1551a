package cn.liuhen.platform

import android.Manifest
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.media.MediaFormat
import android.os.Handler
import android.os.Looper
import android.view.Surface
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.Preview
import cn.liuhen.shell.port.MediaFailure
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
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
import org.robolectric.shadows.ShadowAudioRecord
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.ShadowMediaCodec
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class PhoneMediaTest {
    private val app = RuntimeEnvironment.getApplication()
    private val cameras = shadowOf(app.getSystemService(CameraManager::class.java))
    private val camera = BackCamera(app, Handler(Looper.getMainLooper()), { _, _ -> Slot() })
    private val media = PhoneMedia(app, { "正在录音" }, Dispatchers.Unconfined, camera, null)

    private class Slot : JpegSlot {
        override val surface = Surface(SurfaceTexture(1))
        override fun onJpeg(taken: (ByteBuffer) -> Unit) = taken(ByteBuffer.wrap(byteArrayOf(1, 2, 3)))
        override fun close() = Unit
    }

    @Before
    fun phone() {
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA, Manifest.permission.RECORD_AUDIO)
        val characteristics = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(characteristics).set(CameraCharacteristics.LENS_FACING, CameraCharacteristics.LENS_FACING_BACK)
        cameras.addCamera("0", characteristics)
        ShadowMediaCodec.addEncoder(MediaFormat.MIMETYPE_AUDIO_AAC, ShadowMediaCodec.CodecConfig(2_048, 2_048) { from, to -> to.put(from) })
    }

    @After
    fun forget() {
        ShadowMediaCodec.clearCodecs()
        ShadowAudioRecord.clearSource()
    }

    private fun settled(): Preview {
        repeat(5) { shadowOf(Looper.getMainLooper()).idle() }
        return media.preview.value
    }

    private fun hears(bytes: () -> Int) {
        @Suppress("DEPRECATION")
        ShadowAudioRecord.setSource(object : ShadowAudioRecord.AudioRecordSource {
            override fun readInByteArray(audioData: ByteArray, offset: Int, size: Int, isBlocking: Boolean) = bytes().coerceAtMost(size)
        })
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `the camera is open while its picture is wanted, and a photograph arrives`() {
        media.prepare(CaptureMode.PHOTO)
        assertEquals(Preview.LIVE, settled())
        val taken = ArrayList<Byte>()
        runBlocking { media.photo { piece, _ -> taken += piece.toList() } }
        assertEquals(listOf<Byte>(1, 2, 3), taken)
        media.letGo()
        assertEquals(Preview.OFF, settled())
        assertFalse(camera.isOpen)
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `an app that leaves the screen lets the camera go and opens it again when it is back`() {
        media.prepare(CaptureMode.PHOTO)
        settled()
        media.pause()
        assertEquals(Preview.OFF, settled())
        media.resume()
        assertEquals(Preview.LIVE, settled())
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `a camera that another app takes is told`() {
        media.prepare(CaptureMode.PHOTO)
        settled()
        cameras.triggerDisconnect()
        assertEquals(Preview.TAKEN_BY_OTHERS, settled())
    }

    /** A surface that the system refuses from some moment on, as one that went away. */
    private class FickleSurface : Surface(SurfaceTexture(2)) {
        @Volatile
        var isGone = false

        @Volatile
        var wasAsked = false
            private set

        // The camera asks for it when it is to draw there.
        override fun hashCode(): Int {
            wasAsked = true
            return if (isGone) throw IllegalArgumentException("Surface was abandoned") else super.hashCode()
        }
    }

    /** An encoder that gives the pictures of the vector and then waits for more. */
    private class WaitingEncoder : PictureEncoder {
        override val surface = FickleSurface()
        private val script = ArrayDeque<Encoded>()
        private var isEnded = false

        override fun start() {
            val zeroUs = System.nanoTime() / 1_000
            script += FilmVector.config
            FilmVector.pictures.forEach { script += Encoded.Picture(it.stream, zeroUs + it.timeUs, it.sync) }
        }

        override fun next(): Encoded = script.removeFirstOrNull() ?: if (isEnded) Encoded.End else Encoded.Later.also { Thread.yield() }

        override fun endOfInput() {
            isEnded = true
        }

        override fun close() = Unit
    }

    private val encoder = WaitingEncoder()
    private val films by lazy { PhoneMedia(app, { "正在录像" }, Dispatchers.IO, camera) { encoder } }
    private val filmed = ByteArrayOutputStream()

    private fun until(what: String, isSo: () -> Boolean) {
        val deadline = System.nanoTime() + 20_000_000_000
        while (!isSo()) {
            check(System.nanoTime() < deadline) { "never $what" }
            shadowOf(Looper.getMainLooper()).idle()
            Thread.yield()
        }
    }

    private fun pictures(): Int = ReadBox.boxes(filmed.toByteArray()).filter { it.type == "moof" }
        .flatMap { moof -> moof.all("traf").filter { it.all("tfhd").single().u32(4) == Mp4Head.VIDEO_ID } }
        .sumOf { it.all("trun").single().u32(4) }

    /** A film under way, with a viewfinder. */
    private fun filming(): Deferred<MediaFailure?> {
        var heard = 0
        hears { if (heard++ < 100) 1_024 else 0.also { Thread.yield() } }
        films.show(Surface(SurfaceTexture(3)))
        films.prepare(CaptureMode.VIDEO)
        until("live") { films.preview.value == Preview.LIVE }
        val film = CoroutineScope(Dispatchers.IO).async {
            try {
                films.record(CaptureMode.VIDEO) { piece, _ -> filmed.write(piece) }
                null
            } catch (failure: MediaFailure) {
                failure
            }
        }
        until("filming") { filmed.size() > 0 }
        return film
    }

    private fun ended(film: Deferred<MediaFailure?>): MediaFailure? {
        until("ended") { film.isCompleted }
        return runBlocking { film.await() }
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `a viewfinder that cannot be drawn costs the film no picture`() {
        val film = filming()
        val gone = FickleSurface().apply { isGone = true }
        films.show(gone)
        until("asked to draw there") { gone.wasAsked }
        val next = FickleSurface()
        films.show(next)
        until("drawn where it can be") { next.wasAsked }
        assertEquals(Preview.LIVE, films.preview.value)
        films.stop()
        assertNull(ended(film))
        assertEquals(FilmVector.pictures.size, pictures())
    }

    @Test
    @Config(sdk = [34]) // Robolectric makes no session of camera2 before Android 9.
    fun `a camera that films no more ends the film, which says so, and what was seen is kept`() {
        val film = filming()
        encoder.surface.isGone = true
        films.show(FickleSurface().apply { isGone = true })
        assertEquals(MediaFailure.Reason.BROKEN, ended(film)?.reason)
        assertEquals(FilmVector.pictures.size, pictures())
    }

    @Test
    fun `sound needs no camera`() {
        media.prepare(CaptureMode.AUDIO)
        assertEquals(Preview.OFF, settled())
        assertFalse(camera.isOpen)
    }

    @Test
    fun `a recording shows itself to everybody, and every piece arrives`() {
        var heard = 0
        hears { if (heard++ < 5) 2_048 else 0.also { media.stop() } }
        var bytes = 0
        runBlocking { media.record(CaptureMode.AUDIO) { piece, _ -> bytes += piece.size } }
        assertEquals(5 * (2_048 + Adts.HEADER_BYTES), bytes)
        assertNotNull(shadowOf(app).nextStartedService)
    }

    @Test
    fun `a recording that nobody allowed begins nothing`() {
        shadowOf(app).denyPermissions(Manifest.permission.RECORD_AUDIO)
        val failure = assertThrows(MediaFailure::class.java) { runBlocking { media.record(CaptureMode.AUDIO) { _, _ -> } } }
        assertEquals(MediaFailure.Reason.DENIED, failure.reason)
        assertNull(shadowOf(app).nextStartedService)
    }

    @Test
    fun `a refused camera shows no picture`() {
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        media.prepare(CaptureMode.PHOTO)
        assertEquals(Preview.OFF, settled())
        assertThrows(MediaFailure::class.java) { runBlocking { media.photo { _, _ -> } } }
    }

    @Test
    fun `encodings are what is really made`() {
        assertEquals("audio/aac", media.encoding(CaptureMode.AUDIO).mediaType)
        assertEquals(8_328L, media.encoding(CaptureMode.AUDIO).bytesPerSec)
        assertTrue(requireNotNull(media.encoding(CaptureMode.VIDEO).bytesPerSec) < 750_000)
    }
}
