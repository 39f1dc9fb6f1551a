package cn.liuhen.shell.review

import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.ItemLine
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Work

/** The phone in the party's hand (article 18): everything recorded, piece by piece and page by page. Nothing else is reachable. */
data class ReviewState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    /** Whether the system keeps everything else out of reach (screen pinning). */
    val pinned: Boolean = true,
    val partyName: String = "",
    /** Who reviews; the party's representative unless told otherwise. */
    val reviewer: String = "",
    val items: List<ReviewItem> = emptyList(),
    val documents: List<ReviewDocument> = emptyList(),
    /** What is open: a recording, a picture, a page. */
    val open: OpenPiece? = null,
    /** The waiver being written. */
    val waiving: Waiving? = null,
    val objection: String = "",
    /** Whether everything was reviewed or waived, and what was not. */
    val prepare: Gate = Gate(false),
    /** The officer is being asked for the PIN that ends party mode. */
    val leaving: Boolean = false,
    val leavingDigits: Int = 0,
    val work: Work = Work.Idle,
)

/** A recorded file under review. */
data class ReviewItem(
    val line: ItemLine,
    /** The first digits of its digest. */
    val digest: String,
    val seen: Boolean,
    /** Why the party would not look at it. */
    val waived: String? = null,
    /** Whether it can be played here; its sealed bytes may be gone or unreadable. */
    val readable: Boolean = true,
)

/** A document under review. */
data class ReviewDocument(val document: String, val title: Sentence, val pages: List<PageLine>)

/** What is open. */
sealed interface OpenPiece {
    /** A photograph at full size. */
    data class Photo(val item: String, val title: Sentence, val picture: Picture?) : OpenPiece

    /** A recording being played from sealed bytes. [frame] is the picture of a video. */
    data class Playing(
        val item: String,
        val title: Sentence,
        val video: Boolean,
        val playing: Boolean,
        val positionMs: Long,
        val durationMs: Long,
        val frame: Picture? = null,
        val failed: Sentence? = null,
    ) : OpenPiece

    /** A document's page. */
    data class Page(val document: String, val title: Sentence, val pages: List<PageLine>, val page: Int) : OpenPiece
}

/** A waiver being written. */
data class Waiving(val item: String, val title: Sentence, val reason: String)
