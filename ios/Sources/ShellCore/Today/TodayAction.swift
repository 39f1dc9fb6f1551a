/// What can be done on the first screen.
public enum TodayAction: Equatable, Sendable {
    /// Begin a new activity.
    case begin
    /// Go back into the activity under way.
    case goOn
    case syncNow
    case openSync
    case openSettings
    case openRecorder
    /// 收工
    case endDay
    case dismissDayEnd
    /// Sign out; nothing is wiped.
    case lock
    case reload
    case dismissWork
}
