import CoreBindings
import Observation

/// The activity's documents.
@MainActor @Observable
public final class DocumentsModel: ScreenModel {
    private static let template = "template"
    private static let corrects = "corrects"
    private static let corrector = "corrector"
    private static let field = "f."
    private static let reading = "documents.reading"

    public internal(set) var state = DocumentsState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    /// What is being filled: a form anew, or a document again.
    @ObservationIgnored private var template: String?
    @ObservationIgnored private var correcting: DocumentView?
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "document")
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.documentsScreen() }
        let conditions = shell.conditions()
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.templates = view.templates.map {
                TemplateLine(template: $0.template, title: $0.title.said(), gate: $0.gate.said(), recommended: $0.recommended)
            }
            $0.documents = view.documents.map {
                DocumentLine(
                    document: $0.document, title: Sentence(of: $0.title), revision: Int($0.revision), filled: $0.filledText.said(),
                    pages: Int($0.pages))
            }
        }
        if !isRestored {
            isRestored = true
            try await restore(await draft.read())
        }
    }

    private func restore(_ kept: [String: String]) async throws {
        var values: [String: String] = [:]
        for (key, value) in kept where key.hasPrefix(Self.field) { values[String(key.dropFirst(Self.field.count))] = value }
        if let document = kept[Self.corrects] {
            try await begin(try await ask { try await $0.document(document: document) }, values, kept[Self.corrector])
        }
        if let name = kept[Self.template] { begin(try await ask { try await $0.form(template: name) }, values) }
        if let document = shell.device.saved[Self.reading] { try await read(document) }
    }

    public func send(_ action: DocumentsAction) {
        switch action {
        case .begin(let name):
            work(Texts.working) { model in
                model.begin(try await model.ask { try await $0.form(template: name) }, [:])
                model.keep()
                return nil
            }
        case .setField(let name, let value):
            form {
                for at in $0.fields.indices where $0.fields[at].name == name {
                    $0.fields[at].value = value
                    $0.fields[at].problem = nil
                }
            }
            keep()
        case .setCorrector(let code):
            form { $0.corrector = code }
            keep()
        case .fill: fill()
        case .closeForm: closeForm()
        case .read(let document):
            work(Texts.working) { model in
                try await model.read(document)
                return nil
            }
        case .turnTo(let page):
            let last = max(1, state.reading?.pages.count ?? 1)
            set { $0.reading?.page = page.clamped(1, last) }
        case .correct:
            work(Texts.working) { model in
                guard let reading = model.state.reading?.document else { return nil }
                try await model.begin(try await model.ask { try await $0.document(document: reading) }, [:], nil)
                model.keep()
                return nil
            }
        case .closeReading:
            shell.device.saved[Self.reading] = nil
            set { $0.reading = nil }
        case .back: shell.navigator.back()
        case .dismissWork: set { $0.work = .idle }
        }
    }

    private func begin(_ view: FormView, _ kept: [String: String]) {
        template = view.template
        correcting = nil
        let shown = FormShown(
            title: view.title.said(), legalBasis: view.legalBasis, fields: view.fields.map { $0.shown(kept) }, kept: !kept.isEmpty,
            gate: view.gate.said())
        set { $0.form = shown }
    }

    private func begin(_ document: DocumentView, _ kept: [String: String], _ corrector: String?) async throws {
        begin(try await ask { try await $0.correctionForm(document: document.document) }, kept)
        correcting = document
        template = nil
        form {
            $0.correctors = document.correctors.said()
            $0.corrector = corrector
        }
    }

    private func form(_ change: (inout FormShown) -> Void) {
        set {
            guard var form = $0.form else { return }
            change(&form)
            if form.correctors != nil {
                let need = Need(code: "by", sentence: Texts.lacks(Texts.Documents.corrector))
                form.gate = form.corrector == nil ? Gate(false, [need]) : .open
            }
            $0.form = form
        }
    }

    private func keep() {
        guard let shown = state.form else { return }
        var fields = [
            Self.template: template ?? "", Self.corrects: correcting?.document ?? "", Self.corrector: shown.corrector ?? "",
        ]
        for (name, value) in shown.values { fields[Self.field + name] = value }
        draft.keep(fields)
        form { $0.kept = true }
    }

    private func fill() {
        guard let shown = state.form else { return }
        work(Texts.Documents.filling) { model in
            let filled: DocumentView
            do {
                filled = try await model.sendForm(shown)
            } catch let failure as CoreFailure {
                if case .Failed(_, _, _, let missing) = failure { model.mark(missing) }
                throw failure
            }
            try await model.draft.forget()
            model.template = nil
            model.correcting = nil
            model.set { $0.form = nil }
            model.show(filled)
            return filled.sentence.said()
        }
    }

    private func sendForm(_ shown: FormShown) async throws -> DocumentView {
        let values = shown.values
        guard let before = correcting?.document else {
            let name = template ?? ""
            return try await tell { try await $0.fillDocument(template: name, fields: values) }
        }
        let fields = try await ask { try await $0.correctionForm(document: before) }.fields
        let old = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let changes = values.filter { old[$0.key] != $0.value }
        return try await tell { try await $0.correctDocument(document: before, changes: changes, by: shown.corrector ?? "") }
    }

    /// Says beside each field what the core found wrong with it.
    private func mark(_ missing: [CoreBindings.Need]) {
        let problems = Dictionary(missing.map { ($0.code, $0.sentence.said()) }, uniquingKeysWith: { first, _ in first })
        form { for at in $0.fields.indices { $0.fields[at].problem = problems[$0.fields[at].name] } }
    }

    private func closeForm() {
        template = nil
        correcting = nil
        set { $0.form = nil }
        work(Texts.working) { model in
            try await model.draft.forget()
            return nil
        }
    }

    private func read(_ document: String) async throws {
        show(try await ask { try await $0.document(document: document) })
    }

    private func show(_ view: DocumentView) {
        shell.device.saved[Self.reading] = view.document
        let pages = view.pages.map { PageLine(n: Int($0.n), text: $0.text) }
        let shown = DocumentShown(
            document: view.document, title: Sentence(of: view.title), revision: Int(view.revision), sentence: view.sentence.said(),
            pages: pages, correctable: !view.correctors.isEmpty)
        set { $0.reading = shown }
    }
}

extension FormShown {
    /// What the officer entered, by field.
    fileprivate var values: [String: String] {
        Dictionary(fields.filter { !$0.locked }.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}

extension FieldView {
    fileprivate func shown(_ kept: [String: String]) -> FieldLine {
        FieldLine(
            name: name, label: label.said(), kind: kind.shown, required: required, locked: locked, hint: hint,
            value: locked ? value : kept[name] ?? value, options: options.said(), columns: columns.said())
    }
}

extension CoreBindings.FieldKind {
    fileprivate var shown: FieldKind {
        switch self {
        case .text: .text
        // A review's is filled by the core from the review itself.
        case .multiline, .review: .multiline
        case .dateTime: .dateTime
        case .choice: .choice
        case .yesNo: .yesNo
        case .list: .list
        case .rows: .rows
        case .qa: .qa
        case .media: .media
        }
    }
}
