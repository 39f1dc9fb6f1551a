/// The phone in the party's hand (article 18): everything recorded, piece by piece and page by page. Nothing else is reachable.
public struct ReviewState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    /// Whether the system keeps everything else out of reach (screen pinning).
    public var pinned: Bool
    public var partyName: String
    /// Who reviews; the party's representative unless told otherwise.
    public var reviewer: String
    public var items: [ReviewItem]
    public var documents: [ReviewDocument]
    /// What is open: a recording, a picture, a page.
    public var open: OpenPiece?
    /// The waiver being written.
    public var waiving: Waiving?
    public var objection: String
    /// Whether everything was reviewed or waived, and what was not.
    public var prepare: Gate
    /// The officer is being asked for the PIN that ends party mode.
    public var leaving: Bool
    public var leavingDigits: Int
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        pinned: Bool = true,
        partyName: String = "",
        reviewer: String = "",
        items: [ReviewItem] = [],
        documents: [ReviewDocument] = [],
        open: OpenPiece? = nil,
        waiving: Waiving? = nil,
        objection: String = "",
        prepare: Gate = Gate(false),
        leaving: Bool = false,
        leavingDigits: Int = 0,
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.pinned = pinned
        self.partyName = partyName
        self.reviewer = reviewer
        self.items = items
        self.documents = documents
        self.open = open
        self.waiving = waiving
        self.objection = objection
        self.prepare = prepare
        self.leaving = leaving
        self.leavingDigits = leavingDigits
        self.work = work
    }
}

/// A recorded file under review.
public struct ReviewItem: Equatable, Sendable {
    public var line: ItemLine
    /// The first digits of its digest.
    public var digest: String
    public var seen: Bool
    /// Why the party would not look at it.
    public var waived: String?
    /// Whether it can be played here; its sealed bytes may be gone or unreadable.
    public var readable: Bool

    public init(line: ItemLine, digest: String, seen: Bool, waived: String? = nil, readable: Bool = true) {
        self.line = line
        self.digest = digest
        self.seen = seen
        self.waived = waived
        self.readable = readable
    }
}

/// A document under review.
public struct ReviewDocument: Equatable, Sendable {
    public var document: String
    public var title: Sentence
    public var pages: [PageLine]

    public init(document: String, title: Sentence, pages: [PageLine]) {
        self.document = document
        self.title = title
        self.pages = pages
    }
}

/// What is open.
public enum OpenPiece: Equatable, Sendable {
    /// A photograph at full size.
    case photo(OpenPhoto)
    /// A recording being played from sealed bytes. `frame` is the picture of a video.
    case playing(OpenPlaying)
    /// A document's page.
    case page(OpenPage)
}

/// A photograph at full size.
public struct OpenPhoto: Equatable, Sendable {
    public var item: String
    public var title: Sentence
    public var picture: Picture?

    public init(item: String, title: Sentence, picture: Picture?) {
        self.item = item
        self.title = title
        self.picture = picture
    }
}

/// A recording being played from sealed bytes. `frame` is the picture of a video.
public struct OpenPlaying: Equatable, Sendable {
    public var item: String
    public var title: Sentence
    public var video: Bool
    public var playing: Bool
    public var positionMs: Int
    public var durationMs: Int
    public var frame: Picture?
    public var failed: Sentence?

    public init(
        item: String,
        title: Sentence,
        video: Bool,
        playing: Bool,
        positionMs: Int,
        durationMs: Int,
        frame: Picture? = nil,
        failed: Sentence? = nil
    ) {
        self.item = item
        self.title = title
        self.video = video
        self.playing = playing
        self.positionMs = positionMs
        self.durationMs = durationMs
        self.frame = frame
        self.failed = failed
    }
}

/// A document's page.
public struct OpenPage: Equatable, Sendable {
    public var document: String
    public var title: Sentence
    public var pages: [PageLine]
    public var page: Int

    public init(document: String, title: Sentence, pages: [PageLine], page: Int) {
        self.document = document
        self.title = title
        self.pages = pages
        self.page = page
    }
}

/// A waiver being written.
public struct Waiving: Equatable, Sendable {
    public var item: String
    public var title: Sentence
    public var reason: String

    public init(item: String, title: Sentence, reason: String) {
        self.item = item
        self.title = title
        self.reason = reason
    }
}
