// A stand-in for the part of SwiftUI that AppUI uses, so that its types can be checked on a machine without Apple's SDK. It is written
// from memory and never shipped: it shows that the screens agree with themselves and with their States, not that Xcode takes them.
@_exported import Foundation
@_exported import Observation

@MainActor @preconcurrency public protocol View {
    associatedtype Body: View
    @ViewBuilder @MainActor @preconcurrency var body: Body { get }
}
extension Never: View { public var body: Never { fatalError() } }
public protocol Leaf: View where Body == Never {}
extension Leaf { public var body: Never { fatalError() } }
public struct EmptyView: Leaf { public init() {} }
public struct AnyView: Leaf { public init<V: View>(_ v: V) {} }
public struct TupleView<T>: Leaf {}
public struct EitherView<A: View, B: View>: Leaf {}
extension Optional: View where Wrapped: View { public var body: Never { fatalError() } }

@resultBuilder public enum ViewBuilder {
    public static func buildBlock() -> EmptyView { fatalError() }
    public static func buildExpression<C: View>(_ c: C) -> C { c }
    public static func buildBlock<C: View>(_ c: C) -> C { c }
    public static func buildBlock<each C: View>(_ c: repeat each C) -> TupleView<(repeat each C)> { fatalError() }
    public static func buildIf<C: View>(_ c: C?) -> C? { c }
    public static func buildEither<A: View, B: View>(first: A) -> EitherView<A, B> { fatalError() }
    public static func buildEither<A: View, B: View>(second: B) -> EitherView<A, B> { fatalError() }
}

@MainActor @propertyWrapper public struct State<T> {
    public init(wrappedValue: T) { fatalError() }
    public init(initialValue: T) { fatalError() }
    public var wrappedValue: T {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<T> { fatalError() }
}
extension State where T: ExpressibleByNilLiteral { public init() { fatalError() } }
@propertyWrapper public struct Binding<T> {
    public init(get: @escaping @MainActor () -> T, set: @escaping @MainActor (T) -> Void) { fatalError() }
    public var wrappedValue: T {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<T> { self }
}
public protocol EnvironmentKey {
    associatedtype Value
    static var defaultValue: Value { get }
}
public struct EnvironmentValues {
    public subscript<K: EnvironmentKey>(_ key: K.Type) -> K.Value {
        get { K.defaultValue }
        set {}
    }
}
@MainActor @propertyWrapper public struct Environment<T> {
    public init(_ k: KeyPath<EnvironmentValues, T>) { fatalError() }
    public var wrappedValue: T { fatalError() }
}
@MainActor @preconcurrency public protocol PreviewProvider {
    associatedtype Previews: View
    @ViewBuilder @MainActor @preconcurrency static var previews: Previews { get }
}

public struct Text: Leaf { public init(verbatim: String) {} }
public struct Image: Leaf { public init(systemName: String) {} }
public struct Spacer: Leaf { public init() {} }
public struct ProgressView: Leaf {
    public init() {}
    public init(value: Double?, total: Double = 1) {}
}
public enum HorizontalAlignment { case leading, center, trailing }
public enum VerticalAlignment { case top, center, bottom }
public struct Alignment: Sendable { public static let center = Self(), leading = Self() }
public protocol Shape {}
public struct Rectangle: Shape { public init() {} }
public struct VStack<C: View>: Leaf {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C) {}
}
public struct HStack<C: View>: Leaf {
    public init(alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C) {}
}
public struct List<C: View>: Leaf { public init(@ViewBuilder content: () -> C) {} }
public struct Section<C: View>: Leaf { public init<S: StringProtocol>(_ t: S, @ViewBuilder content: () -> C) {} }
public struct ForEach<D: RandomAccessCollection, ID: Hashable, C: View>: Leaf {
    public init(_ d: D, id: KeyPath<D.Element, ID>, @ViewBuilder content: @escaping (D.Element) -> C) {}
}
public struct NavigationStack<C: View>: Leaf { public init(@ViewBuilder root: () -> C) {} }
public struct Button<L: View>: Leaf {
    public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> L) {}
}
extension Button where L == Text { public init<S: StringProtocol>(_ t: S, action: @escaping @MainActor () -> Void) {} }
public struct TextField: Leaf { public init<S: StringProtocol>(_ t: S, text: Binding<String>) {} }
public struct TextEditor: Leaf { public init(text: Binding<String>) {} }
public struct Toggle: Leaf { public init<S: StringProtocol>(_ t: S, isOn: Binding<Bool>) {} }
public struct Slider: Leaf { public init<V: BinaryFloatingPoint>(value: Binding<V>, in bounds: ClosedRange<V>) {} }
public struct Stepper: Leaf {
    public init<S: StringProtocol, V: Strideable>(_ t: S, value: Binding<V>, in bounds: ClosedRange<V>, step: V.Stride) {}
}
public struct Picker<V: Hashable, C: View>: Leaf {
    public init<S: StringProtocol>(_ t: S, selection: Binding<V>, @ViewBuilder content: () -> C) {}
}
public struct SegmentedPickerStyle: Sendable {}
public protocol PickerStyle {}
extension SegmentedPickerStyle: PickerStyle {}
extension PickerStyle where Self == SegmentedPickerStyle { public static var segmented: SegmentedPickerStyle { SegmentedPickerStyle() } }
public struct BorderlessButtonStyle: Sendable {}
public protocol PrimitiveButtonStyle {}
extension BorderlessButtonStyle: PrimitiveButtonStyle {}
extension PrimitiveButtonStyle where Self == BorderlessButtonStyle {
    public static var borderless: BorderlessButtonStyle { BorderlessButtonStyle() }
}
public struct Font: Sendable { public static let title = Font(), headline = Font(), body = Font(), caption = Font() }
public struct Color: Leaf, Sendable {
    nonisolated init(named: Void = ()) {}
    nonisolated public static let red = Color(), green = Color(), blue = Color(), orange = Color(), secondary = Color()
    nonisolated public static let primary = Color(), black = Color()
}
public struct ToolbarItem<C: View>: Leaf { public init(placement: ToolbarItemPlacement, @ViewBuilder content: () -> C) {} }
public struct ToolbarItemPlacement: Sendable { public static let primaryAction = Self(), cancellationAction = Self() }
public struct AccessibilityTraits: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let isSelected = Self(rawValue: 1)
}
public struct AccessibilityChildBehavior: Sendable { public static let combine = Self(), ignore = Self() }

public struct GeometryProxy { public var size: CGSize { .zero } }
public struct GeometryReader<C: View>: Leaf { public init(@ViewBuilder content: @escaping (GeometryProxy) -> C) {} }
public struct Path: Leaf {
    public init(_ draw: (inout Path) -> Void) {}
    public mutating func move(to p: CGPoint) {}
    public mutating func addLine(to p: CGPoint) {}
    @MainActor public func stroke(_ c: Color, lineWidth: CGFloat) -> some View { self }
}
@MainActor public protocol Gesture { associatedtype Value }
@MainActor @propertyWrapper public struct GestureState<T> {
    public init(wrappedValue: T) { fatalError() }
    public var wrappedValue: T { fatalError() }
    public var projectedValue: GestureState<T> { self }
}
public struct Transaction {}
@MainActor public struct DragGesture: Gesture {
    public struct Value {
        public var time: Date
        public var startLocation: CGPoint
        public var location: CGPoint
    }
    public init(minimumDistance: CGFloat) {}
    public func updating<S>(_ s: GestureState<S>, body: @escaping (Value, inout S, inout Transaction) -> Void) -> DragGesture { self }
    public func onChanged(_ a: @escaping @MainActor (Value) -> Void) -> DragGesture { self }
    public func onEnded(_ a: @escaping @MainActor (Value) -> Void) -> DragGesture { self }
}

extension View {
    public func font(_ f: Font?) -> some View { self }
    public func foregroundStyle(_ c: Color) -> some View { self }
    public func frame(
        minWidth: CGFloat? = nil, maxWidth: CGFloat? = nil, minHeight: CGFloat? = nil, maxHeight: CGFloat? = nil,
        alignment: Alignment = .center
    ) -> some View { self }
    public func navigationTitle<S: StringProtocol>(_ t: S) -> some View { self }
    public func task<ID: Equatable>(id: ID, _ a: sending @escaping @isolated(any) () async -> Void) -> some View { self }
    public func previewDisplayName(_ n: String?) -> some View { self }
    public func task(_ a: sending @escaping @isolated(any) () async -> Void) -> some View { self }
    public func onAppear(perform a: (() -> Void)? = nil) -> some View { self }
    public func refreshable(action: @escaping @MainActor () async -> Void) -> some View { self }
    public func sheet<C: View>(isPresented: Binding<Bool>, @ViewBuilder content: @escaping () -> C) -> some View { self }
    public func disabled(_ b: Bool) -> some View { self }
    public func tag<V: Hashable>(_ v: V) -> some View { self }
    public func buttonStyle<S: PrimitiveButtonStyle>(_ s: S) -> some View { self }
    public func contentShape<S: Shape>(_ s: S) -> some View { self }
    public func pickerStyle<S: PickerStyle>(_ s: S) -> some View { self }
    public func gesture<G: Gesture>(_ g: G) -> some View { self }
    public func toolbar<C: View>(@ViewBuilder content: () -> C) -> some View { self }
    public func environment<V>(_ k: WritableKeyPath<EnvironmentValues, V>, _ v: V) -> some View { self }
    public func accessibilityLabel<S: StringProtocol>(_ t: S) -> some View { self }
    public func accessibilityValue<S: StringProtocol>(_ t: S) -> some View { self }
    public func accessibilityAddTraits(_ t: AccessibilityTraits) -> some View { self }
    public func accessibilityHidden(_ b: Bool) -> some View { self }
    public func accessibilityElement(children: AccessibilityChildBehavior) -> some View { self }
}
