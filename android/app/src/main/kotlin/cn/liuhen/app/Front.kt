package cn.liuhen.app

import android.app.Activity

/** The one activity, while there is one: what must be asked of the system through a screen goes through here. */
class Front {
    /** The activity; absent while the process runs without a screen. */
    var activity: Activity? = null
        private set

    /** Whether the officer sees it. */
    var isSeen: Boolean = false
        private set

    /** An activity was made. */
    fun comes(activity: Activity) {
        this.activity = activity
    }

    /** The activity is seen, or is not any more. */
    fun seen(isSeen: Boolean) {
        this.isSeen = isSeen
    }

    /** An activity is gone; after a rotation another one came before. */
    fun goes(activity: Activity) {
        if (this.activity === activity) this.activity = null
    }
}
