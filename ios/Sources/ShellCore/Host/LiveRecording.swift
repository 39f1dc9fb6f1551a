import CoreBindings
import Foundation

/// A recording at one moment.
public struct LiveNow: Equatable, Sendable {
    public let mode: CaptureMode
    let status: RecordingStatus
}

/// A recording is under way already.
struct AlreadyRecording: Error {}

/// The recording under way: from the microphone or camera into the core, whatever screen is shown.
@MainActor
public final class LiveRecording {
    private unowned let host: CoreHost
    private var capture: RecordingCapture?
    private var job: Task<Void, Never>?
    private var isStarting = false

    /// What it looks like; absent while nothing is recorded. Time passes also when nothing is told: call `look`.
    public let state = Watched<LiveNow?>(nil)
    /// Why the last recording broke off, until an officer has dismissed it or the next one begins: whoever began it may have gone, and
    /// the recording goes on without a screen.
    public let brokenOff = Watched<Work?>(nil)

    /// What is done when one has ended, whatever screen is shown.
    var ended: () async -> Void = {}

    init(_ host: CoreHost) {
        self.host = host
    }

    /// Begins, and returns once the core took the first step; the recording goes on by itself, and has what it made sent.
    func start(_ mode: CaptureMode, _ given: CaptureGiven, _ source: any MediaSource, _ schedule: any SyncSchedule) async throws {
        if job != nil || isStarting { throw AlreadyRecording() }
        isStarting = true
        defer { isStarting = false }
        let begun = try await host.tell { try await $0.beginRecording(request: given) }
        capture = begun
        brokenOff.set(nil)
        state.set(LiveNow(mode: mode, status: begun.status()))
        job = Task { await run(begun, mode, source, schedule) }
    }

    private func run(_ begun: RecordingCapture, _ mode: CaptureMode, _ source: any MediaSource, _ schedule: any SyncSchedule) async {
        var broken: (any Error)?
        do {
            try await source.record(mode) { piece, level in
                try await begun.push(chunk: piece, levelPermille: level.map { UInt32($0) })
                self.look()
                if self.state.value?.status.interrupted != nil { source.stop() }
            }
        } catch {
            if error is CoreFailure { source.stop() }
            broken = error
        }
        // A process that ends leaves it as it is: the next start of the core recovers it.
        if Task.isCancelled { return }
        // Whatever else ended it: what was taken is kept.
        do {
            _ = try await host.ask { _ in try await begun.finish() }
        } catch {
            broken = broken ?? error
        }
        capture = nil
        job = nil
        // The core ends one by itself where the space is used up.
        let interrupted = state.value?.status.interrupted.map { Work.failed(why: $0.said()) }
        brokenOff.set(broken.flatMap(told) ?? interrupted)
        // Before anybody puts the vault away because nothing is recorded any more.
        schedule.somethingToSend()
        state.set(nil)
        host.changed()
        await ended()
    }

    /// The officer has read why it broke off.
    func dismiss() {
        brokenOff.set(nil)
    }

    /// Reads time, level and space again.
    func look() {
        guard let live = state.value, let capture else { return }
        state.set(LiveNow(mode: live.mode, status: capture.status()))
    }

    /// Leaves the recording as it is.
    func letGo() async {
        job?.cancel()
        _ = await job?.value
        job = nil
        capture = nil
        state.set(nil)
    }
}
