package cn.liuhen.platform

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.net.NetworkCapabilities
import android.os.Build
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
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
    @Config(sdk = [34])
    fun `where the officer allows mobile data a transfer waits for any network, with or without internet`() {
        SyncJobs(app).run {
            overMetered(true)
            somethingToSend()
        }
        val wanted = requireNotNull(sending().requiredNetwork)
        for (capability in listOf(NetworkCapabilities.NET_CAPABILITY_NOT_METERED, NetworkCapabilities.NET_CAPABILITY_VALIDATED, NetworkCapabilities.NET_CAPABILITY_INTERNET)) {
            assertFalse("$capability", wanted.hasCapability(capability))
        }
        assertTrue(sending().isUserInitiated)
    }

    @Test
    @Config(sdk = [26])
    fun `where the officer allows mobile data an ordinary job waits for any network on Android 8`() {
        SyncJobs(app).run {
            overMetered(true)
            somethingToSend()
        }
        assertEquals(JobInfo.NETWORK_TYPE_ANY, sending().networkType)
        assertTrue(sending().isPersisted)
    }

    private fun waitsForUnmetered(): Boolean =
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) sending().networkType == JobInfo.NETWORK_TYPE_UNMETERED
        else sending().requiredNetwork?.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED) == true

    @Test
    fun `what waits follows the officer's word, and that of another process before this one`() {
        SyncJobs(app).somethingToSend()
        val jobs = SyncJobs(app)
        jobs.overMetered(true)
        assertFalse(waitsForUnmetered())
        SyncJobs(app).overMetered(false)
        assertTrue(waitsForUnmetered())
        assertEquals(1, scheduler.allPendingJobs.size)
    }

    @Test
    fun `a word that changes nothing leaves what waits alone, and where nothing waits nothing is asked for`() {
        val jobs = SyncJobs(app)
        jobs.overMetered(true)
        assertEquals(0, scheduler.allPendingJobs.size)
        jobs.somethingToSend()
        val before = sending()
        SyncJobs(app).overMetered(true)
        assertSame("asking again would end what is under way", before, sending())
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
