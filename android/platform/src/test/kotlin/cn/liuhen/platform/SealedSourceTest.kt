package cn.liuhen.platform

import cn.liuhen.shell.port.SealedBytes
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File
import java.io.IOException

/** Bytes in memory as the core gives them; [broken] stands for a changed byte that the core finds. */
internal class GivenBytes(private val bytes: ByteArray, override val mediaType: String, private val broken: Boolean = false) : SealedBytes {
    override val lenBytes: Long = bytes.size.toLong()
    val asked = ArrayList<Int>()

    override suspend fun read(offset: Long, maxBytes: Int): ByteArray {
        if (broken) throw IllegalStateException("not authentic")
        asked += maxBytes
        return bytes.copyOfRange(offset.toInt(), minOf(offset + maxBytes, lenBytes).toInt())
    }

    override fun close() = Unit
}

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class SealedSourceTest {
    private fun all(source: SealedSource, piece: Int = 1_000): ByteArray {
        val all = ByteArray(source.size.toInt())
        var at = 0
        while (true) {
            val buffer = ByteArray(piece)
            val got = source.readAt(at.toLong(), buffer, 0, piece)
            if (got < 0) break
            buffer.copyInto(all, at, 0, got)
            at += got
        }
        assertEquals(all.size, at)
        return all
    }

    private fun media(name: String) = File(System.getProperty("liuhen.root"), "tests/vectors/media/$name").readBytes()

    @Test
    fun `a film in fragments is shown with an index that leads to every one of them`() {
        val shown = all(SealedSource(GivenBytes(FilmVector.file, "video/mp4")))
        val boxes = ReadBox.boxes(shown)
        assertEquals(listOf("ftyp", "moov", "sidx", "moof", "mdat", "moof", "mdat", "moof", "mdat"), boxes.map { it.type })
        val sidx = boxes[2]
        assertEquals(listOf(Mp4Head.VIDEO_ID, Mp4Head.VIDEO_HZ), listOf(sidx.u32(4), sidx.u32(8)))
        var at = boxes[3].from
        for (fragment in 0 until 3) {
            assertEquals(boxes[3 + 2 * fragment].from, at)
            at += sidx.u32(32 + 12 * fragment)
        }
        assertEquals(shown.size, at)
        // A second, a second and a half, and what is left of three and a quarter.
        assertEquals(listOf(90_000, 135_000, 67_500), (0 until 3).map { sidx.u32(36 + 12 * it) })
    }

    @Test
    fun `but for its index it is what was recorded, byte for byte`() {
        val source = SealedSource(GivenBytes(FilmVector.file, "video/mp4"))
        val shown = all(source, piece = 77)
        val sidx = ReadBox.boxes(shown).single { it.type == "sidx" }
        val without = shown.copyOf(sidx.from) + shown.copyOfRange(sidx.from + 8 + sidx.body.size, shown.size)
        assertArrayEquals(FilmVector.file, without)
    }

    @Test
    fun `a film of another writer, whose samples last as long as its head says, is indexed to its end`() {
        val film = File(System.getProperty("liuhen.root"), "media/demo/scene.mp4").readBytes()
        val sidx = ReadBox.boxes(all(SealedSource(GivenBytes(film, "video/mp4")))).single { it.type == "sidx" }
        val ticks = (0 until sidx.u32(28)).sumOf { sidx.u32(36 + 12 * it).toLong() }
        // Eight seconds of pictures, and the 23 milliseconds by which that writer has them follow the sound.
        assertEquals(8_023, ticks * 1_000 / sidx.u32(8))
    }

    @Test
    fun `a film whose offsets count from its start is shown as it is, because nothing may stand before them`() {
        val film = FilmVector.file
        val at = ReadBox.boxes(film).first { it.type == "moof" }.from
        // The flags of the first tfhd: after moof's header, mfhd, and the headers of traf and tfhd.
        film[at + 8 + 16 + 8 + 8 + 3] = 1
        assertArrayEquals(film, all(SealedSource(GivenBytes(film, "video/mp4"))))
    }

    @Test
    fun `a film that ends within a fragment is indexed up to its last whole one`() {
        val secondEnds = ReadBox.boxes(FilmVector.file).filter { it.type == "moof" }[2].from
        val source = SealedSource(GivenBytes(FilmVector.file.copyOf(secondEnds + 100), "video/mp4"))
        val boxes = ReadBox.boxes(all(source).copyOf(source.size.toInt() - 100))
        assertEquals(2, boxes.single { it.type == "sidx" }.u32(28))
    }

    @Test
    fun `sound, and a film that is not in fragments, are shown as they are`() {
        for ((name, type) in listOf("sound.aac" to "audio/aac", "film-plain.mp4" to "video/mp4")) {
            assertArrayEquals(media(name), all(SealedSource(GivenBytes(media(name), type))))
        }
    }

    @Test
    fun `what is no film at all is shown as it is, wherever it is cut`() {
        val film = FilmVector.file
        for (cut in 0..film.size step 97) {
            val source = SealedSource(GivenBytes(film.copyOf(cut), "video/mp4"))
            assertTrue(source.size >= cut)
        }
        val noise = ByteArray(5_000) { (it * 31).toByte() }
        assertArrayEquals(noise, all(SealedSource(GivenBytes(noise, "video/mp4"))))
    }

    @Test
    fun `the core is asked for bounded blocks, and for none twice in a row`() {
        val bytes = GivenBytes(ByteArray(1 shl 20), "audio/aac")
        val source = SealedSource(bytes)
        repeat(1_000) { source.readAt(it.toLong(), ByteArray(16), 0, 16) }
        assertEquals(1, bytes.asked.size)
        assertTrue(bytes.asked.single() <= PIECE_BYTES)
    }

    @Test
    fun `a changed byte stops the player instead of being played`() {
        val source = SealedSource(GivenBytes(ByteArray(100), "audio/aac", broken = true))
        assertThrows(IOException::class.java) { source.readAt(0, ByteArray(10), 0, 10) }
    }

    @Test
    fun `nothing is read after the end, nor after it was closed`() {
        val source = SealedSource(GivenBytes(ByteArray(100), "audio/aac"))
        assertEquals(-1, source.readAt(100, ByteArray(10), 0, 10))
        assertEquals(5, source.readAt(95, ByteArray(10), 0, 10))
        source.close()
        assertEquals(-1, source.readAt(0, ByteArray(10), 0, 10))
    }
}
