package cn.liuhen.platform

import android.Manifest
import android.media.AudioRecord
import android.media.MediaFormat
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
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

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class MicrophoneTest {
    private val app = RuntimeEnvironment.getApplication()
    private val microphone = Microphone(app, Dispatchers.Unconfined)
    private val taken = ByteArrayOutputStream()
    private val levels = ArrayList<Int>()

    @Before
    fun allow() {
        shadowOf(app).grantPermissions(Manifest.permission.RECORD_AUDIO)
        // The encoder's place is taken by one that gives back what it gets.
        ShadowMediaCodec.addEncoder(MediaFormat.MIMETYPE_AUDIO_AAC, ShadowMediaCodec.CodecConfig(2_048, 2_048) { from, to -> to.put(from) })
    }

    @After
    fun forget() {
        ShadowMediaCodec.clearCodecs()
        ShadowAudioRecord.clearSource()
    }

    /** Hears [frames] of full loudness, then [last] decides. */
    private fun hears(frames: Int, last: () -> Int) {
        var heard = 0
        ShadowAudioRecord.setSource(object : ShadowAudioRecord.AudioRecordSource {
            override fun readInByteArray(audioData: ByteArray, offset: Int, size: Int, isBlocking: Boolean): Int {
                if (heard++ >= frames) return last()
                for (at in offset until offset + size step 2) {
                    audioData[at] = 0
                    audioData[at + 1] = 0x40
                }
                return size
            }
        })
    }

    private fun record() = runBlocking {
        microphone.record { piece, level ->
            taken.write(piece)
            levels += level ?: -1
        }
    }

    private fun frames(): List<Int> {
        val bytes = taken.toByteArray()
        val found = ArrayList<Int>()
        var at = 0
        while (at < bytes.size) {
            assertEquals(0xFFF1, (bytes[at].toInt() and 0xFF shl 8) or (bytes[at + 1].toInt() and 0xFF))
            val frameBytes = (bytes[at + 3].toInt() and 3 shl 11) or (bytes[at + 4].toInt() and 0xFF shl 3) or (bytes[at + 5].toInt() and 0xFF shr 5)
            found += frameBytes - Adts.HEADER_BYTES
            at += frameBytes
        }
        return found
    }

    @Test
    fun `everything heard until the end is handed over in frames that each stand for themselves`() {
        hears(5) { microphone.stop(); 0 }
        record()
        assertEquals(5 * 2_048, frames().sum())
    }

    @Test
    fun `loudness is told in thousandths`() {
        hears(2) { microphone.stop(); 0 }
        record()
        assertEquals(500, levels.max())
    }

    @Test
    fun `a microphone that dies keeps what was heard and can be opened again`() {
        hears(3) { AudioRecord.ERROR_DEAD_OBJECT }
        assertThrows(DeviceFailure.TakenByOthers::class.java) { record() }
        assertEquals(3 * 2_048, frames().sum())
        hears(1) { microphone.stop(); 0 }
        record()
        assertEquals(4 * 2_048, frames().sum())
    }

    @Test
    fun `a microphone that the system silences for a call ends the recording, and what was heard is kept`() {
        var silenced: () -> Unit = {}
        var isWatched = false
        val microphone = Microphone(app, Dispatchers.Unconfined) { _, told ->
            silenced = told
            isWatched = true
            AutoCloseable { isWatched = false }
        }
        var silentFrames = 0
        hears(3) {
            silenced()
            if (silentFrames++ == 5) microphone.stop()
            2_048
        }
        assertThrows(DeviceFailure.TakenByOthers::class.java) { runBlocking { microphone.record { piece, _ -> taken.write(piece) } } }
        assertEquals(3 * 2_048, frames().sum())
        assertFalse(isWatched)
    }

    @Test
    fun `a core that takes no more ends the recording and lets the microphone go`() {
        hears(50) { microphone.stop(); 0 }
        assertThrows(IllegalArgumentException::class.java) {
            runBlocking { microphone.record { _, _ -> throw IllegalArgumentException("full") } }
        }
        hears(1) { microphone.stop(); 0 }
        record()
        assertTrue(frames().isNotEmpty())
    }

    @Test
    fun `a refusal is told before anything is opened`() {
        shadowOf(app).denyPermissions(Manifest.permission.RECORD_AUDIO)
        assertThrows(DeviceFailure.Denied::class.java) { record() }
    }

    @Test
    fun `a reader that is late loses nothing until the system's buffer is full, and then what came after`() {
        val second = 1_000_000_000L
        val time = SoundTime(48_000, bufferSamples = 96_000)
        time.read(48_000, 10 * second)
        assertEquals(9 * second, time.sinceNanos)
        // Two seconds late: they wait in the buffer, and are read at once.
        time.read(48_000, 13 * second)
        repeat(2) { time.read(48_000, 13 * second) }
        assertEquals(0, time.lostSamples)
        // Five seconds late: two of them are kept.
        time.read(48_000, 19 * second)
        assertEquals(3 * 48_000L, time.lostSamples)
        repeat(2) { time.read(48_000, 19 * second) }
        assertEquals(3 * 48_000L, time.lostSamples)
    }

    @Test
    fun `the header of a frame is that of the standard`() {
        // 48 kHz, mono, AAC-LC, 100 bytes of payload: worked out by hand after ISO/IEC 13818-7, 6.2.
        val expected = listOf(0xFF, 0xF1, 0x4C, 0x40, 0x0D, 0x7F, 0xFC)
        assertEquals(expected, Adts.header(100, 48_000, 1).map { it.toInt() and 0xFF })
    }
}
