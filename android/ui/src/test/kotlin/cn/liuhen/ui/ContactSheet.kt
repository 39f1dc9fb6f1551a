package cn.liuhen.ui

import org.jetbrains.skia.Color
import org.jetbrains.skia.Font
import org.jetbrains.skia.FontMgr
import org.jetbrains.skia.FontStyle
import org.jetbrains.skia.Image
import org.jetbrains.skia.Paint
import org.jetbrains.skia.Rect
import org.jetbrains.skia.SamplingMode
import org.jetbrains.skia.Surface

/** All pictures on one sheet, a line for every screen. */
internal class ContactSheet(private val title: String) {
    private class Small(val shot: Shot, val picture: Image)

    private val pictures = mutableListOf<Small>()

    /** Adds a picture; it is made small at once, so that the sheet stays small in memory. */
    fun add(shot: Shot, picture: Image) {
        val width = if (picture.width > picture.height) CELL * LONG_DP / SHORT_DP else CELL
        val surface = Surface.makeRasterN32Premul(width, width * picture.height / picture.width)
        val whole = Rect.makeWH(picture.width.toFloat(), picture.height.toFloat())
        val part = Rect.makeWH(surface.width.toFloat(), surface.height.toFloat())
        surface.canvas.drawImageRect(picture, whole, part, SamplingMode.MITCHELL, null, true)
        pictures += Small(shot, surface.makeImageSnapshot())
    }

    /** The sheet as a PNG. */
    fun png(): ByteArray {
        val lines = pictures.groupBy { it.shot.screen }.values.flatMap { it.chunked(PER_LINE) }
        val lineHeight = pictures.maxOf { it.picture.height } + LABEL + GAP
        val width = lines.maxOf { line -> line.sumOf { it.picture.width + GAP } } + GAP
        val surface = Surface.makeRasterN32Premul(width, lines.size * lineHeight + 2 * LABEL)
        val canvas = surface.canvas
        canvas.clear(Color.makeRGB(120, 126, 134))
        val ink = Paint().apply { color = Color.WHITE }
        val font = Font(FontMgr.default.matchFamilyStyle(FAMILY, FontStyle.NORMAL), 15f)
        canvas.drawString(title, GAP.toFloat(), LABEL.toFloat(), font, ink)
        lines.forEachIndexed { row, line ->
            var x = GAP
            val y = row * lineHeight + 2 * LABEL
            line.forEach { small ->
                canvas.drawString(small.shot.name, x.toFloat(), y - 6f, font, ink)
                canvas.drawImage(small.picture, x.toFloat(), y.toFloat())
                x += small.picture.width + GAP
            }
        }
        return png(surface.makeImageSnapshot())
    }

    private companion object {
        /** Pixels: width of a picture, room between pictures, height of a label; pictures in a line. */
        const val CELL = 216
        const val GAP = 16
        const val LABEL = 26
        const val PER_LINE = 9
    }
}
