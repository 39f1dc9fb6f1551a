package cn.liuhen.platform

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Test
import java.io.ByteArrayOutputStream

class FragmentedMp4Test {
    private val out = ByteArrayOutputStream()

    /** Pictures and sound of the vector in the order of their times. */
    private fun written(): ByteArray {
        val mp4 = FragmentedMp4(FilmVector.avc, FilmVector.aac)
        out.write(mp4.head)
        var heard = 0
        for (picture in FilmVector.pictures) {
            while (heard < FilmVector.frames.size && heard * FragmentedMp4.FRAME_SAMPLES * 1_000_000 / 48_000 < picture.timeUs) {
                mp4.sound(Mp4Sample(FilmVector.frames[heard], heard * FragmentedMp4.FRAME_SAMPLES, sync = true))
                heard += 1
            }
            mp4.picture(Mp4Sample(AnnexB.sample(picture.stream), picture.timeUs * 9 / 100, picture.sync))?.let(out::write)
        }
        mp4.end()?.let(out::write)
        return out.toByteArray()
    }

    @Test
    fun `what encoders give becomes the file that the core's vector describes`() {
        assertArrayEquals(FilmVector.file, written())
    }

    @Test
    fun `every group of pictures is a fragment, and tells its time whatever the frame rate does`() {
        val fragments = ReadBox.boxes(written()).filter { it.type == "moof" }
        val times = fragments.map { it.all("tfdt").first().u64(4) }
        assertEquals(FilmVector.pictures.filter { it.sync }.map { it.timeUs * 9 / 100 }, times)
        for ((index, fragment) in fragments.withIndex()) assertEquals(index + 1, fragment.all("mfhd").single().u32(4))
    }

    @Test
    fun `samples lie where the fragment says, each of its length`() {
        val boxes = ReadBox.boxes(written())
        val bytes = out.toByteArray()
        for (moof in boxes.filter { it.type == "moof" }) {
            val (picture, sound) = moof.all("trun")
            assertArrayEquals(bytes.copyOfRange(moof.from + picture.u32(8), moof.from + picture.u32(8) + 4), ReadBox.boxes(bytes)
                .first { it.type == "mdat" && it.from > moof.from }.body.copyOf(4))
            val pictureBytes = (0 until picture.u32(4)).sumOf { picture.u32(16 + it * 12) }
            assertEquals(picture.u32(8) + pictureBytes, sound.u32(8))
        }
    }

    @Test
    fun `a sound that the system dropped leaves a hole of its length`() {
        val mp4 = FragmentedMp4(FilmVector.avc, FilmVector.aac)
        mp4.picture(Mp4Sample(byteArrayOf(1), 0, sync = true))
        listOf(0L, 1_024L, 50_000L).forEach { mp4.sound(Mp4Sample(byteArrayOf(2), it, sync = true)) }
        val run = ReadBox.boxes(requireNotNull(mp4.end())).first { it.type == "moof" }.all("trun")[1]
        assertEquals(listOf(1_024, 48_976, 1_024), (0..2).map { run.u32(12 + it * 12) })
    }

    @Test
    fun `an encoder that makes no key pictures does not fill the memory`() {
        val mp4 = FragmentedMp4(FilmVector.avc, null)
        val large = ByteArray(5 shl 20)
        assertNull(mp4.picture(Mp4Sample(large, 0, sync = true)))
        assertNull(mp4.picture(Mp4Sample(large, 3_600, sync = false)))
        assertNotNull(mp4.picture(Mp4Sample(large, 7_200, sync = false)))
    }

    @Test
    fun `pictures out of order are refused rather than written wrongly`() {
        val mp4 = FragmentedMp4(FilmVector.avc, null)
        mp4.picture(Mp4Sample(byteArrayOf(1), 3_600, sync = true))
        assertThrows(IllegalArgumentException::class.java) { mp4.picture(Mp4Sample(byteArrayOf(1), 3_600, sync = false)) }
    }

    @Test
    fun `nothing left is no fragment`() {
        assertNull(FragmentedMp4(FilmVector.avc, FilmVector.aac).end())
    }

    @Test
    fun `units are found after both start codes, and zeros between them belong to none`() {
        val stream = byteArrayOf(0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 0, 0, 1, 0x65, 3, 0, 0, 2, 0)
        assertEquals(listOf(listOf<Byte>(0x67, 1), listOf<Byte>(0x68, 2), listOf<Byte>(0x65, 3, 0, 0, 2)), AnnexB.units(stream).map { it.toList() })
        assertArrayEquals(byteArrayOf(0, 0, 0, 5, 0x65, 3, 0, 0, 2), AnnexB.sample(stream))
    }
}
