package cn.liuhen.shell

import cn.liuhen.shell.host.HostState
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.InTheMiddleOf
import cn.liuhen.shell.rig.LEAD
import cn.liuhen.shell.rig.SECOND
import cn.liuhen.shell.rig.Victim
import cn.liuhen.shell.rig.phoneIn
import cn.liuhen.shell.rig.settled
import cn.liuhen.shell.rig.until
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.sign.SignModel
import cn.liuhen.shell.sign.SignStep
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The phone's process is killed by the kernel (SIGKILL), and another one finds everything: no last words, nothing tidied up. */
class ProcessDeathTest {
    @TempDir
    lateinit var dir: File

    @Test
    fun a_killed_process_loses_neither_a_form_nor_a_recording_nor_a_stroke() = runBlocking {
        val disk = File(dir, "phone").apply { mkdirs() }
        Bureau(File(dir, "bureau")).use { bureau ->
            Victim(disk, InTheMiddleOf.A_FORM, bureau).kill()
            phoneIn(disk).use { phone ->
                phone.live()
                assertEquals(Place.SESSION_OPEN, phone.top)
                val screen = phone.open(::SessionOpenModel)
                val form = screen.model.state.until("the form again") { it.placeText == "示例路1号" && !it.loading }
                assertEquals(listOf(LEAD, SECOND), form.chosenOfficers)
                assertEquals("王平", form.representative)
                assertTrue(form.check?.passed == true, "the check is on record and still fresh")
                screen.gone()
                phone.die()
            }

            val safeBytes = Victim(disk, InTheMiddleOf.A_RECORDING, bureau).kill().toLong()
            phoneIn(disk).use { phone ->
                val woken = phone.live() as HostState.Open
                assertTrue(woken.said.isNotEmpty(), "the recovered recording is told")
                assertEquals(Place.CAPTURE, phone.top)
                val screen = Hand(phone).capture()
                screen.model.state.until("the recovered recording is an item") { it.items.count { line -> line.media == Media.AUDIO } == 1 }
                val kept = phone.shell.host.ask { it.session() }.items.single { it.media == cn.liuhen.core.Media.AUDIO }
                assertTrue(kept.lenBytes >= safeBytes, "what was said to be safe is there: ${kept.lenBytes} of $safeBytes")
                screen.gone()
                phone.die()
            }

            Victim(disk, InTheMiddleOf.STROKES, bureau).kill()
            phoneIn(disk).use { phone ->
                phone.live()
                assertEquals(Place.SIGN, phone.top, "the phone is still in the party's hand")
                assertTrue(phone.pin.pinned.value, "and pinned again")
                val screen = phone.open(::SignModel)
                val pads = screen.model.state.until("the strokes again") { it.pads.isNotEmpty() && it.step == SignStep.PAD }.pads
                assertEquals(Hand.strokes("party").take(2), pads[0].strokes)
                Hand(phone).write(screen, 0, Hand.strokes("party").drop(2))
                screen.model.settled("the rest of the signature", { it.work }) { it.pads[0].strokes == Hand.strokes("party") && it.pads[0].fit.allowed }
                screen.gone()
                phone.die()
            }
        }
    }
}
