/// What can be set.
public enum SettingsAction: Equatable, Sendable {
    case setLang(Lang)
    case setNewSsid(String)
    case addSsid
    case removeSsid(String)
    case setKeepDays(Int)
    case setAllowMetered(Bool)
    case setBiometric(Bool)
    case askPermission(Permission)
    case changePin
    /// Sign out; nothing is wiped.
    case lock
    case back
    case dismissWork
}
