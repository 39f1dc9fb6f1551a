package cn.liuhen.platform

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.net.NetworkCapabilities
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class SyncJobsTest {
    private val app = RuntimeEnvironment.getApplication()
    private val scheduler = app.getSystemService(JobScheduler::class.java)

    private fun sending(): JobInfo = requireNotNull(scheduler.getPendingJob(SyncJobs.SEND))

    @Test
    @Config(sdk = [34])
    fun `on Android 14 a transfer asked for by the officer waits for an unmetered network, with or without internet`() {
        SyncJobs(app).somethingToSend()
        assertTrue(sending().isUserInitiated)
        val wanted = requireNotNull(sending().requiredNetwork)
        assertTrue(wanted.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED))
        assertFalse(wanted.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED))
        assertFalse(wanted.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET))
    }

    @Test
    @Config(sdk = [26])
    fun `on Android 8 an ordinary job waits for an unmetered network and outlives a restart`() {
        SyncJobs(app).somethingToSend()
        assertEquals(JobInfo.NETWORK_TYPE_UNMETERED, sending().networkType)
        assertTrue(sending().isPersisted)
    }

    @Test
    fun `the sweep wants no network at all and outlives a restart`() {
        SyncJobs(app).sweep()
        val sweep = requireNotNull(scheduler.getPendingJob(SyncJobs.SWEEP))
        assertEquals(JobInfo.NETWORK_TYPE_NONE, sweep.networkType)
        assertTrue(sweep.isPeriodic)
        assertTrue(sweep.isPersisted)
    }

    @Test
    fun `something new replaces what waits instead of queueing behind it`() {
        repeat(3) { SyncJobs(app).somethingToSend() }
        assertEquals(1, scheduler.allPendingJobs.size)
        assertNull(scheduler.getPendingJob(SyncJobs.SWEEP))
    }
}
