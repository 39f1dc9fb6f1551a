/// A language for people.
public enum Lang: String, CaseIterable, Sendable {
    case zh
    case en
}

/// One of several answers; `code` goes back to the core as it came.
public struct Choice: Equatable, Sendable {
    public var code: String
    public var label: Sentence

    public init(code: String, label: Sentence) {
        self.code = code
        self.label = label
    }
}

/// One thing that is missing, as the core names it; `code` is a field's or a step's name.
public struct Need: Equatable, Sendable {
    public var code: String
    public var sentence: Sentence

    public init(code: String, sentence: Sentence) {
        self.code = code
        self.sentence = sentence
    }
}

/// How a line is coloured and which sign stands before it. It carries no meaning that its text does not carry.
public enum Tone: String, CaseIterable, Sendable {
    case plain
    case working
    case good
    case attention
    case bad
}

/// A sort of media, for its sign.
public enum Media: String, CaseIterable, Sendable {
    case photo
    case audio
    case video
    case other
}

/// Something that takes time: what the officer started last on this screen.
public enum Work: Equatable, Sendable {
    /// Nothing under way.
    case idle
    /// Under way. `permille` is absent when nobody can tell how far it is.
    case running(what: Sentence, permille: Int? = nil, cancellable: Bool = false)
    /// It failed and has changed nothing. `needs` name what is missing.
    case failed(why: Sentence, needs: [Need] = [], retryable: Bool = false)
    /// It is done, and this is to be said once.
    case done(what: Sentence)
}

/// Something that the phone may not do until the officer allows it in the system's settings.
public enum Permission: String, CaseIterable, Sendable {
    case camera
    case microphone
    case location
    case nearbyDevices = "nearby_devices"
    case notifications
}

/// A circumstance that is shown above a screen for as long as it lasts.
public enum Condition: Equatable, Sendable {
    /// No network at all; everything that does not need one goes on.
    case offline
    /// A permission is denied. `forGood`: only the system's settings can grant it now.
    case denied(permission: Permission, forGood: Bool)
    /// Space runs short; the sentence of the core's forecast. `full`: nothing more can be recorded.
    case storageLow(sentence: Sentence, full: Bool)
    /// The phone's battery runs low.
    case batteryLow(percent: Int)
    /// A paired recorder is out of reach.
    case recorderLost(sentence: Sentence)
    /// An officer's certificate does not allow recording any more.
    case certificateExpired(sentence: Sentence)
    /// Why things are not at the bureau yet.
    case waiting(sentence: Sentence)
    /// Anything else that the core wants said: a recovered capture, a store set aside, a clock that is wrong.
    case said(sentence: Sentence, tone: Tone)
}

/// A captured file in a list.
public struct ItemLine: Equatable, Sendable {
    public var item: String
    public var media: Media
    public var label: Sentence
    /// When it was recorded, Unix milliseconds.
    public var recordedAtMs: Int
    /// Length of a recording, milliseconds.
    public var durationMs: Int?
    /// How far it has come, in words.
    public var stage: Sentence
    public var tone: Tone
    /// Why it matters now: overdue, must be sent before noon.
    public var remark: Sentence?
    public var thumbnail: Picture?

    public init(
        item: String,
        media: Media,
        label: Sentence,
        recordedAtMs: Int,
        durationMs: Int? = nil,
        stage: Sentence,
        tone: Tone,
        remark: Sentence? = nil,
        thumbnail: Picture? = nil
    ) {
        self.item = item
        self.media = media
        self.label = label
        self.recordedAtMs = recordedAtMs
        self.durationMs = durationMs
        self.stage = stage
        self.tone = tone
        self.remark = remark
        self.thumbnail = thumbnail
    }
}

/// A person of the roster.
public struct OfficerLine: Equatable, Sendable {
    public var officer: String
    public var name: String
    public var unit: String
    /// Number of the enforcement certificate.
    public var certNo: String?
    /// Why this person may not record now; absent when the person may.
    public var whyNot: Sentence?
    /// Whether a PIN was set on this phone.
    public var hasPin: Bool

    public init(officer: String, name: String, unit: String, certNo: String?, whyNot: Sentence? = nil, hasPin: Bool = true) {
        self.officer = officer
        self.name = name
        self.unit = unit
        self.certNo = certNo
        self.whyNot = whyNot
        self.hasPin = hasPin
    }
}

/// How much can still be recorded.
public struct StorageLine: Equatable, Sendable {
    public var freeBytes: Int
    public var audioMinutesLeft: Int
    public var videoMinutesLeft: Int
    public var sentence: Sentence
    public var tone: Tone

    public init(freeBytes: Int, audioMinutesLeft: Int, videoMinutesLeft: Int, sentence: Sentence, tone: Tone) {
        self.freeBytes = freeBytes
        self.audioMinutesLeft = audioMinutesLeft
        self.videoMinutesLeft = videoMinutesLeft
        self.sentence = sentence
        self.tone = tone
    }
}

/// A page of a document, exactly as the core filled it.
public struct PageLine: Equatable, Sendable {
    public var n: Int
    public var text: String
    /// Whether it has been on the screen long enough to count as shown.
    public var seen: Bool

    public init(n: Int, text: String, seen: Bool = false) {
        self.n = n
        self.text = text
        self.seen = seen
    }
}

/// A point of handwriting: 1/100 mm from the pad's upper left corner, milliseconds since the pad was first touched, pressure in thousandths.
public struct StrokePoint: Equatable, Sendable {
    public var x: Int
    public var y: Int
    public var tMs: Int
    public var pressure: Int

    public init(x: Int, y: Int, tMs: Int, pressure: Int) {
        self.x = x
        self.y = y
        self.tMs = tMs
        self.pressure = pressure
    }
}

/// One movement of the pen between down and up.
public struct Stroke: Equatable, Sendable {
    public var points: [StrokePoint]

    public init(points: [StrokePoint]) {
        self.points = points
    }
}
