package cn.liuhen.ui

import androidx.compose.ui.InternalComposeUiApi
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SkikoComposeUiTest
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.runSkikoComposeUiTest
import androidx.compose.ui.unit.Density
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.StrokePoint
import cn.liuhen.shell.Texts
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.shell.sign.PadLine
import cn.liuhen.shell.sign.SignAction
import cn.liuhen.shell.sign.SignState
import cn.liuhen.shell.sign.SignStep
import cn.liuhen.shell.today.TodayAction
import cn.liuhen.shell.today.TodayState
import cn.liuhen.ui.capture.CaptureScreen
import cn.liuhen.ui.sign.SignScreen
import cn.liuhen.ui.sign.StrokeClock
import cn.liuhen.ui.sign.shrinking
import cn.liuhen.ui.today.TodayScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What a hand does to the screens, and what comes of it. */
@OptIn(ExperimentalTestApi::class, InternalComposeUiApi::class)
class HandTest {
    private fun phone(body: SkikoComposeUiTest.() -> Unit) =
        runSkikoComposeUiTest(size = Size(SHORT_DP * 1f, LONG_DP * 1f), density = Density(1f, 1f)) { body() }

    @Test
    fun `a button sends its action once`() = phone {
        val sent = mutableListOf<TodayAction>()
        setContent { LiuhenTheme(family = Family) { TodayScreen(TodayState()) { sent += it } } }
        onNodeWithText(Texts.Today.Begin.zh).performClick()
        assertEquals(listOf<TodayAction>(TodayAction.Begin), sent)
    }

    @Test
    fun `a shutter that a gate holds sends nothing`() = phone {
        val sent = mutableListOf<CaptureAction>()
        setContent { LiuhenTheme(family = Family) { CaptureScreen(CaptureState(capture = Gate(false)), { sent += it }) } }
        onNodeWithContentDescription(Texts.Capture.TakePhoto.zh).performClick()
        assertEquals(emptyList<CaptureAction>(), sent)
    }

    @Test
    fun `a stroke is handed over when the finger leaves the pad, in hundredths of a millimetre`() = phone {
        val sent = mutableListOf<SignAction>()
        val pad = PadLine("party", Story.s("当事人", "party"))
        setContent { LiuhenTheme(family = Family) { SignScreen(SignState(step = SignStep.PAD, pads = listOf(pad))) { sent += it } } }
        onNodeWithContentDescription("${Texts.Sign.Pad.zh}：当事人").performTouchInput {
            down(Offset(10f, 20f))
            moveTo(Offset(60f, 25f))
            moveTo(Offset(160f, 30f))
            up()
        }
        val done = sent.single() as SignAction.StrokeDone
        val points = done.stroke.points
        assertEquals(StrokePoint(158, 317, points[0].tMs, points[0].pressure), points[0])
        assertEquals(2540, points.last().x)
        assertEquals(points.map { it.tMs }.sorted(), points.map { it.tMs })
        assertTrue(done.width > points.maxOf { it.x } && done.height > points.maxOf { it.y })
    }

    @Test
    fun `what was written on a larger pad is drawn smaller, and what is written then stands on the same paper`() = phone {
        val sent = mutableListOf<SignAction>()
        val kept = Stroke(listOf(StrokePoint(11_000, 19_000, 0, 500), StrokePoint(11_400, 19_500, 90, 500)))
        val pad = PadLine("party", Story.s("当事人", "party"), listOf(kept), 11_430, 20_000)
        setContent { LiuhenTheme(family = Family) { SignScreen(SignState(step = SignStep.PAD, pads = listOf(pad))) { sent += it } } }
        var area = Offset.Zero
        onNodeWithContentDescription("${Texts.Sign.Pad.zh}：当事人").performTouchInput {
            area = Offset(width.toFloat(), height.toFloat())
            down(Offset(10f, 20f))
            moveTo(Offset(area.x - 1, area.y - 1))
            up()
        }
        val done = sent.single() as SignAction.StrokeDone
        val smaller = shrinking(pad, area.x * 15.875f, area.y * 15.875f)
        assertTrue(smaller < 0.5f && done.width > pad.width - 3 && done.height > pad.height - 3, "$smaller, ${done.width} x ${done.height}")
        assertEquals((10 * 15.875f / smaller).toInt(), done.stroke.points.first().x)
    }

    @Test
    fun `times of strokes never fall, also after the process died`() {
        val kept = Stroke(listOf(StrokePoint(1, 1, 0, 500), StrokePoint(2, 2, 900, 500)))
        val clock = StrokeClock(listOf(kept), downMs = 50)
        assertTrue(clock.at(50) > 900)
        assertEquals(40, clock.at(90) - clock.at(50))
        assertTrue(clock.at(10) >= clock.at(50))
    }

    @Test
    fun `a page's characters stand in the columns where the core put them`() {
        assertEquals(listOf(Run(0, "案号：", 6, 2), Run(6, "XG-01", 5, 1), Run(11, "号", 2, 2)), runs("案号：XG-01号"))
        assertEquals(listOf(Run(4, "甲", 2, 2)), runs("    甲").map { it })
        val widest = Story.pages("review_confirmation").flatMap { it.text.lines() }.maxOf { line -> runs(line).lastOrNull()?.let { it.column + it.columns } ?: 0 }
        assertEquals(64, widest)
    }

    @Test
    fun `letters can be read in the sun`() {
        val schemes = listOf(LightColors to LightTones, DarkColors to DarkTones)
        val weak = schemes.flatMap { (scheme, tones) ->
            val pairs = listOf(
                scheme.onBackground to scheme.background, scheme.onSurfaceVariant to scheme.surfaceContainerHigh, scheme.onPrimary to scheme.primary,
                scheme.onError to scheme.error, scheme.primary to scheme.surface,
            ) + listOf(tones.plain, tones.working, tones.good, tones.attention, tones.bad).flatMap { listOf(it.text to it.ground, it.mark to scheme.surfaceContainer) }
            pairs.filter { (ink, ground) -> contrast(ink, ground) < 6.5f }.map { (ink, ground) -> "$ink on $ground: ${contrast(ink, ground)}" }
        }
        assertEquals(emptyList<String>(), weak)
    }

    private fun contrast(a: Color, b: Color): Float {
        val (light, dark) = listOf(a.luminance(), b.luminance()).sortedDescending()
        return (light + 0.05f) / (dark + 0.05f)
    }
}
