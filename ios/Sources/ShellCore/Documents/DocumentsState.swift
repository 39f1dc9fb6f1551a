/// The activity's documents: the list, one being filled, or one being read.
public struct DocumentsState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    public var loading: Bool
    public var templates: [TemplateLine]
    public var documents: [DocumentLine]
    /// The form being filled.
    public var form: FormShown?
    /// The document being read.
    public var reading: DocumentShown?
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        templates: [TemplateLine] = [],
        documents: [DocumentLine] = [],
        form: FormShown? = nil,
        reading: DocumentShown? = nil,
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.templates = templates
        self.documents = documents
        self.form = form
        self.reading = reading
        self.work = work
    }
}

/// A form that can be filled.
public struct TemplateLine: Equatable, Sendable {
    public var template: String
    public var title: Sentence
    public var gate: Gate
    public var recommended: Bool

    public init(template: String, title: Sentence, gate: Gate, recommended: Bool) {
        self.template = template
        self.title = title
        self.gate = gate
        self.recommended = recommended
    }
}

/// A filled document.
public struct DocumentLine: Equatable, Sendable {
    public var document: String
    public var title: Sentence
    public var revision: Int
    public var filled: Sentence
    public var pages: Int

    public init(document: String, title: Sentence, revision: Int, filled: Sentence, pages: Int) {
        self.document = document
        self.title = title
        self.revision = revision
        self.filled = filled
        self.pages = pages
    }
}

/// A form being filled or corrected.
public struct FormShown: Equatable, Sendable {
    public var title: Sentence
    public var legalBasis: String
    public var fields: [FieldLine]
    /// A correction of a filled document: who corrects must be named.
    public var correctors: [Choice]?
    public var corrector: String?
    /// Whether half of it is kept already, so that nothing is lost.
    public var kept: Bool
    public var gate: Gate

    public init(
        title: Sentence,
        legalBasis: String,
        fields: [FieldLine],
        correctors: [Choice]? = nil,
        corrector: String? = nil,
        kept: Bool = false,
        gate: Gate = .open
    ) {
        self.title = title
        self.legalBasis = legalBasis
        self.fields = fields
        self.correctors = correctors
        self.corrector = corrector
        self.kept = kept
        self.gate = gate
    }
}

/// What sort of value a field holds.
public enum FieldKind: String, CaseIterable, Sendable {
    case text
    case multiline
    case dateTime = "date_time"
    case choice
    case yesNo = "yes_no"
    case list
    case rows
    case qa
    case media
}

/// A field of a form.
public struct FieldLine: Equatable, Sendable {
    public var name: String
    public var label: Sentence
    public var kind: FieldKind
    public var required: Bool
    /// Filled by the system; nobody changes it.
    public var locked: Bool
    public var hint: String?
    public var value: String
    public var options: [Choice]
    public var columns: [Choice]
    /// What the core says is wrong with it.
    public var problem: Sentence?

    public init(
        name: String,
        label: Sentence,
        kind: FieldKind,
        required: Bool,
        locked: Bool,
        hint: String? = nil,
        value: String = "",
        options: [Choice] = [],
        columns: [Choice] = [],
        problem: Sentence? = nil
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.required = required
        self.locked = locked
        self.hint = hint
        self.value = value
        self.options = options
        self.columns = columns
        self.problem = problem
    }
}

/// A document being read.
public struct DocumentShown: Equatable, Sendable {
    public var document: String
    public var title: Sentence
    public var revision: Int
    public var sentence: Sentence
    public var pages: [PageLine]
    public var page: Int
    public var correctable: Bool

    public init(
        document: String,
        title: Sentence,
        revision: Int,
        sentence: Sentence,
        pages: [PageLine],
        page: Int = 1,
        correctable: Bool = true
    ) {
        self.document = document
        self.title = title
        self.revision = revision
        self.sentence = sentence
        self.pages = pages
        self.page = page
        self.correctable = correctable
    }
}
