package cn.liuhen.shell.documents

import cn.liuhen.core.DocumentView
import cn.liuhen.core.FieldView
import cn.liuhen.core.FormView
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import cn.liuhen.core.FieldKind as CoreField
import cn.liuhen.shell.Texts

/** The activity's documents. */
class DocumentsModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<DocumentsState, DocumentsAction>(shell, scope, DocumentsState(loading = true)) {
    private val draft = Draft(shell, scope, "document")

    /** What is being filled: a form anew, or a document again. */
    private var template: String? = null
    private var correcting: DocumentView? = null
    private var isRestored = false

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.documentsScreen() }
        set {
            copy(
                conditions = shell.conditions(),
                loading = false,
                templates = view.templates.map { TemplateLine(it.template, it.title.said(), it.gate.said(), it.recommended) },
                documents = view.documents.map { DocumentLine(it.document, Sentence.of(it.title), it.revision, it.filledText.said(), it.pages.toInt()) },
            )
        }
        if (!isRestored) {
            isRestored = true
            restore(draft.read())
        }
    }

    private suspend fun restore(kept: Map<String, String>) {
        val values = kept.filterKeys { it.startsWith(FIELD) }.mapKeys { it.key.removePrefix(FIELD) }
        kept[CORRECTS]?.let { begin(ask { core -> core.document(it) }, values, kept[CORRECTOR]) }
        kept[TEMPLATE]?.let { begin(ask { core -> core.form(it) }, values) }
        shell.device.saved[READING]?.let { read(it) }
    }

    override fun DocumentsState.with(work: Work): DocumentsState = copy(work = work)

    override fun on(action: DocumentsAction) {
        when (action) {
            is DocumentsAction.Begin -> work(Texts.Working) {
                begin(ask { it.form(action.template) }, emptyMap())
                keep()
                null
            }
            is DocumentsAction.SetField -> {
                form { copy(fields = fields.map { if (it.name == action.name) it.copy(value = action.value, problem = null) else it }) }
                keep()
            }
            is DocumentsAction.SetCorrector -> {
                form { copy(corrector = action.code) }
                keep()
            }
            DocumentsAction.Fill -> fill()
            DocumentsAction.CloseForm -> closeForm()
            is DocumentsAction.Read -> work(Texts.Working) {
                read(action.document)
                null
            }
            is DocumentsAction.TurnTo -> set { copy(reading = reading?.run { copy(page = action.page.coerceIn(1, maxOf(1, pages.size))) }) }
            DocumentsAction.Correct -> work(Texts.Working) {
                now.reading?.let { reading -> begin(ask { it.document(reading.document) }, emptyMap(), null) }
                keep()
                null
            }
            DocumentsAction.CloseReading -> {
                shell.device.saved[READING] = null
                set { copy(reading = null) }
            }
            DocumentsAction.Back -> shell.navigator.back()
            DocumentsAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private fun begin(view: FormView, kept: Map<String, String>) {
        template = view.template
        correcting = null
        set { copy(form = FormShown(view.title.said(), view.legalBasis, view.fields.map { it.shown(kept) }, kept = kept.isNotEmpty(), gate = view.gate.said())) }
    }

    private suspend fun begin(document: DocumentView, kept: Map<String, String>, corrector: String?) {
        val view = ask { it.correctionForm(document.document) }
        begin(view, kept)
        correcting = document
        template = null
        form { copy(correctors = document.correctors.said(), corrector = corrector).gated() }
    }

    private fun FieldView.shown(kept: Map<String, String>): FieldLine = FieldLine(
        name = name,
        label = label.said(),
        kind = kind.shown(),
        required = required,
        locked = locked,
        hint = hint,
        value = if (locked) value else kept[name] ?: value,
        options = options.said(),
        columns = columns.said(),
    )

    private fun CoreField.shown(): FieldKind = when (this) {
        CoreField.TEXT -> FieldKind.TEXT
        CoreField.MULTILINE -> FieldKind.MULTILINE
        CoreField.DATE_TIME -> FieldKind.DATE_TIME
        CoreField.CHOICE -> FieldKind.CHOICE
        CoreField.YES_NO -> FieldKind.YES_NO
        CoreField.LIST -> FieldKind.LIST
        CoreField.ROWS -> FieldKind.ROWS
        CoreField.QA -> FieldKind.QA
        CoreField.MEDIA -> FieldKind.MEDIA
        // Filled by the core from the review itself.
        CoreField.REVIEW -> FieldKind.MULTILINE
    }

    private fun FormShown.gated(): FormShown =
        if (correctors == null) this
        else if (corrector == null) copy(gate = Gate(false, listOf(Need("by", Texts.lacks(Texts.Documents.Corrector))))) else copy(gate = Gate.OPEN)

    private fun form(change: FormShown.() -> FormShown): Unit = set { copy(form = form?.change()?.gated()) }

    private fun keep() {
        val form = now.form ?: return
        val head = mapOf(TEMPLATE to template.orEmpty(), CORRECTS to correcting?.document.orEmpty(), CORRECTOR to form.corrector.orEmpty())
        draft.keep(head + form.fields.filter { !it.locked }.associate { FIELD + it.name to it.value })
        form { copy(kept = true) }
    }

    private fun fill() {
        val form = now.form ?: return
        val values = form.fields.filter { !it.locked }.associate { it.name to it.value }
        work(Texts.Documents.Filling) {
            val filled = try {
                correcting?.let { before ->
                    val old = ask { it.correctionForm(before.document) }.fields.associate { it.name to it.value }
                    tell { it.correctDocument(before.document, values.filter { (name, value) -> old[name] != value }, form.corrector.orEmpty()) }
                } ?: tell { it.fillDocument(template.orEmpty(), values) }
            } catch (failure: cn.liuhen.core.CoreFailure.Failed) {
                val problems = failure.missing.associate { it.code to it.sentence.said() }
                form { copy(fields = fields.map { it.copy(problem = problems[it.name]) }) }
                throw failure
            }
            draft.forget()
            template = null
            correcting = null
            set { copy(form = null) }
            read(filled)
            filled.sentence.said()
        }
    }

    private fun closeForm() {
        template = null
        correcting = null
        set { copy(form = null) }
        work(Texts.Working) {
            draft.forget()
            null
        }
    }

    private suspend fun read(document: String): Unit = read(ask { it.document(document) })

    private fun read(view: DocumentView) {
        shell.device.saved[READING] = view.document
        val pages = view.pages.map { PageLine(it.n.toInt(), it.text) }
        set { copy(reading = DocumentShown(view.document, Sentence.of(view.title), view.revision, view.sentence.said(), pages, correctable = view.correctors.isNotEmpty())) }
    }

    private companion object {
        const val TEMPLATE = "template"
        const val CORRECTS = "corrects"
        const val CORRECTOR = "corrector"
        const val FIELD = "f."
        const val READING = "documents.reading"
    }
}
