package cn.liuhen.shell.documents

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Work

/** The activity's documents: the list, one being filled, or one being read. */
data class DocumentsState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    val templates: List<TemplateLine> = emptyList(),
    val documents: List<DocumentLine> = emptyList(),
    /** The form being filled. */
    val form: FormShown? = null,
    /** The document being read. */
    val reading: DocumentShown? = null,
    val work: Work = Work.Idle,
)

/** A form that can be filled. */
data class TemplateLine(val template: String, val title: Sentence, val gate: Gate, val recommended: Boolean)

/** A filled document. */
data class DocumentLine(val document: String, val title: Sentence, val revision: Long, val filled: Sentence, val pages: Int)

/** A form being filled or corrected. */
data class FormShown(
    val title: Sentence,
    val legalBasis: String,
    val fields: List<FieldLine>,
    /** A correction of a filled document: who corrects must be named. */
    val correctors: List<Choice>? = null,
    val corrector: String? = null,
    /** Whether half of it is kept already, so that nothing is lost. */
    val kept: Boolean = false,
    val gate: Gate = Gate.OPEN,
)

/** What sort of value a field holds. */
enum class FieldKind { TEXT, MULTILINE, DATE_TIME, CHOICE, YES_NO, LIST, ROWS, QA, MEDIA }

/** A field of a form. */
data class FieldLine(
    val name: String,
    val label: Sentence,
    val kind: FieldKind,
    val required: Boolean,
    /** Filled by the system; nobody changes it. */
    val locked: Boolean,
    val hint: String? = null,
    val value: String = "",
    val options: List<Choice> = emptyList(),
    val columns: List<Choice> = emptyList(),
    /** What the core says is wrong with it. */
    val problem: Sentence? = null,
)

/** A document being read. */
data class DocumentShown(
    val document: String,
    val title: Sentence,
    val revision: Long,
    val sentence: Sentence,
    val pages: List<PageLine>,
    val page: Int = 1,
    val correctable: Boolean = true,
)
