package cn.liuhen.shell.sessionopen

/** What can be done before an activity. */
sealed interface SessionOpenAction {
    data class GoTo(val step: OpenStep) : SessionOpenAction

    data class SetPlannedMinutes(val minutes: Int) : SessionOpenAction

    data class ChooseRecorder(val recorderNo: String?) : SessionOpenAction

    /** Measure everything now. */
    data object Check : SessionOpenAction

    /** Use it all the same, for this reason; blank takes it back. */
    data class Override(val code: String, val reason: String) : SessionOpenAction

    data class ChooseActivity(val code: String) : SessionOpenAction

    /** Adds an officer or takes one out. */
    data class ToggleOfficer(val officer: String) : SessionOpenAction

    /** Makes a chosen officer the lead. */
    data class MakeLead(val officer: String) : SessionOpenAction

    data class ChoosePartyKind(val code: String) : SessionOpenAction

    data class SetPartyName(val name: String) : SessionOpenAction

    data class SetUscc(val uscc: String) : SessionOpenAction

    data class SetRepresentative(val name: String) : SessionOpenAction

    data class ChooseCause(val code: String) : SessionOpenAction

    /** A cause in words. */
    data class SetCauseText(val text: String) : SessionOpenAction

    data class SetPlace(val text: String) : SessionOpenAction

    /** Open the activity. */
    data object Open : SessionOpenAction

    data object Back : SessionOpenAction

    data object DismissWork : SessionOpenAction
}
