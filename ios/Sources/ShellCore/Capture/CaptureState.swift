/// The open activity: recording, and the way through its steps.
public struct CaptureState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    public var activity: Sentence
    public var partyName: String
    /// Time since the activity was opened, in words.
    public var elapsed: Sentence
    public var mode: CaptureMode
    /// Whether the shutter may be pressed.
    public var capture: Gate
    /// How much can be recorded, told before the start.
    public var storage: StorageLine?
    public var recording: RecordingShown?
    /// Whether the camera's picture is there to be drawn.
    public var preview: CameraPreview
    public var torch: Bool
    public var items: [ItemLine]
    /// The record checklist.
    public var steps: [StepLine]
    /// The recorder in use, in a line.
    public var recorder: RecorderStrip?
    /// Circumstances of article 12 that were marked, and what points to one.
    public var triggers: [Sentence]
    public var suggestion: Sentence?
    /// The sheet that lies over the screen.
    public var sheet: CaptureSheet?
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        activity: Sentence = Sentence("", ""),
        partyName: String = "",
        elapsed: Sentence = Sentence("", ""),
        mode: CaptureMode = .photo,
        capture: Gate = .open,
        storage: StorageLine? = nil,
        recording: RecordingShown? = nil,
        preview: CameraPreview = .starting,
        torch: Bool = false,
        items: [ItemLine] = [],
        steps: [StepLine] = [],
        recorder: RecorderStrip? = nil,
        triggers: [Sentence] = [],
        suggestion: Sentence? = nil,
        sheet: CaptureSheet? = nil,
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.activity = activity
        self.partyName = partyName
        self.elapsed = elapsed
        self.mode = mode
        self.capture = capture
        self.storage = storage
        self.recording = recording
        self.preview = preview
        self.torch = torch
        self.items = items
        self.steps = steps
        self.recorder = recorder
        self.triggers = triggers
        self.suggestion = suggestion
        self.sheet = sheet
        self.work = work
    }
}

/// What the shutter makes.
public enum CaptureMode: String, CaseIterable, Sendable {
    case photo
    case audio
    case video
}

/// The camera's picture.
public enum CameraPreview: String, CaseIterable, Sendable {
    case starting
    case live
    case off
    case takenByOthers = "taken_by_others"
}

/// A recording under way.
public struct RecordingShown: Equatable, Sendable {
    public var mode: CaptureMode
    public var elapsedMs: Int
    /// Loudness, 0 to 1000.
    public var levelPermille: Int
    public var minutesLeft: Int
    public var tone: Tone
    /// How much of it a crash could no longer take away, in words.
    public var safe: Sentence
    /// Why it ends by itself now.
    public var interrupted: Sentence?

    public init(
        mode: CaptureMode,
        elapsedMs: Int,
        levelPermille: Int,
        minutesLeft: Int,
        tone: Tone,
        safe: Sentence,
        interrupted: Sentence? = nil
    ) {
        self.mode = mode
        self.elapsedMs = elapsedMs
        self.levelPermille = levelPermille
        self.minutesLeft = minutesLeft
        self.tone = tone
        self.safe = safe
        self.interrupted = interrupted
    }
}

/// A line of the record checklist.
public struct StepLine: Equatable, Sendable {
    public var code: String
    public var label: Sentence
    public var tone: Tone
    /// Whether it is done or explained.
    public var done: Bool
    public var missing: [Need]
    public var explanation: String?
    /// Where the officer goes to do it.
    public var way: StepWay?

    public init(
        code: String,
        label: Sentence,
        tone: Tone,
        done: Bool,
        missing: [Need] = [],
        explanation: String? = nil,
        way: StepWay? = nil
    ) {
        self.code = code
        self.label = label
        self.tone = tone
        self.done = done
        self.missing = missing
        self.explanation = explanation
        self.way = way
    }
}

/// The places in which a step is done.
public enum StepWay: String, CaseIterable, Sendable {
    case certificate
    case notice
    case documents
    case review
    case gap
    case recorder
    case explain
}

/// The recorder in use.
public struct RecorderStrip: Equatable, Sendable {
    public var sentence: Sentence
    public var tone: Tone
    public var recording: Bool

    public init(sentence: Sentence, tone: Tone, recording: Bool) {
        self.sentence = sentence
        self.tone = tone
        self.recording = recording
    }
}

/// A sheet over the screen.
public enum CaptureSheet: Equatable, Sendable {
    /// The whole checklist.
    case steps
    /// Showing the certificates (article 17).
    case certificate(CertificateSheet)
    /// Notice of the recording (article 18): read aloud, shown, or handed over.
    case notice(NoticeSheet)
    /// Closing the activity: what stands in the way, and what may be explained.
    case close(CloseSheet)
    /// The activity is closed.
    case closed(Sentence)
}

/// Showing the certificates (article 17).
public struct CertificateSheet: Equatable, Sendable {
    public var officers: [CertificateLine]
    public var confirmedByParty: Bool
    public var gate: Gate

    public init(officers: [CertificateLine], confirmedByParty: Bool, gate: Gate) {
        self.officers = officers
        self.confirmedByParty = confirmedByParty
        self.gate = gate
    }
}

/// Notice of the recording (article 18): read aloud, shown, or handed over.
public struct NoticeSheet: Equatable, Sendable {
    public var title: Sentence
    public var text: String
    public var channels: [Choice]
    public var channel: String?
    public var responses: [Choice]
    public var response: String?
    public var gate: Gate

    public init(title: Sentence, text: String, channels: [Choice], channel: String?, responses: [Choice], response: String?, gate: Gate) {
        self.title = title
        self.text = text
        self.channels = channels
        self.channel = channel
        self.responses = responses
        self.response = response
        self.gate = gate
    }
}

/// Closing the activity: what stands in the way, and what may be explained.
public struct CloseSheet: Equatable, Sendable {
    public var steps: [ExplainLine]
    public var gate: Gate

    public init(steps: [ExplainLine], gate: Gate) {
        self.steps = steps
        self.gate = gate
    }
}

/// A certificate as shown to the party.
public struct CertificateLine: Equatable, Sendable {
    public var name: String
    public var certNo: String
    public var unit: String

    public init(name: String, certNo: String, unit: String) {
        self.name = name
        self.certNo = certNo
        self.unit = unit
    }
}

/// A step that is not met, with the explanation being written.
public struct ExplainLine: Equatable, Sendable {
    public var code: String
    public var label: Sentence
    public var missing: [Need]
    public var explainable: Bool
    public var explanation: String

    public init(code: String, label: Sentence, missing: [Need], explainable: Bool, explanation: String) {
        self.code = code
        self.label = label
        self.missing = missing
        self.explainable = explainable
        self.explanation = explanation
    }
}
