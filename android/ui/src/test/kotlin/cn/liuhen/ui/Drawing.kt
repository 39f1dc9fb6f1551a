package cn.liuhen.ui

import androidx.compose.ui.InternalComposeUiApi
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.asSkiaBitmap
import androidx.compose.ui.graphics.toComposeImageBitmap
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.test.runSkikoComposeUiTest
import androidx.compose.ui.text.ExperimentalTextApi
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.platform.SystemFont
import androidx.compose.ui.unit.Density
import cn.liuhen.shell.Lang
import cn.liuhen.shell.Picture
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder
import javax.imageio.IIOImage
import javax.imageio.ImageIO
import javax.imageio.ImageWriteParam
import javax.imageio.stream.MemoryCacheImageOutputStream
import org.jetbrains.skia.FontMgr
import org.jetbrains.skia.FontStyle
import org.jetbrains.skia.Image

/** How a picture is drawn. */
internal enum class Look(val lang: Lang, val dark: Boolean, val fontScale: Float, val sideways: Boolean = false) {
    LIGHT(Lang.ZH, false, 1f),
    DARK(Lang.ZH, true, 1f),
    LARGE(Lang.ZH, false, 2f),
    ENGLISH(Lang.EN, false, 1f),
    SIDEWAYS(Lang.ZH, false, 1f, sideways = true),
}

/** A phone of 360 by 780 dp, at three pixels to two dp: enough to judge by, and half the work of a true screen. */
internal const val DENSITY = 1.5f
internal const val LONG_DP = 780
internal const val SHORT_DP = 360

/** The one family that pictures are set in, so that they are the same everywhere: Debian's `fonts-noto-cjk`. */
internal const val FAMILY = "Noto Sans CJK SC"

/** The family, or a failure that says what to install. */
@OptIn(ExperimentalTextApi::class)
internal val Family: FontFamily by lazy {
    val found = FontMgr.default.matchFamilyStyle(FAMILY, FontStyle.NORMAL)?.familyName
    check(found == FAMILY) { "the font $FAMILY is not installed (Debian: apt-get install fonts-noto-cjk); found: $found" }
    FontFamily(SystemFont(FAMILY, FontWeight.Normal), SystemFont(FAMILY, FontWeight.Bold))
}

private val decoded = mutableMapOf<String, ImageBitmap>()

private fun decode(picture: Picture): ImageBitmap =
    decoded.getOrPut(picture.key) { Image.makeFromEncoded(picture.bytes).toComposeImageBitmap() }

/** What was drawn, while its tree of semantics is alive. */
internal class Drawn(val picture: Image, val merged: List<SemanticsNode>, val single: List<SemanticsNode>, val width: Int, val height: Int)

/** Draws a shot and hands over the picture and the tree that TalkBack would walk. */
@OptIn(ExperimentalTestApi::class, InternalComposeUiApi::class)
internal fun <T> draw(shot: Shot, look: Look, use: (Drawn) -> T): T {
    val sideways = shot.sideways || look.sideways
    val width = (if (sideways) LONG_DP else SHORT_DP) * DENSITY
    val height = (if (sideways) SHORT_DP else LONG_DP) * DENSITY
    val results = mutableListOf<T>()
    runSkikoComposeUiTest(size = Size(width, height), density = Density(DENSITY, look.fontScale)) {
        setContent { LiuhenTheme(look.lang, look.dark, Family, ::decode) { shot.content() } }
        waitForIdle()
        val picture = Image.makeFromBitmap(captureToImage().asSkiaBitmap())
        val merged = onAllNodes(isRoot()).fetchSemanticsNodes().flatMap(::everyNode)
        val single = onAllNodes(isRoot(), useUnmergedTree = true).fetchSemanticsNodes().flatMap(::everyNode)
        results += use(Drawn(picture, merged, single, width.toInt(), height.toInt()))
    }
    return results.single()
}

private fun everyNode(node: SemanticsNode): List<SemanticsNode> = listOf(node) + node.children.flatMap(::everyNode)

/** A PNG, packed for speed: Skia's own writer takes three quarters of the time of a whole run. */
internal fun png(picture: Image): ByteArray {
    val pixels = IntArray(picture.width * picture.height)
    val bytes = checkNotNull(picture.peekPixels()).buffer.bytes
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(pixels)
    val image = BufferedImage(picture.width, picture.height, BufferedImage.TYPE_INT_RGB)
    image.setRGB(0, 0, picture.width, picture.height, pixels, 0, picture.width)
    val writer = ImageIO.getImageWritersByFormatName("png").next()
    val out = ByteArrayOutputStream()
    val parameters = writer.defaultWriteParam.apply {
        compressionMode = ImageWriteParam.MODE_EXPLICIT
        compressionQuality = 0.7f
    }
    MemoryCacheImageOutputStream(out).use { stream ->
        writer.output = stream
        writer.write(null, IIOImage(image, null, null), parameters)
    }
    writer.dispose()
    return out.toByteArray()
}
