package cn.liuhen.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.ProgressBarRangeInfo
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.progressBarRangeInfo
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Need
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work

private class Said(val sign: ImageVector, val tone: Tone, val sentence: Sentence)

private fun said(condition: Condition): Said = when (condition) {
    Condition.Offline -> Said(Signs.Offline, Tone.PLAIN, Texts.Offline)
    is Condition.Denied -> Said(Signs.Lock, Tone.ATTENTION, Texts.denied(condition.permission))
    is Condition.StorageLow -> Said(Signs.Storage, if (condition.full) Tone.BAD else Tone.ATTENTION, condition.sentence)
    is Condition.BatteryLow -> Said(
        Signs.Battery,
        Tone.ATTENTION,
        Sentence("${Texts.BatteryLow.zh}：${condition.percent}%", "${Texts.BatteryLow.en}: ${condition.percent}%"),
    )
    is Condition.RecorderLost -> Said(Signs.Recorder, Tone.BAD, condition.sentence)
    is Condition.CertificateExpired -> Said(Signs.Person, Tone.BAD, condition.sentence)
    is Condition.Waiting -> Said(Signs.Clock, Tone.WORKING, condition.sentence)
    is Condition.Said -> Said(Signs.of(condition.tone), condition.tone, condition.sentence)
}

/** What lasts, in a bar of its tone. */
@Composable
internal fun ConditionBar(condition: Condition, onAsk: ((Permission) -> Unit)? = null) {
    val said = said(condition)
    ToneBar(said.sign, said.tone, say(said.sentence)) {
        if (condition is Condition.Denied && onAsk != null) {
            val label = if (condition.forGood) Texts.AllowInSettings else Texts.Allow
            QuietButton(say(label), { onAsk(condition.permission) }, color = toneColors(said.tone).text)
        }
    }
}

/** A sign, a sentence, and perhaps a way to act on it. */
@Composable
internal fun ToneBar(sign: ImageVector, tone: Tone, text: String, modifier: Modifier = Modifier, action: @Composable () -> Unit = {}) {
    val colors = toneColors(tone)
    Column(modifier.fillMaxWidth().clip(RoundedCornerShape(12.dp)).background(colors.ground).padding(horizontal = 14.dp, vertical = 12.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Row(verticalAlignment = Alignment.Top, horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            Icon(sign, null, Modifier.size(24.dp), tint = colors.text)
            Text(text, Modifier.weight(1f), color = colors.text, style = MaterialTheme.typography.bodyLarge)
        }
        action()
    }
}

/** What the officer started last: running, failed, done. Read out by TalkBack when it changes. */
@Composable
internal fun WorkBar(work: Work, handlers: WorkHandlers) {
    if (work == Work.Idle) return
    val tone = when (work) {
        is Work.Running -> Tone.WORKING
        is Work.Failed -> Tone.BAD
        else -> Tone.GOOD
    }
    val colors = toneColors(tone)
    Column(
        Modifier.fillMaxWidth().background(colors.ground).heightIn(max = 320.dp).verticalScroll(rememberScrollState())
            .padding(horizontal = 16.dp, vertical = 10.dp).semantics { liveRegion = LiveRegionMode.Polite },
        verticalArrangement = Arrangement.spacedBy(6.dp),
    ) {
        Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            Icon(Signs.of(tone), null, Modifier.size(24.dp), tint = colors.text)
            Column(Modifier.weight(1f)) { WorkWords(work) }
        }
        if (work is Work.Running) ProgressLine(work.permille)
        WorkButtons(work, handlers)
    }
}

@Composable
private fun WorkWords(work: Work) {
    val color = toneColors(if (work is Work.Failed) Tone.BAD else if (work is Work.Running) Tone.WORKING else Tone.GOOD).text
    when (work) {
        Work.Idle -> Unit
        is Work.Running -> {
            val percent = work.permille?.let { " ${it / 10}%" }.orEmpty()
            Text(say(work.what) + percent, color = color, style = MaterialTheme.typography.titleSmall)
        }
        is Work.Done -> Text(say(work.what), color = color, style = MaterialTheme.typography.titleSmall)
        is Work.Failed -> {
            Text(say(work.why), color = color, style = MaterialTheme.typography.titleSmall)
            work.needs.forEach { Point(say(it.sentence), color) }
        }
    }
}

@Composable
private fun WorkButtons(work: Work, handlers: WorkHandlers) {
    val ink = toneColors(if (work is Work.Failed) Tone.BAD else if (work is Work.Running) Tone.WORKING else Tone.GOOD).text
    Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.End) {
        when (work) {
            is Work.Running -> if (work.cancellable && handlers.cancel != null) QuietButton(say(Texts.Cancel), handlers.cancel, color = ink)
            is Work.Failed -> {
                if (work.retryable && handlers.retry != null) QuietButton(say(Texts.Retry), handlers.retry, color = ink)
                QuietButton(say(Texts.Dismiss), handlers.dismiss, color = ink)
            }
            is Work.Done -> QuietButton(say(Texts.Dismiss), handlers.dismiss, color = ink)
            Work.Idle -> Unit
        }
    }
}

/** How far something is; without an amount, that it goes on. It stands still: moving bars cost battery and tell nothing. */
@Composable
internal fun ProgressLine(permille: Int?, modifier: Modifier = Modifier) {
    val info = permille?.let { ProgressBarRangeInfo(it / 1000f, 0f..1f) } ?: ProgressBarRangeInfo.Indeterminate
    val track = MaterialTheme.colorScheme.outlineVariant
    val bar = MaterialTheme.colorScheme.primary
    Row(modifier.fillMaxWidth().height(8.dp).clip(CircleShape).background(track).semantics { progressBarRangeInfo = info }) {
        if (permille != null) {
            Box(Modifier.fillMaxWidth(permille.coerceIn(0, 1000) / 1000f).fillMaxHeight().clip(CircleShape).background(bar))
        } else {
            repeat(9) { n -> Box(Modifier.weight(1f).fillMaxHeight().background(if (n % 2 == 0) bar else track)) }
        }
    }
}

/** Everything that stands in the way, in the core's words. */
@Composable
internal fun Missing(needs: List<Need>, modifier: Modifier = Modifier) {
    if (needs.isEmpty()) return
    val colors = toneColors(Tone.ATTENTION)
    Column(modifier.fillMaxWidth().semantics { liveRegion = LiveRegionMode.Polite }, verticalArrangement = Arrangement.spacedBy(2.dp)) {
        needs.forEach { need -> Point(say(need.sentence), colors.mark) }
    }
}

/** Above a button that may not be pressed: what stands in the way, the first of it where that is much. */
@Composable
internal fun BottomNeeds(needs: List<Need>) {
    val most = if (fontIsLarge()) 1 else 2
    Missing(needs.take(most))
    val more = needs.size - most
    if (more > 0) Text(say(Texts.andMore(more)), color = toneColors(Tone.ATTENTION).mark, style = MaterialTheme.typography.bodyMedium)
}

/** What a field lacks, below it. */
@Composable
internal fun FieldNeed(problem: Sentence?) {
    if (problem != null) Text(say(problem), color = toneColors(Tone.ATTENTION).mark, style = MaterialTheme.typography.bodyMedium)
}

/** One point of a list; lines after the first stand under the first. */
@Composable
private fun Point(text: String, color: Color) {
    Row(Modifier.semantics(mergeDescendants = true) {}, horizontalArrangement = Arrangement.spacedBy(8.dp)) {
        Box(Modifier.padding(top = 9.dp).size(6.dp).clip(CircleShape).background(color))
        Text(text, Modifier.weight(1f), color = color, style = MaterialTheme.typography.bodyMedium)
    }
}
