/// What this phone is, and the few things an officer may set.
public struct SettingsState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    public var bureau: String
    public var deviceNo: String
    /// The device's identity, shortened.
    public var device: String
    /// Where the keys live.
    public var keyStore: Sentence
    /// When captures are due at the bureau.
    public var due: Sentence
    public var storage: StorageLine?
    public var version: String
    public var lang: Lang
    public var officeSsids: [String]
    /// The name being added to `officeSsids`.
    public var newSsid: String
    /// Days that stored items stay on the phone.
    public var keepDays: Int
    public var allowMetered: Bool
    public var biometric: Bool
    /// Whether the phone has fingerprint or face at all.
    public var biometricAvailable: Bool
    public var permissions: [PermissionLine]
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        bureau: String = "",
        deviceNo: String = "",
        device: String = "",
        keyStore: Sentence = Sentence("", ""),
        due: Sentence = Sentence("", ""),
        storage: StorageLine? = nil,
        version: String = "",
        lang: Lang = .zh,
        officeSsids: [String] = [],
        newSsid: String = "",
        keepDays: Int = 0,
        allowMetered: Bool = false,
        biometric: Bool = false,
        biometricAvailable: Bool = true,
        permissions: [PermissionLine] = [],
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.bureau = bureau
        self.deviceNo = deviceNo
        self.device = device
        self.keyStore = keyStore
        self.due = due
        self.storage = storage
        self.version = version
        self.lang = lang
        self.officeSsids = officeSsids
        self.newSsid = newSsid
        self.keepDays = keepDays
        self.allowMetered = allowMetered
        self.biometric = biometric
        self.biometricAvailable = biometricAvailable
        self.permissions = permissions
        self.work = work
    }
}

/// A permission and whether it is granted.
public struct PermissionLine: Equatable, Sendable {
    public var permission: Permission
    public var granted: Bool

    public init(permission: Permission, granted: Bool) {
        self.permission = permission
        self.granted = granted
    }
}
