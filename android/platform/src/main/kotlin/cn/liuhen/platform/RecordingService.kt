package cn.liuhen.platform

import android.Manifest
import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.app.Service
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build
import android.os.IBinder
import android.os.PowerManager

/**
 * Keeps the process, its microphone and its camera alive while something is recorded, whatever the screen shows, and says
 * so, with the time that has passed, to everybody who looks at the phone. It holds nothing itself: the recording lives in
 * the core's host.
 */
class RecordingService : Service() {
    private var awake: PowerManager.WakeLock? = null

    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        val words = intent?.getStringExtra(WORDS)
        if (words == null) {
            // Started again without an order: the process died, and the core recovers what was recorded.
            stopSelf()
            return START_NOT_STICKY
        }
        val shown = notification(this, CHANNEL, words, android.R.drawable.ic_btn_speak_now) { counting(System.currentTimeMillis()) }
        try {
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
                startForeground(ID, shown, intent.getIntExtra(TYPES, ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE))
            } else {
                startForeground(ID, shown)
            }
        } catch (_: IllegalStateException) {
            // The app left the screen before the system came to this: the system gives the recording silence, and it ends.
            stopSelf()
            return START_NOT_STICKY
        } catch (_: SecurityException) {
            // The permission was taken back in the meantime.
            stopSelf()
            return START_NOT_STICKY
        }
        running = this
        // A recording that ended in the meantime: the system wants to see it in the foreground once before it may end.
        if (!wanted) stopSelf() else stayAwake()
        return START_NOT_STICKY
    }

    /** The encoder's threads must run while the screen is off. */
    private fun stayAwake() {
        if (awake != null) return
        awake = getSystemService(PowerManager::class.java).newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "liuhen:recording").apply {
            setReferenceCounted(false)
            acquire(LONGEST_MS)
        }
    }

    override fun onDestroy() {
        awake?.release()
        awake = null
        if (running === this) running = null
        super.onDestroy()
    }

    companion object {
        private const val ID = 1
        private const val CHANNEL = "recording"
        private const val WORDS = "words"
        private const val TYPES = "types"

        /** No recording is longer than a working day. */
        private const val LONGEST_MS = 12 * 3_600_000L

        @Volatile
        private var wanted = false

        @Volatile
        private var running: RecordingService? = null

        /**
         * Begins. The app must be on the screen.
         *
         * @param words what the notification says.
         * @throws DeviceFailure.Denied when the microphone is not allowed: the system would end the process.
         * @throws DeviceFailure.Broken when the app is not on the screen.
         */
        fun start(context: Context, words: String, withCamera: Boolean) {
            context.demand(Manifest.permission.RECORD_AUDIO)
            if (withCamera) context.demand(Manifest.permission.CAMERA)
            val order = Intent(context, RecordingService::class.java).putExtra(WORDS, words)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
                val camera = if (withCamera) ServiceInfo.FOREGROUND_SERVICE_TYPE_CAMERA else 0
                order.putExtra(TYPES, ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE or camera)
            }
            wanted = true
            try {
                context.startForegroundService(order)
            } catch (refused: IllegalStateException) {
                wanted = false
                throw DeviceFailure.Broken("the system lets nothing be recorded in the background", refused)
            }
        }

        /** Ends. An order that the system has not carried out yet ends as soon as it is carried out. */
        fun stop() {
            wanted = false
            running?.stopSelf()
        }
    }
}

/** A quiet notification that stays; touching it opens the app. */
internal fun notification(
    context: Context,
    channel: String,
    words: String,
    icon: Int,
    more: Notification.Builder.() -> Unit = {},
): Notification {
    context.getSystemService(NotificationManager::class.java)
        .createNotificationChannel(NotificationChannel(channel, words, NotificationManager.IMPORTANCE_LOW))
    val builder = Notification.Builder(context, channel).setSmallIcon(icon).setContentTitle(words).setOngoing(true)
    context.packageManager.getLaunchIntentForPackage(context.packageName)?.let {
        builder.setContentIntent(PendingIntent.getActivity(context, 0, it, PendingIntent.FLAG_IMMUTABLE))
    }
    return builder.apply(more).build()
}

/** Shows the time since then, which the system counts on by itself. */
private fun Notification.Builder.counting(sinceMs: Long) {
    setUsesChronometer(true)
    setShowWhen(true)
    setWhen(sinceMs)
    setCategory(Notification.CATEGORY_SERVICE)
}
