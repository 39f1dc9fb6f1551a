package cn.liuhen.shell.documents

/** What can be done with documents. */
sealed interface DocumentsAction {
    /** Begin to fill a form. */
    data class Begin(val template: String) : DocumentsAction

    data class SetField(val name: String, val value: String) : DocumentsAction

    data class SetCorrector(val code: String) : DocumentsAction

    /** Fill the document with what was entered. */
    data object Fill : DocumentsAction

    data object CloseForm : DocumentsAction

    data class Read(val document: String) : DocumentsAction

    data class TurnTo(val page: Int) : DocumentsAction

    /** Correct the document being read. */
    data object Correct : DocumentsAction

    data object CloseReading : DocumentsAction

    data object Back : DocumentsAction

    data object DismissWork : DocumentsAction
}
