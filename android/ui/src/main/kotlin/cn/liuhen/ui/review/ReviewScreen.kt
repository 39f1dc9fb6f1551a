package cn.liuhen.ui.review

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.review.ReviewAction
import cn.liuhen.shell.review.ReviewDocument
import cn.liuhen.shell.review.ReviewItem
import cn.liuhen.shell.review.ReviewState
import cn.liuhen.ui.Card
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Heading
import cn.liuhen.ui.ItemRow
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Pair
import cn.liuhen.ui.PinDots
import cn.liuhen.ui.PinPad
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.QuietButton
import cn.liuhen.ui.Screen
import cn.liuhen.ui.SignButton
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.ToneTag
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/**
 * The phone in the party's hand. Whatever is open, there is no way from here to anything else but the officer's PIN. [player] draws a
 * video where the system itself plays it.
 */
@Composable
fun ReviewScreen(state: ReviewState, send: (ReviewAction) -> Unit, player: @Composable (Modifier) -> Unit = {}) {
    val open = state.open
    val waiving = state.waiving
    when {
        state.leaving -> Leaving(state, send)
        waiving != null -> WaiverSheet(waiving, state, send)
        open != null -> PieceSheet(open, state, send, player)
        else -> Everything(state, send)
    }
}

@Composable
private fun Everything(state: ReviewState, send: (ReviewAction) -> Unit) {
    Screen(
        title = say(Texts.Review.Title),
        subtitle = state.partyName,
        actions = { SignButton(Signs.Lock, say(Texts.Review.Leave), { send(ReviewAction.Leave) }, tint = MaterialTheme.colorScheme.onPrimary) },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(ReviewAction.DismissWork) }),
        loading = state.loading,
        party = true,
        bottom = { Bottom(state, send) },
    ) {
        item {
            if (state.pinned) ToneBar(Signs.Lock, Tone.PLAIN, say(Texts.Review.Pinned))
            else ToneBar(Signs.Warning, Tone.ATTENTION, say(Texts.Review.NotPinned))
        }
        item { Text(say(Texts.Review.Lead), style = MaterialTheme.typography.bodyLarge) }
        item { Heading(say(Texts.Review.Items)) }
        items(state.items.size, key = { state.items[it].line.item }) { ItemCard(state.items[it], send) }
        papers(state.documents, send)
        item { Entry(say(Texts.Review.Reviewer), state.reviewer, { send(ReviewAction.SetReviewer(it)) }) }
        item { Entry(say(Texts.Review.Objection), state.objection, { send(ReviewAction.SetObjection(it)) }, typing = Typing(lines = 2)) }
        if (state.prepare.missing.isNotEmpty()) {
            item {
                Text(say(Texts.MissingHead), style = MaterialTheme.typography.titleSmall)
                Missing(state.prepare.missing)
            }
        }
    }
}

@Composable
private fun Bottom(state: ReviewState, send: (ReviewAction) -> Unit) {
    val settled = state.items.count { it.seen || it.waived != null }
    Text(say(Texts.Review.seenOf(settled, state.items.size)), style = MaterialTheme.typography.titleSmall)
    MainButton(
        say(Texts.Review.Prepare),
        { send(ReviewAction.Prepare) },
        enabled = state.prepare.allowed && state.work !is Work.Running,
        sign = Signs.Pen,
    )
    OtherButton(say(Texts.Review.NoSignature), { send(ReviewAction.NoSignature) }, Modifier.fillMaxWidth())
}

@Composable
private fun ItemCard(item: ReviewItem, send: (ReviewAction) -> Unit) {
    val id = item.line.item
    Card {
        ItemRow(item.line, withStage = false)
        Quiet(say(Texts.Review.Digest) + "　" + item.digest)
        val waived = item.waived
        when {
            waived != null -> {
                ToneTag(say(Texts.Review.Waived) + waived, Tone.ATTENTION)
                QuietButton(say(Texts.Review.TakeBack), { send(ReviewAction.TakeWaiverBack(id)) })
            }
            !item.readable -> {
                ToneBar(Signs.Info, Tone.ATTENTION, say(Texts.Review.NotReadable))
                OtherButton(say(Texts.Review.Waive), { send(ReviewAction.Waive(id)) }, Modifier.fillMaxWidth())
            }
            else -> {
                ToneTag(say(if (item.seen) Texts.Review.Seen else Texts.Review.NotSeen), if (item.seen) Tone.GOOD else Tone.ATTENTION)
                Pair(
                    { OtherButton(say(Texts.Review.Waive), { send(ReviewAction.Waive(id)) }, it) },
                    { MainButton(say(Texts.Review.Look), { send(ReviewAction.OpenItem(id)) }, it, sign = Signs.Eye) },
                )
            }
        }
    }
}

private fun LazyListScope.papers(documents: List<ReviewDocument>, send: (ReviewAction) -> Unit) {
    if (documents.isEmpty()) return
    item { Heading(say(Texts.Review.Papers)) }
    documents.forEach { document ->
        item(key = document.document) {
            val seen = document.pages.count { it.seen }
            val all = seen == document.pages.size
            WayRow(
                Signs.Document,
                say(document.title),
                { send(ReviewAction.OpenDocument(document.document)) },
                note = say(Texts.Review.seenOf(seen, document.pages.size)),
                tone = if (all) Tone.GOOD else Tone.ATTENTION,
            )
        }
    }
}

/** Only the officer's PIN ends party mode. */
@Composable
private fun Leaving(state: ReviewState, send: (ReviewAction) -> Unit) {
    Screen(
        title = say(Texts.Review.Leave),
        onBack = { send(ReviewAction.CancelLeaving) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(ReviewAction.DismissWork) }),
        party = true,
        bottom = {
            PinPad(
                enabled = state.work !is Work.Running,
                onDigit = { send(ReviewAction.LeavingDigit(it)) },
                onErase = { send(ReviewAction.EraseLeavingDigit) },
                onBiometric = null,
            )
        },
    ) {
        item {
            Column(Modifier.fillMaxWidth(), horizontalAlignment = Alignment.CenterHorizontally, verticalArrangement = Arrangement.spacedBy(20.dp)) {
                Text(say(Texts.Review.LeaveLead), style = MaterialTheme.typography.titleMedium)
                PinDots(state.leavingDigits, 6)
            }
        }
    }
}
