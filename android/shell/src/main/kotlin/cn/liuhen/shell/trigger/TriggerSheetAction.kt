package cn.liuhen.shell.trigger

/** What can be done about a circumstance. */
sealed interface TriggerSheetAction {
    data class Choose(val code: String) : TriggerSheetAction

    data class SetNote(val text: String) : TriggerSheetAction

    data object Mark : TriggerSheetAction

    data object Close : TriggerSheetAction
}
