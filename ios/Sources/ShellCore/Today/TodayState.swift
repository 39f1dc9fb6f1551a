/// The first screen: the open activity, today's items and how far they have come, and the end of the day (article 10).
public struct TodayState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    /// The day, said in full.
    public var day: Sentence
    public var officer: OfficerLine?
    public var deviceNo: String?
    /// The activity under way.
    public var session: SessionCard?
    /// Whether a new activity may be begun.
    public var openSession: Gate
    public var counts: DayCounts
    /// The counts in words.
    public var countsSentence: Sentence
    public var sync: SyncStrip
    /// Items that are late, longest first.
    public var overdue: [ItemLine]
    /// Not stored first, then newest.
    public var items: [ItemLine]
    /// Items in all; the list may be shorter.
    public var itemCount: Int
    public var storage: StorageLine?
    public var work: Work
    /// What ending the day found; shown until dismissed.
    public var dayEnd: DayEnd?

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        day: Sentence = Sentence("", ""),
        officer: OfficerLine? = nil,
        deviceNo: String? = nil,
        session: SessionCard? = nil,
        openSession: Gate = .open,
        counts: DayCounts = DayCounts(),
        countsSentence: Sentence = Sentence("", ""),
        sync: SyncStrip = SyncStrip(sentence: Sentence("", ""), tone: .plain),
        overdue: [ItemLine] = [],
        items: [ItemLine] = [],
        itemCount: Int = 0,
        storage: StorageLine? = nil,
        work: Work = .idle,
        dayEnd: DayEnd? = nil
    ) {
        self.conditions = conditions
        self.loading = loading
        self.day = day
        self.officer = officer
        self.deviceNo = deviceNo
        self.session = session
        self.openSession = openSession
        self.counts = counts
        self.countsSentence = countsSentence
        self.sync = sync
        self.overdue = overdue
        self.items = items
        self.itemCount = itemCount
        self.storage = storage
        self.work = work
        self.dayEnd = dayEnd
    }
}

/// The activity under way.
public struct SessionCard: Equatable, Sendable {
    public var activity: Sentence
    public var partyName: String
    public var placeText: String
    public var opened: Sentence
    /// The next thing to do, as the core names it.
    public var next: Sentence?

    public init(activity: Sentence, partyName: String, placeText: String, opened: Sentence, next: Sentence? = nil) {
        self.activity = activity
        self.partyName = partyName
        self.placeText = placeText
        self.opened = opened
        self.next = next
    }
}

/// Today's items by where they are.
public struct DayCounts: Equatable, Sendable {
    public var onDevice: Int
    public var uploading: Int
    public var stored: Int
    public var handedOver: Int

    public init(onDevice: Int = 0, uploading: Int = 0, stored: Int = 0, handedOver: Int = 0) {
        self.onDevice = onDevice
        self.uploading = uploading
        self.stored = stored
        self.handedOver = handedOver
    }
}

/// The state of synchronisation in one line.
public struct SyncStrip: Equatable, Sendable {
    public var sentence: Sentence
    public var tone: Tone
    public var permille: Int?

    public init(sentence: Sentence, tone: Tone, permille: Int? = nil) {
        self.sentence = sentence
        self.tone = tone
        self.permille = permille
    }
}

/// What ending the day found.
public struct DayEnd: Equatable, Sendable {
    public var sentences: [Sentence]
    public var notStored: Int

    public init(sentences: [Sentence], notStored: Int) {
        self.sentences = sentences
        self.notStored = notStored
    }
}
