// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation
import UniformTypeIdentifiers

open class CALayer: NSObject {}
@MainActor open class UIResponder: NSObject { public nonisolated override init() { super.init() } }
@MainActor open class UIView: UIResponder {
    public init(frame: CGRect) { super.init() }
    public required init?(coder: NSCoder) { nil }
    open class var layerClass: AnyClass { CALayer.self }
    public var layer: CALayer { fatalError() }
    open func layoutSubviews() {}
    public var window: UIWindow? { nil }
}
@MainActor open class UIWindow: UIView {
    public var isKeyWindow: Bool { true }
    public var rootViewController: UIViewController? { nil }
    public var windowScene: UIWindowScene? { nil }
}
@MainActor open class UIScene: UIResponder {}
public enum UIInterfaceOrientation: Int, Sendable { case unknown, portrait, portraitUpsideDown, landscapeLeft, landscapeRight }
@MainActor open class UIWindowScene: UIScene {
    public var windows: [UIWindow] { [] }
    public var interfaceOrientation: UIInterfaceOrientation { .portrait }
}
@MainActor open class UIViewController: UIResponder {
    public var presentedViewController: UIViewController? { nil }
    public func present(_ v: UIViewController, animated: Bool, completion: (() -> Void)? = nil) {}
}
@MainActor public protocol UIDocumentPickerDelegate: NSObjectProtocol {
    func documentPicker(_ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL])
    func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController)
}
@MainActor open class UIDocumentPickerViewController: UIViewController {
    public init(forOpeningContentTypes: [UTType]) {}
    public weak var delegate: (any UIDocumentPickerDelegate)?
    public var allowsMultipleSelection = false
}
public struct UIBackgroundTaskIdentifier: Sendable, Equatable { public static let invalid = UIBackgroundTaskIdentifier() }
@MainActor open class UIApplication: UIResponder {
    public class var shared: UIApplication { fatalError() }
    public enum State: Int, Sendable { case active, inactive, background }
    public var applicationState: State { .active }
    public var connectedScenes: Set<UIScene> { [] }
    public var isIdleTimerDisabled = false
    public nonisolated class var openSettingsURLString: String { "" }
    public func open(_ u: URL, options: [String: Any] = [:], completionHandler: (@MainActor @Sendable (Bool) -> Void)? = nil) {}
    public nonisolated func beginBackgroundTask(withName: String?, expirationHandler: (@MainActor @Sendable () -> Void)? = nil)
        -> UIBackgroundTaskIdentifier
    { .invalid }
    public nonisolated func endBackgroundTask(_ i: UIBackgroundTaskIdentifier) {}
}
@MainActor open class UIDevice: NSObject {
    public class var current: UIDevice { fatalError() }
    public var isBatteryMonitoringEnabled = false
    public var batteryLevel: Float { 0 }
    public var name: String { "" }
}
public enum UIAccessibility {
    public static var isGuidedAccessEnabled: Bool { false }
    public static func requestGuidedAccessSession(enabled: Bool, completionHandler: @escaping (Bool) -> Void) {}
    public static let guidedAccessStatusDidChangeNotification = NSNotification.Name("g")
}
