package cn.liuhen.platform

import android.app.Notification
import android.app.NotificationManager
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import android.net.NetworkCapabilities
import android.net.NetworkRequest
import android.os.Build
import cn.liuhen.shell.port.SyncSchedule
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.util.concurrent.ConcurrentHashMap

/**
 * Asks the system to run a synchronisation when it sees fit. What is sent, and over which network, the core decides.
 *
 * None of the jobs wants a network that the system found the internet behind: the bureau's own Wi-Fi may have none. Beside mobile data
 * such a Wi-Fi is not the system's default network, the only one that a job is matched with: it is seen by [NetworkFacts] while the
 * process lives, by [NetworkWake] when it does not, and by the sweep. No service of the type dataSync sends: the system ends those after
 * six hours of a day (Android 15), while a transfer that a person asked for has no such limit, and a job that is stopped goes on where
 * it was with the next one.
 */
class SyncJobs(private val context: Context) : SyncSchedule {
    private val scheduler = context.getSystemService(JobScheduler::class.java)

    /** Until the core was asked: no. */
    @Volatile
    private var isOverMetered = false

    /** Something new waits to be sent. Called while the app is on the screen, because only then a transfer may be asked for. */
    override fun somethingToSend() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) {
            // Has no quota and no limit of time, and outlives the screen. Refused when the app is not visible.
            val transfer = onNetwork().setUserInitiated(true).build()
            if (scheduler.schedule(transfer) == JobScheduler.RESULT_SUCCESS) return
        }
        scheduler.schedule(onNetwork().setPersisted(true).build())
    }

    override fun overMetered(isAllowed: Boolean) {
        isOverMetered = isAllowed
        // Asked for again only when that changes something: it ends what is under way.
        val waits = scheduler.getPendingJob(SEND) ?: return
        if (waits.wantsUnmetered() == isAllowed) somethingToSend()
    }

    /** Looks every so often whether something was left behind, also when nothing new is recorded. */
    fun sweep() {
        if (scheduler.getPendingJob(SWEEP) != null) return
        // No network is asked for: before Android 9 a job with a network waits for one with internet.
        scheduler.schedule(JobInfo.Builder(SWEEP, service()).setPeriodic(SWEEP_MS).setPersisted(true).build())
    }

    /** A Wi-Fi or a wire appeared that may be the office's. Whoever tells it may have no process any more in a moment; a job has one. */
    fun networkAppeared() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            // Runs also while the phone dozes in a pocket. Refused to whoever had too many of them.
            val now = JobInfo.Builder(APPEARED, service()).setExpedited(true).build()
            if (scheduler.schedule(now) == JobScheduler.RESULT_SUCCESS) return
        }
        scheduler.schedule(JobInfo.Builder(APPEARED, service()).setOverrideDeadline(0).build())
    }

    /** Whether the evening is asked for already, or under way. */
    val awaitsDayEnd: Boolean get() = scheduler.getPendingJob(DAY_END) != null

    /**
     * Looks in the evening whether something of the day still waits, and says so; the system may be late by an hour.
     *
     * @param afterMs from now until the evening.
     */
    fun dayEnd(afterMs: Long) {
        // One evening at a time: asking again moves it, and ends the one that is under way.
        val job = JobInfo.Builder(DAY_END, service()).setMinimumLatency(afterMs).setOverrideDeadline(afterMs + LATE_MS)
        scheduler.schedule(job.setPersisted(true).build())
    }

    private fun onNetwork(): JobInfo.Builder {
        val job = JobInfo.Builder(SEND, service())
            .setBackoffCriteria(BACKOFF_MS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) {
            return job.setRequiredNetworkType(if (isOverMetered) JobInfo.NETWORK_TYPE_ANY else JobInfo.NETWORK_TYPE_UNMETERED)
        }
        val wanted = NetworkRequest.Builder()
            .removeCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED)
            .removeCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET)
        if (!isOverMetered) wanted.addCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
        return job.setRequiredNetwork(wanted.build())
    }

    @Suppress("DEPRECATION") // The only way before Android 9.
    private fun JobInfo.wantsUnmetered(): Boolean =
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) networkType == JobInfo.NETWORK_TYPE_UNMETERED
        else requiredNetwork?.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED) == true

    private fun service() = ComponentName(context, SyncJobService::class.java)

    companion object {
        /** Job that sends. */
        const val SEND: Int = 1

        /** Job that looks whether something was left behind. */
        const val SWEEP: Int = 2

        /** Job that looks at the day in the evening. */
        const val DAY_END: Int = 3

        /** Job that synchronises over a network that appeared. */
        const val APPEARED: Int = 4
        private const val LATE_MS = 3_600_000L
        private const val BACKOFF_MS = 30_000L
        private const val SWEEP_MS = 3_600_000L
    }
}

/** What the app's Application gives to [SyncJobService]. */
interface Synchronising {
    /** What the notification of a running transfer says. */
    val transferWords: String

    /**
     * Synchronises as far as the core wants; false when there is more to do later. Cancelled, it stops what synchronises and ends only
     * when that has ended.
     *
     * @param hasNetwork the system gave the job a network. Cancelled, nothing goes on then, whoever asked for it: that network went.
     */
    suspend fun synchronise(hasNetwork: Boolean): Boolean

    /** What is to be said of the day in the evening; null when nothing waits. */
    suspend fun dayEnds(): String? = null

    /** Asks for the next evening. Called when this one is over, because asking ends the job that is under way. */
    fun nextEvening() = Unit
}

/** Runs a synchronisation, or a look at the day, for the system. */
class SyncJobService : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    override fun onStartJob(params: JobParameters): Boolean {
        val app = application as? Synchronising ?: return false
        val id = params.jobId
        val work = if (id == SyncJobs.DAY_END) ::dayEnds else prepared(params, app)
        val before = running[id]
        // Begun only when it is kept: it may be over at once.
        val job = scope.launch(start = CoroutineStart.LAZY) {
            var isComplete = false
            try {
                // One that the system stopped ends only when its synchronisation has ended.
                withContext(NonCancellable) { before?.join() }
                ensureActive()
                isComplete = work(app)
            } catch (stopped: CancellationException) {
                throw stopped
            } catch (_: Exception) {
                // A phone that has not joined, a store that does not open: the system asks again, and nothing else ends with it.
            } finally {
                running.remove(id, coroutineContext.job)
                // Another network that appears tells of itself.
                jobFinished(params, !isComplete && id != SyncJobs.APPEARED && comesAgainSooner(id))
                if (isComplete && id == SyncJobs.DAY_END) app.nextEvening()
            }
        }
        running[id] = job
        job.start()
        return true
    }

    private fun prepared(params: JobParameters, app: Synchronising): suspend (Synchronising) -> Boolean {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE && params.isUserInitiatedJob) {
            val words = notification(this, CHANNEL, app.transferWords, android.R.drawable.stat_sys_upload)
            setNotification(params, params.jobId, words, JOB_END_NOTIFICATION_POLICY_REMOVE)
        }
        // Its sockets leave by the network that the core is told of (NetworkFacts), with or without a job.
        val hasNetwork = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && params.network != null
        return { it.synchronise(hasNetwork) }
    }

    private suspend fun dayEnds(app: Synchronising): Boolean {
        app.dayEnds()?.let { words ->
            val shown = notification(this, EVENING, words, android.R.drawable.stat_notify_error) {
                setOngoing(false)
                setAutoCancel(true)
                style = Notification.BigTextStyle().bigText(words)
            }
            getSystemService(NotificationManager::class.java).notify(SyncJobs.DAY_END, shown)
        }
        return true
    }

    /** The network went or the time is up: what was sent stays sent, and the system asks again. */
    override fun onStopJob(params: JobParameters): Boolean {
        running[params.jobId]?.cancel()
        return comesAgainSooner(params.jobId)
    }

    /** The sweep has its hour: to be asked for sooner would put it off instead, by a back-off that grows to five hours. */
    private fun comesAgainSooner(id: Int) = id != SyncJobs.SWEEP

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    private companion object {
        const val CHANNEL = "sync"
        const val EVENING = "evening"

        /** The last job of each number until it has ended: the system may let this service go, and make another, before that. */
        val running = ConcurrentHashMap<Int, Job>()
    }
}
