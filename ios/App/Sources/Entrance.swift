import AppleAdapters
import UIKit

/// Where the system comes in: at every start, and when it starts or wakes the app by itself.
@MainActor
final class Entrance: NSObject, UIApplicationDelegate {
    /// The phone and the core, or why there is none.
    private(set) lazy var opened = Result { try Phone() }

    var phone: Phone? { try? opened.get() }

    func application(
        _ application: UIApplication, didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]? = nil
    ) -> Bool {
        phone?.begin()
        return true
    }

    func application(
        _ application: UIApplication, handleEventsForBackgroundURLSession identifier: String, completionHandler: @escaping () -> Void
    ) {
        let done = Done(call: completionHandler)
        guard let phone else { return done.call() }
        phone.woken { done.call() }
    }
}

/// The system wants to be told on the main thread, where it is made and called.
private struct Done: @unchecked Sendable {
    let call: () -> Void
}
