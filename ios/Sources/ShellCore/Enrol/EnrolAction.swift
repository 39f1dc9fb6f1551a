/// What can be done while joining.
public enum EnrolAction: Equatable, Sendable {
    /// Let the camera look for a code.
    case startScan
    /// Stop looking.
    case stopScan
    /// The camera read this.
    case scanned(String)
    case setUrl(String)
    case setCode(String)
    case setDeviceNo(String)
    /// Join now.
    case join
    case cancel
    /// Ask the system for a permission again, or open its settings.
    case askPermission
    /// Go on to signing in.
    case goOn
}
