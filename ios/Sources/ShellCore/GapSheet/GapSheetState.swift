/// Explaining holes in the recording (article 17).
public struct GapSheetState: Equatable, Sendable, WorkShown {
    public var loading: Bool
    public var holes: [HoleLine]
    public var chosen: Int
    public var reasons: [Choice]
    public var reason: String?
    public var explanation: String
    public var gate: Gate
    public var work: Work

    public init(
        loading: Bool = false,
        holes: [HoleLine] = [],
        chosen: Int = 0,
        reasons: [Choice] = [],
        reason: String? = nil,
        explanation: String = "",
        gate: Gate = Gate(false),
        work: Work = .idle
    ) {
        self.loading = loading
        self.holes = holes
        self.chosen = chosen
        self.reasons = reasons
        self.reason = reason
        self.explanation = explanation
        self.gate = gate
        self.work = work
    }
}

/// A hole that nobody has explained. Unix milliseconds.
public struct HoleLine: Equatable, Sendable {
    public var fromMs: Int
    public var toMs: Int
    public var sentence: Sentence

    public init(fromMs: Int, toMs: Int, sentence: Sentence) {
        self.fromMs = fromMs
        self.toMs = toMs
        self.sentence = sentence
    }
}
