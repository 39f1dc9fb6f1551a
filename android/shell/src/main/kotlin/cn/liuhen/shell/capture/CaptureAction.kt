package cn.liuhen.shell.capture

import cn.liuhen.shell.Permission

/** What can be done in the open activity. */
sealed interface CaptureAction {
    data class SetMode(val mode: CaptureMode) : CaptureAction

    /** Take the photo, start or stop the recording. */
    data object Shutter : CaptureAction

    data object ToggleTorch : CaptureAction

    data class AskPermission(val permission: Permission) : CaptureAction

    data object OpenSteps : CaptureAction

    /** Go where a step is done. */
    data class GoTo(val way: StepWay) : CaptureAction

    data object CloseSheet : CaptureAction

    data class SetConfirmedByParty(val confirmed: Boolean) : CaptureAction

    /** Records that the certificates were shown. */
    data object CertificateShown : CaptureAction

    data class SetChannel(val code: String) : CaptureAction

    data class SetResponse(val code: String) : CaptureAction

    /** Records the notice. */
    data object NoticeGiven : CaptureAction

    data object OpenTrigger : CaptureAction

    data object OpenFault : CaptureAction

    data object OpenGap : CaptureAction

    data object OpenDocuments : CaptureAction

    data object OpenRecorder : CaptureAction

    data object OpenReview : CaptureAction

    /** Ask what closing would need. */
    data object AskClose : CaptureAction

    data class Explain(val code: String, val reason: String) : CaptureAction

    /** Close the activity. */
    data object Close : CaptureAction

    /** Back to the first screen; the activity stays open. */
    data object Leave : CaptureAction

    data object DismissWork : CaptureAction
}
