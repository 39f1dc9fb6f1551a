package cn.liuhen.ui.sign

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.gestures.awaitEachGesture
import androidx.compose.foundation.gestures.awaitFirstDown
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateListOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.input.pointer.PointerInputChange
import androidx.compose.ui.input.pointer.PointerInputScope
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.IntSize
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.StrokePoint
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.sign.PadLine
import cn.liuhen.shell.sign.SignAction
import cn.liuhen.shell.sign.SignStep
import cn.liuhen.ui.CappedFontScale
import cn.liuhen.ui.CardCorner
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Pair
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Signs
import cn.liuhen.ui.TopBar
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

/** 1/100 mm in a dp: a dp is 1/160 of an inch. Phones keep to it within some percent. */
private const val HUNDREDTHS_PER_DP = 2540f / 160f

private val Paper = Color.White
private val Ink = Color(0xFF10151C)

/** The whole screen for one hand that signs. Held sideways, the buttons stand beside the area. */
@Composable
internal fun PadScreen(pad: PadLine, sideways: Boolean, modifier: Modifier, send: (SignAction) -> Unit) {
    val back = { send(SignAction.GoTo(SignStep.PEOPLE)) }
    if (sideways) {
        Row(modifier) {
            PadArea(pad, Modifier.weight(1f).fillMaxHeight().padding(12.dp), send)
            Column(
                Modifier.width(280.dp).fillMaxHeight().verticalScroll(rememberScrollState()).padding(end = 12.dp, bottom = 12.dp),
                verticalArrangement = Arrangement.spacedBy(10.dp),
            ) {
                TopBar(say(pad.label), null, back, party = true)
                PadButtons(pad, sideways, send)
            }
        }
    } else {
        Column(modifier) {
            TopBar(say(pad.label), say(Texts.Sign.SignHere), back, party = true)
            PadArea(pad, Modifier.weight(1f).fillMaxWidth().padding(12.dp), send)
            Column(Modifier.fillMaxWidth().padding(start = 12.dp, end = 12.dp, bottom = 12.dp), verticalArrangement = Arrangement.spacedBy(10.dp)) {
                PadButtons(pad, sideways, send)
            }
        }
    }
}

@Composable
private fun ColumnScope.PadButtons(pad: PadLine, sideways: Boolean, send: (SignAction) -> Unit) {
    val written = pad.strokes.isNotEmpty()
    PadSays(pad, written)
    val undo = @Composable { at: Modifier -> OtherButton(say(Texts.Sign.Undo), { send(SignAction.Undo) }, at, enabled = written, sign = Signs.Undo) }
    val clear = @Composable { at: Modifier -> OtherButton(say(Texts.Sign.Clear), { send(SignAction.Clear) }, at, enabled = written) }
    if (sideways) {
        undo(Modifier.fillMaxWidth())
        clear(Modifier.fillMaxWidth())
    } else {
        Pair(undo, clear)
    }
    MainButton(say(Texts.Sign.NextPad), { send(SignAction.GoTo(SignStep.PEOPLE)) }, enabled = pad.fit.allowed, sign = Signs.Check)
}

/** What is written and whether it can stand: always two lines, so that the paper does not move under a hand that writes. */
@Composable
private fun ColumnScope.PadSays(pad: PadLine, written: Boolean) {
    val said = if (written) say(Texts.Sign.strokes(pad.strokes.size)) + "　" + say(Texts.Sign.Saved) else say(Texts.Sign.SignHere)
    val unfit = if (written) pad.fit.missing.firstOrNull()?.let { say(it.sentence) }.orEmpty() else ""
    CappedFontScale {
        Quiet(said, Modifier.align(Alignment.CenterHorizontally))
        Text(unfit, Modifier.align(Alignment.CenterHorizontally), color = toneColors(Tone.ATTENTION).mark, style = MaterialTheme.typography.bodyMedium)
    }
}

/**
 * How much smaller than life the paper is drawn: written on a larger pad (the phone was turned since), it is made to fit whole. What is
 * written then is measured on the same paper.
 */
internal fun shrinking(pad: PadLine, areaWidth: Float, areaHeight: Float): Float {
    if (pad.strokes.isEmpty() || pad.width <= 0 || pad.height <= 0) return 1f
    return minOf(1f, areaWidth / pad.width, areaHeight / pad.height)
}

/** The paper. A stroke is handed over when the pen leaves it, and is then the model's to keep. */
@Composable
private fun PadArea(pad: PadLine, modifier: Modifier, send: (SignAction) -> Unit) {
    val running = remember(pad.pad) { mutableStateListOf<StrokePoint>() }
    val now by rememberUpdatedState(pad)
    val label = say(Sentence("${Texts.Sign.Pad.zh}：${pad.label.zh}", "${Texts.Sign.Pad.en}: ${pad.label.en}"))
    val said = say(Texts.Sign.strokes(pad.strokes.size))
    Box(modifier.clip(CardCorner).background(Paper).border(2.dp, MaterialTheme.colorScheme.outline, CardCorner)) {
        Canvas(
            Modifier.fillMaxSize().semantics {
                contentDescription = label
                stateDescription = said
            }.pointerInput(pad.pad) { write(running, { now }) { stroke, width, height -> send(SignAction.StrokeDone(stroke, width, height)) } },
        ) {
            baseline()
            val life = density / HUNDREDTHS_PER_DP
            val scale = life * shrinking(pad, size.width / life, size.height / life)
            pad.strokes.forEach { draw(it.points, scale) }
            draw(running, scale)
        }
    }
}

/** Follows one finger or pen after the other; a second finger writes nothing. */
private suspend fun PointerInputScope.write(
    running: MutableList<StrokePoint>,
    paper: () -> PadLine,
    done: (Stroke, Int, Int) -> Unit,
) {
    awaitEachGesture {
        val down = awaitFirstDown()
        val clock = StrokeClock(paper().strokes, down.uptimeMillis)
        val smaller = shrinking(paper(), hundredths(size.width.toFloat()).toFloat(), hundredths(size.height.toFloat()).toFloat())
        running.clear()
        running += point(down, clock, size, smaller)
        down.consume()
        var change = down
        while (change.pressed) {
            change = awaitPointerEvent().changes.firstOrNull { it.id == down.id } ?: break
            if (change.position != change.previousPosition) running += point(change, clock, size, smaller)
            change.consume()
        }
        done(Stroke(running.toList()), hundredths(size.width / smaller), hundredths(size.height / smaller))
        running.clear()
    }
}

/** Times that never fall, also after the process died in the middle and the phone's own count began anew. */
internal class StrokeClock(earlier: List<Stroke>, private val downMs: Long) {
    private val startMs = earlier.lastOrNull()?.points?.lastOrNull()?.let { it.tMs + PAUSE_MS } ?: 0

    /** Milliseconds since the pad was first touched. */
    fun at(uptimeMs: Long): Int = startMs + (uptimeMs - downMs).coerceIn(0, LONGEST_MS).toInt()

    private companion object {
        /** Between two strokes, where the true pause is not known. */
        const val PAUSE_MS = 120

        /** No stroke takes longer. */
        const val LONGEST_MS = 600_000L
    }
}

private fun Density.point(change: PointerInputChange, clock: StrokeClock, size: IntSize, smaller: Float): StrokePoint {
    val x = change.position.x.coerceIn(0f, size.width.toFloat())
    val y = change.position.y.coerceIn(0f, size.height.toFloat())
    return StrokePoint(hundredths(x / smaller), hundredths(y / smaller), clock.at(change.uptimeMillis), (change.pressure.coerceIn(0f, 1f) * 1000).toInt())
}

private fun Density.hundredths(pixels: Float): Int = (pixels / density * HUNDREDTHS_PER_DP).toInt()

private fun DrawScope.baseline() {
    val y = size.height * 0.72f
    drawLine(Color(0xFFC3CAD4), Offset(size.width * 0.06f, y), Offset(size.width * 0.94f, y), strokeWidth = 2.dp.toPx())
}

/** A line that swells with pressure. */
private fun DrawScope.draw(points: List<StrokePoint>, scale: Float) {
    val single = points.singleOrNull()
    if (single != null) drawCircle(Ink, 2.5.dp.toPx(), Offset(single.x * scale, single.y * scale))
    points.zipWithNext { from, to ->
        val width = (2.2f + 3.2f * (from.pressure + to.pressure) / 2000f).dp.toPx()
        drawLine(Ink, Offset(from.x * scale, from.y * scale), Offset(to.x * scale, to.y * scale), width, StrokeCap.Round)
    }
}
