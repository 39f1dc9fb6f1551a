// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation

open class UNNotificationTrigger: NSObject {}
open class UNCalendarNotificationTrigger: UNNotificationTrigger { public init(dateMatching: DateComponents, repeats: Bool) {} }
open class UNNotificationContent: NSObject {}
open class UNMutableNotificationContent: UNNotificationContent { public var body = "" }
open class UNNotificationRequest: NSObject {
    public init(identifier: String, content: UNNotificationContent, trigger: UNNotificationTrigger?) {}
}
public enum UNAuthorizationStatus: Int, Sendable { case notDetermined, denied, authorized, provisional, ephemeral }
open class UNNotificationSettings: NSObject { public var authorizationStatus: UNAuthorizationStatus { .denied } }
public struct UNAuthorizationOptions: OptionSet, Sendable {
    public var rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let alert = Self(rawValue: 1), sound = Self(rawValue: 2)
}
open class UNUserNotificationCenter: NSObject {
    public class func current() -> UNUserNotificationCenter { fatalError() }
    public func removePendingNotificationRequests(withIdentifiers: [String]) {}
    public func removeDeliveredNotifications(withIdentifiers: [String]) {}
    public func add(_ r: UNNotificationRequest, withCompletionHandler: (@Sendable ((any Error)?) -> Void)? = nil) {}
    public func requestAuthorization(options: UNAuthorizationOptions = []) async throws -> Bool { true }
    public func notificationSettings() async -> UNNotificationSettings { fatalError() }
}
