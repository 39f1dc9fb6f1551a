package cn.liuhen.shell

import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureSheet
import cn.liuhen.shell.documents.DocumentsAction
import cn.liuhen.shell.documents.DocumentsModel
import cn.liuhen.shell.host.HostState
import cn.liuhen.shell.recorder.IssueForm
import cn.liuhen.shell.recorder.Link
import cn.liuhen.shell.recorder.RecorderAction
import cn.liuhen.shell.recorder.RecorderModel
import cn.liuhen.shell.review.ReviewAction
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.LEAD
import cn.liuhen.shell.rig.SECOND
import cn.liuhen.shell.rig.TestPhone
import cn.liuhen.shell.rig.draftIsKept
import cn.liuhen.shell.rig.settled
import cn.liuhen.shell.rig.until
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.sign.SignAction
import cn.liuhen.shell.sign.SignModel
import cn.liuhen.shell.sign.SignState
import cn.liuhen.shell.sign.SignStep
import cn.liuhen.shell.sign.SignWay
import cn.liuhen.shell.sync.SyncStatusModel
import cn.liuhen.shell.today.TodayAction
import cn.liuhen.shell.today.TodayModel
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** An officer's day, driven through the models over the real core and a real bureau, with deaths and rotations in it. */
class PatrolTest {
    @TempDir
    lateinit var dir: File

    @Test
    fun a_whole_patrol_is_stored_at_the_bureau_although_the_phone_dies_and_turns_in_the_middle() = runBlocking {
        Bureau(File(dir, "bureau")).use { bureau ->
            TestPhone(File(dir, "phone")).use { phone ->
                val hand = Hand(phone)
                phone.live()
                assertEquals(Place.ENROL, phone.top)
                hand.enrol(bureau)
                hand.signIn()
                assertEquals(Place.TODAY, phone.top)

                begin(phone)
                openWithDeathInTheForm(phone, hand)
                recordWithDeathInARecording(phone, hand)
                useRecorder(phone, hand)
                fillWithDeathInTheForm(phone, hand)
                reviewWithDeathOnAPage(phone, hand)
                signWithDeathBetweenStrokes(phone, hand)
                takeBack(phone, hand)
                close(phone, hand)
                syncUntilStored(phone)
                phone.die()
            }
        }
    }

    @Test
    fun a_party_that_will_not_sign_is_noted_before_a_witness() = runBlocking {
        Bureau(File(dir, "bureau")).use { bureau ->
            TestPhone(File(dir, "phone")).use { phone ->
                val hand = Hand(phone)
                phone.live()
                hand.enrol(bureau)
                hand.signIn()
                begin(phone)
                hand.openSession()
                val capture = hand.capture()
                hand.showCertificates(capture)
                hand.giveNotice(capture)
                hand.photo(capture)
                capture.model.send(CaptureAction.OpenReview)
                phone.arrives(Place.REVIEW)
                capture.gone()

                val review = hand.review()
                review.model.send(ReviewAction.NoSignature)
                phone.arrives(Place.SIGN)
                review.gone()
                refuse(phone, hand)
                takeBack(phone, hand)
                close(phone, hand)
                syncUntilStored(phone)
                phone.die()
            }
        }
    }

    private suspend fun begin(phone: TestPhone) {
        val today = phone.open(::TodayModel)
        today.model.state.until("may begin") { it.openSession.allowed && !it.loading }
        today.model.send(TodayAction.Begin)
        phone.arrives(Place.SESSION_OPEN)
        today.gone()
    }

    private suspend fun openWithDeathInTheForm(phone: TestPhone, hand: Hand) {
        val screen = phone.open(::SessionOpenModel)
        hand.check(screen)
        hand.fillMatter(screen)
        phone.draftIsKept("session_open") { "示例路" in it }
        screen.gone()
        phone.restart()
        assertEquals(Place.SESSION_OPEN, phone.top)

        // Rotation: another model over the same process.
        phone.open(::SessionOpenModel).gone()
        val again = phone.open(::SessionOpenModel)
        val restored = again.model.state.until("the form again") { it.placeText == "示例路1号" && !it.loading }
        assertEquals(listOf(LEAD, SECOND), restored.chosenOfficers)
        assertEquals("王平", restored.representative)
        assertTrue(restored.check?.passed == true, "the check is on record and still fresh")
        hand.open(again)
    }

    private suspend fun recordWithDeathInARecording(phone: TestPhone, hand: Hand) {
        val screen = hand.capture()
        hand.showCertificates(screen)
        hand.giveNotice(screen)
        hand.photo(screen)
        hand.startSound(screen)
        phone.shell.host.recording.state.until("safe on disk") { live -> live != null && live.status.safeBytes > 0u }
        screen.gone()

        val woken = phone.restart() as HostState.Open
        assertTrue(woken.said.isNotEmpty(), "the recovered recording is told")
        assertEquals(Place.CAPTURE, phone.top)
        val again = hand.capture()
        again.model.state.until("the recovered recording is an item") { it.items.count { line -> line.media == Media.AUDIO } == 1 }
        hand.startSound(again)

        // Rotation in the middle of a recording: the recording goes on.
        again.gone()
        val turned = hand.capture()
        turned.model.state.until("still recording") { it.recording != null }
        hand.stopSound(turned)
        turned.model.state.until("both recordings") { it.items.count { line -> line.media == Media.AUDIO } == 2 }
        turned.gone()
    }

    private suspend fun useRecorder(phone: TestPhone, hand: Hand) {
        val capture = hand.capture()
        capture.model.send(CaptureAction.OpenRecorder)
        phone.arrives(Place.RECORDER)
        capture.gone()
        val screen = phone.open(::RecorderModel)
        screen.model.state.until("the register") { !it.loading }
        screen.model.send(RecorderAction.OpenIssue)
        val form = screen.model.settled("the form", { it.work }) { it.issue != null }.issue ?: IssueForm()
        screen.model.send(RecorderAction.SetIssue(form.copy(recorderNo = "ZFY-0007", serial = "SIM0001", officer = LEAD, configuredOfficerNo = "210001", issuedBy = "赵保管", condition = form.conditions.first().code)))
        screen.model.send(RecorderAction.Issue)
        screen.model.settled("issued", { it.work }) { it.recorders.any { line -> line.recorderNo == "ZFY-0007" } }
        phone.shell.host.recorder.take { it.connectSimulatedRecorder(7uL, "ZFY-0007") }
        screen.model.state.until("connected") { it.link == Link.CONNECTED && it.live != null }
        screen.model.send(RecorderAction.StartRecording)
        screen.model.settled("recording", { it.work }) { it.live?.recording == true }
        screen.model.send(RecorderAction.Mark)
        screen.model.settled("marked", { it.work }) { it.live?.recording == true }
        screen.model.send(RecorderAction.StopRecording)
        screen.model.settled("stopped", { it.work }) { it.live?.recording == false }
        screen.model.send(RecorderAction.Release)
        screen.model.settled("released", { it.work }) { it.live == null && it.link == Link.NONE }
        screen.model.send(RecorderAction.Back)
        phone.arrives(Place.CAPTURE)
        screen.gone()
    }

    private suspend fun fillWithDeathInTheForm(phone: TestPhone, hand: Hand) {
        phone.shell.navigator.to(Place.DOCUMENTS)
        val screen = phone.open(::DocumentsModel)
        hand.fill(screen, FORM, Hand.INSPECTION.filterKeys { it != "party_opinion" })
        phone.draftIsKept("document") { "site_contact_title" in it }
        screen.gone()
        phone.restart()
        val again = phone.open(::DocumentsModel)
        val restored = again.model.state.until("the half-filled form") { it.form?.kept == true }
        assertEquals("王平", restored.form?.fields?.first { it.name == "site_contact" }?.value)
        hand.fill(again, FORM, Hand.INSPECTION)
        again.model.send(DocumentsAction.Fill)
        val made = again.model.settled("the document", { it.work }) { it.form == null && it.reading != null }
        assertTrue(made.reading?.pages.orEmpty().any { "示例公司" in it.text })
        again.model.send(DocumentsAction.CloseReading)
        again.model.send(DocumentsAction.Back)
        phone.arrives(Place.CAPTURE)
        again.gone()
    }

    private suspend fun reviewWithDeathOnAPage(phone: TestPhone, hand: Hand) {
        val capture = hand.capture()
        capture.model.send(CaptureAction.OpenReview)
        phone.arrives(Place.REVIEW)
        capture.gone()
        assertTrue(phone.pin.pinned.value, "everything else is out of reach")
        val screen = hand.review()
        val first = screen.model.state.value.items.first().line.item
        screen.model.send(ReviewAction.Seen(first))
        screen.model.settled("seen", { it.work }) { state -> state.items.first { it.line.item == first }.seen }
        screen.model.send(ReviewAction.SetObjection("对加班时间的记录有异议。"))
        val document = screen.model.state.value.documents.first().document
        screen.model.send(ReviewAction.OpenDocument(document))
        screen.model.state.until("a page") { it.open != null }
        screen.model.state.until("kept") { runBlocking { phone.shell.host.ask { it.review() } }.objection.isNotEmpty() }
        screen.gone()

        phone.pin.unpin()
        phone.restart()
        assertEquals(Place.REVIEW, phone.top, "the phone is still in the party's hand")
        assertTrue(phone.pin.pinned.value, "and pinned again")
        val again = hand.review()
        val restored = again.model.state.until("where it was") { it.open != null && it.objection.isNotEmpty() }
        assertTrue(restored.items.first { it.line.item == first }.seen)
        hand.lookAtEverything(again)
        again.model.state.until("everything was seen") { it.prepare.allowed }
        again.model.send(ReviewAction.Prepare)
        again.model.settled("the confirmation", { it.work }) { phone.top == Place.SIGN }
        again.gone()
    }

    private suspend fun signWithDeathBetweenStrokes(phone: TestPhone, hand: Hand) {
        val screen = phone.open(::SignModel)
        hand.readPaper(screen)
        val party = Hand.strokes("party")
        hand.write(screen, 0, party.take(2))
        screen.model.settled("two strokes", { it.work }) { it.pads[0].strokes.size == 2 }
        screen.gone()

        phone.restart()
        val again = phone.open(::SignModel)
        val restored = again.model.state.until("the strokes again") { it.pads.isNotEmpty() && it.step == SignStep.PAD }
        assertEquals(party.take(2), restored.pads[0].strokes)
        hand.write(again, 0, party.drop(2))
        again.model.settled("the party's", { it.work }) { it.pads[0].strokes == party && it.pads[0].fit.allowed }
        again.model.send(SignAction.Undo)
        again.model.settled("one back", { it.work }) { it.pads[0].strokes == party.dropLast(1) }
        hand.write(again, 0, party.takeLast(1))
        again.model.settled("and again", { it.work }) { it.pads[0].strokes == party }
        val officers = restored.pads.indices.filter { restored.pads[it].pad.startsWith("officer") }
        assertEquals(2, officers.size)
        for ((n, pad) in officers.withIndex()) {
            hand.write(again, pad, Hand.strokes("officer-${n + 1}"))
            again.model.settled("officer $n", { it.work }) { it.pads[pad].fit.allowed }
        }
        again.model.send(SignAction.SetName("王平"))
        again.model.state.until("may be signed") { it.sign.allowed && it.name == "王平" }
        again.model.send(SignAction.Confirm)
        again.model.settled("signed", { it.work }) { it.ended != null }
        again.gone()
        giveBack(phone, Texts.Sign.Kept)
    }

    private suspend fun refuse(phone: TestPhone, hand: Hand) {
        val screen = phone.open(::SignModel)
        val shown = screen.model.state.until("the form") { it.refusal.states.isNotEmpty() && it.pads.isNotEmpty() }
        assertEquals(SignWay.NO_SIGNATURE, shown.way)
        screen.model.send(
            SignAction.SetRefusal(
                shown.refusal.copy(
                    state = shown.refusal.states.first().code,
                    reason = shown.refusal.reasons.first().code,
                    note = "认为记录与其无关。",
                    witnessName = "陈社区",
                    witnessUnit = "示例社区居委会",
                    witnessPhone = "02288886666",
                ),
            ),
        )
        screen.model.state.until("entered") { it.refusal.witnessName.isNotEmpty() }
        phone.draftIsKept("sign") { "witness_unit" in it }
        write(screen, hand, "witness", "witness")
        for ((n, pad) in officers(screen.model.state.value).withIndex()) write(screen, hand, pad, "officer-${n + 1}")
        screen.gone()
        phone.restart()
        val again = phone.open(::SignModel)
        val restored = again.model.state.until("the refusal again") { it.refusal.witnessName == "陈社区" && it.refusal.states.isNotEmpty() && it.pads.isNotEmpty() }
        assertEquals(shown.refusal.reasons.first().code, restored.refusal.reason)
        again.model.send(SignAction.Refuse)
        again.model.settled("noted", { it.work }) { it.ended != null }
        again.gone()
        phone.restart()
        giveBack(phone, Texts.Sign.Noted)
    }

    /** The phone is turned as it is handed over: the screen still says that it is over, and to whom the phone goes. */
    private suspend fun giveBack(phone: TestPhone, said: Sentence) {
        val turned = phone.open(::SignModel)
        turned.model.state.until("over, also after a turn") { it.ended == said && !it.loading }
        turned.model.send(SignAction.Finish)
        phone.arrives(Place.SIGN_IN)
        turned.gone()
    }

    private fun officers(state: SignState): List<String> = state.pads.map { it.pad }.filter { it.startsWith("officer") }

    private suspend fun write(screen: cn.liuhen.shell.rig.Screen<SignModel>, hand: Hand, pad: String, strokes: String) {
        val index = screen.model.state.value.pads.indexOfFirst { it.pad == pad }
        hand.write(screen, index, Hand.strokes(strokes))
        screen.model.settled("$pad has signed", { it.work }) { it.pads[index].fit.allowed }
    }

    private suspend fun takeBack(phone: TestPhone, hand: Hand) {
        phone.pin.pinned.until("unpinned") { !it }
        hand.signIn()
        assertEquals(Place.CAPTURE, phone.top)
    }

    private suspend fun close(phone: TestPhone, hand: Hand) {
        val screen = hand.capture()
        screen.model.send(CaptureAction.AskClose)
        val sheet = screen.model.settled("what closing needs", { it.work }) { it.sheet is CaptureSheet.Close }.sheet as CaptureSheet.Close
        for (step in sheet.steps) screen.model.send(CaptureAction.Explain(step.code, "本次巡查无需办理。"))
        screen.model.state.until("may be closed") { (it.sheet as? CaptureSheet.Close)?.gate?.allowed == true }
        screen.model.send(CaptureAction.Close)
        screen.model.settled("closed", { it.work }) { it.sheet is CaptureSheet.Closed }
        screen.model.send(CaptureAction.CloseSheet)
        phone.arrives(Place.TODAY)
        screen.gone()
    }

    private suspend fun syncUntilStored(phone: TestPhone) {
        val today = phone.open(::TodayModel)
        today.model.state.until("the day") { !it.loading && it.itemCount > 0 }
        today.model.send(TodayAction.SyncNow)
        today.model.settled("stored", { it.work }) { it.counts.onDevice == 0L && it.counts.uploading == 0L && it.counts.stored > 0 && it.items.all { line -> line.tone == Tone.GOOD } }
        today.gone()
        val status = phone.open(::SyncStatusModel)
        status.model.state.until("nothing is left") { !it.loading && it.itemsNotStored == 0L && it.unsentRecords == 0L && it.bytesToSend == 0L && it.items.isEmpty() }
        status.gone()
    }

    private companion object {
        const val FORM = "on_site_inspection_record"
    }
}
