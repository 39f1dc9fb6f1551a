package cn.liuhen.platform

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.SystemClock
import android.provider.Settings
import java.util.TimeZone
import java.util.UUID
import java.util.concurrent.TimeUnit

/** What the phone's clocks show at one moment. */
data class ClockReading(
    val wallMs: Long,
    val zoneMinutes: Int,
    /** Milliseconds since boot, sleep included; nobody can set it. */
    val monoMs: Long,
    /** Changes with every boot: [monoMs] of two different ones cannot be compared. */
    val bootId: String,
)

/** The phone's clocks. */
class PhoneClock(private val context: Context) {
    private val bootId: String by lazy {
        val boots = Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, -1)
        // Without a count two processes of one boot look like two boots: less is claimed, nothing wrong is.
        if (boots >= 0) "boot-$boots" else "process-${UUID.randomUUID()}"
    }

    /** Reads them all. */
    fun read(): ClockReading {
        val wallMs = System.currentTimeMillis()
        val zone = TimeUnit.MILLISECONDS.toMinutes(TimeZone.getDefault().getOffset(wallMs).toLong()).toInt()
        return ClockReading(wallMs, zone, SystemClock.elapsedRealtime(), bootId)
    }

    /** Calls [changed] whenever somebody sets clock or zone, until the returned object is closed. */
    fun watch(changed: () -> Unit): AutoCloseable {
        val receiver = object : BroadcastReceiver() {
            override fun onReceive(context: Context, intent: Intent) = changed()
        }
        val set = IntentFilter(Intent.ACTION_TIME_CHANGED).apply { addAction(Intent.ACTION_TIMEZONE_CHANGED) }
        // Both are protected broadcasts: only the system sends them.
        context.registerReceiver(receiver, set)
        return AutoCloseable { context.unregisterReceiver(receiver) }
    }
}
