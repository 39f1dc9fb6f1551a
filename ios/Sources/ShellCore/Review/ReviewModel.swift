import CoreBindings
import Observation

/// The phone in the party's hand. What was seen is kept by the core the moment it is told.
@MainActor @Observable
public final class ReviewModel: ScreenModel {
    private static let open = "review.open"
    private static let item = "item:"
    private static let document = "document:"
    private static let waiving = "waiving"
    private static let reason = "reason"
    private static let pinDigits = 6

    public internal(set) var state = ReviewState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private let pieces: OpenPieces
    /// Reviewer and objection as they are typed.
    @ObservationIgnored private let words: Newest<ReviewWords>
    @ObservationIgnored private var view: ReviewView?
    @ObservationIgnored private var typed = ""
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "review")
        pieces = OpenPieces(shell)
        words = Newest { typed in
            _ = try await shell.host.ask { try await $0.setReviewWords(reviewer: typed.reviewer, objection: typed.objection) }
        }
        follow { try await $0.load() }
        watch(shell.device.pin.pinned) { model, pinned in model.set { $0.pinned = pinned } }
        watch(shell.device.player.state) { model, playing in
            let open = model.pieces.followed(model.state.open, playing)
            model.set { $0.open = open }
        }
    }

    private func load() async throws {
        try await show(try await ask { try await $0.review() })
        if !isRestored {
            isRestored = true
            try await restore()
        }
    }

    private func show(_ told: ReviewView) async throws {
        view = told
        var partyName = state.partyName
        if partyName.isEmpty { partyName = try await ask { try await $0.session() }.party.name }
        draw(told, partyName)
        if await shell.pictures.read(told.items.map(\.line)) { draw(told, partyName) }
    }

    private func draw(_ told: ReviewView, _ partyName: String) {
        let typing = words.value
        let conditions = shell.conditions()
        let items = told.items.map { item in
            ReviewItem(
                line: shell.pictures.lines([item.line])[0], digest: item.digest, seen: item.seen, waived: item.waived,
                readable: item.line.readable)
        }
        let open = pieces.marked(state.open, told.documents)
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.partyName = partyName
            $0.reviewer = typing?.reviewer ?? told.reviewer
            $0.objection = typing?.objection ?? told.objection
            $0.items = items
            $0.documents = told.documents.map { $0.shown() }
            $0.prepare = told.prepare.said()
            $0.open = open
        }
    }

    private func restore() async throws {
        let saved = shell.device.saved[Self.open]
        let turn = pieces.turn
        let kept = await draft.read()
        if let waived = state.items.first(where: { $0.line.item == kept[Self.waiving] }) {
            let waiving = Waiving(item: waived.line.item, title: waived.line.label, reason: kept[Self.reason] ?? "")
            set { $0.waiving = waiving }
        }
        // What the party opened or closed meanwhile goes before, and its time runs since then.
        guard let open = saved, pieces.turn == turn else { return }
        let parts = open.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if open.hasPrefix(Self.item), parts.count == 2 { try await openItem(parts[1]) }
        if open.hasPrefix(Self.document), parts.count == 3 { openDocument(parts[1], Int(parts[2]) ?? 1) }
    }

    public func send(_ action: ReviewAction) {
        switch action {
        case .openItem(let item):
            work(Texts.working) { model in
                try await model.closePiece()
                try await model.openItem(item)
                return nil
            }
        case .openDocument(let document):
            launch { model in
                try await model.closePiece()
                model.openDocument(document, 1)
            }
        case .turnTo(let page): turnTo(page)
        case .playOrPause:
            let player = shell.device.player
            if player.state.value.playing { player.pause() } else { player.play() }
        case .seek(let position): shell.device.player.seek(position)
        case .closePiece:
            work(Texts.working) { model in
                try await model.closePiece()
                return nil
            }
        case .seen(let item): step { try await $0.itemSeen(item: item) }
        case .setReviewer(let name): write(name, state.objection)
        case .setObjection(let text): write(state.reviewer, text)
        case .prepare: prepare()
        case .noSignature: sign(SignModel.noSignature)
        case .dismissWork: set { $0.work = .idle }
        case .waive, .setWaiverReason, .confirmWaiver, .cancelWaiver, .takeWaiverBack: sendToWaiver(action)
        case .leave, .leavingDigit, .eraseLeavingDigit, .cancelLeaving: sendToLeaving(action)
        }
    }

    private func sendToWaiver(_ action: ReviewAction) {
        switch action {
        case .waive(let item):
            guard let found = state.items.first(where: { $0.line.item == item }) else { return }
            waive(Waiving(item: item, title: found.line.label, reason: found.waived ?? ""))
        case .setWaiverReason(let reason):
            guard var waiving = state.waiving else { return }
            waiving.reason = reason
            waive(waiving)
        case .confirmWaiver:
            guard let waiving = state.waiving else { return }
            work(Texts.working) { model in
                try await model.show(try await model.ask { try await $0.waiveItem(item: waiving.item, reason: waiving.reason.trimmed) })
                model.waive(nil)
                return nil
            }
        case .cancelWaiver: waive(nil)
        case .takeWaiverBack(let item): step { try await $0.waiveItem(item: item, reason: "") }
        default: break
        }
    }

    private func sendToLeaving(_ action: ReviewAction) {
        switch action {
        case .leave:
            set {
                $0.leaving = true
                $0.leavingDigits = 0
            }
        case .leavingDigit(let digit): leavingDigit(digit)
        case .eraseLeavingDigit: type(String(typed.dropLast()))
        case .cancelLeaving:
            type("")
            set { $0.leaving = false }
        default: break
        }
    }

    private func step(_ verb: @escaping @MainActor (any CoreProtocol) async throws -> ReviewView) {
        work(Texts.working) { model in
            try await model.show(try await model.ask(verb))
            return nil
        }
    }

    private func write(_ reviewer: String, _ objection: String) {
        set {
            $0.reviewer = reviewer
            $0.objection = objection
        }
        words.want(ReviewWords(reviewer: reviewer, objection: objection))
    }

    private func waive(_ waiving: Waiving?) {
        set { $0.waiving = waiving }
        draft.keep([Self.waiving: waiving?.item ?? "", Self.reason: waiving?.reason ?? ""])
    }

    private func openItem(_ item: String) async throws {
        guard let line = view?.items.first(where: { $0.line.item == item })?.line else { return }
        shell.device.saved[Self.open] = Self.item + item
        if let piece = try await pieces.item(line) { set { $0.open = piece } }
    }

    private func openDocument(_ document: String, _ page: Int) {
        guard let opened = state.documents.first(where: { $0.document == document }) else { return }
        shell.device.saved[Self.open] = "\(Self.document)\(document):\(page)"
        pieces.pageComes()
        let at = page.clamped(1, max(1, opened.pages.count))
        set { $0.open = .page(OpenPage(document: document, title: opened.title, pages: opened.pages, page: at)) }
    }

    private func turnTo(_ page: Int) {
        guard case .page(let open) = state.open else { return }
        let turn = pieces.turn
        work(Texts.working) { model in
            try await model.pageLeaves(open)
            // Closed meanwhile, it stays closed.
            if model.pieces.turn == turn { model.openDocument(open.document, page) }
            return nil
        }
    }

    /// A page that leaves the screen was shown for so long.
    private func pageLeaves(_ open: OpenPage) async throws {
        let shownMs = Int64(pieces.takeShownMs())
        try await show(
            try await ask { try await $0.pageShown(document: open.document, page: Int64(open.page), shownMs: shownMs) })
    }

    private func closePiece() async throws {
        let open = state.open
        shell.device.saved[Self.open] = nil
        set { $0.open = nil }
        pieces.close()
        if case .page(let page) = open { try await pageLeaves(page) }
    }

    private func prepare() {
        work(Texts.Review.preparing) { model in
            if let typed = model.words.value {
                _ = try await model.ask { try await $0.setReviewWords(reviewer: typed.reviewer, objection: typed.objection) }
            }
            _ = try await model.tell { try await $0.prepareConfirmation() }
            model.sign(SignModel.signature)
            return nil
        }
    }

    private func sign(_ way: String) {
        shell.device.saved[SignModel.way] = way
        shell.navigator.to(.sign)
    }

    private func type(_ digits: String) {
        typed = digits
        set { $0.leavingDigits = digits.count }
    }

    private func leavingDigit(_ digit: Int) {
        if case .running = state.work { return }
        type(typed + String(digit))
        if typed.count < Self.pinDigits { return }
        let pin = typed
        type("")
        work(Texts.SignIn.checking) { model in
            guard let officer = try await model.ask({ try await $0.signInScreen() }).signedIn?.officer else {
                try await model.signInAgain()
                return nil
            }
            _ = try await model.ask { try await $0.signIn(officer: officer, pin: pin) }
            try await model.takeBack()
            return nil
        }
    }

    /// Whoever began the review is on the roster no more: nobody's PIN is known here, so somebody who is on it signs in.
    private func signInAgain() async throws {
        try await closePiece()
        try await shell.lock()
        shell.device.pin.unpin()
        // Last: with this screen its work ends.
        shell.navigator.only(Route(.today, .capture, .signIn))
    }

    /// The officer has the phone again.
    private func takeBack() async throws {
        try await closePiece()
        let signedIn = try await ask { try await $0.signInScreen() }.signedIn != nil
        shell.device.pin.unpin()
        // A recording that ended meanwhile may have signed out who had been away from it: the sign-in screen asks then.
        shell.navigator.only(signedIn ? Route(.today, .capture) : Route(.today, .capture, .signIn))
    }
}

/// Who reviews and what he objects to.
struct ReviewWords: Sendable {
    let reviewer: String
    let objection: String
}

extension CoreBindings.ReviewDocument {
    func shown() -> ReviewDocument {
        ReviewDocument(
            document: document, title: Sentence(of: title), pages: pages.map { PageLine(n: Int($0.n), text: $0.text, seen: $0.seen) })
    }
}
