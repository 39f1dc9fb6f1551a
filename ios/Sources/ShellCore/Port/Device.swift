import CoreBindings

/// Everything that models need of a phone.
@MainActor
public struct Device {
    public let media: any MediaSource
    public let player: any Player
    public let permissions: any Permissions
    public let battery: any Battery
    public let pin: any ScreenPin
    public let biometrics: any Biometrics
    public let folders: any FolderPicker
    public let schedule: any SyncSchedule
    /// Lost when the app is closed for good; survives process death.
    public let saved: any SavedState
    /// Kept until the app is removed: the language.
    public let preferences: any SavedState
    /// The phone's Bluetooth, as the core wants it.
    public let radio: any Radio
    /// Measures how long a page was on the screen.
    public let time: any Stopwatch

    public init(
        media: any MediaSource,
        player: any Player,
        permissions: any Permissions,
        battery: any Battery,
        pin: any ScreenPin,
        biometrics: any Biometrics,
        folders: any FolderPicker,
        schedule: any SyncSchedule,
        saved: any SavedState,
        preferences: any SavedState,
        radio: any Radio,
        time: any Stopwatch = RunningStopwatch()
    ) {
        self.media = media
        self.player = player
        self.permissions = permissions
        self.battery = battery
        self.pin = pin
        self.biometrics = biometrics
        self.folders = folders
        self.schedule = schedule
        self.saved = saved
        self.preferences = preferences
        self.radio = radio
        self.time = time
    }
}

/// Time that never runs backwards.
@MainActor
public protocol Stopwatch {
    /// Milliseconds since some fixed moment.
    func elapsedMs() -> Int
}

/// The phone's own.
public struct RunningStopwatch: Stopwatch {
    private let began = ContinuousClock.now

    nonisolated public init() {}

    public func elapsedMs() -> Int {
        let passed = ContinuousClock.now - began
        return Int(passed.components.seconds) * 1000 + Int(passed.components.attoseconds / 1_000_000_000_000_000)
    }
}
