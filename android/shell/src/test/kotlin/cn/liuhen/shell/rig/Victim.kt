package cn.liuhen.shell.rig

import cn.liuhen.shell.Place
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.review.ReviewAction
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.sign.SignModel
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.io.File
import java.util.concurrent.TimeUnit

/** A phone over a folder, whose saved state is in that folder too: another process may go on with it. */
fun phoneIn(dir: File) = TestPhone(dir.apply { mkdirs() }, FileState(File(dir, "saved.properties")))

/** What a [Victim] is doing when it is killed. */
enum class InTheMiddleOf { A_FORM, A_RECORDING, STROKES }

/** The phone's process as a process of its own, to be killed by the kernel in the middle of something. */
class Victim(dir: File, middle: InTheMiddleOf, bureau: Bureau) {
    private val process = ProcessBuilder(
        listOf(File(System.getProperty("java.home"), "bin/java").path, "-XX:TieredStopAtLevel=1", "-cp", classPath()) +
            listOf("liuhen.root", "liuhen.target", "jna.library.path").map { "-D$it=${System.getProperty(it)}" } +
            listOf("cn.liuhen.shell.rig.VictimKt", dir.path, middle.name, bureau.url, bureau.enrolCode),
    ).redirectError(File(dir.parentFile, "victim.log")).start()

    /** Waits until it is in the middle, kills it (SIGKILL), and gives what it said then. */
    fun kill(): String {
        val said = process.inputStream.bufferedReader().lineSequence().firstOrNull { it.startsWith(READY) }
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS)
        return said?.removePrefix(READY) ?: error("it ended by itself, see victim.log")
    }

    private fun classPath(): String = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
}

private const val READY = "in the middle: "

/** The victim's own life: it goes to the place where it is to be killed, says so, and goes on until it is. */
fun main(args: Array<String>): Unit = runBlocking {
    val (dir, middle, url, code) = args
    val phone = phoneIn(File(dir))
    val hand = Hand(phone)
    phone.live()
    when (InTheMiddleOf.valueOf(middle)) {
        InTheMiddleOf.A_FORM -> form(phone, hand, url, code)
        InTheMiddleOf.A_RECORDING -> recording(phone, hand)
        InTheMiddleOf.STROKES -> strokes(phone, hand)
    }
    awaitCancellation()
}

private fun ready(what: Any = "") {
    println("$READY$what")
    System.out.flush()
}

private suspend fun form(phone: TestPhone, hand: Hand, url: String, code: String) {
    hand.enrol(url, code)
    hand.signIn()
    // After what the sign-in still has to keep of its own way, which is kept on that thread.
    withContext(phone.shell.ui) { phone.shell.navigator.to(Place.SESSION_OPEN) }
    val screen = phone.open(::SessionOpenModel)
    hand.check(screen)
    hand.fillMatter(screen)
    phone.draftIsKept("session_open") { "示例路" in it }
    ready()
}

private suspend fun recording(phone: TestPhone, hand: Hand) {
    hand.open(phone.open(::SessionOpenModel))
    val screen = hand.capture()
    hand.showCertificates(screen)
    hand.giveNotice(screen)
    phone.media.isEndless = true
    hand.startSound(screen)
    val live = phone.shell.host.recording.state.until("safe on disk") { it != null && it.status.safeBytes > SAFE_BYTES }
    ready(live?.status?.safeBytes ?: 0)
}

private suspend fun strokes(phone: TestPhone, hand: Hand) {
    val capture = hand.capture()
    capture.model.send(CaptureAction.OpenReview)
    phone.arrives(Place.REVIEW)
    capture.gone()
    val review = hand.review()
    hand.lookAtEverything(review)
    review.model.state.until("everything was seen") { it.prepare.allowed }
    review.model.send(ReviewAction.Prepare)
    phone.arrives(Place.SIGN)
    review.gone()
    val screen = phone.open(::SignModel)
    hand.readPaper(screen)
    hand.write(screen, 0, Hand.strokes("party").take(2))
    screen.model.settled("two strokes", { it.work }) { it.pads[0].strokes.size == 2 }
    ready()
    // A third one is under the finger: it is lost with the process, and nothing else is.
}

/** Some seconds of sound. */
private val SAFE_BYTES = 64_000uL
