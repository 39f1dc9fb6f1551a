/// Before an activity: the equipment (article 19), who, whom, what about, where.
public struct SessionOpenState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    public var step: OpenStep
    /// Minutes of recording planned; the space needed follows from it.
    public var plannedMinutes: Int
    public var check: CheckShown?
    public var storage: StorageLine?
    /// Recorders that can be part of the check.
    public var recorders: [Choice]
    public var recorder: String?
    public var activities: [Choice]
    public var activity: String?
    public var officers: [OfficerLine]
    /// Ids of the chosen officers, the lead first.
    public var chosenOfficers: [String]
    public var partyKinds: [Choice]
    public var partyKind: String?
    public var partyName: String
    /// 统一社会信用代码
    public var uscc: String
    public var representative: String
    public var causes: [Choice]
    public var cause: String?
    /// A cause that is not among `causes`, as it is typed; it takes the place of a chosen one.
    public var causeText: String
    public var placeText: String
    /// What each field lacks, in the core's words.
    public var problems: [OpenField: Sentence]
    /// Whether the activity may be opened with what is entered.
    public var gate: Gate
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        step: OpenStep = .equipment,
        plannedMinutes: Int = 60,
        check: CheckShown? = nil,
        storage: StorageLine? = nil,
        recorders: [Choice] = [],
        recorder: String? = nil,
        activities: [Choice] = [],
        activity: String? = nil,
        officers: [OfficerLine] = [],
        chosenOfficers: [String] = [],
        partyKinds: [Choice] = [],
        partyKind: String? = nil,
        partyName: String = "",
        uscc: String = "",
        representative: String = "",
        causes: [Choice] = [],
        cause: String? = nil,
        causeText: String = "",
        placeText: String = "",
        problems: [OpenField: Sentence] = [:],
        gate: Gate = Gate(false),
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.step = step
        self.plannedMinutes = plannedMinutes
        self.check = check
        self.storage = storage
        self.recorders = recorders
        self.recorder = recorder
        self.activities = activities
        self.activity = activity
        self.officers = officers
        self.chosenOfficers = chosenOfficers
        self.partyKinds = partyKinds
        self.partyKind = partyKind
        self.partyName = partyName
        self.uscc = uscc
        self.representative = representative
        self.causes = causes
        self.cause = cause
        self.causeText = causeText
        self.placeText = placeText
        self.problems = problems
        self.gate = gate
        self.work = work
    }
}

/// The parts of the form, in order.
public enum OpenStep: String, CaseIterable, Sendable {
    case equipment
    case people
    case matter
}

/// The fields without which no activity is opened.
public enum OpenField: String, CaseIterable, Sendable {
    case activity
    case officers
    case partyKind = "party_kind"
    case partyName = "party_name"
    case cause
    case place

    /// Where it is.
    public var step: OpenStep {
        switch self {
        case .activity, .officers: .people
        case .partyKind, .partyName, .cause, .place: .matter
        }
    }
}

/// The check before use as made.
public struct CheckShown: Equatable, Sendable {
    public var sentence: Sentence
    public var tone: Tone
    public var lines: [CheckLine]
    /// Whether it is recent enough and good enough to go on.
    public var passed: Bool

    public init(sentence: Sentence, tone: Tone, lines: [CheckLine], passed: Bool) {
        self.sentence = sentence
        self.tone = tone
        self.lines = lines
        self.passed = passed
    }
}

/// One measured value.
public struct CheckLine: Equatable, Sendable {
    public var code: String
    public var label: Sentence
    public var tone: Tone
    /// The officer's reason for using it all the same, once given.
    public var reason: String?
    /// Whether a reason can be given.
    public var overridable: Bool

    public init(code: String, label: Sentence, tone: Tone, reason: String? = nil, overridable: Bool = false) {
        self.code = code
        self.label = label
        self.tone = tone
        self.reason = reason
        self.overridable = overridable
    }
}
