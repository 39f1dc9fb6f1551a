package cn.liuhen.platform

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File

/** What a phone's encoders gave, and the file that it becomes: `tests/vectors/media/film-phone.*`. */
internal object FilmVector {
    private val folder = File(System.getProperty("liuhen.root"), "tests/vectors/media")
    private val json: JsonObject = JsonParser.parseString(File(folder, "film-phone.json").readText()).asJsonObject
    private val video = json.getAsJsonObject("video")
    private val audio = json.getAsJsonObject("audio")

    val config = Encoded.Config(video["sps"].asString.bytes(), video["pps"].asString.bytes())
    val pictures: List<Encoded.Picture> = video.getAsJsonArray("pictures").map { it.asJsonObject }
        .map { Encoded.Picture(it["stream"].asString.bytes(), it["time_us"].asLong, it["sync"].asBoolean) }
    val frames: List<ByteArray> = audio.getAsJsonArray("frames").map { it.asString.bytes() }
    val avc = AvcTrack(config.sps, config.pps, video["width_px"].asInt, video["height_px"].asInt, video["turn_degrees"].asInt)
    val aac = AacTrack(audio["config"].asString.bytes(), audio["rate_hz"].asInt, audio["channels"].asInt, audio["bits_per_sec"].asInt)
    val file: ByteArray get() = File(folder, "film-phone.mp4").readBytes()

    fun String.bytes(): ByteArray = chunked(2) { it.toString().toInt(16).toByte() }.toByteArray()
}

/** Boxes of a file, as a reader walks them. */
internal class ReadBox(val type: String, val from: Int, val body: ByteArray) {
    val within: List<ReadBox> by lazy { boxes(body, if (type == "stsd" || type == "meta") 8 else 0) }

    fun all(wanted: String): List<ReadBox> = (if (type in CONTAINERS) within else emptyList()).flatMap { listOf(it).filter { box -> box.type == wanted } + it.all(wanted) }

    fun u32(at: Int): Int = (0..3).fold(0) { sum, index -> sum shl 8 or (body[at + index].toInt() and 0xFF) }

    fun u64(at: Int): Long = (u32(at).toLong() shl 32) or (u32(at + 4).toLong() and 0xFFFF_FFFFL)

    companion object {
        private val CONTAINERS = setOf("moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf")

        fun boxes(bytes: ByteArray, start: Int = 0): List<ReadBox> {
            val found = ArrayList<ReadBox>()
            var at = start
            while (at + 8 <= bytes.size) {
                val size = (0..3).fold(0) { sum, index -> sum shl 8 or (bytes[at + index].toInt() and 0xFF) }
                check(size >= 8 && at + size <= bytes.size) { "a box of $size bytes at $at of ${bytes.size}" }
                found += ReadBox(String(bytes, at + 4, 4, Charsets.US_ASCII), at, bytes.copyOfRange(at + 8, at + size))
                at += size
            }
            check(at == bytes.size) { "${bytes.size - at} bytes after the last box" }
            return found
        }
    }
}
