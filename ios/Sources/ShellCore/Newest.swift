/// Writes what is typed: one write at a time, always of the newest, so that fast typing is not slowed down by the disk. What is wanted
/// when the screen goes is still written.
@MainActor
final class Newest<Value: Sendable> {
    private let write: @MainActor (Value) async throws -> Void
    private var due: Value?
    private var isWriting = false

    /// What is wanted; absent until something was typed.
    private(set) var value: Value?

    init(_ write: @escaping @MainActor (Value) async throws -> Void) {
        self.write = write
    }

    /// Wants this in place of what was wanted before.
    func want(_ newest: Value) {
        value = newest
        due = newest
        if isWriting { return }
        isWriting = true
        Task {
            while let next = due {
                due = nil
                // What was typed is on the screen; a full disk is told by what the officer does next.
                try? await write(next)
            }
            isWriting = false
        }
    }
}
