import Foundation
import ShellCore
import UserNotifications

/// Tells in the evening that something of the day still waits to be sent. The system shows it also while the app has no process; what it
/// says was true when the app was last open, so the app takes it back as soon as nothing waits any more.
@MainActor
public struct EveningNotice {
    private static let identifier = "cn.liuhen.evening"
    /// Office hours are over then, in the bureau's zone: what is due must leave the same day.
    private static let hour = 18
    private static let zone = TimeZone(identifier: "Asia/Shanghai")

    public init() {}

    /// Says these words at the next end of office hours; nothing when they are absent.
    public func settle(_ words: String?) {
        let center = UNUserNotificationCenter.current()
        center.removePendingNotificationRequests(withIdentifiers: [Self.identifier])
        guard let words else {
            center.removeDeliveredNotifications(withIdentifiers: [Self.identifier])
            return
        }
        let content = UNMutableNotificationContent()
        content.body = words
        var evening = DateComponents()
        evening.timeZone = Self.zone
        evening.hour = Self.hour
        evening.minute = 0
        let trigger = UNCalendarNotificationTrigger(dateMatching: evening, repeats: false)
        // Where the officer did not allow it nothing is shown; the screens say the same.
        center.add(UNNotificationRequest(identifier: Self.identifier, content: content, trigger: trigger))
    }
}

/// Tells, while the app is off the screen, that a recording broke off: nobody looks at the screen that says so.
@MainActor
struct BreakNotice {
    private static let identifier = "cn.liuhen.broken-off"

    /// Says these words now; nothing more where they are absent, for they were read.
    func settle(_ words: String?) {
        let center = UNUserNotificationCenter.current()
        guard let words else {
            center.removeDeliveredNotifications(withIdentifiers: [Self.identifier])
            return
        }
        let content = UNMutableNotificationContent()
        content.body = words
        center.add(UNNotificationRequest(identifier: Self.identifier, content: content, trigger: nil))
    }
}

/// Whether notices may be shown.
@MainActor
final class NoticeGrant {
    private(set) var grant = Grant.notAsked

    /// Reads what the officer allowed.
    func look() async {
        grant = await Self.read()
    }

    /// Has the system ask the officer; it does so once.
    func ask() async {
        _ = try? await UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound])
        await look()
    }

    private nonisolated static func read() async -> Grant {
        switch await UNUserNotificationCenter.current().notificationSettings().authorizationStatus {
        case .notDetermined: .notAsked
        case .denied: .deniedForGood
        default: .granted
        }
    }
}
