package cn.liuhen.platform

import android.app.Application
import android.app.NotificationManager
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.net.Network
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.util.ReflectionHelpers
import java.util.concurrent.CopyOnWriteArrayList

/** An app as the system's jobs find it. */
class WaitingApp : Application(), Synchronising {
    var synchronises: suspend (hasNetwork: Boolean) -> Boolean = { true }
    var evening: String? = null
    var nextEvening: () -> Unit = {}
    override val transferWords = "正在上传"
    override suspend fun synchronise(hasNetwork: Boolean) = synchronises(hasNetwork)
    override suspend fun dayEnds() = evening
    override fun nextEvening() = nextEvening.invoke()
}

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34], application = WaitingApp::class)
class SyncJobServiceTest {
    private val app = RuntimeEnvironment.getApplication() as WaitingApp
    private val controller = Robolectric.buildService(SyncJobService::class.java).create()
    private val service = controller.get()

    private fun order(id: Int): JobParameters = ReflectionHelpers.callConstructor(JobParameters::class.java).also {
        ReflectionHelpers.setField(it, "jobId", id)
    }

    /** As [order], of a job that the system gave a network. */
    private fun order(id: Int, network: Network): JobParameters = order(id).also { order ->
        val field = JobParameters::class.java.declaredFields.single { it.type == Network::class.java }
        field.isAccessible = true
        field.set(order, network)
    }

    /** Waits for the job's own end; a job that never ends fails here. */
    private fun ended(of: SyncJobService = service) = runBlocking {
        withTimeout(20_000) { while (!shadowOf(of).isJobFinished) kotlinx.coroutines.yield() }
    }

    /** Waits for one step of a synchronisation. */
    private fun comes(step: CompletableDeferred<Unit>) = runBlocking { withTimeout(20_000) { step.await() } }

    @Test
    fun `what is complete is not asked for again`() {
        assertTrue(service.onStartJob(order(SyncJobs.SEND)))
        ended()
        assertFalse(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    fun `what is not complete, and what failed, is asked for again`() {
        app.synchronises = { false }
        service.onStartJob(order(SyncJobs.SEND))
        ended()
        assertTrue(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    fun `a synchronisation that fails ends nothing but its job, and the one that sends is asked for again`() {
        val uncaught = CopyOnWriteArrayList<Throwable>()
        val before = Thread.getDefaultUncaughtExceptionHandler()
        Thread.setDefaultUncaughtExceptionHandler { _, failure -> uncaught += failure }
        try {
            app.synchronises = { error("this phone has not joined a bureau") }
            for (id in listOf(SyncJobs.SWEEP, SyncJobs.SEND)) {
                val service = Robolectric.buildService(SyncJobService::class.java).create().get()
                service.onStartJob(order(id))
                runBlocking { withTimeout(20_000) { while (!shadowOf(service).isJobFinished) kotlinx.coroutines.yield() } }
                assertEquals(id == SyncJobs.SEND, shadowOf(service).isRescheduleNeeded)
            }
            // And the next one runs as if nothing had been.
            app.synchronises = { true }
            service.onStartJob(order(SyncJobs.SEND))
            ended()
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before)
        }
        assertEquals(emptyList<Throwable>(), uncaught)
    }

    @Test
    fun `the next evening is asked for when this one was told, not before, for that would end the job`() {
        val shown = shadowOf(app.getSystemService(NotificationManager::class.java))
        val seen = CompletableDeferred<Pair<Int, Boolean>>()
        app.evening = "今天还有 3 件未上传"
        app.nextEvening = { seen.complete(shown.size() to shadowOf(service).isJobFinished) }
        service.onStartJob(order(SyncJobs.DAY_END))
        assertEquals(1 to true, runBlocking { withTimeout(20_000) { seen.await() } })
    }

    @Test
    fun `a job that the system stops ends its synchronisation, and is asked for again`() {
        val begun = CompletableDeferred<Unit>()
        val stopped = CompletableDeferred<Unit>()
        app.synchronises = {
            begun.complete(Unit)
            try {
                awaitCancellation()
            } finally {
                stopped.complete(Unit)
            }
        }
        val order = order(SyncJobs.SEND)
        service.onStartJob(order)
        comes(begun)
        assertTrue(service.onStopJob(order))
        comes(stopped)
        ended()
        assertTrue(shadowOf(service).isRescheduleNeeded)
    }

    /** A synchronisation that, once stopped, still has something on its way until its outcome is there. */
    private inner class Slow {
        val begun = CompletableDeferred<Unit>()
        val stopped = CompletableDeferred<Unit>()
        val outcome = CompletableDeferred<Unit>()

        suspend fun run(hasNetwork: Boolean): Boolean = try {
            assertTrue(hasNetwork)
            begun.complete(Unit)
            awaitCancellation()
        } finally {
            withContext(NonCancellable) {
                stopped.complete(Unit)
                outcome.await()
                told.add("its outcome")
            }
        }
    }

    private val told = CopyOnWriteArrayList<String>()

    @Test
    @Config(sdk = [34])
    fun `a job that is stopped is finished only when its synchronisation has ended`() {
        val office = ShadowNetwork.newInstance(11)
        val slow = Slow()
        app.synchronises = slow::run
        val order = order(SyncJobs.SEND, office)
        service.onStartJob(order)
        comes(slow.begun)
        assertTrue(service.onStopJob(order))
        comes(slow.stopped)
        assertFalse(shadowOf(service).isJobFinished)
        slow.outcome.complete(Unit)
        ended()
        assertEquals(listOf("its outcome"), told)
        assertTrue(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    @Config(sdk = [34])
    fun `a job that comes while the one before still ends waits for it`() {
        val (office, other) = listOf(11, 12).map { ShadowNetwork.newInstance(it) }
        val slow = Slow()
        app.synchronises = slow::run
        val first = order(SyncJobs.SEND, office)
        service.onStartJob(first)
        comes(slow.begun)
        service.onStopJob(first)
        comes(slow.stopped)
        // The system let the service go and made another for the next job.
        controller.destroy()
        val again = Robolectric.buildService(SyncJobService::class.java).create().get()
        app.synchronises = { told.add("the next one") }
        again.onStartJob(order(SyncJobs.SEND, other))
        slow.outcome.complete(Unit)
        ended(again)
        assertEquals(listOf("its outcome", "the next one"), told)
    }

    @Test
    fun `a job without a network says so`() {
        app.synchronises = { hasNetwork -> !hasNetwork }
        service.onStartJob(order(SyncJobs.SEND))
        ended()
        assertFalse(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    fun `a sweep that left something comes again in its hour, not after a back-off that grows`() {
        app.synchronises = { false }
        service.onStartJob(order(SyncJobs.SWEEP))
        ended()
        assertFalse(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    fun `a network that was not the office's is not asked again until another appears`() {
        app.synchronises = { false }
        service.onStartJob(order(SyncJobs.APPEARED))
        ended()
        assertFalse(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    fun `what goes over a network that appeared is asked for again when the system stops it`() {
        val begun = CompletableDeferred<Unit>()
        app.synchronises = {
            begun.complete(Unit)
            awaitCancellation()
        }
        val order = order(SyncJobs.APPEARED)
        service.onStartJob(order)
        comes(begun)
        assertTrue(service.onStopJob(order))
        ended()
    }

    @Test
    fun `a sweep that the system stops comes again in its hour`() {
        val begun = CompletableDeferred<Unit>()
        app.synchronises = {
            begun.complete(Unit)
            awaitCancellation()
        }
        val order = order(SyncJobs.SWEEP)
        service.onStartJob(order)
        comes(begun)
        assertFalse(service.onStopJob(order))
        ended()
        assertFalse(shadowOf(service).isRescheduleNeeded)
    }

    @Test
    fun `the evening says what still waits, and says nothing when nothing does`() {
        val shown = shadowOf(app.getSystemService(NotificationManager::class.java))
        service.onStartJob(order(SyncJobs.DAY_END))
        ended()
        assertEquals(0, shown.size())
        app.evening = "今天还有 3 件未上传"
        val again = Robolectric.buildService(SyncJobService::class.java).create().get()
        again.onStartJob(order(SyncJobs.DAY_END))
        ended(again)
        assertEquals(1, shown.size())
    }

    @Test
    fun `the evening is one job that outlives a restart and wants no network`() {
        SyncJobs(app).run {
            dayEnd(3_600_000)
            dayEnd(7_200_000)
        }
        val job = app.getSystemService(JobScheduler::class.java).allPendingJobs.single()
        assertEquals(7_200_000, job.minLatencyMillis)
        assertTrue(job.isPersisted)
        @Suppress("DEPRECATION")
        assertEquals(JobInfo.NETWORK_TYPE_NONE, job.networkType)
    }
}
