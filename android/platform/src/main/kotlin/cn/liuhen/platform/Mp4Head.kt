package cn.liuhen.platform

/** H.264 as its encoder describes it: one sequence and one picture parameter set, without start codes. */
internal class AvcTrack(val sps: ByteArray, val pps: ByteArray, val widthPx: Int, val heightPx: Int, val turnDegrees: Int)

/** AAC-LC as its encoder describes it; [config] is the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
internal class AacTrack(val config: ByteArray, val rateHz: Int, val channels: Int, val bitsPerSec: Int)

/**
 * What stands before the fragments of a fragmented MP4 (ISO/IEC 14496-12, 8.8): it names the tracks and holds no sample,
 * so it can be written before the first picture is known to be safe.
 */
internal object Mp4Head {
    const val VIDEO_ID = 1
    const val AUDIO_ID = 2

    /** Ticks of a video's second. */
    const val VIDEO_HZ = 90_000
    private const val MOVIE_HZ = 1_000
    private const val ONE = 0x0001_0000
    private const val MINUS_ONE = -0x0001_0000
    private const val W = 0x4000_0000
    private const val UNDETERMINED = 0x55C4 // "und" in the packed form of 8.4.2.3
    private const val DPI_72 = 0x0048_0000
    private val HIGH_PROFILES = setOf(100, 110, 122, 144)

    fun of(video: AvcTrack, audio: AacTrack?): ByteArray = fileType() + boxed("moov") {
        full("mvhd") { // 8.2.2
            u32(0, 0, MOVIE_HZ, 0, ONE)
            u16(0x0100, 0)
            zeros(8)
            matrix(0)
            zeros(24)
            u32(if (audio == null) AUDIO_ID else AUDIO_ID + 1)
        }
        track(VIDEO_ID, video.widthPx, video.heightPx, video.turnDegrees, VIDEO_HZ, "vide") {
            full("vmhd", flags = 1) { zeros(8) } // 12.1.2
            data { avc1(video) }
        }
        audio?.let {
            track(AUDIO_ID, 0, 0, 0, it.rateHz, "soun") {
                full("smhd") { zeros(4) } // 12.2.2
                data { mp4a(it) }
            }
        }
        box("mvex") { // 8.8.1: samples are in fragments
            extends(VIDEO_ID)
            if (audio != null) extends(AUDIO_ID)
        }
    }

    /** `iso6` stands for offsets from a fragment's own start and for its decode time (annex E). */
    private fun fileType() = boxed("ftyp") {
        text("iso6")
        u32(0)
        listOf("iso6", "isom", "avc1").forEach(::text)
    }

    private fun BoxBody.track(id: Int, widthPx: Int, heightPx: Int, turn: Int, hz: Int, handler: String, media: BoxBody.() -> Unit) = box("trak") {
        full("tkhd", flags = ENABLED or IN_MOVIE) { // 8.3.2
            u32(0, 0, id, 0, 0)
            zeros(8)
            u16(0, 0, if (handler == "soun") 0x0100 else 0, 0)
            matrix(turn)
            u32(widthPx shl 16, heightPx shl 16)
        }
        box("mdia") {
            full("mdhd") { // 8.4.2
                u32(0, 0, hz, 0)
                u16(UNDETERMINED, 0)
            }
            full("hdlr") { // 8.4.3
                u32(0)
                text(handler)
                zeros(13)
            }
            box("minf", media)
        }
    }

    private const val ENABLED = 1
    private const val IN_MOVIE = 2

    /** Where samples are: in this file, and none of them here. */
    private fun BoxBody.data(entry: BoxBody.() -> Unit) {
        box("dinf") { // 8.7.1
            full("dref") {
                u32(1)
                full("url ", flags = 1) {}
            }
        }
        box("stbl") { // 8.5.1
            full("stsd") {
                u32(1)
                entry()
            }
            full("stts") { u32(0) }
            full("stsc") { u32(0) }
            full("stsz") { u32(0, 0) }
            full("stco") { u32(0) }
        }
    }

    private fun BoxBody.extends(id: Int) = full("trex") { u32(id, 1, 0, 0, 0) } // 8.8.3

    /** How a picture is turned when it is shown (6.2.2 and 8.3.2). */
    private fun BoxBody.matrix(turnDegrees: Int) = when (turnDegrees) {
        90 -> u32(0, ONE, 0, MINUS_ONE, 0, 0, 0, 0, W)
        180 -> u32(MINUS_ONE, 0, 0, 0, MINUS_ONE, 0, 0, 0, W)
        270 -> u32(0, MINUS_ONE, 0, ONE, 0, 0, 0, 0, W)
        else -> u32(ONE, 0, 0, 0, ONE, 0, 0, 0, W)
    }

    private fun BoxBody.avc1(video: AvcTrack) = box("avc1") { // 12.1.3; ISO/IEC 14496-15, 5.4.2
        zeros(6)
        u16(1)
        zeros(16)
        u16(video.widthPx, video.heightPx)
        u32(DPI_72, DPI_72, 0)
        u16(1)
        zeros(32)
        u16(0x0018, 0xFFFF)
        box("avcC") { // ISO/IEC 14496-15, 5.3.3.1
            val sps = video.sps
            u8(1, sps[1].toInt() and 0xFF, sps[2].toInt() and 0xFF, sps[3].toInt() and 0xFF, 0xFC or 3, 0xE0 or 1)
            u16(sps.size)
            bytes(sps)
            u8(1)
            u16(video.pps.size)
            bytes(video.pps)
            // 4:2:0 with 8 bits is what phones' encoders make.
            if (sps[1].toInt() and 0xFF in HIGH_PROFILES) u8(0xFC or 1, 0xF8, 0xF8, 0)
        }
    }

    private fun BoxBody.mp4a(audio: AacTrack) = box("mp4a") { // 12.2.3; ISO/IEC 14496-14, 5.6
        zeros(6)
        u16(1)
        zeros(8)
        u16(audio.channels, 16, 0, 0)
        u32(audio.rateHz shl 16)
        full("esds") { // ISO/IEC 14496-1, 7.2.6
            val specific = audio.config.size + 2
            u8(0x03, specific + 21)
            u16(AUDIO_ID)
            u8(0)
            u8(0x04, specific + 13, 0x40, 0x15, 0, 0, 0) // MPEG-4 audio, upstream no
            u32(audio.bitsPerSec, audio.bitsPerSec)
            u8(0x05, audio.config.size)
            bytes(audio.config)
            u8(0x06, 1, 0x02)
        }
    }
}
