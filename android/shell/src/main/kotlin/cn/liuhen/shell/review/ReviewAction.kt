package cn.liuhen.shell.review

/** What the party can do, and the officer who takes the phone back. */
sealed interface ReviewAction {
    data class OpenItem(val item: String) : ReviewAction

    data class OpenDocument(val document: String) : ReviewAction

    data class TurnTo(val page: Int) : ReviewAction

    data object PlayOrPause : ReviewAction

    data class Seek(val positionMs: Long) : ReviewAction

    data object ClosePiece : ReviewAction

    /** 已查阅 */
    data class Seen(val item: String) : ReviewAction

    /** 放弃查阅: ask for the reason. */
    data class Waive(val item: String) : ReviewAction

    data class SetWaiverReason(val reason: String) : ReviewAction

    data object ConfirmWaiver : ReviewAction

    data object CancelWaiver : ReviewAction

    /** The party will look at it after all. */
    data class TakeWaiverBack(val item: String) : ReviewAction

    data class SetReviewer(val name: String) : ReviewAction

    data class SetObjection(val text: String) : ReviewAction

    /** Make the confirmation and go on to signing. */
    data object Prepare : ReviewAction

    /** Go on to noting why nobody signs. */
    data object NoSignature : ReviewAction

    /** The officer wants the phone back. */
    data object Leave : ReviewAction

    data class LeavingDigit(val digit: Int) : ReviewAction

    data object EraseLeavingDigit : ReviewAction

    data object CancelLeaving : ReviewAction

    data object DismissWork : ReviewAction
}
