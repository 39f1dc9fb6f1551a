import Observation

/// A value that screens draw and models follow: it has one owner, who sets it, and tells everybody when it became another.
@MainActor @Observable
public final class Watched<Value: Equatable & Sendable> {
    /// The newest value.
    public private(set) var value: Value
    @ObservationIgnored private var listeners: [Int: AsyncStream<Value>.Continuation] = [:]
    @ObservationIgnored private var next = 0

    public init(_ value: Value) {
        self.value = value
    }

    /// Sets another value; an equal one is nothing new.
    public func set(_ value: Value) {
        guard value != self.value else { return }
        self.value = value
        for listener in listeners.values { listener.yield(value) }
    }

    /// The value now and every later one; whoever is slow gets the newest only.
    public func values() -> AsyncStream<Value> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { listener in
            let number = next
            next += 1
            listeners[number] = listener
            listener.yield(value)
            listener.onTermination = { [weak self] _ in
                Task { @MainActor [weak self] in self?.listeners[number] = nil }
            }
        }
    }
}
