import Foundation
import ShellCore

/// Synchronises while the app is on the screen: at once when something new waits or another network is used. That hands every piece to
/// the system's transfer service, which goes on when the app leaves the screen; whatever else is left the system's scheduler is asked for.
@MainActor
final class Sending: SyncSchedule {
    weak var host: CoreHost?
    var isInFront = false
    private(set) var isRunning = false
    private var isDue = false

    nonisolated init() {}

    func somethingToSend() {
        SyncTasks.ask()
        look()
    }

    /// Looks whether something can be sent now.
    func look() {
        isDue = true
        if isRunning || !isInFront { return }
        isRunning = true
        Task {
            while isDue && isInFront {
                isDue = false
                // What stands in the way is told by the screen of the synchronisation; a new network or record brings it back here.
                _ = await host?.sync.runScheduled()
            }
            isRunning = false
        }
    }
}
