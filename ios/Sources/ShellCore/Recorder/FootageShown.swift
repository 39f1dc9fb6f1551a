/// Files from cards that belong to no activity, and those that somebody placed by hand.
public struct FootageShown: Equatable, Sendable {
    public var unassigned: [FootageLine]
    /// Of these there are so many in all; the list may be shorter.
    public var unassignedCount: Int
    public var byHand: [FootageLine]

    public init(unassigned: [FootageLine] = [], unassignedCount: Int = 0, byHand: [FootageLine] = []) {
        self.unassigned = unassigned
        self.unassignedCount = unassignedCount
        self.byHand = byHand
    }
}

/// A file that the rules could place in no activity.
public struct FootageLine: Equatable, Sendable {
    public var item: String
    public var recorderNo: String
    /// Where it was on the card.
    public var path: String
    public var lenBytes: Int
    /// When it was recorded, by the recorder's clock.
    public var claimed: Sentence?
    /// Why the rules could not place it.
    public var why: Sentence
    /// Whose word it follows now, and why.
    public var said: Sentence?

    public init(item: String, recorderNo: String, path: String, lenBytes: Int, claimed: Sentence?, why: Sentence, said: Sentence? = nil) {
        self.item = item
        self.recorderNo = recorderNo
        self.path = path
        self.lenBytes = lenBytes
        self.claimed = claimed
        self.why = why
        self.said = said
    }
}

/// Saying by hand where a file belongs.
public struct AssignForm: Equatable, Sendable {
    public var file: FootageLine
    public var sessions: [Choice]
    public var session: String?
    public var officers: [Choice]
    public var officer: String?
    public var reason: String
    public var gate: Gate

    public init(
        file: FootageLine,
        sessions: [Choice] = [],
        session: String? = nil,
        officers: [Choice] = [],
        officer: String? = nil,
        reason: String = "",
        gate: Gate = Gate(false)
    ) {
        self.file = file
        self.sessions = sessions
        self.session = session
        self.officers = officers
        self.officer = officer
        self.reason = reason
        self.gate = gate
    }
}
