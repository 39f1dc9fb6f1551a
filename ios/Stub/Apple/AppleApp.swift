// A stand-in for the part of SwiftUI that the app's own target uses and AppUI does not, so that its types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
@_exported import AppleFoundation
import SwiftUI
import UIKit

@MainActor @preconcurrency public protocol Scene {}
@MainActor @preconcurrency public protocol App {
    associatedtype Body: Scene
    @MainActor var body: Body { get }
    init()
}
extension App { public static func main() {} }
public struct WindowGroup<Content: View>: Scene {
    public init(@ViewBuilder content: () -> Content) {}
}
extension Scene {
    public func onChange<V: Equatable>(of value: V, initial: Bool = false, _ action: @escaping (V, V) -> Void) -> some Scene { self }
}
public enum ScenePhase: Sendable { case background, inactive, active }
extension EnvironmentValues {
    public var scenePhase: ScenePhase { .active }
}
@MainActor public protocol UIApplicationDelegate: NSObjectProtocol {
    func application(_ application: UIApplication, didFinishLaunchingWithOptions: [UIApplication.LaunchOptionsKey: Any]?) -> Bool
    func application(
        _ application: UIApplication, handleEventsForBackgroundURLSession identifier: String,
        completionHandler: @escaping () -> Void)
}
extension UIApplication {
    public struct LaunchOptionsKey: Hashable, Sendable {}
}
@MainActor @propertyWrapper public struct UIApplicationDelegateAdaptor<Delegate: NSObject & UIApplicationDelegate> {
    public init(_ type: Delegate.Type = Delegate.self) {}
    public var wrappedValue: Delegate { fatalError() }
}
@MainActor @preconcurrency public struct UIViewRepresentableContext<Representable: UIViewRepresentable> {
    public var coordinator: Representable.Coordinator { fatalError() }
}
@MainActor @preconcurrency public protocol UIViewRepresentable: View where Body == Never {
    associatedtype UIViewType: UIView
    associatedtype Coordinator = Void
    typealias Context = UIViewRepresentableContext<Self>
    func makeUIView(context: Context) -> UIViewType
    func updateUIView(_ view: UIViewType, context: Context)
    func makeCoordinator() -> Coordinator
    static func dismantleUIView(_ view: UIViewType, coordinator: Coordinator)
}
extension UIViewRepresentable {
    public var body: Never { fatalError() }
    public static func dismantleUIView(_ view: UIViewType, coordinator: Coordinator) {}
}
extension UIViewRepresentable where Coordinator == Void {
    public func makeCoordinator() {}
}
public struct ZStack<Content: View>: Leaf {
    public init(@ViewBuilder content: () -> Content) {}
}
extension View {
    public func onOpenURL(perform action: @escaping (URL) -> Void) -> some View { self }
    public func ignoresSafeArea() -> some View { self }
}
public struct UIColor: Sendable { public static let systemBackground = UIColor() }
extension Color {
    public init(_ color: UIColor) { self = .red }
}
