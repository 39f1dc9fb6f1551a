package cn.liuhen.ui.review

import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Slider
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.When
import cn.liuhen.shell.review.OpenPiece
import cn.liuhen.shell.review.ReviewAction
import cn.liuhen.shell.review.ReviewState
import cn.liuhen.shell.review.Waiving
import cn.liuhen.ui.CardCorner
import cn.liuhen.ui.Entry
import cn.liuhen.ui.LocalPictures
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.PageSheet
import cn.liuhen.ui.PageTurner
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Touch
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.fontIsLarge
import cn.liuhen.ui.say

/** One piece of the record, opened. */
@Composable
internal fun PieceSheet(open: OpenPiece, state: ReviewState, send: (ReviewAction) -> Unit, player: @Composable (Modifier) -> Unit) {
    val title = when (open) {
        is OpenPiece.Photo -> open.title
        is OpenPiece.Playing -> open.title
        is OpenPiece.Page -> open.title
    }
    Screen(
        title = say(title),
        onBack = { send(ReviewAction.ClosePiece) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(ReviewAction.DismissWork) }),
        party = true,
        bottom = {
            when (open) {
                is OpenPiece.Photo -> MainButton(say(Texts.Review.MarkSeen), { send(ReviewAction.Seen(open.item)) }, sign = Signs.Check)
                is OpenPiece.Playing -> PlayingFoot(open, send)
                is OpenPiece.Page -> PageTurner(open.page, open.pages.size) { send(ReviewAction.TurnTo(it)) }
            }
        },
    ) {
        item {
            when (open) {
                is OpenPiece.Photo -> Shown(open.picture, say(Texts.Review.PhotoShown))
                is OpenPiece.Playing -> Player(open, send, player)
                is OpenPiece.Page -> open.pages.getOrNull(open.page - 1)?.let { PageSheet(it) }
            }
        }
    }
}

@Composable
private fun PlayingFoot(open: OpenPiece.Playing, send: (ReviewAction) -> Unit) {
    if (open.failed != null) {
        OtherButton(say(Texts.Review.Waive), { send(ReviewAction.Waive(open.item)) }, Modifier.fillMaxWidth())
    } else {
        MainButton(say(Texts.Review.MarkSeen), { send(ReviewAction.Seen(open.item)) }, sign = Signs.Check)
    }
}

/** At large letters a picture leaves room for what plays it. */
@Composable
private fun pictureHeight(): Dp = if (fontIsLarge()) 320.dp else 420.dp

@Composable
private fun Shown(picture: Picture?, label: String) {
    val decode = LocalPictures.current
    val bitmap = remember(picture, decode) { picture?.let(decode) }
    Box(
        Modifier.fillMaxWidth().height(pictureHeight()).clip(CardCorner).background(Color.Black).semantics { contentDescription = label },
        contentAlignment = Alignment.Center,
    ) {
        if (bitmap != null) Image(bitmap, null, Modifier.fillMaxSize(), contentScale = ContentScale.Fit)
        else Icon(Signs.Camera, null, Modifier.size(64.dp), tint = Color.White)
    }
}

@Composable
private fun Player(open: OpenPiece.Playing, send: (ReviewAction) -> Unit, player: @Composable (Modifier) -> Unit) {
    Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(12.dp)) {
        if (open.video) Moving(open, player)
        else Box(Modifier.fillMaxWidth().height(180.dp), contentAlignment = Alignment.Center) {
            Icon(Signs.Mic, null, Modifier.size(96.dp), tint = MaterialTheme.colorScheme.primary)
        }
        val failed = open.failed
        if (failed != null) return@Column ToneBar(Signs.Error, Tone.BAD, say(failed))
        Seek(open, send)
        MainButton(
            say(if (open.playing) Texts.Review.Pause else Texts.Review.Play),
            { send(ReviewAction.PlayOrPause) },
            sign = if (open.playing) Signs.Pause else Signs.Play,
        )
    }
}

/** A video: its frame where the shell has it, else the system draws it. */
@Composable
private fun Moving(open: OpenPiece.Playing, player: @Composable (Modifier) -> Unit) {
    val label = say(open.title)
    if (open.frame != null) return Shown(open.frame, label)
    Box(Modifier.fillMaxWidth().height(pictureHeight()).clip(CardCorner).background(Color.Black).semantics { contentDescription = label }) {
        player(Modifier.fillMaxSize())
    }
}

@OptIn(ExperimentalMaterial3Api::class)
@Composable
private fun Seek(open: OpenPiece.Playing, send: (ReviewAction) -> Unit) {
    val label = say(Texts.Review.Position)
    val spoken = say(When.spoken(open.positionMs))
    Slider(
        value = open.positionMs.toFloat(),
        onValueChange = { send(ReviewAction.Seek(it.toLong())) },
        modifier = Modifier.fillMaxWidth().semantics {
            contentDescription = label
            stateDescription = spoken
        },
        valueRange = 0f..open.durationMs.coerceAtLeast(1).toFloat(),
        thumb = { Box(Modifier.size(Touch).padding(14.dp).clip(CircleShape).background(MaterialTheme.colorScheme.primary)) },
    )
    Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.SpaceBetween) {
        Text(When.clock(open.positionMs), style = MaterialTheme.typography.titleMedium)
        Text(When.clock(open.durationMs), style = MaterialTheme.typography.titleMedium)
    }
}

/** Why the party will not look at an item. */
@Composable
internal fun WaiverSheet(waiving: Waiving, state: ReviewState, send: (ReviewAction) -> Unit) {
    Screen(
        title = say(Texts.Review.Waive),
        subtitle = say(waiving.title),
        onBack = { send(ReviewAction.CancelWaiver) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(ReviewAction.DismissWork) }),
        party = true,
        bottom = { MainButton(say(Texts.Confirm), { send(ReviewAction.ConfirmWaiver) }, enabled = waiving.reason.isNotBlank()) },
    ) {
        item { Entry(say(Texts.Review.WaiverReason), waiving.reason, { send(ReviewAction.SetWaiverReason(it)) }, required = true, typing = Typing(lines = 3)) }
    }
}
