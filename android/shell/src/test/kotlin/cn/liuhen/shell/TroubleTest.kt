package cn.liuhen.shell

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.CoreFailure
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.FailureKind
import cn.liuhen.core.ItemReader
import cn.liuhen.core.ReviewView
import cn.liuhen.core.SignInView
import cn.liuhen.core.Text
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.CaptureModel
import cn.liuhen.shell.capture.CaptureSheet
import cn.liuhen.shell.documents.DocumentsAction
import cn.liuhen.shell.documents.DocumentsModel
import cn.liuhen.shell.enrol.EnrolAction
import cn.liuhen.shell.enrol.EnrolModel
import cn.liuhen.shell.host.HostState
import cn.liuhen.shell.port.Grant
import cn.liuhen.shell.port.MediaFailure
import cn.liuhen.shell.recorder.Link
import cn.liuhen.shell.recorder.RecorderAction
import cn.liuhen.shell.recorder.RecorderModel
import cn.liuhen.shell.review.ReviewAction
import cn.liuhen.shell.review.ReviewModel
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.Held
import cn.liuhen.shell.rig.LEAD
import cn.liuhen.shell.rig.OfficerWithPhone
import cn.liuhen.shell.rig.PIN
import cn.liuhen.shell.rig.Screen
import cn.liuhen.shell.rig.settled
import cn.liuhen.shell.rig.until
import cn.liuhen.shell.sessionopen.SessionOpenAction
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.settings.SettingsAction
import cn.liuhen.shell.settings.SettingsModel
import cn.liuhen.shell.signin.SignInAction
import cn.liuhen.shell.signin.SignInModel
import cn.liuhen.shell.sync.SyncStatusAction
import cn.liuhen.shell.sync.SyncStatusModel
import cn.liuhen.shell.trigger.TriggerSheetAction
import cn.liuhen.shell.trigger.TriggerSheetModel
import cn.liuhen.shell.today.TodayAction
import cn.liuhen.shell.today.TodayModel
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

/** Every way in which a screen can be in trouble, with the real core behind it. */
class TroubleTest : OfficerWithPhone() {
    @Test
    fun joining_with_a_code_that_is_none_is_not_offered() = runBlocking {
        val screen = phone.open(::EnrolModel)
        screen.model.send(EnrolAction.SetUrl(bureau.url))
        screen.model.send(EnrolAction.SetCode("no code"))
        screen.model.send(EnrolAction.SetDeviceNo("TEL-0007"))
        val state = screen.model.state.until("entered") { it.deviceNo.isNotEmpty() && it.gate.missing.isNotEmpty() }
        assertFalse(state.gate.allowed)
        screen.gone()

        // Half-typed, and the process dies: what was typed is still there.
        phone.restart()
        val again = phone.open(::EnrolModel)
        assertEquals("no code", again.model.state.until("again") { it.deviceNo == "TEL-0007" }.code)
    }

    @Test
    fun joining_an_address_where_nobody_answers_fails_and_can_be_tried_again() = runBlocking {
        val screen = phone.open(::EnrolModel)
        screen.model.send(EnrolAction.Scanned("http://127.0.0.1:9#${bureau.anotherCode().enrolCode}"))
        screen.model.send(EnrolAction.SetDeviceNo("TEL-0007"))
        screen.model.state.until("may join") { it.gate.allowed }
        screen.model.send(EnrolAction.Join)
        val failed = screen.model.state.until("failed") { it.work is Work.Failed }.work as Work.Failed
        assertTrue(failed.retryable && failed.why.zh.isNotEmpty() && failed.why.en.isNotEmpty(), "$failed")
    }

    @Test
    fun whoever_was_away_for_long_signs_in_again_and_goes_on_where_the_phone_was_left() = runBlocking {
        opened()
        suspend fun away(seconds: Int) {
            phone.shell.seen(false)
            phone.clock.aheadMs += seconds * 1_000L
            phone.shell.seen(true)
        }
        phone.shell.navigator.to(Place.GAP_SHEET)
        away(60)
        assertEquals(Place.GAP_SHEET, phone.top, "a minute is not long")
        away(600)
        assertEquals(Place.SIGN_IN, phone.top)
        hand.signIn()
        assertEquals(Place.GAP_SHEET, phone.top)
        phone.shell.navigator.to(Place.REVIEW)
        away(3_600)
        assertEquals(Place.REVIEW, phone.top, "the party reads as long as it takes")
        phone.shell.navigator.back()

        phone.shell.seen(false)
        phone.clock.aheadMs += 600_000
        phone.restart()
        assertEquals(Place.GAP_SHEET, phone.top, "a process that nobody looks at asks nobody")
        phone.shell.seen(true)
        assertEquals(Place.SIGN_IN, phone.top, "and asks whoever comes to look")
    }

    @Test
    fun wrong_pins_cost_time_and_say_how_much() = runBlocking {
        joined()
        phone.shell.lock()
        val screen = phone.open(::SignInModel)
        screen.model.state.until("the roster") { it.officers.isNotEmpty() }
        screen.model.send(SignInAction.Choose(LEAD))
        for (attempt in 1..5) {
            hand.type(screen.model, "864209")
            val state = screen.model.state.until("attempt $attempt refused") { it.work is Work.Failed && it.digits == 0 }
            assertTrue((state.work as Work.Failed).why.zh.contains("PIN"))
            screen.model.send(SignInAction.Choose(LEAD))
            screen.model.state.until("again") { it.work == Work.Idle }
        }
        screen.model.send(SignInAction.Reload)
        assertTrue(screen.model.state.until("a wait") { it.waitSecs > 0 }.waitSecs <= 30)
        screen.model.send(SignInAction.Digit(1))
        assertEquals(Place.SIGN_IN, phone.top)
        screen.gone()
    }

    @Test
    fun two_new_pins_that_differ_are_asked_for_again() = runBlocking {
        hand.enrol(bureau.anotherCode())
        val screen = phone.open(::SignInModel)
        screen.model.state.until("the roster") { it.officers.isNotEmpty() }
        screen.model.send(SignInAction.Choose(LEAD))
        hand.type(screen.model, "135790")
        hand.type(screen.model, "135791")
        val state = screen.model.state.until("asked again") { it.sentence != null }
        assertEquals(cn.liuhen.shell.signin.PinStep.CHOOSE_NEW, state.step)
        screen.gone()
    }

    @Test
    fun whoever_does_not_want_another_pin_after_all_goes_back_and_signs_in_as_before() = runBlocking {
        joined()
        phone.biometrics.keep(LEAD, PIN)
        phone.shell.navigator.to(Place.SETTINGS)
        suspend fun wantAnother(): Screen<SignInModel> {
            val settings = phone.open(::SettingsModel)
            settings.model.state.until("the settings") { !it.loading }
            settings.model.send(SettingsAction.ChangePin)
            phone.arrives(Place.SIGN_IN)
            settings.gone()
            return phone.open(::SignInModel).also { screen -> screen.model.state.until("asked") { it.changing && it.chosen?.officer == LEAD && !it.biometric } }
        }
        val screen = wantAnother()
        screen.model.send(SignInAction.ChooseAnother)
        screen.model.send(SignInAction.Reload)
        screen.model.state.until("a colleague may set a first PIN") { it.changing && it.chosen == null && it.officers.size > 1 }
        screen.model.send(SignInAction.Leave)
        phone.arrives(Place.SETTINGS)
        screen.gone()

        // Neither does it stay when the phone is locked meanwhile.
        wantAnother().gone()
        phone.shell.lock()
        val again = phone.open(::SignInModel)
        again.model.state.until("the roster") { it.officers.isNotEmpty() }
        again.model.send(SignInAction.Choose(LEAD))
        val asked = again.model.state.until("chosen") { it.chosen?.officer == LEAD }
        assertTrue(asked.biometric && !asked.changing)
        hand.type(again.model)
        phone.arrives(Place.SETTINGS)
        again.gone()
    }

    @Test
    fun a_certificate_that_has_expired_is_said_and_the_activity_is_not_opened() = runBlocking {
        joined()
        phone.shell.navigator.to(Place.SESSION_OPEN)
        val screen = phone.open(::SessionOpenModel)
        hand.check(screen)
        hand.fillMatter(screen)
        screen.model.send(SessionOpenAction.ToggleOfficer("ding-yi"))
        screen.model.send(SessionOpenAction.ToggleOfficer("zhao-gang"))
        assertNotNull(screen.model.state.value.officers.first { it.officer == "zhao-gang" }.whyNot)
        screen.model.send(SessionOpenAction.Check)
        screen.model.state.until("said above the screen") { state -> state.conditions.any { it is Condition.CertificateExpired } }
        screen.model.settled("checked", { it.work }) { it.check?.passed == true }
        screen.model.send(SessionOpenAction.Open)
        val failed = screen.model.state.until("refused") { it.work is Work.Failed }.work as Work.Failed
        assertTrue(failed.needs.isNotEmpty(), "$failed")
        assertEquals(Place.SESSION_OPEN, phone.top)
        screen.gone()
    }

    @Test
    fun a_low_battery_is_said_and_fails_the_check_until_somebody_answers_for_it() = runBlocking {
        joined()
        phone.battery.percent = 5
        val screen = phone.open(::SessionOpenModel)
        screen.model.state.until("said") { state -> state.conditions.any { it == Condition.BatteryLow(5) } }
        screen.model.send(SessionOpenAction.Check)
        val failed = screen.model.settled("checked", { it.work }) { it.check != null }.check
        assertFalse(failed?.passed ?: true)
        for (line in failed?.lines.orEmpty().filter { it.overridable }) screen.model.send(SessionOpenAction.Override(line.code, "已接充电宝"))
        val overridden = screen.model.state.until("answered for") { it.check?.passed == true }.check
        assertTrue(overridden?.lines.orEmpty().any { it.tone == Tone.ATTENTION && it.reason == "已接充电宝" })
        screen.gone()
    }

    @Test
    fun without_a_network_everything_goes_on_and_waiting_is_explained() = runBlocking {
        opened()
        phone.network.cut()
        val capture = hand.capture()
        hand.showCertificates(capture)
        hand.giveNotice(capture)
        hand.photo(capture)
        assertTrue(capture.model.state.value.conditions.contains(Condition.Offline))
        assertTrue(phone.schedule.asked > 0, "the system was told that there is something to send")
        capture.gone()

        val status = phone.open(::SyncStatusModel)
        val scheduled = phone.schedule.asked
        status.model.send(SyncStatusAction.SyncNow)
        val state = status.model.state.until("why it waits") { (it.work is Work.Done || it.work is Work.Failed) && !it.loading }
        assertTrue(state.itemsNotStored > 0 && state.sentence.zh.isNotEmpty() && state.conditions.contains(Condition.Offline), "$state")
        assertTrue(phone.schedule.asked > scheduled, "what is asked for goes on when the app leaves the screen")
        val said = (state.work as? Work.Done)?.what ?: (state.work as Work.Failed).why
        assertTrue(said.zh.isNotEmpty() && said.en.isNotEmpty())
        status.gone()
    }

    @Test
    fun a_metered_network_is_not_used_and_that_is_said() = runBlocking {
        opened()
        phone.network.mobile()
        val today = phone.open(::TodayModel)
        today.model.send(TodayAction.SyncNow)
        val state = today.model.state.until("why it waits") { now ->
            (now.work is Work.Done || now.work is Work.Failed) && now.conditions.any { it is Condition.Waiting }
        }
        assertFalse(state.conditions.contains(Condition.Offline))
        today.gone()
    }

    @Test
    fun the_system_is_told_over_which_networks_to_send_when_the_officer_says_so_and_at_every_start() = runBlocking {
        joined()
        phone.restart()
        assertEquals(false, phone.schedule.isOverMetered)
        val settings = phone.open(::SettingsModel)
        settings.model.state.until("read") { !it.loading }
        settings.model.send(SettingsAction.SetAllowMetered(true))
        settings.model.settled("allowed", { it.work }) { it.allowMetered }
        assertEquals(true, phone.schedule.isOverMetered)
        settings.gone()
        phone.restart()
        assertEquals(true, phone.schedule.isOverMetered, "a process that starts anew says it again")
        val again = phone.open(::SettingsModel)
        again.model.state.until("read") { it.allowMetered }
        again.model.send(SettingsAction.SetAllowMetered(false))
        again.model.settled("taken back", { it.work }) { !it.allowMetered }
        assertEquals(false, phone.schedule.isOverMetered)
        again.gone()
    }

    @Test
    fun a_denied_camera_is_said_and_the_shutter_fails_without_harm() = runBlocking {
        opened()
        val screen = hand.capture()
        hand.showCertificates(screen)
        hand.giveNotice(screen)
        phone.permissions.set(Permission.CAMERA, Grant.DENIED_FOR_GOOD)
        screen.model.state.until("said") { it.conditions.contains(Condition.Denied(Permission.CAMERA, forGood = true)) }
        screen.model.send(CaptureAction.AskPermission(Permission.CAMERA))
        phone.media.failure = MediaFailure.Reason.DENIED
        screen.model.send(CaptureAction.Shutter)
        screen.model.state.until("failed") { it.work == Work.Failed(Texts.Capture.Denied, retryable = true) }
        assertEquals(listOf(Permission.CAMERA), phone.permissions.asked)
        assertTrue(screen.model.state.value.items.isEmpty(), "half a photograph is none")

        // A microphone needs no camera.
        screen.model.send(CaptureAction.SetMode(CaptureMode.AUDIO))
        screen.model.state.until("nothing is denied") { state -> state.conditions.none { it is Condition.Denied } }
        phone.media.failure = null
        screen.model.send(CaptureAction.DismissWork)
        hand.startSound(screen)
        hand.stopSound(screen)
        screen.gone()
    }

    @Test
    fun what_was_begun_on_a_screen_is_done_although_the_phone_is_turned_at_that_moment() = runBlocking {
        opened()
        val screen = hand.capture()
        hand.showCertificates(screen)
        hand.giveNotice(screen)
        screen.model.send(CaptureAction.SetMode(CaptureMode.PHOTO))
        screen.model.state.until("a camera") { it.mode == CaptureMode.PHOTO && it.capture.allowed }
        screen.model.send(CaptureAction.Shutter)
        screen.model.state.until("a photograph is being taken") { it.work is Work.Running || it.items.isNotEmpty() }
        screen.gone()
        val turned = hand.capture()
        turned.model.state.until("the photograph") { it.items.size == 1 }
        turned.gone()
        phone.shell.navigator.to(Place.TRIGGER_SHEET)
        val sheet = phone.open(::TriggerSheetModel)
        sheet.model.state.until("the sheet") { !it.loading }
        sheet.model.send(TriggerSheetAction.SetNote("有人员聚集"))
        sheet.model.state.until("typed") { it.note == "有人员聚集" }
        sheet.gone()
        val again = phone.open(::TriggerSheetModel)
        again.model.state.until("the last word too") { it.note == "有人员聚集" }
        again.gone()
    }

    @Test
    fun a_verb_before_its_time_is_refused_with_what_is_missing() = runBlocking {
        opened()
        val screen = hand.capture()
        assertTrue(screen.model.state.value.steps.any { !it.done })
        screen.model.send(CaptureAction.OpenReview)
        val failed = screen.model.state.until("refused") { it.work is Work.Failed }.work as Work.Failed
        assertTrue(failed.needs.isNotEmpty(), "$failed")
        assertEquals(Place.CAPTURE, phone.top)
        screen.model.send(CaptureAction.AskClose)
        val sheet = screen.model.state.until("what closing needs") { it.sheet is CaptureSheet.Close }.sheet as CaptureSheet.Close
        assertFalse(sheet.gate.allowed)
        screen.gone()
    }

    @Test
    fun a_radio_that_is_off_is_shown_and_a_denied_one_too() = runBlocking {
        joined()
        phone.permissions.set(Permission.NEARBY_DEVICES, Grant.DENIED)
        val screen = phone.open(::RecorderModel)
        screen.model.state.until("said") { it.conditions.contains(Condition.Denied(Permission.NEARBY_DEVICES, forGood = false)) }
        screen.model.send(RecorderAction.Search)
        val state = screen.model.state.until("off") { it.work is Work.Failed }
        assertEquals(Link.RADIO_OFF, state.link)
        screen.gone()
    }

    @Test
    fun a_full_disk_is_told_by_the_photograph_that_it_refuses() = runBlocking {
        opened()
        val screen = hand.capture()
        hand.showCertificates(screen)
        hand.giveNotice(screen)
        val full = CoreFailure.Failed(FailureKind.STORAGE, "storage_full", Text("本机存储空间不足", "no space is left"), emptyList())
        screen.gone()
        phone.between = { real -> object : CoreInterface by real { override suspend fun beginPhoto(request: CaptureGiven) = throw full } }
        phone.restart()
        val again = hand.capture()
        again.model.send(CaptureAction.Shutter)
        assertEquals(Work.Failed(Sentence("本机存储空间不足", "no space is left"), retryable = true), again.model.state.until("told") { it.work is Work.Failed }.work)
        again.gone()
    }

    @Test
    fun a_vault_in_use_is_said_instead_of_a_crash() = runBlocking {
        joined()
        val second = phone.twin()
        val state = second.live()
        assertTrue(state is HostState.Failed && state.why.zh.isNotEmpty(), "$state")
        second.die()
        second.close()
    }

    @Test
    fun party_mode_ends_with_the_officers_pin_only() = runBlocking {
        opened()
        val capture = hand.capture()
        hand.showCertificates(capture)
        hand.giveNotice(capture)
        hand.photo(capture)
        capture.model.send(CaptureAction.OpenReview)
        phone.arrives(Place.REVIEW)
        capture.gone()
        val review = hand.review()
        review.model.send(ReviewAction.Leave)
        for (digit in listOf(8, 6, 4, 2, 0, 9)) review.model.send(ReviewAction.LeavingDigit(digit))
        review.model.state.until("refused") { it.work is Work.Failed && it.leavingDigits == 0 }
        assertTrue(phone.pin.pinned.value && phone.top == Place.REVIEW)
        for (digit in listOf(1, 3, 5, 7, 9, 0)) review.model.send(ReviewAction.LeavingDigit(digit))
        phone.arrives(Place.CAPTURE)
        assertFalse(phone.pin.pinned.value)
        review.gone()
    }

    @Test
    fun an_officer_who_is_on_the_roster_no_more_ends_party_mode_with_no_digits_but_a_sign_in() = runBlocking {
        var isGone = false
        val review = reviewing { real ->
            object : CoreInterface by real {
                override suspend fun signInScreen(): SignInView = real.signInScreen().let { if (isGone) it.copy(signedIn = null) else it }
            }
        }
        isGone = true
        review.model.send(ReviewAction.Leave)
        repeat(6) { review.model.send(ReviewAction.LeavingDigit(1)) }
        phone.arrives(Place.SIGN_IN)
        review.gone()
        isGone = false
        assertNull(phone.shell.host.ask { it.signInScreen() }.signedIn, "nobody holds the phone")
        hand.signIn()
        assertEquals(Place.CAPTURE, phone.top)
    }

    /** A sound and a form under the party's review, behind a core that [between] stands before. */
    private suspend fun reviewing(between: (CoreInterface) -> CoreInterface): Screen<ReviewModel> {
        opened()
        val capture = hand.capture()
        hand.showCertificates(capture)
        hand.giveNotice(capture)
        hand.startSound(capture)
        hand.stopSound(capture)
        capture.gone()
        phone.shell.navigator.to(Place.DOCUMENTS)
        val documents = phone.open(::DocumentsModel)
        hand.fill(documents, "on_site_inspection_record", Hand.INSPECTION)
        documents.model.send(DocumentsAction.Fill)
        documents.model.settled("the document", { it.work }) { it.reading != null }
        documents.gone()
        phone.shell.navigator.only(Place.TODAY, Place.CAPTURE)
        phone.between = between
        phone.restart()
        val again = hand.capture()
        again.model.send(CaptureAction.OpenReview)
        phone.arrives(Place.REVIEW)
        again.gone()
        return hand.review()
    }

    /** The held answer comes; whatever it does is done when the next word of the party's is on the screen. */
    private suspend fun comesLate(held: Held, review: Screen<ReviewModel>) {
        held.goesOn.complete(Unit)
        review.model.send(ReviewAction.SetReviewer("王平平"))
        review.model.state.until("typed") { it.reviewer == "王平平" && it.work == Work.Idle }
    }

    @Test
    fun a_recording_that_the_party_closed_before_its_bytes_came_stays_closed() = runBlocking {
        val held = Held()
        var late: ItemReader? = null
        val review = reviewing { real ->
            object : CoreInterface by real {
                override suspend fun openItem(item: String): ItemReader = held.pass(real.openItem(item).also { late = it })
            }
        }
        review.model.send(ReviewAction.OpenItem(review.model.state.value.items.single().line.item))
        held.came.await()
        review.model.send(ReviewAction.ClosePiece)
        review.model.state.until("closed") { it.work == Work.Idle }
        comesLate(held, review)
        assertNull(review.model.state.value.open)
        assertNull(phone.player.bytes, "nothing plays")
        assertThrows(IllegalStateException::class.java, { late?.lenBytes() }, "its bytes are let go")
        review.gone()
    }

    @Test
    fun a_page_that_the_party_closed_while_it_was_turned_stays_closed_and_counts_its_time_once() = runBlocking {
        val held = Held()
        val told = mutableListOf<Long>()
        val review = reviewing { real ->
            object : CoreInterface by real {
                override suspend fun pageShown(document: String, page: Long, shownMs: Long): ReviewView {
                    told += shownMs
                    return held.pass(real.pageShown(document, page, shownMs))
                }
            }
        }
        val document = review.model.state.value.documents.first().document
        review.model.send(ReviewAction.OpenDocument(document))
        review.model.state.until("a page") { it.open != null }
        phone.time += 3.seconds
        review.model.send(ReviewAction.TurnTo(2))
        held.came.await()
        review.model.send(ReviewAction.ClosePiece)
        review.model.state.until("closed") { it.work == Work.Idle }
        comesLate(held, review)
        assertNull(review.model.state.value.open)
        assertEquals(listOf(3_000L, 0L), told)
        review.gone()
    }
}
