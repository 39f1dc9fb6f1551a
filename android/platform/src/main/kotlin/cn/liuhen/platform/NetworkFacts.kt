package cn.liuhen.platform

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import android.net.NetworkRequest
import android.net.wifi.WifiInfo
import android.net.wifi.WifiManager
import android.os.Build
import java.util.concurrent.ConcurrentHashMap

/** How the phone is connected. */
enum class Transport { NONE, WIFI, WIRED, CELLULAR }

/** Whether the system found the internet behind a network. An office network need not have one. */
enum class Internet { UNKNOWN, REACHED, UNREACHED, PORTAL }

/** The best network at one moment. */
data class NetworkReading(val transport: Transport, val metered: Boolean, val internet: Internet, val ssid: String?)

/**
 * Watches every network, also those without internet: an office Wi-Fi is often cut off from it, and the system then keeps
 * the cellular network as its default. The rules of when to send are the core's; the process is bound to the network that it
 * is told of, so that what it allows over an office Wi-Fi leaves by that one, whoever asked for it.
 */
class NetworkFacts(private val context: Context) {
    private val connectivity = context.getSystemService(ConnectivityManager::class.java)
    private val seen = ConcurrentHashMap<Network, NetworkCapabilities>()
    private val callback = watcher()
    private var bound: Network? = null

    /** Called, on a thread of the system, when something changed. */
    @Volatile
    var changed: () -> Unit = {}

    /** Begins to watch. */
    fun start() {
        // INTERNET and VALIDATED are not asked for.
        val any = NetworkRequest.Builder().removeCapability(NetworkCapabilities.NET_CAPABILITY_TRUSTED).build()
        connectivity.registerNetworkCallback(any, callback)
    }

    /** Ends watching. */
    fun stop() {
        connectivity.unregisterNetworkCallback(callback)
        seen.clear()
        bind()
    }

    /** The best network now: wire, then Wi-Fi, then cellular. */
    fun state(): NetworkReading = best()?.let { reading(it.value) } ?: NetworkReading(Transport.NONE, false, Internet.UNKNOWN, null)

    private fun best() = seen.entries.filter { transport(it.value) != Transport.NONE }
        .minWithOrNull(compareBy({ PREFERRED.indexOf(transport(it.value)) }, { it.key.networkHandle }))

    private fun reading(has: NetworkCapabilities) = NetworkReading(
        transport = transport(has),
        metered = !has.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED),
        internet = when {
            has.hasCapability(NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL) -> Internet.PORTAL
            has.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED) -> Internet.REACHED
            has.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET) -> Internet.UNREACHED
            else -> Internet.UNKNOWN
        },
        ssid = if (has.hasTransport(NetworkCapabilities.TRANSPORT_WIFI)) ssid(has) else null,
    )

    @Suppress("DEPRECATION") // The only way before Android 12.
    private fun ssid(has: NetworkCapabilities): String? {
        val info = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            has.transportInfo as? WifiInfo
        } else {
            context.applicationContext.getSystemService(WifiManager::class.java).connectionInfo
        }
        // Without the permission for places the system answers with a word that no network may bear.
        val name = info?.ssid?.takeUnless { it == UNKNOWN_SSID } ?: return null
        return if (name.length >= 2 && name.first() == '"' && name.last() == '"') name.substring(1, name.length - 1) else name
    }

    private fun watcher() = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
        object : ConnectivityManager.NetworkCallback(FLAG_INCLUDE_LOCATION_INFO) {
            override fun onCapabilitiesChanged(network: Network, has: NetworkCapabilities) = keep(network, has)
            override fun onLost(network: Network) = drop(network)
        }
    } else {
        object : ConnectivityManager.NetworkCallback() {
            override fun onCapabilitiesChanged(network: Network, has: NetworkCapabilities) = keep(network, has)
            override fun onLost(network: Network) = drop(network)
        }
    }

    private fun keep(network: Network, has: NetworkCapabilities) {
        seen[network] = has
        bind()
        changed()
    }

    private fun drop(network: Network) {
        seen.remove(network)
        bind()
        changed()
    }

    /** Before anybody is told: sockets that are opened from now on leave by the network that [state] speaks of. */
    @Synchronized
    private fun bind() {
        // The cellular network is the system's default whenever it is the best.
        val wanted = best()?.takeIf { transport(it.value) != Transport.CELLULAR }?.key
        // A network that went in the same moment refuses; what comes next is tried again.
        if (wanted != bound && connectivity.bindProcessToNetwork(wanted)) bound = wanted
    }

    private companion object {
        /** WifiManager.UNKNOWN_SSID, a public constant since Android 11 only. */
        const val UNKNOWN_SSID = "<unknown ssid>"
        val PREFERRED = listOf(Transport.WIRED, Transport.WIFI, Transport.CELLULAR)

        fun transport(has: NetworkCapabilities): Transport = when {
            has.hasTransport(NetworkCapabilities.TRANSPORT_ETHERNET) -> Transport.WIRED
            has.hasTransport(NetworkCapabilities.TRANSPORT_WIFI) -> Transport.WIFI
            has.hasTransport(NetworkCapabilities.TRANSPORT_CELLULAR) -> Transport.CELLULAR
            else -> Transport.NONE
        }
    }
}
