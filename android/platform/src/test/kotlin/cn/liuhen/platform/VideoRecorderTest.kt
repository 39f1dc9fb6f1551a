package cn.liuhen.platform

import android.Manifest
import android.graphics.SurfaceTexture
import android.media.AudioRecord
import android.media.MediaFormat
import android.util.Size
import android.view.Surface
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
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
import org.robolectric.shadows.ShadowMediaCodec
import java.io.ByteArrayOutputStream
import java.util.concurrent.atomic.AtomicInteger

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class VideoRecorderTest {
    private val app = RuntimeEnvironment.getApplication()
    private val taken = ByteArrayOutputStream()
    private val fed = ArrayList<Surface?>()
    private val encoder = ScriptedEncoder()
    private val microphone = Microphone(app, Dispatchers.IO)
    private val camera = object : Filmed {
        override fun videoSize() = Size(64, 48)
        override fun uprightDegrees() = 90
        override suspend fun feed(recorder: Surface?) {
            fed += recorder
        }
    }
    private val recorder = VideoRecorder(app, camera, microphone, Dispatchers.IO) { encoder }

    /** An encoder that gives the pictures of the vector, at the times of this machine, and does [then] after them. */
    private inner class ScriptedEncoder : PictureEncoder {
        override val surface = Surface(SurfaceTexture(1))
        val script = ArrayDeque<Encoded>()
        var then: () -> Encoded = { Encoded.Later }
        var isClosed = false
        private var isEnded = false

        override fun start() {
            val zeroUs = System.nanoTime() / 1_000
            script += FilmVector.config
            FilmVector.pictures.forEach { script += Encoded.Picture(it.stream, zeroUs + it.timeUs, it.sync) }
        }

        override fun next(): Encoded = script.removeFirstOrNull() ?: if (isEnded) Encoded.End else then()

        override fun endOfInput() {
            isEnded = true
        }

        override fun close() {
            isClosed = true
        }
    }

    @Before
    fun allow() {
        shadowOf(app).grantPermissions(Manifest.permission.RECORD_AUDIO, Manifest.permission.CAMERA)
        ShadowMediaCodec.addEncoder(MediaFormat.MIMETYPE_AUDIO_AAC, ShadowMediaCodec.CodecConfig(2_048, 2_048) { from, to -> to.put(from) })
        hears { 1_024 }
    }

    @After
    fun forget() {
        ShadowMediaCodec.clearCodecs()
        ShadowAudioRecord.clearSource()
    }

    private fun hears(bytes: () -> Int) {
        @Suppress("DEPRECATION")
        ShadowAudioRecord.setSource(object : ShadowAudioRecord.AudioRecordSource {
            override fun readInByteArray(audioData: ByteArray, offset: Int, size: Int, isBlocking: Boolean): Int {
                Thread.yield()
                return bytes().coerceAtMost(size)
            }
        })
    }

    private fun record(sink: ByteSink = ByteSink { piece, _ -> taken.write(piece) }) = runBlocking { recorder.record(sink) }

    private fun pictures(): Int = ReadBox.boxes(taken.toByteArray()).filter { it.type == "moof" }
        .flatMap { moof -> moof.all("traf").filter { it.all("tfhd").single().u32(4) == Mp4Head.VIDEO_ID } }
        .sumOf { it.all("trun").single().u32(4) }

    private fun letGo() {
        assertTrue(encoder.isClosed)
        assertEquals(listOf(encoder.surface, null), fed)
    }

    @Test
    fun `every picture until the end is in the file, and camera and encoder are let go`() {
        encoder.then = { recorder.stop(); Encoded.Later }
        record()
        assertEquals(listOf("ftyp", "moov"), ReadBox.boxes(taken.toByteArray()).take(2).map { it.type })
        assertEquals(FilmVector.pictures.size, pictures())
        letGo()
    }

    @Test
    fun `sound is in the file as well`() {
        val heard = AtomicInteger()
        hears { heard.incrementAndGet(); 1_024 }
        encoder.then = {
            if (heard.get() > 20) recorder.stop()
            Encoded.Later
        }
        record()
        val sounds = ReadBox.boxes(taken.toByteArray()).filter { it.type == "moof" }.flatMap { it.all("tfhd") }.map { it.u32(4) }
        assertTrue(Mp4Head.AUDIO_ID in sounds)
    }

    @Test
    fun `a camera that is taken away ends the recording, and what was seen is kept`() {
        encoder.then = { recorder.lost(DeviceFailure.TakenByOthers()); Encoded.Later }
        assertThrows(DeviceFailure.TakenByOthers::class.java) { record() }
        assertEquals(FilmVector.pictures.size, pictures())
        letGo()
    }

    @Test
    fun `an encoder that breaks ends the recording, and what was seen is kept`() {
        encoder.then = { throw DeviceFailure.Broken("the encoder broke") }
        assertThrows(DeviceFailure.Broken::class.java) { record() }
        assertEquals(FilmVector.pictures.size, pictures())
        letGo()
    }

    @Test
    fun `a microphone that dies ends the recording, and what was seen is kept`() {
        hears { AudioRecord.ERROR_DEAD_OBJECT }
        assertThrows(DeviceFailure.TakenByOthers::class.java) { record() }
        letGo()
    }

    @Test
    fun `a core whose storage is full is given nothing more, and camera and encoder are let go`() {
        var pushed = 0
        assertThrows(IllegalArgumentException::class.java) {
            record { _, _ ->
                pushed += 1
                if (pushed == 2) throw IllegalArgumentException("full")
            }
        }
        assertEquals(2, pushed)
        letGo()
        // The microphone is free again.
        hears { microphone.stop(); 0 }
        runBlocking { microphone.record { _, _ -> } }
    }

    @Test
    fun `a refusal is told before anything is opened`() {
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        assertThrows(DeviceFailure.Denied::class.java) { record() }
        assertTrue(fed.isEmpty())
    }
}
