package cn.liuhen.platform

/** An encoded picture or frame of sound at its time, in ticks of its track. A picture's units have their lengths before them. */
internal class Mp4Sample(val payload: ByteArray, val ticks: Long, val sync: Boolean)

/**
 * Writes fragmented MP4 (ISO/IEC 14496-12, 8.8) in memory: [head], then a fragment for every group of pictures. A file
 * that ends anywhere plays up to its last whole fragment. Every fragment tells its decode time (8.8.12) in absolute ticks,
 * so that sound and picture cannot drift apart and a moment without pictures stays as long as it was.
 *
 * Pictures come in the order of their times, without B-frames.
 */
internal class FragmentedMp4(video: AvcTrack, audio: AacTrack?) {
    /** What stands before the first fragment. */
    val head: ByteArray = Mp4Head.of(video, audio)
    private val pictures = ArrayList<Mp4Sample>()
    private val sounds = ArrayList<Mp4Sample>()
    private var heldBytes = 0
    private var sequence = 0
    private var frameTicks = (Mp4Head.VIDEO_HZ / 25).toLong()

    /** Takes a picture; gives the fragment that ended before it, if one did. */
    fun picture(sample: Mp4Sample): ByteArray? {
        val before = pictures.lastOrNull()
        if (before != null) {
            require(sample.ticks > before.ticks) { "pictures out of order" }
            frameTicks = sample.ticks - before.ticks
        }
        // An encoder that makes no key pictures must not fill the memory.
        val fragment = if (before != null && (sample.sync || heldBytes > HELD_MAX_BYTES)) fragment(sample.ticks) else null
        pictures += sample
        heldBytes += sample.payload.size
        return fragment
    }

    /** Takes a frame of sound, which never comes out of order. */
    fun sound(sample: Mp4Sample) {
        sounds += sample
        heldBytes += sample.payload.size
    }

    /** The last fragment, when anything is left. */
    fun end(): ByteArray? {
        val last = pictures.lastOrNull()
        return if (last == null && sounds.isEmpty()) null else fragment((last?.ticks ?: 0) + frameTicks)
    }

    /** Everything held, as one fragment; the last picture lasts until [untilTicks]. */
    private fun fragment(untilTicks: Long): ByteArray {
        val lasts = pictures.indices.map { (pictures.getOrNull(it + 1)?.ticks ?: untilTicks) - pictures[it].ticks }
        sequence += 1
        val soundBytes = sounds.sumOf { it.payload.size }
        val pictureBytes = pictures.sumOf { it.payload.size }
        fun moof(from: Int) = boxed("moof") {
            full("mfhd") { u32(sequence) } // 8.8.5
            run(Mp4Head.VIDEO_ID, pictures, lasts, from)
            run(Mp4Head.AUDIO_ID, sounds, soundLasts(), from + pictureBytes)
        }
        // Offsets count from the fragment's own start; its length does not depend on them.
        val fragment = BoxBody().apply {
            bytes(moof(moof(0).size + BOX_HEADER_BYTES))
            u32(BOX_HEADER_BYTES + pictureBytes + soundBytes)
            text("mdat")
            pictures.forEach { bytes(it.payload) }
            sounds.forEach { bytes(it.payload) }
        }.toByteArray()
        pictures.clear()
        sounds.clear()
        heldBytes = 0
        return fragment
    }

    /** A frame lasts its 1,024 samples, or until the next where the microphone lost some. */
    private fun soundLasts() = sounds.indices.map { maxOf(FRAME_SAMPLES, (sounds.getOrNull(it + 1)?.ticks ?: 0) - sounds[it].ticks) }

    private fun BoxBody.run(id: Int, samples: List<Mp4Sample>, lasts: List<Long>, offset: Int) {
        if (samples.isEmpty()) return
        box("traf") {
            full("tfhd", flags = DEFAULT_BASE_IS_MOOF) { u32(id) } // 8.8.7
            full("tfdt", version = 1) { u64(samples.first().ticks) } // 8.8.12
            full("trun", flags = OFFSET or DURATION or SIZE or FLAGS) { // 8.8.8
                u32(samples.size, offset)
                for ((sample, last) in samples.zip(lasts)) u32(last.toInt(), sample.payload.size, if (sample.sync) SYNC else NO_SYNC)
            }
        }
    }

    companion object {
        /** Samples in a frame of AAC-LC. */
        const val FRAME_SAMPLES = 1_024L
        private const val HELD_MAX_BYTES = 8 shl 20
        private const val DEFAULT_BASE_IS_MOOF = 0x02_0000
        private const val OFFSET = 0x001
        private const val DURATION = 0x100
        private const val SIZE = 0x200
        private const val FLAGS = 0x400

        /** Depends on no other (8.8.3.1). */
        private const val SYNC = 0x0200_0000

        /** Depends on others, and is no place to begin. */
        private const val NO_SYNC = 0x0101_0000
    }
}
