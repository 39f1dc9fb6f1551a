package cn.liuhen.shell

import cn.liuhen.core.SyncPhase
import cn.liuhen.shell.host.LiveSync
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.TestPhone
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.nio.file.Files
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

/** The system's scheduler takes its time or its network back while something synchronises. */
class TakenBackTest {
    /** A phone whose bureau takes connections and never answers. */
    private class Hanging(val phone: TestPhone, val asked: Channel<Unit>) {
        val sync: LiveSync get() = phone.shell.host.sync

        /** Waits until somebody has connected once more. */
        suspend fun isAsked() = withTimeout(30.seconds) { asked.receive() }

        /** The scheduler has the phone synchronise; when this returns it has asked for that. */
        fun CoroutineScope.scheduled(hasNetwork: Boolean): Job = launch(start = CoroutineStart.UNDISPATCHED) { sync.runScheduled(hasNetwork) }

        suspend fun stop() = withContext(phone.shell.host.ui) { sync.stop() }
    }

    private fun hanging(story: suspend Hanging.(CoroutineScope) -> Unit): Unit = runBlocking<Unit> {
        val dir = Files.createTempDirectory("liuhen").toFile()
        val phone = TestPhone(File(dir, "phone"))
        phone.live()
        val address = Bureau(File(dir, "bureau")).use { bureau ->
            Hand(phone).enrol(bureau)
            URI(bureau.url)
        }
        val asked = Channel<Unit>(Channel.UNLIMITED)
        ServerSocket(address.port, 16, InetAddress.getByName(address.host)).use { server ->
            thread(isDaemon = true) { takeAll(server, asked) }
            Hanging(phone, asked).story(this)
            phone.die()
        }
        phone.close()
        dir.deleteRecursively()
    }

    private fun takeAll(server: ServerSocket, asked: Channel<Unit>) {
        val held = mutableListOf<Socket>()
        try {
            while (true) {
                held += server.accept()
                asked.trySend(Unit)
            }
        } catch (_: IOException) {
            // The test is over.
            held.forEach { it.close() }
        }
    }

    @Test
    fun what_the_scheduler_began_has_ended_when_the_scheduler_has_its_time_back() = hanging { scope ->
        val scheduled = scope.scheduled(hasNetwork = true)
        isAsked()
        scheduled.cancelAndJoin()
        assertNull(sync.state.value)
        assertFalse(phone.shell.host.ask { it.syncStatus() }.phase == SyncPhase.RUNNING)
    }

    @Test
    fun what_a_person_asked_for_does_not_go_on_without_the_network_and_is_begun_again() = hanging { scope ->
        val person = scope.async { sync.run(asked = true) }
        isAsked()
        scope.scheduled(hasNetwork = true).cancelAndJoin()
        isAsked()
        stop()
        assertEquals("stopped", person.await().code)
    }

    @Test
    fun what_a_person_asked_for_goes_on_when_only_the_time_is_up() = hanging { scope ->
        val person = scope.async { sync.run(asked = true) }
        isAsked()
        scope.scheduled(hasNetwork = false).cancelAndJoin()
        assertTrue(person.isActive)
        stop()
        assertEquals("stopped", person.await().code)
    }
}
