import BackgroundTasks
import Foundation

/// Has the system run a synchronisation when it sees fit: on a network, at a time of its own.
public enum SyncTasks {
    /// Also in Info.plist, under BGTaskSchedulerPermittedIdentifiers.
    public static let identifier = "cn.liuhen.sync"

    /// To be called before the app has finished launching. `run` synchronises, has the vault put away before the system holds the process
    /// still, and says whether nothing is left; it is cancelled when the time is up, and ends then as soon as what synchronised has
    /// stopped.
    public static func register(_ run: @escaping @MainActor @Sendable () async -> Bool) {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: .main) { task in
            let given = Given(task: task)
            let work = Task { @MainActor in
                let isComplete = await run()
                given.task.setTaskCompleted(success: isComplete)
            }
            task.expirationHandler = { work.cancel() }
        }
    }

    /// Asks the system for a time, once; asking again changes nothing.
    public static func ask() {
        let request = BGProcessingTaskRequest(identifier: identifier)
        request.requiresNetworkConnectivity = true
        // A refusal leaves it to the next start of the app, which synchronises anyway.
        try? BGTaskScheduler.shared.submit(request)
    }

    /// The system's task on its way to whoever ends it.
    private struct Given: @unchecked Sendable {
        let task: BGTask
    }
}
