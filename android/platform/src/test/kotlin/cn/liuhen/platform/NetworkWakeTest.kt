package cn.liuhen.platform

import android.app.Application
import android.app.PendingIntent
import android.app.job.JobScheduler
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.NetworkRequest
import android.os.Build
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowConnectivityManager
import org.robolectric.util.ReflectionHelpers

/** The system's networks, which remember for what they are to start an app that has no process. */
@Implements(ConnectivityManager::class)
class RememberingConnectivity : ShadowConnectivityManager() {
    val asked = mutableListOf<Pair<NetworkRequest, PendingIntent>>()

    @Implementation
    public override fun registerNetworkCallback(request: NetworkRequest, told: PendingIntent) {
        asked += request to told
    }
}

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34], shadows = [RememberingConnectivity::class])
class NetworkWakeTest {
    private val app: Application = RuntimeEnvironment.getApplication()
    private val scheduler = app.getSystemService(JobScheduler::class.java)

    private fun asked(): Pair<NetworkRequest, PendingIntent> {
        NetworkWake(app).ask()
        return Shadow.extract<RememberingConnectivity>(app.getSystemService(ConnectivityManager::class.java)).asked.single()
    }

    @Test
    fun `a process that is dead is started by any Wi-Fi and any wire, also without internet, and not by mobile data`() {
        // Of a request itself little can be asked before Android 9.
        val wanted = ReflectionHelpers.getField<NetworkCapabilities>(asked().first, "networkCapabilities")
        assertTrue(wanted.hasTransport(NetworkCapabilities.TRANSPORT_WIFI))
        assertTrue(wanted.hasTransport(NetworkCapabilities.TRANSPORT_ETHERNET))
        assertFalse(wanted.hasTransport(NetworkCapabilities.TRANSPORT_CELLULAR))
        for (capability in listOf(
            NetworkCapabilities.NET_CAPABILITY_INTERNET, NetworkCapabilities.NET_CAPABILITY_VALIDATED,
            NetworkCapabilities.NET_CAPABILITY_NOT_METERED, NetworkCapabilities.NET_CAPABILITY_TRUSTED,
        )) {
            assertFalse("$capability", wanted.hasCapability(capability))
        }
    }

    @Test
    fun `what the system sends is a broadcast to the app itself that nobody else can change`() {
        val told = shadowOf(asked().second)
        assertTrue(told.isBroadcast && told.isImmutable)
        assertEquals(NetworkWakeReceiver::class.java.name, told.savedIntent.component?.className)
    }

    @Test
    fun `a network that appears has a job run that waits for no network and for no time`() {
        NetworkWakeReceiver().onReceive(app, shadowOf(asked().second).savedIntent)
        val job = requireNotNull(scheduler.getPendingJob(SyncJobs.APPEARED))
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) assertTrue(job.isExpedited) else assertEquals(0, job.maxExecutionDelayMillis)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) assertNull(job.requiredNetwork)
        assertEquals(0, job.minLatencyMillis)
    }
}
