import Foundation
import Observation

@testable import ShellCore

/// Something that a test waited for and that did not come.
struct Missed: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Waits for a value that is observed; says what came instead when it does not come.
@MainActor @discardableResult
func until<Value>(_ what: String, _ value: @MainActor () -> Value, _ holds: (Value) throws -> Bool) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
        let now = value()
        if try holds(now) { return now }
        if ContinuousClock.now >= deadline { throw Missed("never: \(what); last: \(now)") }
        let change = Change()
        withObservationTracking {
            _ = value()
        } onChange: {
            change.came()
        }
        let watchdog = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            change.came()
        }
        await change.wait()
        watchdog.cancel()
    }
}

/// Resumes whoever waits, once.
private final class Change: @unchecked Sendable {
    private let lock = NSLock()
    private var hasCome = false
    private var waiting: CheckedContinuation<Void, Never>?

    func came() {
        lock.withLock {
            hasCome = true
            waiting?.resume()
            waiting = nil
        }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            lock.withLock {
                if hasCome { continuation.resume() } else { waiting = continuation }
            }
        }
    }
}

extension Watched {
    /// Waits for a value.
    @discardableResult
    func until(_ what: String, _ holds: (Value) throws -> Bool) async throws -> Value {
        try await ShellCoreTests.until(what, { self.value }, holds)
    }
}

extension ScreenModel {
    /// Waits for a State.
    @discardableResult
    func until(_ what: String, _ holds: (State) throws -> Bool) async throws -> State {
        try await ShellCoreTests.until(what, { self.state }, holds)
    }

    /// Waits for a State that is not being worked on, and fails when the work did.
    @discardableResult
    func settled(_ what: String, _ holds: (State) -> Bool) async throws -> State {
        let end = try await until(what) { state in
            switch state.work {
            case .failed: true
            case .running: false
            case .idle, .done: holds(state)
            }
        }
        if case .failed(let why, let needs, _) = end.work { throw Missed("\(what) failed: \(why.zh) \(needs)") }
        return end
    }

    /// Waits until the work failed, and says how.
    func refused(_ what: String) async throws -> (why: Sentence, needs: [Need], retryable: Bool) {
        let end = try await until(what) { state in
            if case .failed = state.work { true } else { false }
        }
        guard case .failed(let why, let needs, let retryable) = end.work else { throw Missed(what) }
        return (why, needs, retryable)
    }
}
