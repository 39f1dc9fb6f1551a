import CoreBindings

/// Footage that belongs to no activity, and the form in which an officer says where it belongs. What is typed is kept.
@MainActor
final class Footage {
    private static let item = "item"
    private static let session = "session"
    private static let officer = "officer"
    private static let reason = "reason"
    private static let nowhere = "-"

    private let shell: Shell
    private let draft: Draft
    private var view: FootageView?
    private var isRestored = false

    init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "footage_assign")
    }

    /// Reads what there is; a form that was being filled when the process died comes back.
    func load(_ form: AssignForm?) async throws -> (shown: FootageShown, form: AssignForm?) {
        let read = try await shell.host.ask { try await $0.footageScreen() }
        view = read
        var form = form
        if !isRestored {
            isRestored = true
            let kept = await draft.read()
            if form == nil, let item = kept[Self.item] { form = try await self.form(item).map { filled($0, kept) } }
        }
        let shown = FootageShown(
            unassigned: read.unassigned.map { $0.shown() }, unassignedCount: Int(read.unassignedCount),
            byHand: read.byHand.map { $0.shown() })
        return (shown, form)
    }

    /// An empty form for a file; absent when it is not one of those listed. The officer who is signed in is taken to decide.
    func form(_ item: String) async throws -> AssignForm? {
        guard let read = view, let file = (read.unassigned + read.byHand).first(where: { $0.item == item }) else { return nil }
        let sessions = read.sessions.map { card in
            let place = "　\(card.partyName)　\(card.placeText)　"
            return Choice(
                code: card.session,
                label: Sentence(card.activity.zh + place + card.openedText.zh, card.activity.en + place + card.openedText.en))
        }
        let nowhere = file.session == nil ? [] : [Choice(code: Self.nowhere, label: Texts.Footage.nowhere)]
        let officers = read.officers.map { Choice(code: $0.officer, label: Sentence(of: $0.name)) }
        let signedIn = try await shell.host.ask { try await $0.signInScreen() }.signedIn
        return gated(AssignForm(file: file.shown(), sessions: sessions + nowhere, officers: officers, officer: signedIn?.officer))
    }

    private func filled(_ form: AssignForm, _ kept: [String: String]) -> AssignForm {
        var form = form
        form.session = kept[Self.session]
        form.officer = kept[Self.officer] ?? form.officer
        form.reason = kept[Self.reason] ?? ""
        return gated(form)
    }

    /// The form with what it lacks.
    func gated(_ form: AssignForm) -> AssignForm {
        let fields = [
            (Self.session, Texts.Footage.session, form.session ?? ""), (Self.officer, Texts.Footage.officer, form.officer ?? ""),
            (Self.reason, Texts.Footage.reason, form.reason),
        ]
        let blank = fields.filter { $0.2.isBlank }.map { Need(code: $0.0, sentence: Texts.lacks($0.1)) }
        var form = form
        form.gate = Gate(blank.isEmpty, blank)
        return form
    }

    /// Keeps the form as it is typed.
    func keep(_ form: AssignForm) {
        draft.keep([
            Self.item: form.file.item, Self.session: form.session ?? "", Self.officer: form.officer ?? "", Self.reason: form.reason,
        ])
    }

    /// Forgets it.
    func forget() async throws {
        try await draft.forget()
    }

    /// Makes it a record.
    func assign(_ form: AssignForm) async throws {
        let given = AssignGiven(
            item: form.file.item, session: form.session == Self.nowhere ? nil : form.session, officer: form.officer ?? "",
            reason: form.reason.trimmed)
        view = try await shell.host.tell { try await $0.assignFootage(request: given) }
        try await draft.forget()
    }
}

extension CoreBindings.FootageLine {
    fileprivate func shown() -> FootageLine {
        FootageLine(
            item: item, recorderNo: recorderNo, path: path, lenBytes: Int(lenBytes), claimed: claimedText?.said(), why: why.said(),
            said: said?.said())
    }
}
