package cn.liuhen.ui

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.text.TextLayoutResult
import cn.liuhen.shell.Lang
import org.jetbrains.skia.FontMgr
import org.jetbrains.skia.FontStyle

/** The least side of a target, dp. Android asks for 48; ours are for gloves. */
private const val LEAST_TARGET_DP = 56

/** Everything that is wrong with a drawn screen, in sentences. */
internal fun findings(drawn: Drawn, lang: Lang): List<String> =
    unlabelled(drawn) + smallTargets(drawn) + withoutHeading(drawn) + cutTexts(drawn) + outside(drawn) + missingGlyphs(texts(drawn)) +
        empty(drawn) + if (lang == Lang.EN) slipped(texts(drawn) + drawn.single.map(::label)) else emptyList()

private fun isTarget(node: SemanticsNode): Boolean = node.config.contains(SemanticsActions.OnClick) ||
    node.config.contains(SemanticsActions.SetText) || node.config.contains(SemanticsActions.SetProgress)

private fun label(node: SemanticsNode): String {
    val config = node.config
    val described = config.getOrNull(SemanticsProperties.ContentDescription).orEmpty()
    val written = config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
    return (described + written).joinToString(" ").trim()
}

private fun unlabelled(drawn: Drawn): List<String> =
    drawn.merged.filter { isTarget(it) && label(it).isEmpty() }.map { "a target without a label at ${it.boundsInRoot}" }

private fun smallTargets(drawn: Drawn): List<String> = drawn.merged.filter(::isTarget).mapNotNull { node ->
    val (width, height) = node.size.width / DENSITY to node.size.height / DENSITY
    if (width >= LEAST_TARGET_DP - 0.5f && height >= LEAST_TARGET_DP - 0.5f) null else "“${label(node)}” is a target of $width by $height dp"
}

private fun withoutHeading(drawn: Drawn): List<String> =
    if (drawn.merged.any { it.config.contains(SemanticsProperties.Heading) || it.config.contains(SemanticsProperties.IsDialog) }) emptyList()
    else listOf("no heading")

private fun layouts(node: SemanticsNode): List<TextLayoutResult> {
    val found = mutableListOf<TextLayoutResult>()
    node.config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(found)
    return found
}

private fun cutTexts(drawn: Drawn): List<String> = drawn.single.flatMap { node ->
    layouts(node).filter { isCut(it) && !node.config.contains(SemanticsProperties.EditableText) }.map { "“${it.layoutInput.text.text}” is cut" }
}

/** `hasVisualOverflow` itself takes a fraction of a pixel for an overflow. */
private fun isCut(text: TextLayoutResult): Boolean {
    val widest = (0 until text.lineCount).maxOfOrNull { text.getLineRight(it) - text.getLineLeft(it) } ?: 0f
    return text.multiParagraph.didExceedMaxLines || text.multiParagraph.height > text.size.height + 1 || widest > text.size.width + 1
}

private fun scrolls(node: SemanticsNode): Boolean = generateSequence(node) { it.parent }.any {
    it.config.contains(SemanticsProperties.VerticalScrollAxisRange) || it.config.contains(SemanticsProperties.HorizontalScrollAxisRange)
}

/** What stands beyond the window's edge and cannot be scrolled to. */
private fun outside(drawn: Drawn): List<String> = drawn.single.filter { (label(it).isNotEmpty() || isTarget(it)) && !scrolls(it) }.mapNotNull { node ->
    val (x, y) = node.positionInRoot
    val fits = x >= -1 && y >= -1 && x + node.size.width <= drawn.width + 1 && y + node.size.height <= drawn.height + 1
    if (fits) null else "“${label(node)}” stands outside: $x, $y, ${node.size}"
}

/** Every text on the screen. */
internal fun texts(drawn: Drawn): List<String> = drawn.single.flatMap { node ->
    node.config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text } +
        listOfNotNull(node.config.getOrNull(SemanticsProperties.EditableText)?.text)
}

private val typeface by lazy { checkNotNull(FontMgr.default.matchFamilyStyle(FAMILY, FontStyle.NORMAL)) }

/** Characters that would be drawn as a box. */
internal fun missingGlyphs(texts: List<String>): List<String> {
    val points = texts.flatMap { text -> text.codePoints().toArray().toList() }.toSet()
    return points.filter { it >= 0x20 && typeface.getUTF32Glyph(it).toInt() == 0 }
        .map { "the font has no “${String(Character.toChars(it))}” (U+%04X)".format(it) }
}

/** English with Chinese marks, and one thing in the plural. Papers, which have several lines, are Chinese in every language. */
private val Slips = Regex("[A-Za-z][（）：；，。、]|（[a-z]|(?<![0-9.:-])1 (pieces|items|strokes|pages|files|days|recordings|officers|hours|minutes)\\b")

internal fun slipped(texts: List<String>): List<String> = texts.distinct().filter { '\n' !in it && Slips.containsMatchIn(it) }.map { "no English: “$it”" }

private fun empty(drawn: Drawn): List<String> {
    val pixels = checkNotNull(drawn.picture.peekPixels()).buffer.bytes
    val colours = (pixels.indices step 4 * 97).map { i -> pixels[i].toInt() shl 16 or (pixels[i + 1].toInt() and 255 shl 8) or (pixels[i + 2].toInt() and 255) }
    return if (colours.toSet().size >= 4) emptyList() else listOf("nothing is drawn")
}
