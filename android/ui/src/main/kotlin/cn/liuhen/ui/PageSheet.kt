package cn.liuhen.ui

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.Canvas
import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.rememberScrollState
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.withTransform
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.text
import androidx.compose.ui.text.AnnotatedString
import androidx.compose.ui.text.TextMeasurer
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.drawText
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.Texts

/** Columns of a page; an ideograph takes two. It is how the core lays pages out (`spec/documents.md`). */
private const val COLUMNS = 64

/** Height of a line, in widths of a column. */
private const val LINE = 3.1f

private val Paper = Color.White
private val Ink = Color(0xFF10151C)

/** A piece of a line whose characters are all equally wide. */
internal data class Run(val column: Int, val text: String, val columns: Int, val width: Int)

/**
 * Cuts a line into runs of wide and of narrow characters, with the column at which each begins. Characters stand where the core put
 * them, whatever widths the phone's fonts have.
 */
internal fun runs(line: String): List<Run> {
    val found = mutableListOf<Run>()
    var column = 0
    line.codePoints().forEach { point ->
        val width = columns(point)
        val text = String(Character.toChars(point))
        val last = found.lastOrNull()
        if (last != null && (width == 0 || width == last.width)) {
            found[found.size - 1] = last.copy(text = last.text + text, columns = last.columns + width)
        } else {
            found += Run(column, text, width, width)
        }
        column += width
    }
    return found.filter { it.text.isNotBlank() }
}

/** Columns of a character, as the core counts them (`core/src/document/text.rs`): 0 for marks that combine. */
private fun columns(point: Int): Int = when {
    Combining.any { point in it } -> 0
    Wide.any { point in it } -> 2
    else -> 1
}

private val Combining = listOf(
    0x300..0x36F, 0x180B..0x180D, 0x1AB0..0x1AFF, 0x1DC0..0x1DFF, 0x20D0..0x20FF, 0xFE00..0xFE0F, 0xFE20..0xFE2F, 0xE0100..0xE01EF,
)

private val Wide = listOf(
    0xB7..0xB7, 0xD7..0xD7, 0x1100..0x115F, 0x2014..0x2016, 0x2018..0x201D, 0x2025..0x2027, 0x2030..0x2030, 0x203B..0x203B,
    0x2100..0x22FF, 0x2460..0x27BF, 0x2E80..0xA4CF, 0xA960..0xA97F, 0xAC00..0xD7A3, 0xF900..0xFAFF, 0xFE10..0xFE19,
    0xFE30..0xFE6F, 0xFF01..0xFF60, 0xFFE0..0xFFE6, 0x1F000..0x1FAFF, 0x20000..0x3FFFD,
)

/** A page on white paper in every theme: this is what is signed. It can be made twice as large. */
@Composable
internal fun PageSheet(page: PageLine, modifier: Modifier = Modifier) {
    var large by rememberSaveable { mutableStateOf(false) }
    Column(modifier.fillMaxWidth()) {
        Surface(color = Paper, contentColor = Ink, border = BorderStroke(1.dp, MaterialTheme.colorScheme.outline)) {
            BoxWithConstraints(Modifier.fillMaxWidth()) {
                val width = if (large) maxWidth * 2 else maxWidth
                Column(Modifier.horizontalScroll(rememberScrollState())) { PageDrawing(page.text, Modifier.width(width)) }
            }
        }
        QuietButton(say(if (large) Texts.Documents.Reduce else Texts.Documents.Enlarge), { large = !large })
    }
}

@Composable
private fun PageDrawing(pageText: String, modifier: Modifier) {
    val measurer = rememberTextMeasurer(cacheSize = 256)
    val lines = remember(pageText) { pageText.lines().map(::runs) }
    val style = MaterialTheme.typography.bodyMedium
    BoxWithConstraints(modifier.padding(vertical = 10.dp)) {
        val column = maxWidth / (COLUMNS + 4)
        val height = column * LINE * lines.size
        // The letters follow the paper, not the system's font scale: a page keeps its shape, and enlarging enlarges all of it.
        val fontSize = with(LocalDensity.current) { (column * 2).toSp() }
        val letters = style.copy(fontSize = fontSize, lineHeight = fontSize, color = Ink)
        Canvas(Modifier.fillMaxWidth().height(height).semantics { text = AnnotatedString(pageText) }) {
            val unit = size.width / (COLUMNS + 4)
            lines.forEachIndexed { row, runs ->
                runs.forEach { run -> drawRun(measurer, run, letters, Offset((run.column + 2) * unit, row * LINE * unit), unit) }
            }
        }
    }
}

/** Draws a run exactly as wide as its columns. */
private fun DrawScope.drawRun(measurer: TextMeasurer, run: Run, style: TextStyle, at: Offset, unit: Float) {
    val laid = measurer.measure(run.text, style, softWrap = false, maxLines = 1)
    val stretch = if (laid.size.width == 0) 1f else run.columns * unit / laid.size.width
    withTransform({
        translate(at.x, at.y)
        scale(stretch, 1f, pivot = Offset.Zero)
    }) { drawText(laid) }
}

/** From page to page. */
@Composable
internal fun PageTurner(page: Int, of: Int, onTurn: (Int) -> Unit) {
    Row(Modifier.fillMaxWidth(), verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.SpaceBetween) {
        SignButton(Signs.Back, say(Texts.Documents.Previous), { onTurn(page - 1) }, enabled = page > 1)
        Text(
            say(Texts.Documents.page(page, of)),
            Modifier.weight(1f).semantics { liveRegion = LiveRegionMode.Polite },
            style = MaterialTheme.typography.titleSmall,
            textAlign = TextAlign.Center,
        )
        SignButton(Signs.Onward, say(Texts.Documents.Next), { onTurn(page + 1) }, enabled = page < of)
    }
}
