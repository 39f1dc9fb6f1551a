/// Marking a circumstance for long-term keeping (article 12).
public struct TriggerSheetState: Equatable, Sendable, WorkShown {
    public var loading: Bool
    public var triggers: [Choice]
    public var chosen: String?
    public var note: String
    /// What in the activity points to one, by code.
    public var suggestions: [String: Sentence]
    public var marked: [Sentence]
    public var gate: Gate
    public var work: Work

    public init(
        loading: Bool = false,
        triggers: [Choice] = [],
        chosen: String? = nil,
        note: String = "",
        suggestions: [String: Sentence] = [:],
        marked: [Sentence] = [],
        gate: Gate = Gate(false),
        work: Work = .idle
    ) {
        self.loading = loading
        self.triggers = triggers
        self.chosen = chosen
        self.note = note
        self.suggestions = suggestions
        self.marked = marked
        self.gate = gate
        self.work = work
    }
}
