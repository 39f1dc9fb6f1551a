package cn.liuhen.ui

import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.layout.ContentScale
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.ItemLine
import cn.liuhen.shell.Media
import cn.liuhen.shell.Need
import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.StorageLine
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.StrokePoint
import cn.liuhen.shell.Tone
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.time.Instant

/** The patrol that all pictures tell: people and pages of the vectors, photographs of the demo. Sentences are the core's. */
internal object Story {
    val root: File = File(System.getProperty("liuhen.root") ?: "../..").canonicalFile

    fun s(zh: String, en: String) = Sentence(zh, en)

    fun at(time: String): Long = Instant.parse("2026-11-23T$time:00+08:00").toEpochMilli()

    val party = "大连海风餐饮有限公司"
    val place = "大连市西岗区长江路100号一层"
    val unit = "劳动保障监察科"
    val bureau = "大连市西岗区人力资源和社会保障局"
    val activity = s("调查取证", "collection of evidence")
    val wang = OfficerLine("wang-jianguo", "王建国", unit, "辽B0203001")
    val li = OfficerLine("li-xiaomei", "李晓梅", unit, "辽B0203002")
    val zhao = OfficerLine("zhao-gang", "赵刚", unit, "辽B0203009", whyNot = s("执法证件不在有效期内", "the certificate is not valid now"))

    fun photo(n: Int): Picture {
        val name = listOf("photo-1-casio-qv-r51.jpg", "photo-2-casio-qv-r51.jpg", "photo-3-nokia-lumia-820.jpg")[n]
        return Picture(name, File(root, "media/demo/$name").readBytes())
    }

    private val photoLabel = s("照片", "photograph")
    private val soundLabel = s("录音", "sound")
    private val videoLabel = s("录像", "video")
    val sealed = s("在本机", "on this phone")
    val pending = s("上传中", "on its way")
    val stored = s("已入库", "stored")

    val photo1 = ItemLine("0101", Media.PHOTO, photoLabel, at("09:06"), null, stored, Tone.GOOD, thumbnail = photo(0))
    val photo2 = ItemLine("0202", Media.PHOTO, photoLabel, at("09:11"), null, pending, Tone.WORKING, thumbnail = photo(1))
    val sound = ItemLine("0303", Media.AUDIO, soundLabel, at("09:02"), 1_384_000, sealed, Tone.PLAIN)
    val video = ItemLine("0404", Media.VIDEO, videoLabel, at("09:14"), 312_000, sealed, Tone.PLAIN, thumbnail = photo(2))
    val items = listOf(video, sound, photo2, photo1)
    val late = video.copy(
        item = "0505",
        recordedAtMs = Instant.parse("2026-11-21T16:40:00+08:00").toEpochMilli(),
        remark = s("逾期1天15小时未入库", "overdue for 1 day 15 hours"),
    )

    val storage = StorageLine(38_400_000_000, 9_600, 853, s("剩余空间 38.4 GB，约可录像 14 小时", "38.4 GB free, about 14 h of video"), Tone.GOOD)
    val storageLow = StorageLine(540_000_000, 135, 12, s("空间不足：只能再录像约12分钟", "Space runs short: about 12 min of video"), Tone.ATTENTION)
    val storageFull = s("存储空间已满，不能再录制", "The space is used up; nothing more can be recorded")
    val officeWifi = s("等待办公室 Wi-Fi：移动网络或计费网络下不上传", "Waiting for the office Wi-Fi: nothing is uploaded over a metered network")
    val recorderLost = s("执法记录仪ZFY-0007已断开连接，是否一直在录尚未确认", "recorder ZFY-0007 is out of reach; whether it went on recording is not known")
    val expired = s("王建国目前不能执法记录：执法证件不在有效期内", "王建国 may not be an officer of record now: the certificate is not valid now")

    val allConditions = listOf(
        Condition.Offline,
        Condition.Denied(Permission.CAMERA, forGood = false),
        Condition.StorageLow(storageLow.sentence, full = false),
        Condition.BatteryLow(18),
        Condition.RecorderLost(recorderLost),
        Condition.CertificateExpired(expired),
        Condition.Waiting(officeWifi),
    )

    fun need(code: String, zh: String, en: String) = Need(code, s(zh, en))

    fun choices(vararg pairs: Triple<String, String, String>): List<Choice> = pairs.map { Choice(it.first, s(it.second, it.third)) }

    private fun vector(name: String): JsonObject =
        JsonParser.parseString(File(root, "tests/vectors/document/$name.json").readText()).asJsonObject

    /** The pages of a vector, as the core lays them out. */
    fun pages(name: String, seen: Boolean = true): List<PageLine> = vector(name).getAsJsonArray("pages").mapIndexed { index, page ->
        PageLine(index + 1, page.asJsonArray.joinToString("\n") { it.asString }, seen)
    }

    /** 孙丽, as somebody writes it with a finger: corners of each stroke, in hundredths of the name's width. */
    private val sunLi = listOf(
        listOf(4 to 20, 22 to 18, 12 to 32), listOf(13 to 32, 15 to 70, 8 to 64), listOf(3 to 52, 24 to 42),
        listOf(34 to 14, 35 to 72, 28 to 66), listOf(30 to 32, 25 to 48), listOf(40 to 30, 46 to 44),
        listOf(54 to 16, 97 to 13), listOf(58 to 28, 58 to 70), listOf(58 to 28, 72 to 27, 72 to 68, 68 to 64), listOf(63 to 38, 67 to 50),
        listOf(79 to 28, 79 to 68), listOf(79 to 28, 94 to 27, 95 to 70, 90 to 65), listOf(84 to 38, 89 to 50),
    )

    /** Handwriting [width] hundredths of a millimetre wide, beginning [down] from the upper edge. */
    fun strokes(width: Int = 4200, left: Int = 500, down: Int = 2700): List<Stroke> {
        var tMs = 0
        return sunLi.map { corners ->
            val points = corners.zipWithNext().flatMap { (from, to) ->
                (0 until 8).map { n ->
                    tMs += 14
                    fun between(a: Int, b: Int) = a + (b - a) * n / 8f
                    val pressure = 450 + 50 * n - if (n > 5) 60 * (n - 5) else 0
                    StrokePoint(left + (between(from.first, to.first) * width / 100).toInt(), down + (between(from.second, to.second) * width / 100).toInt(), tMs, pressure)
                }
            }
            tMs += 130
            Stroke(points)
        }
    }
}

/** Stands for the camera's picture. */
@Composable
internal fun DemoView(modifier: Modifier) {
    val decode = LocalPictures.current
    decode(Story.photo(2))?.let { Image(it, null, modifier.fillMaxSize(), contentScale = ContentScale.Crop) }
}
