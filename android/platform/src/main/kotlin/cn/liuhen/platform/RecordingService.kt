package cn.liuhen.platform

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.Service
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build
import android.os.IBinder

/**
 * Keeps the process and its microphone alive while something is recorded, whatever the screen shows, and says so to
 * everybody who looks at the phone. It holds nothing itself: the recording lives in the core's host.
 */
class RecordingService : Service() {
    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        val words = intent?.getStringExtra(WORDS)
        val notification = words?.let { notification(this, CHANNEL, it, android.R.drawable.ic_btn_speak_now) }
        if (notification == null) {
            // Started again without an order: the process died, and the core recovers what was recorded.
            stopSelf()
            return START_NOT_STICKY
        }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            startForeground(ID, notification, intent.getIntExtra(TYPES, ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE))
        } else {
            startForeground(ID, notification)
        }
        return START_NOT_STICKY
    }

    companion object {
        private const val ID = 1
        private const val CHANNEL = "recording"
        private const val WORDS = "words"
        private const val TYPES = "types"

        /**
         * Begins. The app must be on the screen.
         *
         * @param words what the notification says.
         * @throws DeviceFailure.Denied when the microphone is not allowed: the system would end the process.
         */
        fun start(context: Context, words: String, withCamera: Boolean) {
            context.demand(android.Manifest.permission.RECORD_AUDIO)
            if (withCamera) context.demand(android.Manifest.permission.CAMERA)
            val order = Intent(context, RecordingService::class.java).putExtra(WORDS, words)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
                val camera = if (withCamera) ServiceInfo.FOREGROUND_SERVICE_TYPE_CAMERA else 0
                order.putExtra(TYPES, ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE or camera)
            }
            context.startForegroundService(order)
        }

        /** Ends. */
        fun stop(context: Context) {
            context.stopService(Intent(context, RecordingService::class.java))
        }
    }
}

/** A quiet notification that stays. */
internal fun notification(context: Context, channel: String, words: String, icon: Int): Notification {
    context.getSystemService(NotificationManager::class.java)
        .createNotificationChannel(NotificationChannel(channel, words, NotificationManager.IMPORTANCE_LOW))
    return Notification.Builder(context, channel).setSmallIcon(icon).setContentTitle(words).setOngoing(true).build()
}
