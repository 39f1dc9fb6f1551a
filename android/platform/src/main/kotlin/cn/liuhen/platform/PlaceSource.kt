package cn.liuhen.platform

import android.Manifest
import android.content.Context
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Bundle
import android.os.Looper
import android.os.SystemClock
import java.util.concurrent.TimeUnit

/** A place in degrees × 10⁷ (WGS-84), with the radius of 68 % likelihood in centimetres. */
data class Fix(val latE7: Long, val lonE7: Long, val accuracyCm: Long, val fixedAtMs: Long)

/** What the phone knows of where it is. */
sealed interface PlaceReading {
    /** Recent. */
    data class Fixed(val fix: Fix) : PlaceReading

    /** Older than [PlaceSource.STALE_MS]. */
    data class Stale(val fix: Fix, val ageMs: Long) : PlaceReading

    /** An app that feigns places gave it. */
    data class Mock(val fix: Fix) : PlaceReading

    /** The officer did not allow it. */
    data object Denied : PlaceReading

    /** Nothing is known. */
    data class Absent(val why: Why) : PlaceReading

    /** Why nothing is known. */
    enum class Why { OFF, NO_SIGNAL, NOT_ASKED }
}

/** The phone's own place, without any service of a vendor. Listens only while a session's screen is shown. */
class PlaceSource(private val context: Context) {
    private val manager = context.getSystemService(LocationManager::class.java)
    private var newest: Location? = null
    private var asked = false
    private val listener = object : LocationListener {
        override fun onLocationChanged(location: Location) = take(location)

        @Deprecated("Called before Android 10, where leaving it out crashes")
        override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit
        override fun onProviderEnabled(provider: String) = Unit
        override fun onProviderDisabled(provider: String) = Unit
    }

    /** Begins to listen; does nothing while it is not allowed. */
    @Synchronized
    fun start() {
        if (asked || !allowed()) return
        for (provider in providers()) {
            manager.requestLocationUpdates(provider, EVERY_MS, 0f, listener, Looper.getMainLooper())
            asked = true
        }
    }

    /** Ends listening; what is known is kept and grows stale. */
    @Synchronized
    fun stop() {
        if (asked) manager.removeUpdates(listener)
        asked = false
    }

    /** The best that is known now, without waiting. */
    @Synchronized
    fun place(): PlaceReading {
        if (!allowed()) return PlaceReading.Denied
        if (!asked) providers().mapNotNull(manager::getLastKnownLocation).forEach(::take)
        val known = newest ?: return PlaceReading.Absent(
            when {
                !on() -> PlaceReading.Why.OFF
                asked -> PlaceReading.Why.NO_SIGNAL
                else -> PlaceReading.Why.NOT_ASKED
            },
        )
        val ageMs = TimeUnit.NANOSECONDS.toMillis(SystemClock.elapsedRealtimeNanos() - known.elapsedRealtimeNanos)
        return when {
            feigned(known) -> PlaceReading.Mock(known.fix())
            ageMs > STALE_MS -> PlaceReading.Stale(known.fix(), ageMs)
            else -> PlaceReading.Fixed(known.fix())
        }
    }

    @Synchronized
    private fun take(location: Location) {
        val known = newest
        val newerNanos = known?.let { location.elapsedRealtimeNanos - it.elapsedRealtimeNanos } ?: Long.MAX_VALUE
        val closer = known == null || location.accuracy <= known.accuracy
        // A coarse place of the cell network does not push a satellite fix aside until that has grown old.
        if (newerNanos >= 0 && (closer || newerNanos > TimeUnit.MILLISECONDS.toNanos(OLD_MS))) newest = location
    }

    private fun allowed() = context.allows(Manifest.permission.ACCESS_FINE_LOCATION) ||
        context.allows(Manifest.permission.ACCESS_COARSE_LOCATION)

    private fun providers(): List<String> = listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)
        .filter { it in manager.allProviders }
        .filter { it != LocationManager.GPS_PROVIDER || context.allows(Manifest.permission.ACCESS_FINE_LOCATION) }

    private fun on(): Boolean = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
        manager.isLocationEnabled
    } else {
        providers().any(manager::isProviderEnabled)
    }

    @Suppress("DEPRECATION") // The only way before Android 12.
    private fun feigned(location: Location): Boolean =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) location.isMock else location.isFromMockProvider

    private fun Location.fix() = Fix(
        latE7 = Math.round(latitude * E7),
        lonE7 = Math.round(longitude * E7),
        accuracyCm = if (hasAccuracy()) Math.round(accuracy * CM_PER_M) else UNKNOWN_ACCURACY_CM,
        fixedAtMs = time,
    )

    companion object {
        /** A fix older than this is told with its age. */
        const val STALE_MS: Long = 120_000
        private const val EVERY_MS = 5_000L
        private const val OLD_MS = 30_000L
        private const val E7 = 1e7
        private const val CM_PER_M = 100.0

        /** The system did not tell: as wide as a county. */
        private const val UNKNOWN_ACCURACY_CM = 10_000_000L
    }
}
