package cn.liuhen.shell.sync

/** What can be done about synchronisation. */
sealed interface SyncStatusAction {
    /** 立即同步 */
    data object SyncNow : SyncStatusAction

    data object Stop : SyncStatusAction

    /** Try parked pieces again; all of them without an item. */
    data class TryAgain(val item: String?) : SyncStatusAction

    data object Back : SyncStatusAction

    data object DismissWork : SyncStatusAction
}
