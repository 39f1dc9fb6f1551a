package cn.liuhen.platform

import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.NetworkRequest

/**
 * Has the system start the app when a Wi-Fi or a wire appears, also one without internet: beside mobile data it is not the system's
 * default network, the only one that a job is matched with, and [NetworkFacts] sees it only while the process lives.
 *
 * The system tells it once, at once where there is such a network already, and forgets it some seconds after that, and when the phone is
 * restarted. A network that goes and comes again within those seconds, or while nobody asked anew, is left to the sweep.
 */
class NetworkWake(private val context: Context) {
    private val connectivity = context.getSystemService(ConnectivityManager::class.java)

    /** Asks for the next one; asking again changes nothing. */
    fun ask() {
        // INTERNET, VALIDATED and NOT_METERED are not asked for: whether it is the office's, the core decides.
        val wanted = NetworkRequest.Builder()
            .addTransportType(NetworkCapabilities.TRANSPORT_WIFI)
            .addTransportType(NetworkCapabilities.TRANSPORT_ETHERNET)
            .removeCapability(NetworkCapabilities.NET_CAPABILITY_TRUSTED)
            .build()
        // What the system would add to it is not looked at.
        val told = PendingIntent.getBroadcast(context, 0, Intent(context, NetworkWakeReceiver::class.java), PendingIntent.FLAG_IMMUTABLE)
        connectivity.registerNetworkCallback(wanted, told)
    }
}

/** A network that [NetworkWake] asked for is there. */
class NetworkWakeReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        SyncJobs(context).networkAppeared()
    }
}
