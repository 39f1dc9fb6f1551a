package cn.liuhen.shell

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.CaptureSource
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.TestPhone
import cn.liuhen.shell.rig.until
import cn.liuhen.shell.today.TodayModel
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import java.io.File
import java.nio.file.Files
import kotlin.time.Duration
import kotlin.time.measureTime

/** Numbers of this machine, by `./dev bench jvm`; nothing is asserted. Works in memory, so that no disk is measured. */
class JvmBench {
    private val items = Integer.getInteger("liuhen.items", 10_000)

    @Test
    fun numbers() = runBlocking {
        val memory = File("/dev/shm").takeIf { it.isDirectory }?.toPath()
        val dir = if (memory == null) Files.createTempDirectory("liuhen").toFile() else Files.createTempDirectory(memory, "liuhen").toFile()
        try {
            Bureau(File(dir, "bureau")).use { bureau -> measure(dir, bureau) }
        } finally {
            dir.deleteRecursively()
        }
    }

    private suspend fun measure(dir: File, bureau: Bureau) {
        TestPhone(File(dir, "phone")).use { phone ->
            val hand = Hand(phone)
            phone.live()
            hand.enrol(bureau)
            hand.signIn()
            phone.shell.navigator.to(Place.SESSION_OPEN)
            hand.openSession()
            val capture = hand.capture()
            hand.showCertificates(capture)
            hand.giveNotice(capture)
            capture.gone()
            val core = phone.shell.host
            say("plain calls", "calls/s", CALLS / best { core.ask { core -> repeat(CALLS) { core.startReport() } } }.inSeconds())
            say("awaited calls", "calls/s", AWAITED / best { core.ask { core -> repeat(AWAITED) { core.enrolment() } } }.inSeconds())
            val piece = ByteArray(1 shl 20) { (it * 31).toByte() }
            val seconds = best {
                core.ask { core ->
                    val photo = core.beginPhoto(given("image/jpeg"))
                    repeat(8) { photo.add(piece) }
                    photo.discard()
                    photo.close()
                }
            }.inSeconds()
            say("8 MiB chunks, in pieces of 1 MiB, encrypted", "chunks/s", 1 / seconds)
            val file = File(dir, "small.jpg").apply { writeBytes(ByteArray(1024) { 7 }) }
            val filling = measureTime { core.ask { core -> repeat(items) { core.captureFile(file.path, given("image/jpeg")) } } }
            say("captures of 1 KiB", "items/s", items / filling.inSeconds())
            say("the first screen's data with $items items", "ms", best { core.ask { it.today() } }.inWholeMicroseconds / 1_000.0)
            val shown = measureTime {
                val today = phone.open(::TodayModel)
                today.model.state.until("the day") { !it.loading }
                today.gone()
            }
            say("the first screen's State with $items items", "ms", shown.inWholeMicroseconds / 1_000.0)
            phone.die()
        }
    }

    private fun given(mediaType: String) = CaptureGiven(mediaType, CaptureSource.PHONE, null, null, null, null)

    private inline fun best(block: () -> Unit): Duration = (1..5).minOf { measureTime(block) }

    private fun Duration.inSeconds(): Double = inWholeNanoseconds / 1e9

    private fun say(what: String, unit: String, value: Double) = println("%-48s %,12.1f %s".format(what, value, unit))

    private companion object {
        const val CALLS = 20_000
        const val AWAITED = 1_000
    }
}
