import CoreBindings
import Observation

/// Signing what was shown, or noting why nobody signs. Every stroke is in the vault before the next one begins.
@MainActor @Observable
public final class SignModel: ScreenModel {
    /// Saved: how the review ends.
    static let way = "sign.way"
    static let signature = "sign"
    static let noSignature = "no_signature"
    private static let step = "sign.step"
    private static let page = "sign.page"
    private static let pad = "sign.pad"

    typealias Pen = @MainActor (any CoreProtocol) async throws -> SignView

    public internal(set) var state = SignState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private var pens: [Pen] = []
    @ObservationIgnored private var isPenning = false
    @ObservationIgnored private var pads: [PadId] = []
    @ObservationIgnored private var confirmation: String?
    @ObservationIgnored private var sinceMs: Int
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "sign")
        sinceMs = shell.device.time.elapsedMs()
        follow { try await $0.load() }
        watch(shell.device.pin.pinned) { model, pinned in model.set { $0.pinned = pinned } }
    }

    private func load() async throws {
        if state.ended != nil { return }
        let review = try await ask { try await $0.review() }
        if let said = review.stage.ended() { return try await over(said) }
        let view = try await ask { try await $0.signScreen() }
        if !isRestored {
            isRestored = true
            restore(await draft.read(), review)
        }
        showPaper(review)
        show(view)
    }

    /// It was signed, or noted, before the process died: the phone only goes back.
    private func over(_ said: Sentence) async throws {
        let conditions = shell.conditions()
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.ended = said
        }
        try await draft.forget()
        forgetPlace()
    }

    private func showPaper(_ review: ReviewView) {
        let paper = review.confirmation?.shown()
        confirmation = paper?.document
        let conditions = shell.conditions()
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.title = paper?.title ?? $0.title
            $0.pages = paper?.pages ?? []
            $0.objection = review.objection
        }
    }

    private func show(_ view: SignView) {
        pads = view.pads.map(\.pad)
        set {
            $0.roles = view.roles.said()
            $0.role = $0.role ?? view.roles.first?.code
            $0.pads = view.pads.map { $0.shown() }
            $0.pad = $0.pad.clamped(0, max(0, view.pads.count - 1))
            $0.refusal.states = view.states.said()
            $0.refusal.reasons = view.reasons.said()
            $0.sign = view.sign.said()
            $0.refuse = view.refuse.said()
        }
    }

    private func restore(_ kept: [String: String], _ review: ReviewView) {
        let saved = shell.device.saved
        let way: SignWay = saved[Self.way] == Self.noSignature ? .noSignature : .sign
        set {
            $0.way = way
            $0.step = saved[Self.step].flatMap(SignStep.init(rawValue:)) ?? (way == .sign ? .read : .people)
            $0.pad = saved[Self.pad].flatMap(Int.init) ?? 0
            $0.page = saved[Self.page].flatMap(Int.init) ?? 1
            $0.role = kept["role"]
            $0.name = kept["name"] ?? review.reviewer
            $0.refusal.restore(kept)
        }
    }

    private func keep() {
        draft.keep(state.refusal.fields.merging(["role": state.role ?? "", "name": state.name]) { $1 })
    }

    public func send(_ action: SignAction) {
        switch action {
        case .turnTo(let page): turn(state.step, page.clamped(1, max(1, state.pages.count)))
        case .goTo(let step): turn(step, state.page)
        case .setWay(let way):
            shell.device.saved[Self.way] = way == .sign ? Self.signature : Self.noSignature
            set { $0.way = way }
        case .setRole(let code): edit { $0.role = code }
        case .setName(let name): edit { $0.name = name }
        case .openPad(let index):
            shell.device.saved[Self.pad] = String(index)
            set { $0.pad = index.clamped(0, max(0, $0.pads.count - 1)) }
            turn(.pad, state.page)
        case .strokeDone(let stroke, let width, let height): write(stroke, width, height)
        case .undo: pen { core, pad in try await core.undoStroke(pad: pad) }
        case .clear: pen { core, pad in try await core.clearPad(pad: pad) }
        case .setRefusal(let form): edit { $0.refusal = form }
        case .confirm:
            let (role, name) = (state.role ?? "", state.name.trimmed)
            end { _ = try await $0.confirmReview(role: role, name: name) }
        case .refuse:
            let given = state.refusal.given()
            end { _ = try await $0.refuseSignature(request: given) }
        case .back:
            forgetPlace()
            shell.navigator.to(.review)
        case .finish: finish()
        case .dismissWork: set { $0.work = .idle }
        }
    }

    private func edit(_ change: (inout SignState) -> Void) {
        set(change)
        keep()
    }

    /// Another page or step; the page that leaves the screen was shown for so long.
    private func turn(_ step: SignStep, _ page: Int) {
        let before = state
        let now = shell.device.time.elapsedMs()
        let shownMs = Int64(now - sinceMs)
        sinceMs = now
        shell.device.saved[Self.step] = step.rawValue
        shell.device.saved[Self.page] = String(page)
        set {
            $0.step = step
            $0.page = page
        }
        guard let paper = confirmation, before.step == .read else { return }
        work(Texts.working) { model in
            model.showPaper(
                try await model.ask { try await $0.pageShown(document: paper, page: Int64(before.page), shownMs: shownMs) })
            model.show(try await model.ask { try await $0.signScreen() })
            return nil
        }
    }

    /// The stroke stays on the screen while it is being kept.
    private func write(_ stroke: Stroke, _ width: Int, _ height: Int) {
        set {
            guard $0.pads.indices.contains($0.pad) else { return }
            $0.pads[$0.pad].strokes.append(stroke)
            $0.pads[$0.pad].width = width
            $0.pads[$0.pad].height = height
        }
        let given = stroke.given()
        pen { core, pad in try await core.addStroke(pad: pad, width: Int64(width), height: Int64(height), stroke: given) }
    }

    /// Strokes are kept one after the other, in the order in which they were written.
    private func pen(_ verb: @escaping @MainActor (any CoreProtocol, PadId) async throws -> SignView) {
        guard pads.indices.contains(state.pad) else { return }
        let pad = pads[state.pad]
        pens.append { core in try await verb(core, pad) }
        if isPenning { return }
        isPenning = true
        work(Texts.Sign.confirming) { model in
            defer { model.isPenning = false }
            do {
                try await model.penAll()
            } catch let failure as CoreFailure {
                // What is not kept is not shown.
                model.pens = []
                model.show(try await model.ask { try await $0.signScreen() })
                throw failure
            }
            return nil
        }
    }

    private func penAll() async throws {
        while !pens.isEmpty {
            let view = try await ask(pens.removeFirst())
            // What the core kept is shown once nothing written is on its way any more.
            if pens.isEmpty { show(view) }
        }
    }

    private func end(_ verb: @escaping @MainActor (any CoreProtocol) async throws -> Void) {
        if isPenning { return }
        let said = state.way == .sign ? Texts.Sign.kept : Texts.Sign.noted
        work(Texts.Sign.confirming) { model in
            try await model.ask(verb)
            model.set { $0.ended = said }
            try await model.draft.forget()
            model.forgetPlace()
            model.shell.host.changed()
            return nil
        }
    }

    private func forgetPlace() {
        for key in [Self.step, Self.page, Self.pad, Self.way] { shell.device.saved[key] = nil }
    }

    /// The phone goes back to the officer, who signs in again: nothing lies open to the party's hand.
    private func finish() {
        work(Texts.working) { model in
            try await model.shell.lock()
            model.shell.device.pin.unpin()
            // Last: with this screen its work ends.
            model.shell.navigator.only(Route(.today, .capture, .signIn))
            return nil
        }
    }
}
