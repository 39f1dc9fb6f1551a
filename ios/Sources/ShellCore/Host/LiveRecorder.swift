import CoreBindings

/// The body recorder in use: connected, looked after every few seconds, and let go.
@MainActor
public final class LiveRecorder {
    private static let every = Duration.seconds(3)

    private unowned let host: CoreHost
    private var connection: RecorderConnection?
    private var watching: Task<Void, Never>?
    private var card: ImportJob?

    /// What it says of itself; absent while none is connected.
    let state = Watched<RecorderView?>(nil)
    /// How far copying its card is; absent while none is copied.
    let copying = Watched<ImportProgress?>(nil)

    init(_ host: CoreHost) {
        self.host = host
    }

    /// Connects one that answered a search, sets its clock and looks after it.
    func connect(_ radio: any Radio, _ found: FoundRecorder, _ recorderNo: String) async throws {
        try await take { try await $0.connectRecorder(radio: radio, found: found, recorderNo: recorderNo) }
    }

    /// Connects in whatever way; tests connect a simulated one.
    func take(_ how: @MainActor (any CoreProtocol) async throws -> RecorderConnection) async throws {
        try await release()
        let made = try await host.ask(how)
        state.set(try await made.pair())
        connection = made
        host.changed()
        watching = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.every)
                if Task.isCancelled { return }
                await self?.look()
            }
        }
    }

    /// Looks at it now.
    func look() async {
        // The next look says what became of it; a lost link is told by the recorder's own view.
        guard let connection, let seen = try? await connection.watch(), self.connection === connection else { return }
        let before = state.value
        state.set(seen)
        if seen.lost != before?.lost || seen.recording != before?.recording || seen.events != before?.events { host.changed() }
    }

    /// What the check before use wants to know of it.
    func stateForCheck() async throws -> CoreBindings.RecorderState? {
        try await connection?.stateForCheck()
    }

    /// Has it do something.
    func command(_ verb: @MainActor (RecorderConnection) async throws -> RecorderView) async throws {
        guard let connection else { return }
        let seen = try await verb(connection)
        // Released meanwhile: what it said last is not what it is.
        if self.connection === connection { state.set(seen) }
        host.changed()
    }

    /// Copies a card into sealed items. A task that is cancelled has the copying stopped: what the core does is never dropped half-way.
    func copy(_ start: @MainActor (any CoreProtocol) async throws -> ImportJob) async throws -> CoreBindings.Text {
        let begun = try await host.ask(start)
        card = begun
        defer {
            card = nil
            copying.set(nil)
            host.changed()
        }
        return try await withTaskCancellationHandler {
            while let progress = await begun.next() { copying.set(progress) }
            return try await begun.outcome()
        } onCancel: {
            begun.cancel()
        }
    }

    func cancelCopy() {
        card?.cancel()
    }

    /// Ends its use.
    func release() async throws {
        watching?.cancel()
        watching = nil
        guard let made = connection else { return }
        connection = nil
        state.set(nil)
        defer { host.changed() }
        try await made.release()
    }

    func letGo() async {
        cancelCopy()
        // It may be out of reach already; its session ends with the link.
        try? await release()
    }
}
