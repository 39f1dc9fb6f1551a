package cn.liuhen.platform

import android.app.Activity
import android.app.ActivityManager
import android.view.WindowManager

/** What keeps the phone on this app while it is in the party's hand, and its pictures out of others' reach. */
class PartyMode(private val activity: Activity) {
    private val tasks = activity.getSystemService(ActivityManager::class.java)

    /** Whether nothing else can be reached now. */
    val pinned: Boolean get() = tasks.lockTaskModeState != ActivityManager.LOCK_TASK_MODE_NONE

    /** Asks the system to pin the screen. It asks the officer once unless the phone is managed by the bureau. */
    fun pin() {
        if (!pinned) activity.startLockTask()
    }

    /** Ends pinning; the core's lock decides who may go on. */
    fun unpin() {
        if (pinned) activity.stopLockTask()
    }

    /** No screenshots, no recording of the screen, nothing to be read in the list of recent apps. */
    fun keepPrivate(): Unit = activity.window.setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE)
}
