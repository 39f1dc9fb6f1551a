package cn.liuhen.platform

/** Reads bytes of a file at random; fewer than asked for only at its end. */
internal fun interface RandomBytes {
    fun read(offset: Long, lenBytes: Int): ByteArray
}

/**
 * Where the fragments of a fragmented MP4 lie, as a `sidx` box (ISO/IEC 14496-12, 8.16.3). The system's player finds the
 * length of such a film, and a place in it, by that box alone. It cannot be written while a film is recorded, because it
 * stands before the fragments: it is made when the film is played, and shown to the player as if it stood there.
 */
internal class FragmentIndex(
    /** Where the box stands: after the head. */
    val at: Long,
    val box: ByteArray,
) {
    companion object {
        private const val FRAGMENTS_MAX = 65_535
        private const val HEAD_MAX_BYTES = 1 shl 20

        // Flags of a track's fragment (8.8.7).
        private const val BASE_OFFSET = 0x1
        private const val DESCRIPTION = 0x2
        private const val USUAL_TICKS = 0x8
        private const val STARTS_WITH_SYNC = 0x9000_0000.toInt()

        /** The index of a film of [lenBytes]; nothing for a file that is not in fragments, or has an index. */
        fun of(lenBytes: Long, bytes: RandomBytes): FragmentIndex? {
            var at = 0L
            var head: BoxAt? = null
            val fragments = ArrayList<Fragment>()
            while (fragments.size < FRAGMENTS_MAX) {
                val box = boxAt(at, lenBytes, bytes) ?: break
                when (box.type) {
                    "moov" -> head = box
                    "sidx" -> return null
                    "moof" -> {
                        val mdat = boxAt(box.end, lenBytes, bytes)?.takeIf { it.type == "mdat" } ?: break
                        fragments += Fragment(box, mdat.end)
                        at = mdat.end
                        continue
                    }
                }
                at = box.end
            }
            return head?.let { index(it, fragments, lenBytes, bytes) }
        }

        private fun index(head: BoxAt, fragments: List<Fragment>, lenBytes: Long, bytes: RandomBytes): FragmentIndex? {
            if (fragments.isEmpty() || fragments.first().moof.from != head.end || head.size > HEAD_MAX_BYTES) return null
            val track = first(bytes.read(head.from, head.size.toInt())) ?: return null
            // A moof is a few kilobytes, whatever the length of its pictures.
            val spans = fragments.map { span(bytes.read(it.moof.from, it.moof.size.toInt()), track) ?: return null }
            val lasts = spans.indices.map { (spans.getOrNull(it + 1)?.fromTicks ?: (spans[it].fromTicks + spans[it].ticks)) - spans[it].fromTicks }
            val box = BoxBody().apply {
                full("sidx", version = 1) {
                    u32(track.id, track.hz)
                    u64(spans.first().fromTicks)
                    u64(0)
                    u16(0, fragments.size)
                    for ((fragment, last) in fragments.zip(lasts)) u32((fragment.end - fragment.moof.from).toInt(), last.toInt(), STARTS_WITH_SYNC)
                }
            }.toByteArray()
            return FragmentIndex(head.end, box)
        }

        private fun boxAt(at: Long, lenBytes: Long, bytes: RandomBytes): BoxAt? {
            if (at + BOX_HEADER_BYTES > lenBytes) return null
            val header = BoxReader(bytes.read(at, BOX_HEADER_BYTES))
            if (header.size < BOX_HEADER_BYTES) return null
            val size = header.u32(0)
            // Longer than 4 GiB, or open-ended: nobody writes that in fragments. Cut off: it ends before this.
            return if (size < BOX_HEADER_BYTES || at + size > lenBytes) null else BoxAt(header.type(4), at, size)
        }

        /** The first track of pictures, or else the first of all, with its ticks. */
        private fun first(moov: ByteArray): Track? {
            val boxes = BoxReader(moov).within()
            val usual = boxes.find { it.type == "mvex" }?.all("trex").orEmpty().associate { it.u32(4) to it.u32(12) }
            val tracks = boxes.filter { it.type == "trak" }.mapNotNull { trak ->
                val media = trak.child("mdia")
                val id = trak.child("tkhd")?.let { it.u32(if (it.u8(0) == 1) 20 else 12) }
                val hz = media?.child("mdhd")?.let { it.u32(if (it.u8(0) == 1) 20 else 12) }
                if (id == null || hz == null) null else Track(id.toInt(), hz.toInt(), media.child("hdlr")?.type(8) == "vide", usual[id] ?: 0)
            }
            return tracks.firstOrNull { it.isVideo } ?: tracks.firstOrNull()
        }

        /** When a track's part of a fragment begins, and how long its samples last; nothing where offsets count from the file's start. */
        private fun span(moof: ByteArray, track: Track): Span? {
            val traf = BoxReader(moof).within().find { it.type == "traf" && it.child("tfhd")?.u32(4)?.toInt() == track.id } ?: return null
            val header = traf.child("tfhd")?.takeIf { it.u32(0).toInt() and BASE_OFFSET == 0 } ?: return null
            val from = traf.child("tfdt")?.let { if (it.u8(0) == 1) it.u64(4) else it.u32(4) } ?: return null
            val flags = header.u32(0).toInt()
            val usual = if (flags and USUAL_TICKS == 0) track.usualTicks else header.u32(if (flags and DESCRIPTION == 0) 8 else 12)
            return Span(from, traf.all("trun").sumOf { ticks(it, usual) })
        }

        /** How long the samples of a run last (8.8.8). */
        private fun ticks(run: BoxReader, usual: Long): Long {
            val flags = run.u32(0).toInt()
            if (flags and 0x100 == 0) return run.u32(4) * usual
            val each = 4 * listOf(0x100, 0x200, 0x400, 0x800).count { flags and it != 0 }
            val first = 8 + 4 * listOf(0x001, 0x004).count { flags and it != 0 }
            val samples = minOf(run.u32(4), ((run.size - first) / each).toLong()).toInt()
            return (0 until samples).sumOf { run.u32(first + it * each) }
        }

        private class BoxAt(val type: String, val from: Long, val size: Long) {
            val end: Long get() = from + size
        }

        private class Fragment(val moof: BoxAt, val end: Long)

        private class Track(val id: Int, val hz: Int, val isVideo: Boolean, val usualTicks: Long)

        private class Span(val fromTicks: Long, val ticks: Long)
    }
}

/** What is in a box; every number outside it is zero. */
private class BoxReader(private val bytes: ByteArray, private val from: Int = 0, val size: Int = bytes.size, val type: String = "") {
    fun u8(at: Int): Int = if (at in 0 until size) bytes[from + at].toInt() and 0xFF else 0

    fun u32(at: Int): Long = (0..3).fold(0L) { sum, index -> sum shl 8 or u8(at + index).toLong() }

    fun u64(at: Int): Long = (u32(at) shl 32) or u32(at + 4)

    fun type(at: Int): String = String(CharArray(4) { u8(at + it).toChar() })

    /** The boxes in a box that was read with its header. */
    fun within(): List<BoxReader> = boxes(BOX_HEADER_BYTES)

    fun child(wanted: String): BoxReader? = all(wanted).firstOrNull()

    fun all(wanted: String): List<BoxReader> = boxes(0).filter { it.type == wanted }

    private fun boxes(start: Int): List<BoxReader> {
        val found = ArrayList<BoxReader>()
        var at = start
        while (at + BOX_HEADER_BYTES <= size) {
            val len = u32(at)
            if (len < BOX_HEADER_BYTES || at + len > size) break
            found += BoxReader(bytes, from + at + BOX_HEADER_BYTES, len.toInt() - BOX_HEADER_BYTES, type(at + 4))
            at += len.toInt()
        }
        return found
    }
}
