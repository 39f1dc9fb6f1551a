import CoreBindings

/// What the officer allowed in the system.
@MainActor
public protocol Permissions: AnyObject {
    /// Every permission and how it stands.
    var granted: Watched<[Permission: Grant]> { get }

    /// Asks, or opens the system's settings where asking is not possible any more.
    func ask(_ permission: Permission)
}

/// How a permission stands.
public enum Grant: Sendable {
    case granted
    case notAsked
    case denied
    case deniedForGood
}

/// The phone's battery.
@MainActor
public protocol Battery {
    /// Percent.
    func percent() -> Int
}

/// Keeps everything but this app out of reach while the phone is in the party's hand, as far as the system lets an app do that.
@MainActor
public protocol ScreenPin: AnyObject {
    var pinned: Watched<Bool> { get }

    func pin()

    func unpin()
}

/// Finger or face in place of the PIN: a key that needs them keeps the PIN wrapped.
@MainActor
public protocol Biometrics: AnyObject {
    /// Whether the phone has them and they are set up.
    var available: Bool { get }

    /// Whether a PIN of this officer is kept.
    func keeps(_ officer: String) -> Bool

    /// Keeps a PIN; false when the officer or the system did not want to.
    func keep(_ officer: String, pin: String) async -> Bool

    /// Asks for finger or face and gives the PIN; nothing when it was not given.
    func pin(_ officer: String) async -> String?

    /// Forgets the PIN.
    func forget(_ officer: String)
}

/// Lets the officer choose a recorder's card, or a folder that stands for one.
@MainActor
public protocol FolderPicker {
    /// What was chosen, as the core reads it; nothing when nothing was.
    func pick() async -> (any RecorderCard)?
}

/// Has the system run a synchronisation when it sees fit, also when this app is not on the screen.
@MainActor
public protocol SyncSchedule {
    /// Something new waits to be sent.
    func somethingToSend()
}

/// Small things that outlive the process. Never evidence.
@MainActor
public protocol SavedState: AnyObject {
    /// What is kept under a name; nothing forgets it.
    subscript(_ key: String) -> String? { get set }
}
