package cn.liuhen.shell.recorder

/** What can be done with recorders. */
sealed interface RecorderAction {
    data class Choose(val recorderNo: String) : RecorderAction

    data object Search : RecorderAction

    data object StopSearch : RecorderAction

    data class Connect(val peer: String) : RecorderAction

    data object StartRecording : RecorderAction

    data object StopRecording : RecorderAction

    /** Mark this moment in the recorder's file. */
    data object Mark : RecorderAction

    data object ListFiles : RecorderAction

    /** Choose a folder or a card to copy from. */
    data object CopyCard : RecorderAction

    data object CancelCopy : RecorderAction

    data object Release : RecorderAction

    data object OpenIssue : RecorderAction

    data class SetIssue(val form: IssueForm) : RecorderAction

    data object Issue : RecorderAction

    data object CloseIssue : RecorderAction

    /** Say by hand where a file belongs. */
    data class OpenAssign(val item: String) : RecorderAction

    data class SetAssign(val form: AssignForm) : RecorderAction

    data object Assign : RecorderAction

    data object CloseAssign : RecorderAction

    data object OpenFault : RecorderAction

    data object AskPermission : RecorderAction

    data object Back : RecorderAction

    data object DismissWork : RecorderAction
}
