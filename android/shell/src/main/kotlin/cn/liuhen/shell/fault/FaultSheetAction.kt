package cn.liuhen.shell.fault

/** What can be done about a fault. */
sealed interface FaultSheetAction {
    data class ChooseDevice(val code: String) : FaultSheetAction

    data class SetSymptom(val text: String) : FaultSheetAction

    data class SetDataOnDevice(val there: Boolean) : FaultSheetAction

    data object Report : FaultSheetAction

    data object Close : FaultSheetAction
}
