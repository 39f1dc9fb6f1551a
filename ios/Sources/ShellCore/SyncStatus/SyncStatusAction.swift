/// What can be done about synchronisation.
public enum SyncStatusAction: Equatable, Sendable {
    /// 立即同步
    case syncNow
    case stop
    /// Try parked pieces again; all of them without an item.
    case tryAgain(String?)
    case back
    case dismissWork
}
