import CoreBindings

/// The synchronisation under way. One at a time; whoever comes second waits for the first one's outcome.
@MainActor
public final class LiveSync {
    private unowned let host: CoreHost
    private var running: RunningSync?

    /// How far it is; absent while none is under way.
    let state = Watched<SyncProgress?>(nil)

    init(_ host: CoreHost) {
        self.host = host
    }

    /// Synchronises until there is no more to do or something stands in the way; pieces are left to the system's transfer service
    /// where there is one. A synchronisation that the system's scheduler took back is begun again for a person: the core says by itself
    /// what stands in the way now.
    ///
    /// - Parameter asked: a person pressed the button, or a network appeared; else the system's scheduler.
    func run(asked: Bool) async throws -> SyncOutcomeView {
        var mine = joined(asked)
        var outcome = try await mine.outcome.value
        while asked && mine.isTakenBack {
            mine = joined(asked)
            outcome = try await mine.outcome.value
        }
        return outcome
    }

    /// As `run`, for the system's scheduler: it learns only whether nothing is left. Cancelled, because the system took its time back, it
    /// has the synchronisation stopped and ends only when that has ended; what was sent stays sent.
    ///
    /// - Parameter anew: the bureau has something now for which one under way may have asked before: that one is followed by another,
    ///   unless it was stopped.
    public func runScheduled(anew: Bool = false) async -> Bool {
        if anew, let before = running {
            _ = await ended(before)
            if before.outcome.isCancelled || Task.isCancelled { return false }
        }
        return await ended(joined(false))
    }

    private func ended(_ mine: RunningSync) async -> Bool {
        await withTaskCancellationHandler {
            (try? await mine.outcome.value.complete) ?? false
        } onCancel: {
            Task { @MainActor in mine.takeBack() }
        }
    }

    /// The one under way, or a new one.
    private func joined(_ asked: Bool) -> RunningSync {
        if let running { return running }
        let begun = RunningSync(Task { try await once(asked) })
        running = begun
        return begun
    }

    private func once(_ asked: Bool) async throws -> SyncOutcomeView {
        defer { running = nil }
        let given = SyncGiven(asked: asked, shellCarriesPieces: host.transfer != nil)
        let begun = try await host.ask { try await $0.startSync(request: given) }
        defer {
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
        try await host.transfer?.handOut(asked: asked)
        return outcome
    }

    /// Stops; what was sent stays sent.
    func stop() {
        // Also one that the core still begins: it is stopped as soon as it has begun.
        running?.outcome.cancel()
    }

    func letGo() async {
        let going = running
        going?.outcome.cancel()
        _ = try? await going?.outcome.value
    }
}

/// One synchronisation, from when it was asked for.
@MainActor
private final class RunningSync {
    let outcome: Task<SyncOutcomeView, any Error>
    /// The system's scheduler took its time back.
    private(set) var isTakenBack = false

    init(_ outcome: Task<SyncOutcomeView, any Error>) {
        self.outcome = outcome
    }

    func takeBack() {
        isTakenBack = true
        outcome.cancel()
    }
}
