package cn.liuhen.ui

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Media
import cn.liuhen.shell.Tone

/** Signs drawn with one pen of two units on a field of 24: readable through gloves and glare, without a font of icons. */
internal object Signs {
    private const val CIRCLE = "M12 3 a9 9 0 1 0 0.01 0 z"

    val Back = sign("M15 5 L8 12 L15 19")
    val Onward = sign("M9 5 L16 12 L9 19")
    val Close = sign("M6 6 L18 18 M18 6 L6 18")
    val Check = sign("M5 12.5 L10 17.5 L19 7")
    val Camera = sign("M4 8 h3.5 l1.5 -2.5 h6 l1.5 2.5 H20 v11 H4 Z M12 10 a3.3 3.3 0 1 0 0.01 0 z")
    val Mic = sign("M12 3 a3 3 0 0 0 -3 3 v5 a3 3 0 0 0 6 0 V6 a3 3 0 0 0 -3 -3 z M6 11 a6 6 0 0 0 12 0 M12 17 v4 M9 21 h6")
    val Video = sign("M3 7 h11 v10 H3 Z M14 11 l6 -3.5 v9 l-6 -3.5")
    val Stop = sign("M7 7 h10 v10 H7 Z", filled = true)
    val Warning = sign("M12 4 L21 20 H3 Z M12 10 v4.5 M12 17.2 v0.3")
    val Error = sign("$CIRCLE M12 7.5 v6 M12 16.5 v0.3")
    val Info = sign("$CIRCLE M12 11 v6 M12 7.5 v0.3")
    val Sync = sign("M19 8 a8 8 0 0 0 -14 1.5 M19 3.5 V8 h-4.5 M5 16 a8 8 0 0 0 14 -1.5 M5 20.5 V16 h4.5")
    val Offline = sign("M3 9 a13 13 0 0 1 18 0 M6.5 13 a8 8 0 0 1 11 0 M10 16.7 a3.2 3.2 0 0 1 4 0 M5 3 L19 21")
    val Lock = sign("M6 11 h12 v9 H6 Z M8.5 11 V8 a3.5 3.5 0 0 1 7 0 v3")
    val Settings = sign("M4 7 h9 M17 7 h3 M15 4.8 v4.4 M4 17 h3 M11 17 h9 M9 14.8 v4.4")
    val Flag = sign("M6 21 V4 h11 l-2.5 4 L17 12 H6")
    val Play = sign("M8 5 L19 12 L8 19 Z", filled = true)
    val Pause = sign("M8.5 5.5 v13 M15.5 5.5 v13")
    val Undo = sign("M4 9 h10 a5.5 5.5 0 0 1 0 11 H9 M8 5 L4 9 l4 4")
    val Document = sign("M6 3 h8 l4 4 v14 H6 Z M14 3 v4 h4 M9 12 h6 M9 16 h6")
    val Person = sign("M12 4 a4 4 0 1 0 0.01 0 z M4.5 20.5 a7.5 7.5 0 0 1 15 0")
    val Recorder = sign("M7 3 h10 v18 H7 Z M12 6.5 a2.5 2.5 0 1 0 0.01 0 z M10 16.5 h4")
    val Torch = sign("M13 3 L6 13.5 h5 l-1 7.5 l8 -11 h-5.5 z")
    val Add = sign("M12 5 v14 M5 12 h14")
    val Erase = sign("M9 6 H20 V18 H9 L3.5 12 Z M12 9.5 l5 5 M17 9.5 l-5 5")
    val Finger = sign(
        "M7 20 a16 16 0 0 0 2 -8 a3 3 0 0 1 6 0 a20 20 0 0 1 -1.5 8.5 M4.5 15 a9 9 0 0 0 0.5 -3 a7 7 0 0 1 13.5 -2.5 " +
            "M19 13 a20 20 0 0 1 -1 6 M12 12 a14 14 0 0 1 -1.5 8",
    )
    val Battery = sign("M3 8 h15 v8 H3 Z M21 10.5 v3 M6.5 11 v2")
    val Storage = sign("M5 4 h14 v16 H5 Z M5 14 h14 M9 17 h0.3")
    val Pen = sign("M4 20 l1 -4.5 L16.5 4 l3.5 3.5 L8.5 19 Z M14 6.5 l3.5 3.5")
    val Eye = sign("M2.5 12 a11 11 0 0 1 19 0 a11 11 0 0 1 -19 0 z M12 9.3 a2.7 2.7 0 1 0 0.01 0 z")
    val Clock = sign("$CIRCLE M12 7 v5.5 l3.5 2")
    val Scan = sign("M4 8 V4 h4 M16 4 h4 v4 M20 16 v4 h-4 M8 20 H4 v-4 M8.5 8.5 h7 v7 h-7 z")
    val List = sign("M9 6 h11 M9 12 h11 M9 18 h11 M4.5 6 h0.3 M4.5 12 h0.3 M4.5 18 h0.3")

    /** The sign of a sort of media. */
    fun of(media: Media): ImageVector = when (media) {
        Media.PHOTO -> Camera
        Media.AUDIO -> Mic
        Media.VIDEO -> Video
        Media.OTHER -> Document
    }

    /** The sign of a tone. */
    fun of(tone: Tone): ImageVector = when (tone) {
        Tone.PLAIN -> Info
        Tone.WORKING -> Sync
        Tone.GOOD -> Check
        Tone.ATTENTION -> Warning
        Tone.BAD -> Error
    }

    private fun sign(path: String, filled: Boolean = false): ImageVector =
        ImageVector.Builder(defaultWidth = 24.dp, defaultHeight = 24.dp, viewportWidth = 24f, viewportHeight = 24f)
            .addPath(
                pathData = PathParser().parsePathString(path).toNodes(),
                fill = if (filled) SolidColor(Color.Black) else null,
                stroke = SolidColor(Color.Black),
                strokeLineWidth = 2f,
                strokeLineCap = StrokeCap.Round,
                strokeLineJoin = StrokeJoin.Round,
            )
            .build()
}
