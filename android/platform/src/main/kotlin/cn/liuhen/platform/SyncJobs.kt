package cn.liuhen.platform

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.NetworkRequest
import android.os.Build
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch

/**
 * Asks the system to run a synchronisation when it sees fit. What is sent, and over which network, the core decides.
 *
 * None of the jobs wants a network that the system found the internet behind: the bureau's own Wi-Fi may have none.
 */
class SyncJobs(private val context: Context) {
    private val scheduler = context.getSystemService(JobScheduler::class.java)

    /** Something new waits to be sent. Called while the app is on the screen, because only then a transfer may be asked for. */
    fun somethingToSend() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) {
            // Has no quota and no limit of time, and outlives the screen. Refused when the app is not visible.
            val transfer = onOfficeNetwork().setUserInitiated(true).build()
            if (scheduler.schedule(transfer) == JobScheduler.RESULT_SUCCESS) return
        }
        scheduler.schedule(onOfficeNetwork().setPersisted(true).build())
    }

    /** Looks every so often whether something was left behind, also when nothing new is recorded. */
    fun sweep() {
        if (scheduler.getPendingJob(SWEEP) != null) return
        // No network is asked for: before Android 9 a job with a network waits for one with internet.
        scheduler.schedule(JobInfo.Builder(SWEEP, service()).setPeriodic(SWEEP_MS).setPersisted(true).build())
    }

    private fun onOfficeNetwork(): JobInfo.Builder {
        val job = JobInfo.Builder(SEND, service())
            .setBackoffCriteria(BACKOFF_MS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return job.setRequiredNetworkType(JobInfo.NETWORK_TYPE_UNMETERED)
        val unmetered = NetworkRequest.Builder()
            .addCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
            .removeCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED)
            .removeCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET)
            .build()
        return job.setRequiredNetwork(unmetered)
    }

    private fun service() = ComponentName(context, SyncJobService::class.java)

    companion object {
        /** Job that sends. */
        const val SEND: Int = 1

        /** Job that looks whether something was left behind. */
        const val SWEEP: Int = 2
        private const val BACKOFF_MS = 30_000L
        private const val SWEEP_MS = 3_600_000L
    }
}

/** What the app's Application gives to [SyncJobService]. */
interface Synchronising {
    /** What the notification of a running transfer says. */
    val transferWords: String

    /** Synchronises as far as the core wants; false when there is more to do later. */
    suspend fun synchronise(): Boolean
}

/** Runs a synchronisation for the system. */
class SyncJobService : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val running = HashMap<Int, Job>()

    override fun onStartJob(params: JobParameters): Boolean {
        val app = application as? Synchronising ?: return false
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE && params.isUserInitiatedJob) {
            val words = notification(this, CHANNEL, app.transferWords, android.R.drawable.stat_sys_upload)
            setNotification(params, params.jobId, words, JOB_END_NOTIFICATION_POLICY_REMOVE)
        }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            // A Wi-Fi without internet is not the system's default; without this the bytes would leave by the cellular network.
            params.network?.let { getSystemService(ConnectivityManager::class.java).bindProcessToNetwork(it) }
        }
        running[params.jobId] = scope.launch {
            var complete = false
            try {
                complete = app.synchronise()
            } finally {
                getSystemService(ConnectivityManager::class.java).bindProcessToNetwork(null)
                jobFinished(params, !complete)
            }
        }
        return true
    }

    /** The network went or the time is up: what was sent stays sent, and the system asks again. */
    override fun onStopJob(params: JobParameters): Boolean {
        running.remove(params.jobId)?.cancel()
        return true
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    private companion object {
        const val CHANNEL = "sync"
    }
}
