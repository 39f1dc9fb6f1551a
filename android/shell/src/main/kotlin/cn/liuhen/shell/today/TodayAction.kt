package cn.liuhen.shell.today

/** What can be done on the first screen. */
sealed interface TodayAction {
    /** Begin a new activity. */
    data object Begin : TodayAction

    /** Go back into the activity under way. */
    data object GoOn : TodayAction

    data object SyncNow : TodayAction

    data object OpenSync : TodayAction

    data object OpenSettings : TodayAction

    data object OpenRecorder : TodayAction

    /** 收工 */
    data object EndDay : TodayAction

    data object DismissDayEnd : TodayAction

    /** Sign out; nothing is wiped. */
    data object Lock : TodayAction

    data object Reload : TodayAction

    data object DismissWork : TodayAction
}
