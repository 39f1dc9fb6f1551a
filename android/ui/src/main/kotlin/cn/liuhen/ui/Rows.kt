package cn.liuhen.ui

import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.ItemLine
import cn.liuhen.shell.Media
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Tone
import cn.liuhen.shell.When

internal val CardCorner = RoundedCornerShape(14.dp)

/** A group on its own ground. */
@Composable
internal fun Card(modifier: Modifier = Modifier, tone: Tone? = null, onClick: (() -> Unit)? = null, content: @Composable ColumnScope.() -> Unit) {
    val ground = tone?.let { toneColors(it).ground } ?: MaterialTheme.colorScheme.surfaceContainer
    val ink = tone?.let { toneColors(it).text } ?: MaterialTheme.colorScheme.onSurface
    val touch = if (onClick == null) modifier else modifier.clip(CardCorner).clickable(role = Role.Button, onClick = onClick)
    Surface(touch.fillMaxWidth(), shape = CardCorner, color = ground, contentColor = ink) {
        Column(Modifier.heightIn(min = Touch).padding(14.dp), verticalArrangement = Arrangement.spacedBy(6.dp), content = content)
    }
}

/** A small picture of an item, or the sign of its sort. */
@Composable
internal fun Thumb(picture: Picture?, media: Media, size: Dp = 56.dp) {
    val decode = LocalPictures.current
    val bitmap = remember(picture, decode) { picture?.let(decode) }
    Box(
        Modifier.size(size).clip(RoundedCornerShape(10.dp)).background(MaterialTheme.colorScheme.surfaceContainerHighest),
        contentAlignment = Alignment.Center,
    ) {
        if (bitmap != null) Image(bitmap, null, Modifier.fillMaxSize(), contentScale = ContentScale.Crop)
        else Icon(Signs.of(media), null, Modifier.size(28.dp), tint = MaterialTheme.colorScheme.onSurfaceVariant)
    }
}

/** A captured file: what, when, and how far it has come; to a party, that says nothing and is left out. */
@Composable
internal fun ItemRow(line: ItemLine, modifier: Modifier = Modifier, withStage: Boolean = true) {
    val stage = say(line.stage)
    Row(
        modifier.fillMaxWidth().semantics(mergeDescendants = true) { stateDescription = stage }.padding(vertical = 4.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(12.dp),
    ) {
        Thumb(line.thumbnail, line.media)
        Column(Modifier.weight(1f)) {
            Text(say(line.label), style = MaterialTheme.typography.titleSmall)
            val length = line.durationMs?.let { "　" + When.clock(it) }.orEmpty()
            Quiet(say(When.minute(line.recordedAtMs)) + length)
            line.remark?.let { Text(say(it), color = toneColors(Tone.BAD).mark, style = MaterialTheme.typography.bodySmall) }
            if (withStage && fontIsLarge()) ToneTag(stage, line.tone)
        }
        if (withStage && !fontIsLarge()) ToneTag(stage, line.tone)
    }
}

/** A state in a word, with its sign. */
@Composable
internal fun ToneTag(text: String, tone: Tone, modifier: Modifier = Modifier) {
    val colors = toneColors(tone)
    Row(
        modifier.clip(RoundedCornerShape(8.dp)).background(colors.ground).padding(horizontal = 8.dp, vertical = 4.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(4.dp),
    ) {
        if (tone != Tone.PLAIN) Icon(Signs.of(tone), null, Modifier.size(16.dp), tint = colors.text)
        Text(text, color = colors.text, style = MaterialTheme.typography.labelSmall)
    }
}

/** A name and its value. */
@Composable
internal fun Fact(label: String, value: String, modifier: Modifier = Modifier, tone: Tone? = null) {
    val color = tone?.let { toneColors(it).mark } ?: MaterialTheme.colorScheme.onSurface
    val quiet = MaterialTheme.colorScheme.onSurfaceVariant
    val whole = modifier.fillMaxWidth().semantics(mergeDescendants = true) {}.padding(vertical = 3.dp)
    if (fontIsLarge()) {
        Column(whole) {
            Text(label, color = quiet, style = MaterialTheme.typography.bodySmall)
            Text(value, color = color, style = MaterialTheme.typography.titleSmall)
        }
    } else {
        Row(whole, horizontalArrangement = Arrangement.spacedBy(16.dp)) {
            Text(label, color = quiet, style = MaterialTheme.typography.bodyMedium)
            Text(value, Modifier.weight(1f), color = color, style = MaterialTheme.typography.titleSmall, textAlign = TextAlign.End)
        }
    }
}

/** A row that leads somewhere. */
@Composable
internal fun WayRow(sign: ImageVector, title: String, onClick: () -> Unit, modifier: Modifier = Modifier, note: String? = null, tone: Tone? = null) {
    val mark = tone?.let { toneColors(it).mark } ?: MaterialTheme.colorScheme.primary
    Row(
        modifier.fillMaxWidth().heightIn(min = MainTouch).clip(CardCorner).clickable(role = Role.Button, onClick = onClick)
            .padding(horizontal = 4.dp, vertical = 8.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(14.dp),
    ) {
        Icon(sign, null, Modifier.size(28.dp), tint = mark)
        Column(Modifier.weight(1f)) {
            Text(title, style = MaterialTheme.typography.titleSmall)
            if (note != null) Text(
                note,
                color = tone?.let { toneColors(it).mark } ?: MaterialTheme.colorScheme.onSurfaceVariant,
                style = MaterialTheme.typography.bodyMedium,
            )
        }
        Icon(Signs.Onward, null, Modifier.size(24.dp), tint = MaterialTheme.colorScheme.outline)
    }
}
