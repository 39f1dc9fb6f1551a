/// What is at the bureau, what is not, and why.
public struct SyncStatusState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    /// Always there: the state in a sentence.
    public var sentence: Sentence
    public var tone: Tone
    /// A synchronisation under way.
    public var running: SyncRunning?
    public var unsentRecords: Int
    public var itemsNotStored: Int
    public var bytesToSend: Int
    /// When the last one ended, Unix milliseconds.
    public var lastEndedMs: Int?
    /// Items whose storage is not proved yet.
    public var items: [ItemLine]
    /// Pieces that waiting alone will not send.
    public var parked: [ParkedLine]
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        sentence: Sentence = Sentence("", ""),
        tone: Tone = .plain,
        running: SyncRunning? = nil,
        unsentRecords: Int = 0,
        itemsNotStored: Int = 0,
        bytesToSend: Int = 0,
        lastEndedMs: Int? = nil,
        items: [ItemLine] = [],
        parked: [ParkedLine] = [],
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.sentence = sentence
        self.tone = tone
        self.running = running
        self.unsentRecords = unsentRecords
        self.itemsNotStored = itemsNotStored
        self.bytesToSend = bytesToSend
        self.lastEndedMs = lastEndedMs
        self.items = items
        self.parked = parked
        self.work = work
    }
}

/// A synchronisation under way.
public struct SyncRunning: Equatable, Sendable {
    public var stage: Sentence
    public var done: Int
    public var total: Int
    public var permille: Int?

    public init(stage: Sentence, done: Int, total: Int, permille: Int?) {
        self.stage = stage
        self.done = done
        self.total = total
        self.permille = permille
    }
}

/// A piece that cannot be sent without somebody looking.
public struct ParkedLine: Equatable, Sendable {
    public var item: String
    public var sentence: Sentence

    public init(item: String, sentence: Sentence) {
        self.item = item
        self.sentence = sentence
    }
}
