package cn.liuhen.ui.capture

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.ProgressBarRangeInfo
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.progressBarRangeInfo
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.When
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.shell.capture.Preview
import cn.liuhen.shell.capture.RecorderStrip
import cn.liuhen.shell.capture.RecordingShown
import cn.liuhen.ui.CappedFontScale
import cn.liuhen.ui.SignButton
import cn.liuhen.ui.Signs
import cn.liuhen.ui.Touch
import cn.liuhen.ui.say
import cn.liuhen.ui.toneColors

private val Shade = Color(0xD0101418)
private val Plate = RoundedCornerShape(12.dp)

/** The red of a running recording: the same in both themes, because the picture behind it is neither. */
private val Running = Color(0xFFFF5A52)

/** Why there is no picture; nothing when there is one. */
private fun noPicture(state: CaptureState): Sentence? = when {
    state.mode == CaptureMode.AUDIO -> Texts.Capture.AudioReady
    state.preview == Preview.STARTING -> Texts.Capture.PreviewStarting
    state.preview == Preview.OFF -> Texts.Capture.PreviewOff
    state.preview == Preview.TAKEN_BY_OTHERS -> Texts.Capture.PreviewTaken
    else -> null
}

/** The camera's picture with what matters written on it; without a picture, why, between what is written above and below. */
@Composable
internal fun Scene(state: CaptureState, send: (CaptureAction) -> Unit, modifier: Modifier, viewfinder: @Composable (Modifier) -> Unit) {
    val words = noPicture(state)
    Box(modifier.background(Color(0xFF0B0E12))) {
        if (words == null) viewfinder(Modifier.fillMaxSize())
        CappedFontScale {
            Column(Modifier.fillMaxSize().padding(12.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
                // While something is recorded its bar stands here, and the recorder beside the light below: there is room for one.
                state.recording?.let { RecordingBar(it) } ?: state.recorder?.let { RecorderBadge(it) }
                Box(Modifier.weight(1f).fillMaxWidth(), contentAlignment = Alignment.Center) { if (words != null) NoPicture(state, words) }
                SceneFoot(state, send)
            }
        }
    }
}

/** The words; the sign above them where there is room for both. */
@Composable
private fun NoPicture(state: CaptureState, words: Sentence) {
    BoxWithConstraints(contentAlignment = Alignment.Center) {
        val roomy = maxHeight > 150.dp
        Column(horizontalAlignment = Alignment.CenterHorizontally, verticalArrangement = Arrangement.spacedBy(12.dp)) {
            if (roomy) Icon(if (state.mode == CaptureMode.AUDIO) Signs.Mic else Signs.Camera, null, Modifier.size(64.dp), tint = Color.White)
            Text(say(words), color = Color.White, style = MaterialTheme.typography.bodyLarge, textAlign = TextAlign.Center)
        }
    }
}

/** Time, level and what is left of a running recording. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
internal fun RecordingBar(recording: RecordingShown) {
    val spoken = say(When.spoken(recording.elapsedMs))
    val left = say(Texts.Capture.minutesLeft(recording.minutesLeft))
    Column(Modifier.fillMaxWidth().clip(Plate).background(Shade).padding(12.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        FlowRow(
            Modifier.fillMaxWidth().semantics(mergeDescendants = true) { stateDescription = spoken },
            horizontalArrangement = Arrangement.SpaceBetween,
        ) {
            Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(10.dp)) {
                Box(Modifier.size(16.dp).clip(CircleShape).background(Running))
                Text(When.clock(recording.elapsedMs), color = Color.White, style = MaterialTheme.typography.displaySmall)
            }
            val low = recording.tone == Tone.ATTENTION || recording.tone == Tone.BAD
            Text(left, color = if (low) Color(0xFFFFC65C) else Color.White, style = MaterialTheme.typography.titleSmall)
        }
        LevelBar(recording.levelPermille)
        Text(say(recording.interrupted ?: recording.safe), color = Color.White, style = MaterialTheme.typography.bodySmall)
    }
}

@Composable
private fun LevelBar(permille: Int) {
    val label = say(Texts.Capture.Level)
    val part = permille.coerceIn(0, 1000) / 1000f
    Row(
        Modifier.fillMaxWidth().height(12.dp).clip(CircleShape).background(Color(0x55FFFFFF)).semantics {
            contentDescription = label
            progressBarRangeInfo = ProgressBarRangeInfo(part, 0f..1f)
        },
    ) { Box(Modifier.fillMaxWidth(part).fillMaxHeight().background(if (permille > 900) Running else Color(0xFF7FDBA4))) }
}

/** The recorder in use, on the picture. */
@Composable
internal fun RecorderBadge(strip: RecorderStrip, modifier: Modifier = Modifier) {
    val color = if (strip.tone == Tone.BAD || strip.tone == Tone.ATTENTION) Color(0xFFFFC65C) else Color.White
    Row(
        modifier.clip(Plate).background(Shade).padding(horizontal = 12.dp, vertical = 8.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(8.dp),
    ) {
        Icon(Signs.Recorder, null, Modifier.size(20.dp), tint = color)
        Text(say(strip.sentence), color = color, style = MaterialTheme.typography.bodyMedium)
    }
}

/** Below the picture: the forecast before a recording, a hint, the light. */
@Composable
internal fun SceneFoot(state: CaptureState, send: (CaptureAction) -> Unit) {
    state.suggestion?.let { suggestion ->
        Row(
            Modifier.fillMaxWidth().clip(Plate).background(toneColors(Tone.ATTENTION).ground)
                .clickable(role = Role.Button) { send(CaptureAction.OpenTrigger) }.heightIn(min = Touch).padding(14.dp),
            verticalAlignment = Alignment.CenterVertically,
            horizontalArrangement = Arrangement.spacedBy(10.dp),
        ) {
            Icon(Signs.Flag, null, Modifier.size(24.dp), tint = toneColors(Tone.ATTENTION).text)
            Text(say(suggestion), Modifier.weight(1f), color = toneColors(Tone.ATTENTION).text, style = MaterialTheme.typography.bodyMedium)
        }
    }
    Row(Modifier.fillMaxWidth(), verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(10.dp)) {
        val storage = state.storage
        if (state.recording == null && storage != null) {
            Text(
                say(storage.sentence),
                Modifier.clip(Plate).background(Shade).padding(horizontal = 12.dp, vertical = 8.dp).weight(1f, fill = false),
                color = Color.White,
                style = MaterialTheme.typography.bodySmall,
            )
        }
        if (state.recording != null) state.recorder?.let { RecorderBadge(it, Modifier.weight(1f, fill = false)) }
        if (state.mode != CaptureMode.AUDIO && state.preview == Preview.LIVE) {
            val on = say(if (state.torch) Texts.Yes else Texts.No)
            SignButton(
                Signs.Torch,
                say(Texts.Capture.Torch),
                { send(CaptureAction.ToggleTorch) },
                Modifier.clip(CircleShape).background(if (state.torch) Color.White else Shade).semantics { stateDescription = on },
                tint = if (state.torch) Color.Black else Color.White,
            )
        }
    }
}

/** The round button: what it does is said by its mode. */
@Composable
internal fun Shutter(state: CaptureState, send: (CaptureAction) -> Unit) {
    val running = state.recording != null
    val label = say(
        when {
            running -> Texts.Capture.StopRecording
            state.mode == CaptureMode.PHOTO -> Texts.Capture.TakePhoto
            state.mode == CaptureMode.AUDIO -> Texts.Capture.StartAudio
            else -> Texts.Capture.StartVideo
        },
    )
    val enabled = running || state.capture.allowed
    val colors = MaterialTheme.colorScheme
    val red = running || state.mode != CaptureMode.PHOTO
    val fill = if (!enabled) colors.surfaceContainerHighest else if (red) colors.error else colors.primary
    val ink = if (red) colors.onError else colors.onPrimary
    Box(
        Modifier.size(92.dp).clip(CircleShape).background(colors.outlineVariant)
            .clickable(enabled = enabled, role = Role.Button) { send(CaptureAction.Shutter) }.semantics { contentDescription = label },
        contentAlignment = Alignment.Center,
    ) {
        Box(Modifier.size(78.dp).clip(CircleShape).background(fill), contentAlignment = Alignment.Center) {
            Icon(sign(state.mode, running), null, Modifier.size(36.dp), tint = if (enabled) ink else colors.outline)
        }
    }
}

private fun sign(mode: CaptureMode, running: Boolean): ImageVector = when {
    running -> Signs.Stop
    mode == CaptureMode.PHOTO -> Signs.Camera
    mode == CaptureMode.AUDIO -> Signs.Mic
    else -> Signs.Video
}
