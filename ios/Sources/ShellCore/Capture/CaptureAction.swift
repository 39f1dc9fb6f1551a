/// What can be done in the open activity.
public enum CaptureAction: Equatable, Sendable {
    case setMode(CaptureMode)
    /// Take the photo, start or stop the recording.
    case shutter
    case toggleTorch
    case askPermission(Permission)
    case openSteps
    /// Go where a step is done.
    case goTo(StepWay)
    case closeSheet
    case setConfirmedByParty(Bool)
    /// Records that the certificates were shown.
    case certificateShown
    case setChannel(String)
    case setResponse(String)
    /// Records the notice.
    case noticeGiven
    case openTrigger
    case openFault
    case openGap
    case openDocuments
    case openRecorder
    case openReview
    /// Ask what closing would need.
    case askClose
    case explain(code: String, reason: String)
    /// Close the activity.
    case close
    /// Back to the first screen; the activity stays open.
    case leave
    case dismissWork
}
