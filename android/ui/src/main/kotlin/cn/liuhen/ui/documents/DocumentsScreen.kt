package cn.liuhen.ui.documents

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.input.KeyboardType
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.documents.DocumentShown
import cn.liuhen.shell.documents.DocumentsAction
import cn.liuhen.shell.documents.DocumentsState
import cn.liuhen.shell.documents.FieldKind
import cn.liuhen.shell.documents.FieldLine
import cn.liuhen.shell.documents.FormShown
import cn.liuhen.ui.Choices
import cn.liuhen.ui.EmptyBlock
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.PageSheet
import cn.liuhen.ui.PageTurner
import cn.liuhen.ui.Quiet
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WayRow
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** The activity's documents. */
@Composable
fun DocumentsScreen(state: DocumentsState, send: (DocumentsAction) -> Unit) {
    val form = state.form
    val reading = state.reading
    Screen(
        title = say(form?.title ?: reading?.title ?: Texts.Documents.Title),
        subtitle = when {
            form != null && form.kept -> say(Texts.Documents.Kept)
            reading != null -> say(Texts.Documents.revision(reading.revision))
            else -> null
        },
        onBack = {
            send(if (form != null) DocumentsAction.CloseForm else if (reading != null) DocumentsAction.CloseReading else DocumentsAction.Back)
        },
        conditions = state.conditions,
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(DocumentsAction.DismissWork) }),
        loading = state.loading,
        bottom = if (form == null && reading == null) null else { { Bottom(state, send) } },
    ) {
        when {
            form != null -> form(form, send)
            reading != null -> reading(reading)
            else -> lists(state, send)
        }
    }
}

@Composable
private fun Bottom(state: DocumentsState, send: (DocumentsAction) -> Unit) {
    val form = state.form
    val reading = state.reading
    if (form != null) {
        Missing(form.gate.missing)
        MainButton(say(Texts.Documents.Fill), { send(DocumentsAction.Fill) }, enabled = form.gate.allowed && state.work !is Work.Running)
    } else if (reading != null) {
        PageTurner(reading.page, reading.pages.size) { send(DocumentsAction.TurnTo(it)) }
        if (reading.correctable) OtherButton(say(Texts.Documents.Correct), { send(DocumentsAction.Correct) }, sign = Signs.Pen)
    }
}

private fun LazyListScope.lists(state: DocumentsState, send: (DocumentsAction) -> Unit) {
    item { Heading(say(Texts.Documents.Made)) }
    if (state.documents.isEmpty()) item { EmptyBlock(Signs.Document, say(Texts.Documents.None)) }
    state.documents.forEach { line ->
        item {
            val note = say(line.filled) + "　" + say(Texts.Documents.pages(line.pages)) + "　" + say(Texts.Documents.revision(line.revision))
            WayRow(Signs.Document, say(line.title), { send(DocumentsAction.Read(line.document)) }, note = note)
        }
    }
    item { Heading(say(Texts.Documents.Make)) }
    state.templates.forEach { line ->
        item {
            val why = line.gate.missing.firstOrNull()?.let { say(it.sentence) }
            val note = why ?: if (line.recommended) say(Texts.Documents.Recommended) else null
            val tone = if (why != null) Tone.ATTENTION else if (line.recommended) Tone.GOOD else null
            WayRow(Signs.Add, say(line.title), { send(DocumentsAction.Begin(line.template)) }, note = note, tone = tone)
        }
    }
}

private fun LazyListScope.form(form: FormShown, send: (DocumentsAction) -> Unit) {
    if (form.legalBasis.isNotEmpty()) item { Quiet(say(Texts.Documents.Basis) + form.legalBasis) }
    form.correctors?.let { item { Choices(say(Texts.Documents.Corrector), it, form.corrector, { by -> send(DocumentsAction.SetCorrector(by)) }) } }
    items(form.fields.size, key = { form.fields[it].name }) { Field(form.fields[it], send) }
}

@Composable
private fun Field(field: FieldLine, send: (DocumentsAction) -> Unit) {
    val set = { value: String -> send(DocumentsAction.SetField(field.name, value)) }
    val problem = field.problem?.let { say(it) }
    when (field.kind) {
        FieldKind.CHOICE -> Choice(field, field.options, problem, set)
        FieldKind.YES_NO -> Choice(field, listOf(Choice("yes", Texts.Yes), Choice("no", Texts.No)), problem, set)
        else -> Entry(
            label = say(field.label),
            value = field.value,
            onChange = set,
            required = field.required && !field.locked,
            hint = field.hint ?: way(field.kind)?.let { say(it) },
            problem = problem,
            locked = field.locked,
            typing = when (field.kind) {
                FieldKind.TEXT -> Typing()
                FieldKind.DATE_TIME -> Typing(keyboard = KeyboardType.Ascii)
                else -> Typing(lines = 3)
            },
        )
    }
}

private fun way(kind: FieldKind) = when (kind) {
    FieldKind.LIST, FieldKind.MEDIA -> Texts.Documents.OnePerLine
    FieldKind.ROWS -> Texts.Documents.CellsPerLine
    FieldKind.QA -> Texts.Documents.QuestionsAnswers
    else -> null
}

@Composable
private fun Choice(field: FieldLine, options: List<Choice>, problem: String?, set: (String) -> Unit) {
    Column {
        Choices(say(field.label), options, field.value, set)
        if (problem != null) Text(problem, color = MaterialTheme.colorScheme.error, style = MaterialTheme.typography.bodySmall)
    }
}

private fun LazyListScope.reading(reading: DocumentShown) {
    item { ToneBar(Signs.Document, Tone.PLAIN, say(reading.sentence)) }
    reading.pages.getOrNull(reading.page - 1)?.let { page -> item(key = page.n) { PageSheet(page) } }
}
