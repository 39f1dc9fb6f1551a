package cn.liuhen.platform

import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowNetworkCapabilities

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class NetworkFactsTest {
    private val app = RuntimeEnvironment.getApplication()
    private val connectivity = app.getSystemService(ConnectivityManager::class.java)
    private val shadow = shadowOf(connectivity)
    private val facts = NetworkFacts(app)
    private val wifi = ShadowNetwork.newInstance(11)
    private val cell = ShadowNetwork.newInstance(12)

    @Before
    fun start() = facts.start()

    private fun appears(network: Network, transport: Int, vararg has: Int) {
        val capabilities = ShadowNetworkCapabilities.newInstance()
        shadowOf(capabilities).clearCapabilities()
        shadowOf(capabilities).addTransportType(transport)
        has.forEach { shadowOf(capabilities).addCapability(it) }
        shadow.networkCallbacks.forEach { it.onCapabilitiesChanged(network, capabilities) }
    }

    @Test
    fun `an office network without internet is preferred to the cellular network and said to have none`() {
        appears(cell, NetworkCapabilities.TRANSPORT_CELLULAR, NetworkCapabilities.NET_CAPABILITY_INTERNET, NetworkCapabilities.NET_CAPABILITY_VALIDATED)
        appears(wifi, NetworkCapabilities.TRANSPORT_WIFI, NetworkCapabilities.NET_CAPABILITY_INTERNET, NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
        assertEquals(NetworkReading(Transport.WIFI, false, Internet.UNREACHED, null), facts.state())
        assertEquals("and what is sent leaves by it", wifi, connectivity.boundNetworkForProcess)
    }

    @Test
    fun `a lost network is gone, and the next best is told`() {
        appears(cell, NetworkCapabilities.TRANSPORT_CELLULAR, NetworkCapabilities.NET_CAPABILITY_INTERNET, NetworkCapabilities.NET_CAPABILITY_VALIDATED)
        appears(wifi, NetworkCapabilities.TRANSPORT_WIFI)
        shadow.networkCallbacks.forEach { it.onLost(wifi) }
        assertEquals(NetworkReading(Transport.CELLULAR, true, Internet.REACHED, null), facts.state())
        shadow.networkCallbacks.forEach { it.onLost(cell) }
        assertEquals(Transport.NONE, facts.state().transport)
    }

    @Test
    fun `sockets leave by the network that is told, and by the system's own once that is gone`() {
        val bound = mutableListOf<Network?>()
        facts.changed = { bound += connectivity.boundNetworkForProcess }
        appears(cell, NetworkCapabilities.TRANSPORT_CELLULAR, NetworkCapabilities.NET_CAPABILITY_INTERNET, NetworkCapabilities.NET_CAPABILITY_VALIDATED)
        appears(wifi, NetworkCapabilities.TRANSPORT_WIFI)
        shadow.networkCallbacks.forEach { it.onLost(wifi) }
        assertEquals(listOf(null, wifi, null), bound)
        appears(wifi, NetworkCapabilities.TRANSPORT_WIFI)
        facts.stop()
        assertNull("nobody would tell when it goes", connectivity.boundNetworkForProcess)
    }

    @Test
    fun `a portal is told as such`() {
        appears(wifi, NetworkCapabilities.TRANSPORT_WIFI, NetworkCapabilities.NET_CAPABILITY_INTERNET, NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL)
        assertEquals(Internet.PORTAL, facts.state().internet)
    }

    @Test
    fun `every change is told, and nobody listens after the end`() {
        var told = 0
        facts.changed = { told += 1 }
        appears(wifi, NetworkCapabilities.TRANSPORT_WIFI)
        assertEquals(1, told)
        facts.stop()
        assertTrue(shadow.networkCallbacks.isEmpty())
    }
}
