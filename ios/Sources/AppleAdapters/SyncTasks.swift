import BackgroundTasks
import Foundation
import ShellCore

/// Has the system run a synchronisation when it sees fit: on power and a network, at a time of its own.
public struct SyncTasks: SyncSchedule {
    /// Also in Info.plist, under BGTaskSchedulerPermittedIdentifiers.
    public static let identifier = "cn.liuhen.sync"

    public init() {}

    /// To be called before the app has finished launching. `run` synchronises and says whether nothing is left; the vault is put away
    /// before the system holds the process still.
    public static func register(_ run: @escaping @MainActor @Sendable () async -> Bool) {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: .main) { task in
            let work = Task { @MainActor in
                let isComplete = await run()
                task.setTaskCompleted(success: isComplete)
            }
            task.expirationHandler = { work.cancel() }
        }
    }

    public func somethingToSend() {
        let request = BGProcessingTaskRequest(identifier: Self.identifier)
        request.requiresNetworkConnectivity = true
        // A refusal leaves it to the next start of the app, which synchronises anyway.
        try? BGTaskScheduler.shared.submit(request)
    }
}
