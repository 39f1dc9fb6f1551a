/// Body recorders: who has which, the one in use, and what is on its card.
public struct RecorderState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    /// Recorders issued through this phone.
    public var recorders: [RecorderLine]
    public var chosen: String?
    public var link: RecorderLink
    /// Answers of a search, nearest first.
    public var found: [FoundLine]
    /// What the connected recorder says of itself.
    public var live: RecorderShown?
    /// The form for issuing one; present while it is filled.
    public var issue: IssueForm?
    /// Copying its card.
    public var copying: Copying?
    /// Files from cards that belong to no activity; `unassignedCount` in all.
    public var unassigned: [FootageLine]
    public var unassignedCount: Int
    /// Files that somebody placed by hand.
    public var byHand: [FootageLine]
    /// The form that places one of them; present while it is filled.
    public var assigning: AssignForm?
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        recorders: [RecorderLine] = [],
        chosen: String? = nil,
        link: RecorderLink = .none,
        found: [FoundLine] = [],
        live: RecorderShown? = nil,
        issue: IssueForm? = nil,
        copying: Copying? = nil,
        unassigned: [FootageLine] = [],
        unassignedCount: Int = 0,
        byHand: [FootageLine] = [],
        assigning: AssignForm? = nil,
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.recorders = recorders
        self.chosen = chosen
        self.link = link
        self.found = found
        self.live = live
        self.issue = issue
        self.copying = copying
        self.unassigned = unassigned
        self.unassignedCount = unassignedCount
        self.byHand = byHand
        self.assigning = assigning
        self.work = work
    }
}

/// The radio link.
public enum RecorderLink: String, CaseIterable, Sendable {
    case none
    case searching
    case connecting
    case connected
    case lost
    case radioOff = "radio_off"
}

/// A recorder in the register.
public struct RecorderLine: Equatable, Sendable {
    public var recorderNo: String
    public var serial: String
    public var holder: String
    public var sentence: Sentence
    public var tone: Tone

    public init(recorderNo: String, serial: String, holder: String, sentence: Sentence, tone: Tone) {
        self.recorderNo = recorderNo
        self.serial = serial
        self.holder = holder
        self.sentence = sentence
        self.tone = tone
    }
}

/// A recorder that answered a search.
public struct FoundLine: Equatable, Sendable {
    public var peer: String
    public var name: String
    public var `protocol`: Sentence
    public var rssiDbm: Int?

    public init(peer: String, name: String, `protocol`: Sentence, rssiDbm: Int?) {
        self.peer = peer
        self.name = name
        self.`protocol` = `protocol`
        self.rssiDbm = rssiDbm
    }
}

/// What the connected recorder says of itself.
public struct RecorderShown: Equatable, Sendable {
    public var recorderNo: String
    public var sentence: Sentence
    public var tone: Tone
    public var batteryPercent: Int?
    public var freeBytes: Int?
    public var minutesLeft: Int?
    public var recording: Bool
    public var recordingSecs: Int?
    public var alarms: [Sentence]
    public var events: [Sentence]
    public var canControl: Bool
    public var canMark: Bool
    public var canList: Bool
    public var files: Int?

    public init(
        recorderNo: String,
        sentence: Sentence,
        tone: Tone,
        batteryPercent: Int?,
        freeBytes: Int?,
        minutesLeft: Int?,
        recording: Bool,
        recordingSecs: Int?,
        alarms: [Sentence] = [],
        events: [Sentence] = [],
        canControl: Bool = true,
        canMark: Bool = true,
        canList: Bool = true,
        files: Int? = nil
    ) {
        self.recorderNo = recorderNo
        self.sentence = sentence
        self.tone = tone
        self.batteryPercent = batteryPercent
        self.freeBytes = freeBytes
        self.minutesLeft = minutesLeft
        self.recording = recording
        self.recordingSecs = recordingSecs
        self.alarms = alarms
        self.events = events
        self.canControl = canControl
        self.canMark = canMark
        self.canList = canList
        self.files = files
    }
}

/// Issuing a recorder.
public struct IssueForm: Equatable, Sendable {
    public var recorderNo: String
    public var serial: String
    public var officers: [Choice]
    public var officer: String?
    public var configuredOfficerNo: String
    public var issuedBy: String
    public var conditions: [Choice]
    public var condition: String?

    public init(
        recorderNo: String = "",
        serial: String = "",
        officers: [Choice] = [],
        officer: String? = nil,
        configuredOfficerNo: String = "",
        issuedBy: String = "",
        conditions: [Choice] = [],
        condition: String? = nil
    ) {
        self.recorderNo = recorderNo
        self.serial = serial
        self.officers = officers
        self.officer = officer
        self.configuredOfficerNo = configuredOfficerNo
        self.issuedBy = issuedBy
        self.conditions = conditions
        self.condition = condition
    }
}

/// Copying a recorder's card into sealed items.
public struct Copying: Equatable, Sendable {
    public var filesDone: Int
    public var filesTotal: Int
    public var bytesDone: Int
    public var bytesTotal: Int
    public var path: String

    public init(filesDone: Int, filesTotal: Int, bytesDone: Int, bytesTotal: Int, path: String) {
        self.filesDone = filesDone
        self.filesTotal = filesTotal
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.path = path
    }
}
