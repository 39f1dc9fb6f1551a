package cn.liuhen.shell.review

import cn.liuhen.core.ReviewView
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Newest
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import cn.liuhen.shell.sign.SignModel
import kotlinx.coroutines.CoroutineScope
import cn.liuhen.core.ReviewDocument as CoreDocument
import cn.liuhen.core.ReviewItem as CoreItem
import cn.liuhen.shell.Texts

/** The phone in the party's hand. What was seen is kept by the core the moment it is told. */
class ReviewModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<ReviewState, ReviewAction>(shell, scope, ReviewState(loading = true)) {
    private val draft = Draft(shell, scope, "review")
    private val pieces = OpenPieces(shell)
    private val words = Newest<Pair<String, String>>(scope) { (reviewer, objection) -> ask { it.setReviewWords(reviewer, objection) } }
    private var view: ReviewView? = null
    private var typed = ""
    private var isRestored = false

    init {
        follow { load() }
        watch(shell.device.pin.pinned) { set { copy(pinned = it) } }
        watch(shell.device.player.state) { state -> set { copy(open = pieces.followed(open, state)) } }
    }

    private suspend fun load() {
        show(ask { it.review() })
        if (!isRestored) {
            isRestored = true
            restore()
        }
    }

    private suspend fun show(told: ReviewView) {
        view = told
        val partyName = if (now.partyName.isEmpty()) ask { it.session() }.party.name else now.partyName
        draw(told, partyName)
        if (shell.pictures.read(told.items.map { it.line })) draw(told, partyName)
    }

    private fun draw(told: ReviewView, partyName: String) {
        val typing = words.value
        set {
            copy(
                conditions = shell.conditions(),
                loading = false,
                partyName = partyName,
                reviewer = typing?.first ?: told.reviewer,
                objection = typing?.second ?: told.objection,
                items = told.items.map { it.shown() },
                documents = told.documents.map { it.shown() },
                prepare = told.prepare.said(),
                open = pieces.marked(open, told.documents),
            )
        }
    }

    private fun CoreItem.shown(): ReviewItem =
        ReviewItem(shell.pictures.lines(listOf(line)).single(), digest, seen, waived, line.readable)

    private suspend fun restore() {
        val (open, turn) = shell.device.saved[OPEN] to pieces.turn
        val kept = draft.read()
        val waived = kept[WAIVING]?.let { item -> now.items.find { it.line.item == item } }
        if (waived != null) set { copy(waiving = Waiving(waived.line.item, waived.line.label, kept[REASON].orEmpty())) }
        // What the party opened or closed meanwhile goes before, and its time runs since then.
        if (open == null || pieces.turn != turn) return
        val id = open.substringAfter(':')
        if (open.startsWith(ITEM)) openItem(id) else openDocument(id.substringBefore(':'), id.substringAfter(':').toIntOrNull() ?: 1)
    }

    override fun ReviewState.with(work: Work): ReviewState = copy(work = work)

    override fun on(action: ReviewAction) {
        when (action) {
            is ReviewAction.OpenItem -> work(Texts.Working) {
                closePiece()
                openItem(action.item)
                null
            }
            is ReviewAction.OpenDocument -> launch {
                closePiece()
                openDocument(action.document, 1)
            }
            is ReviewAction.TurnTo -> turnTo(action.page)
            ReviewAction.PlayOrPause -> shell.device.player.run { if (state.value.playing) pause() else play() }
            is ReviewAction.Seek -> shell.device.player.seek(action.positionMs)
            ReviewAction.ClosePiece -> work(Texts.Working) {
                closePiece()
                null
            }
            is ReviewAction.Seen -> step { it.itemSeen(action.item) }
            is ReviewAction.Waive -> now.items.find { it.line.item == action.item }?.let { item ->
                waive(Waiving(item.line.item, item.line.label, item.waived.orEmpty()))
            }
            is ReviewAction.SetWaiverReason -> waive(now.waiving?.copy(reason = action.reason))
            ReviewAction.ConfirmWaiver -> now.waiving?.let { waiving ->
                step(after = { waive(null) }) { it.waiveItem(waiving.item, waiving.reason.trim()) }
            }
            ReviewAction.CancelWaiver -> waive(null)
            is ReviewAction.TakeWaiverBack -> step { it.waiveItem(action.item, "") }
            is ReviewAction.SetReviewer -> write(action.name, now.objection)
            is ReviewAction.SetObjection -> write(now.reviewer, action.text)
            ReviewAction.Prepare -> prepare()
            ReviewAction.NoSignature -> sign(SignModel.NO_SIGNATURE)
            ReviewAction.Leave -> set { copy(leaving = true, leavingDigits = 0) }
            is ReviewAction.LeavingDigit -> leavingDigit(action.digit)
            ReviewAction.EraseLeavingDigit -> type(typed.dropLast(1))
            ReviewAction.CancelLeaving -> {
                type("")
                set { copy(leaving = false) }
            }
            ReviewAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private fun step(after: () -> Unit = {}, verb: suspend (cn.liuhen.core.CoreInterface) -> ReviewView) {
        work(Texts.Working) {
            show(ask(verb))
            after()
            null
        }
    }

    private fun write(reviewer: String, objection: String) {
        set { copy(reviewer = reviewer, objection = objection) }
        words.want(reviewer to objection)
    }

    private fun waive(waiving: Waiving?) {
        set { copy(waiving = waiving) }
        draft.keep(mapOf(WAIVING to waiving?.item.orEmpty(), REASON to waiving?.reason.orEmpty()))
    }

    private suspend fun openItem(item: String) {
        val line = view?.items?.find { it.line.item == item }?.line ?: return
        shell.device.saved[OPEN] = ITEM + item
        pieces.item(line)?.let { piece -> set { copy(open = piece) } }
    }

    private fun openDocument(document: String, page: Int) {
        val opened = now.documents.find { it.document == document } ?: return
        shell.device.saved[OPEN] = "$DOCUMENT$document:$page"
        pieces.pageComes()
        set { copy(open = OpenPiece.Page(document, opened.title, opened.pages, page.coerceIn(1, maxOf(1, opened.pages.size)))) }
    }

    private fun turnTo(page: Int) {
        val open = now.open as? OpenPiece.Page ?: return
        val turn = pieces.turn
        work(Texts.Working) {
            pageLeaves(open)
            // Closed meanwhile, it stays closed.
            if (pieces.turn == turn) openDocument(open.document, page)
            null
        }
    }

    /** A page that leaves the screen was shown for so long. */
    private suspend fun pageLeaves(open: OpenPiece.Page) {
        val shownMs = pieces.takeShownMs()
        show(ask { it.pageShown(open.document, open.page.toLong(), shownMs) })
    }

    private suspend fun closePiece() {
        val open = now.open
        shell.device.saved[OPEN] = null
        set { copy(open = null) }
        pieces.close()
        if (open is OpenPiece.Page) pageLeaves(open)
    }

    private fun prepare() {
        work(Texts.Review.Preparing) {
            words.value?.let { typed -> ask { it.setReviewWords(typed.first, typed.second) } }
            tell { it.prepareConfirmation() }
            sign(SignModel.SIGNATURE)
            null
        }
    }

    private fun sign(way: String) {
        shell.device.saved[SignModel.WAY] = way
        shell.navigator.to(Place.SIGN)
    }

    private fun type(digits: String) {
        typed = digits
        set { copy(leavingDigits = digits.length) }
    }

    private fun leavingDigit(digit: Int) {
        if (now.work is Work.Running) return
        type(typed + digit)
        if (typed.length < PIN_DIGITS) return
        val pin = typed
        type("")
        work(Texts.SignIn.Checking) {
            val officer = ask { it.signInScreen() }.signedIn ?: return@work signInAgain()
            ask { it.signIn(officer.officer, pin) }
            takeBack()
        }
    }

    /** The officer has the phone again. */
    private suspend fun takeBack(): Nothing? {
        closePiece()
        val signedIn = ask { it.signInScreen() }.signedIn != null
        shell.device.pin.unpin()
        // A recording that ended meanwhile may have signed out who had been away from it: the sign-in screen asks then.
        if (signedIn) shell.navigator.only(Place.TODAY, Place.CAPTURE) else shell.navigator.only(Place.TODAY, Place.CAPTURE, Place.SIGN_IN)
        return null
    }

    /** Whoever began the review is on the roster no more: nobody's PIN is known here, so somebody who is on it signs in. */
    private suspend fun signInAgain(): Nothing? {
        closePiece()
        shell.lock()
        shell.device.pin.unpin()
        // Last: with this screen its work ends.
        shell.navigator.only(Place.TODAY, Place.CAPTURE, Place.SIGN_IN)
        return null
    }

    private companion object {
        const val OPEN = "review.open"
        const val ITEM = "item:"
        const val DOCUMENT = "document:"
        const val WAIVING = "waiving"
        const val REASON = "reason"
        const val PIN_DIGITS = 6
    }
}

internal fun CoreDocument.shown(): ReviewDocument = ReviewDocument(document, Sentence.of(title), pages.map { PageLine(it.n.toInt(), it.text, it.seen) })
