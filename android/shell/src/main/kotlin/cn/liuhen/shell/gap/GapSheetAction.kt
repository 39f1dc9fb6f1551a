package cn.liuhen.shell.gap

/** What can be done about holes. */
sealed interface GapSheetAction {
    data class ChooseHole(val index: Int) : GapSheetAction

    data class ChooseReason(val code: String) : GapSheetAction

    data class SetExplanation(val text: String) : GapSheetAction

    data object Explain : GapSheetAction

    data object Close : GapSheetAction
}
