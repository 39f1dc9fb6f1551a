/// Signing what was shown, or noting why nobody signs.
public struct SignState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    public var pinned: Bool
    /// The confirmation (记录内容查阅确认书), exactly as the core filled it.
    public var title: Sentence
    public var pages: [PageLine]
    public var page: Int
    public var objection: String
    public var step: SignStep
    public var way: SignWay
    /// In which role somebody signs for the party.
    public var roles: [Choice]
    public var role: String?
    public var name: String
    /// Everybody who signs, in order.
    public var pads: [PadLine]
    /// Index of the pad on the screen.
    public var pad: Int
    public var refusal: RefusalForm
    public var sign: Gate
    public var refuse: Gate
    public var work: Work
    /// It is signed, or noted.
    public var ended: Sentence?

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        pinned: Bool = true,
        title: Sentence = Sentence("", ""),
        pages: [PageLine] = [],
        page: Int = 1,
        objection: String = "",
        step: SignStep = .read,
        way: SignWay = .sign,
        roles: [Choice] = [],
        role: String? = nil,
        name: String = "",
        pads: [PadLine] = [],
        pad: Int = 0,
        refusal: RefusalForm = RefusalForm(),
        sign: Gate = Gate(false),
        refuse: Gate = Gate(false),
        work: Work = .idle,
        ended: Sentence? = nil
    ) {
        self.conditions = conditions
        self.loading = loading
        self.pinned = pinned
        self.title = title
        self.pages = pages
        self.page = page
        self.objection = objection
        self.step = step
        self.way = way
        self.roles = roles
        self.role = role
        self.name = name
        self.pads = pads
        self.pad = pad
        self.refusal = refusal
        self.sign = sign
        self.refuse = refuse
        self.work = work
        self.ended = ended
    }
}

/// First the paper is read, then people sign.
public enum SignStep: String, CaseIterable, Sendable {
    case read
    case people
    case pad
}

/// How the review ends.
public enum SignWay: String, CaseIterable, Sendable {
    case sign
    case noSignature = "no_signature"
}

/// A place to sign.
public struct PadLine: Equatable, Sendable {
    /// Stable name of the pad.
    public var pad: String
    public var label: Sentence
    public var strokes: [Stroke]
    /// Size of the area on which the strokes were written, 1/100 mm.
    public var width: Int
    public var height: Int
    /// Whether the handwriting can stand.
    public var fit: Gate

    public init(pad: String, label: Sentence, strokes: [Stroke] = [], width: Int = 0, height: Int = 0, fit: Gate = Gate(false)) {
        self.pad = pad
        self.label = label
        self.strokes = strokes
        self.width = width
        self.height = height
        self.fit = fit
    }
}

/// Why nobody signs for the party.
public struct RefusalForm: Equatable, Sendable {
    /// Refused, unable, absent.
    public var states: [Choice]
    public var state: String?
    public var reasons: [Choice]
    public var reason: String?
    public var note: String
    /// Whether somebody saw it.
    public var witnessPresent: Bool
    public var witnessName: String
    public var witnessUnit: String
    public var witnessPhone: String
    /// Why there is no witness.
    public var noWitnessWhy: String

    public init(
        states: [Choice] = [],
        state: String? = nil,
        reasons: [Choice] = [],
        reason: String? = nil,
        note: String = "",
        witnessPresent: Bool = true,
        witnessName: String = "",
        witnessUnit: String = "",
        witnessPhone: String = "",
        noWitnessWhy: String = ""
    ) {
        self.states = states
        self.state = state
        self.reasons = reasons
        self.reason = reason
        self.note = note
        self.witnessPresent = witnessPresent
        self.witnessName = witnessName
        self.witnessUnit = witnessUnit
        self.witnessPhone = witnessPhone
        self.noWitnessWhy = noWitnessWhy
    }
}
