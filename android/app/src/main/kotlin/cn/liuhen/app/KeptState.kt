package cn.liuhen.app

import android.annotation.SuppressLint
import android.content.SharedPreferences
import cn.liuhen.shell.port.SavedState

/**
 * Small things of the screens in the app's private preferences. Each is on the disk before the screen goes on: a process
 * that is killed a moment later must not come back with the officer's screens in the party's hand.
 */
class KeptState(private val preferences: SharedPreferences) : SavedState {
    override fun get(key: String): String? = preferences.getString(key, null)

    @SuppressLint("ApplySharedPref") // Written at once on purpose; some hundred bytes.
    override fun set(key: String, value: String?) {
        if (value == get(key)) return
        preferences.edit().apply { if (value == null) remove(key) else putString(key, value) }.commit()
    }
}
