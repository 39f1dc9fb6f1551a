/// Lets one after the other through, in the order in which they came.
@MainActor
final class Turnstile {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func through<T: Sendable>(_ block: @MainActor () async throws -> T) async rethrows -> T {
        if isTaken {
            await withCheckedContinuation { waiting.append($0) }
        }
        isTaken = true
        defer { pass() }
        return try await block()
    }

    private func pass() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            // It stays taken: by the next one.
            waiting.removeFirst().resume()
        }
    }
}
