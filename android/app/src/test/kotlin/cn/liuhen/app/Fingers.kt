package cn.liuhen.app

import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.ui.InternalComposeUiApi
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.asSkiaBitmap
import androidx.compose.ui.graphics.toComposeImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasScrollToNodeAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isEnabled
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.performSemanticsAction
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.swipeUp
import androidx.compose.ui.text.ExperimentalTextApi
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.platform.SystemFont
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.Texts
import cn.liuhen.shell.rig.Repository
import org.jetbrains.skia.EncodedImageFormat
import java.io.File
import org.jetbrains.skia.Image as SkiaImage

/** Fingers and eyes on the drawn app: they know only what is written on the screen, as a person does. */
@OptIn(ExperimentalTestApi::class, InternalComposeUiApi::class)
internal class Fingers(private val screen: SkikoComposeUiTest, private val pictures: File) {
    private var taken = 0

    /** Waits until a text, or a label of TalkBack's, is on the screen. */
    fun see(words: String) = await("“$words”", said(words))

    fun see(words: Sentence) = see(words.zh)

    /** Waits until a fact has this value. */
    fun see(label: String, value: String) = await("$label: $value", hasText(label) and hasText(value))

    /** Touches what bears these words, once it may be touched; scrolls to it where the screen goes on below. */
    fun tap(words: String) {
        find("“$words” to be touched", touchable(words)).performSemanticsAction(SemanticsActions.OnClick)
        screen.waitForIdle()
    }

    /** Touches what begins with these words. */
    fun tapLike(words: String) {
        val matcher = hasText(words, substring = true) and hasClickAction() and isEnabled()
        find("“$words…” to be touched", matcher).performSemanticsAction(SemanticsActions.OnClick)
        screen.waitForIdle()
    }

    /** Scrolls to these words. */
    fun find(words: String) {
        find("“$words”", said(words))
    }

    /** Touches what bears these words below a heading or in a card: where several bear them. */
    fun tap(words: String, below: String) {
        val heading = find("“$below”", hasText(below))
        var last = heading.fetchSemanticsNode().positionInRoot.y
        until("“$words” below “$below”") {
            val at = screen.onAllNodes(hasText(below)).fetchSemanticsNodes().minOfOrNull { it.positionInRoot.y } ?: last
            last = at
            val nodes = screen.onAllNodes(touchable(words)).fetchSemanticsNodes()
            val nearest = nodes.indices.filter { nodes[it].positionInRoot.y >= at }.minByOrNull { nodes[it].positionInRoot.y }
            if (nearest != null) screen.onAllNodes(touchable(words))[nearest].performSemanticsAction(SemanticsActions.OnClick)
            else screen.onAllNodes(hasScrollToNodeAction()).onFirst().performTouchInput { swipeUp(centerY, centerY - 150f) }
            nearest != null
        }
        screen.waitForIdle()
    }

    /** Whether these words stand anywhere on the screen. */
    fun has(words: String): Boolean = isThere(said(words)) || scrolledTo(said(words))

    private fun touchable(words: String) = said(words) and hasClickAction() and isEnabled()

    fun tap(words: Sentence) = tap(words.zh)

    /** Writes into the field of this label, in place of what stood there. */
    fun write(label: String, text: String) {
        find("a field “$label”", hasText(label, substring = true) and hasSetTextAction()).performTextReplacement(text)
        screen.waitForIdle()
    }

    fun write(label: Sentence, text: String) = write(label.zh, text)

    fun pin(digits: String) = digits.forEach { tap(Texts.SignIn.digit(it.digitToInt())) }

    /** Signs on the pad that is open: a stroke ends when the finger leaves it. */
    fun sign(strokes: List<Stroke>) {
        val pad = hasContentDescription(Texts.Sign.Pad.zh, substring = true)
        for ((n, stroke) in strokes.withIndex()) {
            find("the pad", pad).performTouchInput {
                val scale = HUNDREDTH_DP * DENSITY * SMALLER
                fun at(x: Int, y: Int) = Offset(x * scale + 12f, y * scale + 12f)
                stroke.points.forEachIndexed { m, point ->
                    if (m == 0) down(at(point.x, point.y)) else moveTo(at(point.x, point.y), delayMillis = 8)
                }
                up()
            }
            see(Texts.Sign.strokes(n + 1).zh + "　" + Texts.Sign.Saved.zh)
        }
    }

    /** Leaves a picture of the screen as it is. */
    fun picture(name: String) {
        screen.waitForIdle()
        val image = SkiaImage.makeFromBitmap(screen.captureToImage().asSkiaBitmap())
        taken += 1
        val bytes = checkNotNull(image.encodeToData(EncodedImageFormat.PNG)).bytes
        File(pictures.apply { mkdirs() }, "%02d-%s.png".format(taken, name)).writeBytes(bytes)
    }

    private fun said(words: String): SemanticsMatcher = hasText(words) or hasContentDescription(words)

    private fun isThere(what: SemanticsMatcher): Boolean = screen.onAllNodes(what).fetchSemanticsNodes().isNotEmpty()

    private fun await(what: String, matcher: SemanticsMatcher) = until(what) { isThere(matcher) }

    private fun find(what: String, matcher: SemanticsMatcher): SemanticsNodeInteraction {
        until(what) { isThere(matcher) || scrolledTo(matcher) }
        return screen.onAllNodes(matcher).onFirst()
    }

    private fun scrolledTo(matcher: SemanticsMatcher): Boolean {
        if (!isThere(hasScrollToNodeAction())) return false
        return try {
            screen.onAllNodes(hasScrollToNodeAction()).onFirst().performScrollToNode(matcher)
            isThere(matcher)
        } catch (_: AssertionError) {
            false
        }
    }

    private fun until(what: String, condition: () -> Boolean) {
        val end = System.nanoTime() + PATIENCE_NANOS
        var isLate = false
        while (!condition()) {
            if (isLate) {
                picture("never")
                throw AssertionError("never: $what; on the screen: ${words()}")
            }
            // Looked at once more after the end: the computer itself may have stood still.
            isLate = System.nanoTime() > end
            screen.mainClock.advanceTimeByFrame()
            // The core works on threads of its own, in real time.
            Thread.sleep(5)
            screen.waitForIdle()
        }
    }

    private fun words(): List<String> = screen.onAllNodes(SemanticsMatcher("any") { true }).fetchSemanticsNodes()
        .flatMap { node -> node.config.filter { it.key.name in setOf("Text", "ContentDescription", "EditableText") }.map { "${it.value}" } }

    companion object {
        const val DENSITY = 1.5f
        const val WIDTH = 360 * DENSITY
        const val HEIGHT = 780 * DENSITY
        private const val HUNDREDTH_DP = 160f / 2540f
        private const val PATIENCE_NANOS = 30_000_000_000L

        /** The examples were written on a wider pad. */
        private const val SMALLER = 0.6f

        /** What a phone would draw: the demo's photographs stand for the camera and for the film that is played. */
        @OptIn(ExperimentalTextApi::class)
        fun outside() = Outside(
            viewfinder = { modifier ->
                val photo = SkiaImage.makeFromEncoded(Repository.media("photo-3-nokia-lumia-820.jpg")).toComposeImageBitmap()
                Image(photo, null, modifier.fillMaxSize(), contentScale = ContentScale.Crop)
            },
            player = { modifier ->
                val photo = SkiaImage.makeFromEncoded(Repository.media("photo-2-casio-qv-r51.jpg")).toComposeImageBitmap()
                Image(photo, null, modifier.fillMaxSize(), contentScale = ContentScale.Fit)
            },
            pictures = { SkiaImage.makeFromEncoded(it.bytes).toComposeImageBitmap() },
            family = FontFamily(SystemFont(FAMILY, FontWeight.Normal), SystemFont(FAMILY, FontWeight.Bold)),
        )

        /** Debian's `fonts-noto-cjk`. */
        private const val FAMILY = "Noto Sans CJK SC"
    }
}
