import CoreBindings
import Foundation

/// The question in flight and its answer: turns the system's callbacks into results. Everything happens on one queue.
final class RadioAnswer<Value: Sendable>: @unchecked Sendable {
    private let queue: DispatchQueue
    private var waiting: CheckedContinuation<Value, any Error>?
    private var number = 0

    init(_ queue: DispatchQueue) {
        self.queue = queue
    }

    /// Whether somebody waits. On the queue only.
    var isAsked: Bool { waiting != nil }

    /// Asks, on the queue, and waits for the answer no longer than that.
    func ask(patienceSecs: Double, _ question: @escaping @Sendable () throws -> Void) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                // Whoever asked before has been let go by the core.
                end(.failure(PlatformFailure.NotConnected))
                waiting = continuation
                number += 1
                let mine = number
                do {
                    try question()
                } catch {
                    end(.failure(error))
                    return
                }
                queue.asyncAfter(deadline: .now() + patienceSecs) { [self] in
                    if number == mine { end(.failure(PlatformFailure.TimedOut)) }
                }
            }
        }
    }

    /// The answer. On the queue only; one that nobody waits for is dropped.
    func end(_ answer: Result<Value, any Error>) {
        let asked = waiting
        waiting = nil
        asked?.resume(with: answer)
    }
}
