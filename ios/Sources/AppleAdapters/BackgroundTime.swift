import UIKit

/// Some seconds after the app has left the screen, in which work is ended before the system holds the process still.
@MainActor
public enum BackgroundTime {
    /// Does this, and has the system wait for it; it is cancelled when the time is up.
    public static func use(_ name: String, _ work: @escaping @MainActor @Sendable () async -> Void) {
        let task = Task { await work() }
        let id = UIApplication.shared.beginBackgroundTask(withName: name) { task.cancel() }
        Task {
            await task.value
            if id != .invalid { UIApplication.shared.endBackgroundTask(id) }
        }
    }

    /// Whether the app is off the screen.
    public static var isNow: Bool { UIApplication.shared.applicationState == .background }
}
