import CoreBindings

/// Whether the core is there.
public enum HostState: Equatable, Sendable {
    case closed
    case opening
    /// Open; `said` is what opening found and is to be told once.
    case open(said: [Sentence])
    case failed(why: Sentence)
}

/// The only owner of the core's objects, one for the whole app. A recording, a synchronisation and a recorder in use live here and
/// outlive every screen; screens' models ask, and are told by what they watch.
@MainActor
public final class CoreHost {
    /// How a core comes to be; tests may give another.
    public typealias Open = @MainActor (CoreConfig, PhonePorts) async throws -> any CoreProtocol

    /// What the core says when a recording keeps the vault open.
    private static let recordingCode = "recording"

    private let config: CoreConfig
    private let ports: PhonePorts
    private let opener: Open
    private let turnstile = Turnstile()
    private var core: (any CoreProtocol)?
    private var isAway = false
    private var isEnded = false

    /// Whether the core is there.
    public let state = Watched<HostState>(.closed)
    /// Counts up whenever something that a screen may show has changed.
    public let changes = Watched(0)
    /// The recording under way on the phone itself.
    public private(set) lazy var recording = LiveRecording(self)
    /// The synchronisation under way.
    public private(set) lazy var sync = LiveSync(self)
    /// The body recorder in use.
    public private(set) lazy var recorder = LiveRecorder(self)
    /// Pieces that the system carries; absent where the core sends them itself.
    public private(set) var transfer: LiveTransfer?

    /// - Parameters:
    ///   - config: where the vault is.
    ///   - ports: what the phone gives to the core.
    ///   - service: the system's transfer service; without one the core sends pieces itself.
    public init(
        config: CoreConfig, ports: PhonePorts, service: (any BackgroundTransfer)? = nil,
        open: @escaping Open = { try await openCore(config: $0, ports: $1) }
    ) {
        self.config = config
        self.ports = ports
        opener = open
        if let service { transfer = LiveTransfer(self, service) }
    }

    /// Whether the phone sees no network at all.
    public var isOffline: Bool {
        (try? ports.network.state().reach) == Reach.none
    }

    /// Opens the vault, or takes it up again; does nothing when it is open.
    @discardableResult
    public func open() async -> HostState {
        await turnstile.through {
            do {
                if isEnded { throw NotOpen(why: Texts.notDone) }
                if let core, isAway {
                    try await core.resume()
                    isAway = false
                    // An attempt before this one may have failed and been shown; and it says what it found.
                    let now = HostState.open(said: core.startReport().told())
                    if state.value != now {
                        state.set(now)
                        changed()
                    }
                } else if core == nil {
                    state.set(.opening)
                    let opened = try await opener(config, ports)
                    core = opened
                    state.set(.open(said: opened.startReport().told()))
                    changed()
                    await transfer?.wake(opened)
                }
            } catch {
                state.set(.failed(why: told(error)?.why ?? Texts.notDone))
                changed()
            }
            return state.value
        }
    }

    /// Puts the vault away before the system holds the process still: one that lies open then has the process killed (0xdead10cc).
    /// Whoever asks the core afterwards has it taken up again. While something is recorded it stays open, and so does the process;
    /// false then, and when it could not be put away cleanly.
    @discardableResult
    public func putAway() async -> Bool {
        if recording.state.value != nil { return false }
        await sync.letGo()
        return await turnstile.through {
            guard let core, !isAway, recording.state.value == nil else { return isAway }
            // Whatever fails in it, the vault may be closed: it is taken up again before it is asked for anything, which does nothing to
            // one that lies open.
            isAway = true
            do {
                try await core.prepareSuspend()
                return true
            } catch CoreFailure.Failed(_, Self.recordingCode, _, _) {
                // Refused: a recording that the screens do not know of keeps it open; the next turn tries again.
                isAway = false
                return false
            } catch {
                return false
            }
        }
    }

    /// Closes the vault and lets every object go: before the process ends.
    public func close() async {
        await recorder.letGo()
        await sync.letGo()
        await recording.letGo()
        await turnstile.through {
            let closing = core
            core = nil
            state.set(.closed)
            if !isAway { try? await closing?.prepareSuspend() }
            isAway = false
        }
    }

    /// Ends for good: whoever asks afterwards is told so.
    public func end() async {
        isEnded = true
        transfer?.end()
        await close()
    }

    /// Asks the core for something.
    func ask<T: Sendable>(_ question: @MainActor (any CoreProtocol) async throws -> T) async throws -> T {
        if core == nil || isAway { await open() }
        guard let core, !isAway else {
            if case .failed(let why) = state.value { throw NotOpen(why: why) }
            throw NotOpen(why: Texts.notDone)
        }
        return try await question(core)
    }

    /// Has the core do something, and tells everybody that it was done.
    func tell<T: Sendable>(_ verb: @MainActor (any CoreProtocol) async throws -> T) async throws -> T {
        let done = try await ask(verb)
        changed()
        return done
    }

    func changed() {
        changes.set(changes.value + 1)
    }
}

/// The core could not be opened.
struct NotOpen: Error {
    let why: Sentence
}

extension StartReport {
    fileprivate func told() -> [Sentence] {
        [quarantined?.said()].compactMap { $0 } + recovered.said()
    }
}

extension Work {
    fileprivate var why: Sentence? {
        if case .failed(let why, _, _) = self { why } else { nil }
    }
}
