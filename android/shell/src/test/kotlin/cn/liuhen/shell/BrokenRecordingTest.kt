package cn.liuhen.shell

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.RecordingCapture
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.CaptureModel
import cn.liuhen.shell.capture.Preview
import cn.liuhen.shell.rig.Held
import cn.liuhen.shell.rig.OfficerWithPhone
import cn.liuhen.shell.rig.Screen
import cn.liuhen.shell.rig.until
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Recordings that begin or end otherwise than the officer meant: what was heard is kept, and what happened is said. */
class BrokenRecordingTest : OfficerWithPhone() {
    /** Begins a recording, and waits until something of it was heard. */
    private suspend fun startHearing(screen: Screen<CaptureModel>) {
        hand.startSound(screen)
        phone.shell.host.recording.state.until("heard") { it != null && it.status.levelPermille > 0u }
    }

    @Test
    fun a_recording_that_another_app_breaks_off_is_kept_and_said() = runBlocking {
        opened()
        val screen = hand.capture()
        hand.showCertificates(screen)
        hand.giveNotice(screen)
        phone.media.breaksAfterPieces = 3
        screen.model.send(CaptureAction.SetMode(CaptureMode.AUDIO))
        screen.model.send(CaptureAction.Shutter)
        val state = screen.model.state.until("kept and said") { it.work is Work.Failed && it.items.size == 1 }
        assertEquals(Texts.Capture.Taken, (state.work as Work.Failed).why)
        assertEquals(null, state.recording)
        phone.media.preview.value = Preview.TAKEN_BY_OTHERS
        screen.model.state.until("no picture") { it.preview == Preview.TAKEN_BY_OTHERS }
        screen.model.send(CaptureAction.DismissWork)
        screen.model.state.until("known") { it.work == Work.Idle }

        // Nobody looks when the next one breaks off: whoever looks then is told, until it is known.
        phone.media.breaksAfterPieces = null
        startHearing(screen)
        screen.gone()
        val scheduled = phone.schedule.asked
        phone.media.breakOff()
        val later = hand.capture()
        val told = later.model.state.until("kept and told") { it.work is Work.Failed && it.items.size == 2 }
        assertEquals(Texts.Capture.Taken, (told.work as Work.Failed).why)
        assertTrue(phone.schedule.asked > scheduled, "what is kept is to be sent")
        later.model.send(CaptureAction.DismissWork)
        later.model.state.until("known") { it.work == Work.Idle }
        later.gone()
        val again = hand.capture()
        assertEquals(Work.Idle, again.model.state.value.work)
        again.gone()
    }

    @Test
    fun a_microphone_that_fails_in_a_way_nobody_knows_costs_nothing_of_what_was_heard() = runBlocking {
        opened()
        val screen = hand.capture()
        hand.showCertificates(screen)
        hand.giveNotice(screen)
        startHearing(screen)
        phone.media.breakOff(IllegalStateException("a driver's own word"))
        screen.model.state.until("kept and said") { it.work is Work.Failed && it.recording == null && it.items.size == 1 }
        screen.model.send(CaptureAction.DismissWork)
        hand.startSound(screen)
        hand.stopSound(screen)
        screen.model.state.until("and another after it") { it.items.size == 2 }
        screen.gone()
    }

    @Test
    fun a_shutter_that_is_tapped_twice_begins_one_recording() = runBlocking {
        opened()
        val before = hand.capture()
        hand.showCertificates(before)
        hand.giveNotice(before)
        before.gone()
        val held = Held()
        var begun = 0
        phone.between = { real ->
            object : CoreInterface by real {
                override suspend fun beginRecording(request: CaptureGiven): RecordingCapture {
                    begun += 1
                    return held.pass(real.beginRecording(request))
                }
            }
        }
        phone.restart()
        val screen = hand.capture()
        screen.model.send(CaptureAction.SetMode(CaptureMode.AUDIO))
        screen.model.state.until("a microphone") { it.mode == CaptureMode.AUDIO && it.capture.allowed }
        screen.model.send(CaptureAction.Shutter)
        held.came.await()
        screen.model.send(CaptureAction.Shutter)
        screen.model.send(CaptureAction.ToggleTorch)
        screen.model.state.until("what was done after the second tap") { it.torch }
        held.goesOn.complete(Unit)
        screen.model.state.until("recording") { it.recording != null && it.work == Work.Idle }
        hand.stopSound(screen)
        screen.model.state.until("one recording") { it.items.size == 1 }
        assertEquals(1, begun)
        screen.gone()
    }
}
