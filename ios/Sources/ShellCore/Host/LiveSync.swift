import CoreBindings

/// The synchronisation under way. One at a time; whoever comes second waits for the first one's outcome.
@MainActor
public final class LiveSync {
    private unowned let host: CoreHost
    private var job: SyncJob?
    private var running: Task<SyncOutcomeView, any Error>?

    /// How far it is; absent while none is under way.
    let state = Watched<SyncProgress?>(nil)

    init(_ host: CoreHost) {
        self.host = host
    }

    /// Synchronises until there is no more to do or something stands in the way; pieces are left to the system's transfer service
    /// where there is one.
    ///
    /// - Parameter asked: a person pressed the button, or a network appeared; else the system's scheduler.
    func run(asked: Bool) async throws -> SyncOutcomeView {
        if let running { return try await running.value }
        let mine = Task { try await once(asked) }
        running = mine
        defer { running = nil }
        return try await mine.value
    }

    /// As `run`, for the system's scheduler: it learns only whether nothing is left.
    public func runScheduled() async -> Bool {
        (try? await run(asked: false).complete) ?? false
    }

    private func once(_ asked: Bool) async throws -> SyncOutcomeView {
        let given = SyncGiven(asked: asked, shellCarriesPieces: host.transfer != nil)
        let begun = try await host.ask { try await $0.startSync(request: given) }
        job = begun
        defer {
            job = nil
            state.set(nil)
            host.changed()
        }
        let outcome = try await withTaskCancellationHandler {
            // Screens do not read again at every step: an officer's verb goes first, and a synchronisation that is asked about all
            // the time would step aside all the time.
            while let progress = await begun.next() { state.set(progress) }
            return try await begun.outcome()
        } onCancel: {
            begun.cancel()
        }
        try await host.transfer?.handOut()
        return outcome
    }

    /// Stops; what was sent stays sent.
    func stop() {
        job?.cancel()
    }

    func letGo() async {
        running?.cancel()
        _ = try? await running?.value
        running = nil
    }
}
