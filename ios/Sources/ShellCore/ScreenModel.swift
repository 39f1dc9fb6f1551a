import CoreBindings

/// What a screen shows and what it can be told; nothing else is public of a model.
@MainActor
protocol ScreenModel: AnyObject {
    associatedtype State: WorkShown
    associatedtype Action: Sendable

    /// Everything that the screen shows.
    var state: State { get set }

    /// The core, the phone, the route.
    var shell: Shell { get }

    /// What is shown while nothing is under way and nothing else is to be said.
    var atRest: Work { get }

    /// What the model follows for as long as it is there.
    var life: Life { get }

    /// Something that the person did.
    func send(_ action: Action)
}

/// Tasks that end with their owner.
@MainActor
final class Life {
    private var tasks: [Task<Void, Never>] = []

    func add(_ task: Task<Void, Never>) {
        tasks.append(task)
    }

    /// The screen goes.
    func end() {
        for task in tasks { task.cancel() }
        tasks = []
    }

    deinit {
        for task in tasks { task.cancel() }
    }
}

extension ScreenModel {
    var atRest: Work { .idle }

    /// Changes the State in one step.
    func set(_ change: (inout State) -> Void) {
        var next = state
        change(&next)
        state = next
    }

    func ask<T: Sendable>(_ question: @MainActor (any CoreProtocol) async throws -> T) async throws -> T {
        try await shell.host.ask(question)
    }

    func tell<T: Sendable>(_ verb: @MainActor (any CoreProtocol) async throws -> T) async throws -> T {
        try await shell.host.tell(verb)
    }

    /// Does something in time of its own.
    @discardableResult
    func launch(_ block: @escaping @MainActor (Self) async throws -> Void) -> Task<Void, Never> {
        Task { [weak self] in
            guard let self else { return }
            await self.loading(block)
        }
    }

    /// Calls `load` now and whenever the core or the phone changed.
    func follow(_ load: @escaping @MainActor (Self) async throws -> Void) {
        watch(shell.host.changes) { model, _ in await model.loading(load) }
        let first = shell.device.permissions.granted.value
        watch(shell.device.permissions.granted) { model, granted in
            if granted != first { await model.loading(load) }
        }
    }

    /// Calls `each` with the value now and every later one, until the model goes.
    func watch<Value>(_ watched: Watched<Value>, _ each: @escaping @MainActor (Self, Value) async -> Void) {
        let values = watched.values()
        life.add(
            Task { [weak self] in
                for await value in values {
                    guard let self, !Task.isCancelled else { return }
                    await each(self, value)
                }
            })
    }

    private func loading(_ load: @MainActor (Self) async throws -> Void) async {
        do {
            try await load(self)
        } catch {
            if let told = told(error) { set { $0.work = told } }
        }
    }

    /// Shows `what` while `block` runs, then nothing, what it gave, or why it failed. A task that was cancelled shows nothing more.
    @discardableResult
    func work(
        _ what: Sentence, cancellable: Bool = false, _ block: @escaping @MainActor (Self) async throws -> Sentence?
    ) -> Task<Void, Never> {
        set { $0.work = .running(what: what, cancellable: cancellable) }
        return Task {
            var end: Work?
            do {
                if let said = try await block(self) { end = .done(what: said) }
            } catch {
                guard let told = told(error) else { return }
                end = told
            }
            if !Task.isCancelled { self.set { $0.work = end ?? self.atRest } }
        }
    }
}

/// A failure as it is shown. Being cancelled is none.
func told(_ error: any Error) -> Work? {
    switch error {
    case is CancellationError: nil
    case CoreFailure.Failed(let kind, _, let sentence, let missing):
        .failed(why: sentence.said(), needs: missing.map { $0.said() }, retryable: kind.isWorthAnotherTry)
    case let notOpen as NotOpen: .failed(why: notOpen.why, retryable: true)
    case let failure as MediaFailure: .failed(why: failure.reason.sentence, retryable: true)
    // A panic of the core arrives here, too: its type is private to the bindings.
    default: .failed(why: Texts.notDone, retryable: true)
    }
}

extension FailureKind {
    fileprivate var isWorthAnotherTry: Bool {
        switch self {
        case .bureau, .recorder, .storage, .cancelled, .inUse, .internal: true
        case .refused, .incomplete, .notEnrolled, .noSession, .keystore, .argument: false
        }
    }
}

extension MediaFailure.Reason {
    fileprivate var sentence: Sentence {
        switch self {
        case .denied: Texts.Capture.denied
        case .takenByOthers: Texts.Capture.taken
        case .broken: Texts.Capture.broken
        case .leftScreen: Texts.Capture.leftScreen
        case .overloaded: Texts.Capture.overloaded
        }
    }
}
