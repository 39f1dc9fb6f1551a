/// What can be done with recorders.
public enum RecorderAction: Equatable, Sendable {
    case choose(String)
    case search
    case stopSearch
    case connect(String)
    case startRecording
    case stopRecording
    /// Mark this moment in the recorder's file.
    case mark
    case listFiles
    /// Choose a folder or a card to copy from.
    case copyCard
    case cancelCopy
    case release
    case openIssue
    case setIssue(IssueForm)
    case issue
    case closeIssue
    /// Say by hand where a file belongs.
    case openAssign(String)
    case setAssign(AssignForm)
    case assign
    case closeAssign
    case openFault
    case askPermission
    case back
    case dismissWork
}
