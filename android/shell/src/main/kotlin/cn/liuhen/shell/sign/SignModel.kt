package cn.liuhen.shell.sign

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.PadId
import cn.liuhen.core.PadView
import cn.liuhen.core.RefusalGiven
import cn.liuhen.core.ReviewView
import cn.liuhen.core.SessionView
import cn.liuhen.core.SignView
import cn.liuhen.core.WitnessGiven
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.StrokePoint
import cn.liuhen.shell.Work
import cn.liuhen.shell.ended
import cn.liuhen.shell.review.shown
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlin.time.TimeMark
import cn.liuhen.core.Stroke as CoreStroke
import cn.liuhen.core.StrokePoint as CorePoint
import cn.liuhen.shell.Texts

/** Signing what was shown, or noting why nobody signs. Every stroke is in the vault before the next one begins. */
class SignModel(shell: Shell, scope: CoroutineScope) : ScreenModel<SignState, SignAction>(shell, scope, SignState(loading = true)) {
    private val draft = Draft(shell, scope, "sign")
    private val pens = ArrayDeque<suspend (CoreInterface) -> SignView>()
    private var isPenning = false
    private var pads = emptyList<PadId>()
    private var confirmation: String? = null
    private var since: TimeMark = shell.time.markNow()
    private var isRestored = false

    init {
        follow { load() }
        watch(shell.device.pin.pinned) { set { copy(pinned = it) } }
    }

    private suspend fun load() {
        if (now.ended != null) return
        val review = ask { it.review() }
        val ended = review.stage.ended()
        if (ended != null) return set { copy(loading = false, ended = ended) }
        val view = ask { it.signScreen() }
        if (!isRestored) {
            isRestored = true
            restore(draft.read(), review)
        }
        showPaper(review)
        show(view)
    }

    private fun showPaper(review: ReviewView) {
        val paper = review.confirmation?.shown()
        confirmation = paper?.document
        set {
            copy(
                conditions = shell.conditions(),
                loading = false,
                title = paper?.title ?: title,
                pages = paper?.pages.orEmpty(),
                objection = review.objection,
            )
        }
    }

    private fun show(view: SignView) {
        pads = view.pads.map { it.pad }
        set {
            copy(
                roles = view.roles.said(),
                role = role ?: view.roles.firstOrNull()?.code,
                pads = view.pads.map { it.shown() },
                pad = pad.coerceIn(0, maxOf(0, view.pads.size - 1)),
                refusal = refusal.copy(states = view.states.said(), reasons = view.reasons.said()),
                sign = view.sign.said(),
                refuse = view.refuse.said(),
            )
        }
    }

    private fun PadView.shown(): PadLine = PadLine(pad.name(), label.said(), strokes.map { it.shown() }, width.toInt(), height.toInt(), fit.said())

    private fun PadId.name(): String = when (this) {
        is PadId.Party -> "party"
        is PadId.Witness -> "witness"
        is PadId.Officer -> "officer $officer"
    }

    private fun CoreStroke.shown(): Stroke = Stroke(points.map { StrokePoint(it.x, it.y, it.tMs, it.pressurePermille) })

    private fun Stroke.given(): CoreStroke = CoreStroke(points.map { CorePoint(it.x, it.y, it.tMs, it.pressure) })

    private fun restore(kept: Map<String, String>, review: ReviewView) {
        val way = if (shell.device.saved[WAY] == NO_SIGNATURE) SignWay.NO_SIGNATURE else SignWay.SIGN
        set {
            copy(
                way = way,
                step = SignStep.entries.find { it.name == shell.device.saved[STEP] } ?: if (way == SignWay.SIGN) SignStep.READ else SignStep.PEOPLE,
                pad = shell.device.saved[PAD]?.toIntOrNull() ?: 0,
                page = shell.device.saved[PAGE]?.toIntOrNull() ?: 1,
                role = kept["role"],
                name = kept["name"] ?: review.reviewer,
                refusal = refusal.copy(
                    state = kept["state"],
                    reason = kept["reason"],
                    note = kept["note"].orEmpty(),
                    witnessPresent = kept["no_witness"] == null,
                    witnessName = kept["witness_name"].orEmpty(),
                    witnessUnit = kept["witness_unit"].orEmpty(),
                    witnessPhone = kept["witness_phone"].orEmpty(),
                    noWitnessWhy = kept["no_witness_why"].orEmpty(),
                ),
            )
        }
    }

    private fun keep() {
        val form = now
        draft.keep(
            mapOf(
                "role" to form.role.orEmpty(),
                "name" to form.name,
                "state" to form.refusal.state.orEmpty(),
                "reason" to form.refusal.reason.orEmpty(),
                "note" to form.refusal.note,
                "no_witness" to if (form.refusal.witnessPresent) "" else "1",
                "witness_name" to form.refusal.witnessName,
                "witness_unit" to form.refusal.witnessUnit,
                "witness_phone" to form.refusal.witnessPhone,
                "no_witness_why" to form.refusal.noWitnessWhy,
            ),
        )
    }

    override fun SignState.with(work: Work): SignState = copy(work = work)

    override fun on(action: SignAction) {
        when (action) {
            is SignAction.TurnTo -> turn(now.step, action.page.coerceIn(1, maxOf(1, now.pages.size)))
            is SignAction.GoTo -> turn(action.step, now.page)
            is SignAction.SetWay -> {
                shell.device.saved[WAY] = if (action.way == SignWay.SIGN) SIGNATURE else NO_SIGNATURE
                set { copy(way = action.way) }
            }
            is SignAction.SetRole -> edit { copy(role = action.code) }
            is SignAction.SetName -> edit { copy(name = action.name) }
            is SignAction.OpenPad -> {
                shell.device.saved[PAD] = action.index.toString()
                set { copy(pad = action.index.coerceIn(0, maxOf(0, pads.size - 1))) }
                turn(SignStep.PAD, now.page)
            }
            is SignAction.StrokeDone -> stroke(action)
            SignAction.Undo -> pen { core, pad -> core.undoStroke(pad) }
            SignAction.Clear -> pen { core, pad -> core.clearPad(pad) }
            is SignAction.SetRefusal -> edit { copy(refusal = action.form) }
            SignAction.Confirm -> end { core -> core.confirmReview(now.role.orEmpty(), now.name.trim()) }
            SignAction.Refuse -> end { core -> core.refuseSignature(now.refusal.given()) }
            SignAction.Back -> {
                forgetPlace()
                shell.navigator.to(Place.REVIEW)
            }
            SignAction.Finish -> finish()
            SignAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private fun edit(change: SignState.() -> SignState) {
        set(change)
        keep()
    }

    /** Another page or step; the page that leaves the screen was shown for so long. */
    private fun turn(step: SignStep, page: Int) {
        val before = now
        val shownMs = since.elapsedNow().inWholeMilliseconds
        since = shell.time.markNow()
        shell.device.saved[STEP] = step.name
        shell.device.saved[PAGE] = page.toString()
        set { copy(step = step, page = page) }
        val paper = confirmation ?: return
        if (before.step == SignStep.READ) work(Texts.Working) {
            showPaper(ask { it.pageShown(paper, before.page.toLong(), shownMs) })
            show(ask { it.signScreen() })
            null
        }
    }

    /** The stroke stays on the screen while it is being kept. */
    private fun stroke(action: SignAction.StrokeDone) {
        set {
            val written = pads.mapIndexed { at, line -> if (at == pad) line.copy(strokes = line.strokes + action.stroke, width = action.width, height = action.height) else line }
            copy(pads = written, work = Work.Running(Texts.Sign.Confirming))
        }
        pen { core, pad -> core.addStroke(pad, action.width.toLong(), action.height.toLong(), action.stroke.given()) }
    }

    /** Strokes are kept one after the other, in the order in which they were written. */
    private fun pen(verb: suspend (CoreInterface, PadId) -> SignView) {
        val pad = pads.getOrNull(now.pad) ?: return
        pens.addLast { core -> verb(core, pad) }
        if (isPenning) return
        isPenning = true
        work(Texts.Sign.Confirming) {
            try {
                // What a hand has written is kept although the phone is turned meanwhile.
                withContext(NonCancellable) { penAll() }
            } catch (failure: CoreFailure) {
                // What is not kept is not shown.
                pens.clear()
                show(ask { it.signScreen() })
                throw failure
            } finally {
                isPenning = false
            }
            null
        }
    }

    private suspend fun penAll() {
        while (true) {
            val next = pens.removeFirstOrNull() ?: return
            val view = ask(next)
            // What the core kept is shown once nothing written is on its way any more.
            if (pens.isEmpty()) show(view)
        }
    }

    private fun RefusalForm.given(): RefusalGiven = RefusalGiven(
        state = state.orEmpty(),
        reason = reason.orEmpty(),
        note = note.trim(),
        witness = if (witnessPresent) WitnessGiven(witnessName.trim(), witnessUnit.trim(), witnessPhone.trim()) else null,
        noWitnessWhy = if (witnessPresent) null else noWitnessWhy.trim(),
    )

    private fun end(verb: suspend (CoreInterface) -> SessionView) {
        if (isPenning) return
        val said = if (now.way == SignWay.SIGN) Texts.Sign.Kept else Texts.Sign.Noted
        work(Texts.Sign.Confirming) {
            ask { verb(it) }
            set { copy(ended = said) }
            draft.forget()
            forgetPlace()
            shell.host.changed()
            null
        }
    }

    private fun forgetPlace() {
        for (key in listOf(STEP, PAGE, PAD, WAY)) shell.device.saved[key] = null
    }

    /** The phone goes back to the officer, who signs in again: nothing lies open to the party's hand. */
    private fun finish() {
        work(Texts.Working) {
            shell.lock()
            shell.device.pin.unpin()
            // Last: with this screen its work ends.
            shell.navigator.only(Place.TODAY, Place.CAPTURE, Place.SIGN_IN)
            null
        }
    }

    internal companion object {
        /** Saved: how the review ends. */
        const val WAY = "sign.way"
        const val SIGNATURE = "sign"
        const val NO_SIGNATURE = "no_signature"
        private const val STEP = "sign.step"
        private const val PAGE = "sign.page"
        private const val PAD = "sign.pad"
    }
}
