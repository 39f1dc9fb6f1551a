import Foundation

/// A value that several threads use in turn.
final class Guarded<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: Value

    init(_ value: Value) {
        kept = value
    }

    /// The value as it stands.
    var value: Value {
        with { $0 }
    }

    /// Looks at the value or changes it; nobody else does meanwhile. What is done here asks nothing of the system.
    func with<T>(_ use: (inout Value) throws -> T) rethrows -> T {
        lock.lock()
        defer { lock.unlock() }
        return try use(&kept)
    }
}
