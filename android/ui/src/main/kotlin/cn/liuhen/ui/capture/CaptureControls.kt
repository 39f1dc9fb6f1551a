package cn.liuhen.ui.capture

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.ui.Signs
import cn.liuhen.ui.Thumb
import cn.liuhen.ui.Touch
import cn.liuhen.ui.say

private val Tile = RoundedCornerShape(12.dp)

/** What the shutter makes. While something is recorded it cannot be changed. */
@Composable
internal fun Modes(state: CaptureState, send: (CaptureAction) -> Unit) {
    Row(
        Modifier.fillMaxWidth().clip(RoundedCornerShape(14.dp)).background(MaterialTheme.colorScheme.surfaceContainerHigh).selectableGroup(),
    ) {
        ModeTile(CaptureMode.PHOTO, Texts.Capture.Photo, state, send)
        ModeTile(CaptureMode.AUDIO, Texts.Capture.Audio, state, send)
        ModeTile(CaptureMode.VIDEO, Texts.Capture.Video, state, send)
    }
}

@Composable
private fun RowScope.ModeTile(mode: CaptureMode, label: Sentence, state: CaptureState, send: (CaptureAction) -> Unit) {
    val chosen = state.mode == mode
    val free = state.recording == null
    val colors = MaterialTheme.colorScheme
    Box(
        Modifier.weight(1f).padding(4.dp).clip(Tile).background(if (chosen) colors.primary else colors.surfaceContainerHigh)
            .selectable(selected = chosen, enabled = free, role = Role.Tab) { send(CaptureAction.SetMode(mode)) }.heightIn(min = Touch),
        contentAlignment = Alignment.Center,
    ) {
        val ink = if (chosen) colors.onPrimary else if (free) colors.onSurface else colors.outline
        Text(say(label), Modifier.padding(6.dp), color = ink, style = MaterialTheme.typography.labelLarge)
    }
}

/** The last picture, the shutter, the way to the documents. */
@Composable
internal fun ShutterRow(state: CaptureState, send: (CaptureAction) -> Unit) {
    val last = state.items.firstOrNull()
    Row(Modifier.fillMaxWidth(), verticalAlignment = Alignment.CenterVertically) {
        Box(Modifier.weight(1f), contentAlignment = Alignment.Center) {
            Column(
                Modifier.semantics(mergeDescendants = true) {},
                horizontalAlignment = Alignment.CenterHorizontally,
                verticalArrangement = Arrangement.spacedBy(2.dp),
            ) {
                if (last != null) Thumb(last.thumbnail, last.media)
                Text(say(Texts.Capture.items(state.items.size)), style = MaterialTheme.typography.bodySmall, textAlign = TextAlign.Center)
            }
        }
        Shutter(state, send)
        Box(Modifier.weight(1f), contentAlignment = Alignment.Center) {
            Tool(Signs.Eye, Texts.Capture.Review) { send(CaptureAction.OpenReview) }
        }
    }
}

/** What else belongs to an activity. */
@Composable
internal fun Tools(send: (CaptureAction) -> Unit) {
    Row(Modifier.fillMaxWidth()) {
        Box(Modifier.weight(1f), contentAlignment = Alignment.Center) { Tool(Signs.Document, Texts.Documents.Title) { send(CaptureAction.OpenDocuments) } }
        Box(Modifier.weight(1f), contentAlignment = Alignment.Center) { Tool(Signs.Flag, Texts.Capture.Trigger) { send(CaptureAction.OpenTrigger) } }
        Box(Modifier.weight(1f), contentAlignment = Alignment.Center) { Tool(Signs.Clock, Texts.Capture.Gap) { send(CaptureAction.OpenGap) } }
        Box(Modifier.weight(1f), contentAlignment = Alignment.Center) { Tool(Signs.List, Texts.Capture.More) { send(CaptureAction.OpenSteps) } }
    }
}

@Composable
private fun Tool(sign: ImageVector, label: Sentence, onClick: () -> Unit) {
    Column(
        Modifier.fillMaxWidth().heightIn(min = Touch).clip(Tile).clickable(role = Role.Button, onClick = onClick).padding(4.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
        verticalArrangement = Arrangement.Center,
    ) {
        Icon(sign, null, Modifier.size(26.dp), tint = MaterialTheme.colorScheme.primary)
        Text(say(label), style = MaterialTheme.typography.labelSmall, textAlign = TextAlign.Center)
    }
}
