import ShellCore
import SwiftUI

/// The activity's documents: the list, one being filled, or one being read.
struct DocumentsScreen: View {
    let state: DocumentsState
    let send: (DocumentsAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: state.form?.title ?? state.reading?.title ?? Texts.Documents.title, conditions: state.conditions, loading: state.loading,
            work: state.work, dismiss: { send(.dismissWork) }
        ) {
            if let form = state.form {
                filled(form)
            } else if let reading = state.reading {
                read(reading)
            } else {
                lists
            }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(state.form != nil ? .closeForm : state.reading != nil ? .closeReading : .back) }
            }
        }
    }

    @ViewBuilder private var lists: some View {
        Section(Texts.Documents.make[lang]) {
            ForEach(state.templates, id: \.template) { line in
                VStack(alignment: .leading, spacing: 4) {
                    GateButton(title: line.title, gate: line.gate, isMain: line.recommended) { send(.begin(line.template)) }
                    if line.recommended { Sign(Texts.Documents.recommended, .attention).font(.caption) }
                }
            }
        }
        Section(Texts.Documents.made[lang]) {
            if state.documents.isEmpty { Said(Texts.Documents.none) }
            ForEach(state.documents, id: \.document) { line in
                Button {
                    send(.read(line.document))
                } label: {
                    VStack(alignment: .leading, spacing: 4) {
                        Said(line.title).font(.headline)
                        Said(line.filled).font(.caption)
                        Said(Texts.Documents.pages(line.pages)).font(.caption)
                        Said(Texts.Documents.revision(line.revision)).font(.caption)
                    }
                    .wholeRow()
                }
            }
        }
    }

    @ViewBuilder private func filled(_ form: FormShown) -> some View {
        Said(Sentence(Texts.Documents.basis.zh + form.legalBasis, Texts.Documents.basis.en + form.legalBasis)).font(.caption)
        if form.kept { Sign(Texts.Documents.kept, .good).font(.caption) }
        ForEach(form.fields, id: \.name) { field in
            FieldRow(field: field) { send(.setField(name: field.name, value: $0)) }
        }
        if let correctors = form.correctors {
            ChoiceList(title: Texts.Documents.corrector, choices: correctors, chosen: form.corrector) { send(.setCorrector($0)) }
        }
        GateButton(title: Texts.Documents.fill, gate: form.gate) { send(.fill) }
    }

    @ViewBuilder private func read(_ reading: DocumentShown) -> some View {
        Said(Texts.Documents.revision(reading.revision)).font(.caption)
        Said(reading.sentence).font(.caption)
        PageView(pages: reading.pages, page: reading.page) { send(.turnTo($0)) }
        if reading.correctable { GateButton(title: Texts.Documents.correct, isMain: false) { send(.correct) } }
    }
}

/// A field of a form.
struct FieldRow: View {
    let field: FieldLine
    let set: (String) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            HStack(spacing: 8) {
                Said(field.label).font(.headline)
                if field.required { Said(Texts.required).font(.caption) }
            }
            if field.locked {
                Text(verbatim: field.value)
                Said(Texts.lockedField).font(.caption).foregroundStyle(.secondary)
            } else {
                value
            }
            if let hint = field.hint { Text(verbatim: hint).font(.caption).foregroundStyle(.secondary) }
            if let problem = field.problem { Sign(problem, .bad).font(.caption) }
        }
    }

    @ViewBuilder private var value: some View {
        switch field.kind {
        case .choice: ChoiceList(title: field.label, choices: field.options, chosen: field.value) { set($0) }
        case .yesNo:
            ChoiceList(
                title: field.label, choices: [Choice(code: "yes", label: Texts.yes), Choice(code: "no", label: Texts.no)],
                chosen: field.value
            ) { set($0) }
        case .text, .dateTime, .media: Entry(field.label, field.value) { set($0) }
        case .multiline: editor(nil)
        case .list: editor(Texts.Documents.onePerLine)
        case .rows: editor(Texts.Documents.cellsPerLine)
        case .qa: editor(Texts.Documents.questionsAnswers)
        }
    }

    @ViewBuilder private func editor(_ how: Sentence?) -> some View {
        if let how { Said(how).font(.caption) }
        TextEditor(text: Binding(get: { field.value }, set: { set($0) }))
            .frame(maxWidth: .infinity, minHeight: 120)
            .accessibilityLabel(field.label[lang])
    }
}

struct DocumentsScreen_Previews: PreviewProvider {
    private static let fields = FieldKind.allCases.map {
        FieldLine(name: $0.rawValue, label: Samples.said, kind: $0, required: true, locked: false, options: Samples.choices)
    }
    private static let lists = DocumentsState(
        templates: [TemplateLine(template: "t", title: Samples.said, gate: .open, recommended: true)],
        documents: [DocumentLine(document: "d", title: Samples.said, revision: 1, filled: Samples.day, pages: 2)])
    private static let form = FormShown(
        title: Samples.said, legalBasis: "《劳动保障监察条例》", fields: fields, correctors: Samples.choices, kept: true,
        gate: Gate(false, [Samples.need]))

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            DocumentsScreen(state: $0.of(lists)) { _ in }.previewDisplayName($0.rawValue)
        }
        DocumentsScreen(state: DocumentsState()) { _ in }
        DocumentsScreen(state: DocumentsState(form: form)) { _ in }
        DocumentsScreen(
            state: DocumentsState(
                reading: DocumentShown(document: "d", title: Samples.said, revision: 1, sentence: Samples.said, pages: Samples.pages))
        ) { _ in }
        DocumentsScreen(state: DocumentsState(form: form, work: .running(what: Texts.Documents.filling))) { _ in }
    }
}
