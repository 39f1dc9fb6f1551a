package cn.liuhen.shell.capture

import cn.liuhen.core.SessionView
import cn.liuhen.core.Step
import cn.liuhen.core.StepState
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Tone
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import cn.liuhen.core.StepWay as CoreWay
import cn.liuhen.shell.Texts

/** The sheets over the capture screen: certificates, notice, closing. What is typed in them is kept. */
internal class CaptureSheets(
    private val shell: Shell,
    scope: CoroutineScope,
    private val now: () -> CaptureState,
    private val show: (CaptureSheet?) -> Unit,
) {
    private val draft = Draft(shell, scope, "capture_sheet")

    /** What the sheet of closing was told. */
    private var explanations = emptyMap<String, String>()

    /** Shows the sheet that lay over the screen when the process died. */
    suspend fun restore(session: SessionView) {
        val kept = draft.read()
        explanations = kept.filterKeys { it.startsWith(STEP) }.mapKeys { it.key.removePrefix(STEP) }
        when (kept[KIND]) {
            CaptureSheet.Steps.name() -> show(CaptureSheet.Steps)
            CaptureSheet.Certificate::class.simpleName -> {
                openCertificate()
                edit<CaptureSheet.Certificate> { copy(confirmedByParty = kept[CONFIRMED] != NO) }
            }
            CaptureSheet.Notice::class.simpleName -> {
                openNotice()
                edit<CaptureSheet.Notice> { copy(channel = kept[CHANNEL] ?: channel, response = kept[RESPONSE] ?: response) }
            }
            CaptureSheet.Close::class.simpleName -> open(closing(session))
        }
    }

    /** Brings what an open sheet says of the activity up to date. */
    fun refresh(session: SessionView) {
        if (now().sheet is CaptureSheet.Close) show(closing(session))
    }

    /** Lays a sheet over the screen, or takes it away. */
    fun open(sheet: CaptureSheet?) {
        show(sheet)
        keep()
    }

    inline fun <reified T : CaptureSheet> edit(change: T.() -> T) {
        val sheet = now().sheet
        if (sheet is T) open(sheet.change().let { gated(it) })
    }

    fun gated(sheet: CaptureSheet): CaptureSheet {
        if (sheet !is CaptureSheet.Notice) return sheet
        val isFilled = sheet.channel != null && sheet.response != null
        val needs = if (isFilled) emptyList() else listOf(Need(CHANNEL, Texts.lacks(Texts.Capture.Response)))
        return if (noticeGate.allowed) sheet.copy(gate = Gate(isFilled, needs)) else sheet.copy(gate = noticeGate)
    }

    private var noticeGate = Gate.OPEN

    private fun keep() {
        val sheet = now().sheet
        val own = when (sheet) {
            is CaptureSheet.Certificate -> mapOf(CONFIRMED to if (sheet.confirmedByParty) "" else NO)
            is CaptureSheet.Notice -> mapOf(CHANNEL to sheet.channel.orEmpty(), RESPONSE to sheet.response.orEmpty())
            else -> emptyMap()
        }
        val head = mapOf(KIND to sheet?.name().orEmpty())
        draft.keep(head + own + explanations.mapKeys { STEP + it.key })
    }

    private fun CaptureSheet.name(): String = this::class.simpleName.orEmpty()

    suspend fun openCertificate(): Sentence? {
        val session = shell.host.ask { it.session() }
        val officers = shell.host.ask { it.openSessionScreen() }.officers.filter { it.name in session.officers }
        val lines = officers.map { CertificateLine(it.name, it.certNo.orEmpty(), it.unit) }
        open(CaptureSheet.Certificate(lines, confirmedByParty = true, gate = session.gates.showCertificate.said()))
        return null
    }

    suspend fun certificateShown(): Sentence? {
        val sheet = now().sheet as? CaptureSheet.Certificate ?: return null
        shell.host.tell { it.showCertificate(sheet.confirmedByParty, null) }
        open(null)
        return null
    }

    suspend fun openNotice(): Sentence? {
        val form = shell.host.ask { it.noticeForm() }
        noticeGate = form.gate.said()
        open(
            gated(
                CaptureSheet.Notice(
                    title = form.form.title.said(),
                    text = form.text,
                    channels = form.channels.said(),
                    channel = form.channels.firstOrNull()?.code,
                    responses = form.responses.said(),
                    response = null,
                    gate = noticeGate,
                ),
            ),
        )
        return null
    }

    suspend fun noticeGiven(): Sentence? {
        val sheet = now().sheet as? CaptureSheet.Notice ?: return null
        val filled = shell.host.tell { it.giveNotice(sheet.channel.orEmpty(), sheet.response.orEmpty(), emptyMap()) }
        open(null)
        return filled.sentence.said()
    }

    suspend fun askClose(): Sentence? {
        open(closing(shell.host.ask { it.session() }))
        return null
    }

    private fun closing(session: SessionView): CaptureSheet.Close {
        val open = session.steps.filter { it.state == StepState.MISSING }
        return CaptureSheet.Close(
            steps = open.map { ExplainLine(it.code, it.label.said(), it.missing.map { need -> need.said() }, it.explainable, explanations[it.code].orEmpty()) },
            gate = Gate(open.all { it.explainable && !explanations[it.code].isNullOrBlank() }, session.gates.close.said().missing),
        )
    }

    fun explain(code: String, reason: String) {
        explanations = explanations + (code to reason)
        edit<CaptureSheet.Close> {
            val lines = steps.map { if (it.code == code) it.copy(explanation = reason) else it }
            copy(steps = lines, gate = gate.copy(allowed = lines.all { it.explainable && it.explanation.isNotBlank() }))
        }
    }

    suspend fun close(): Sentence? {
        val closed = shell.host.tell { it.closeSession(explanations.filterValues { reason -> reason.isNotBlank() }) }
        explanations = emptyMap()
        show(CaptureSheet.Closed(closed.sentence.said()))
        draft.forget()
        shell.device.schedule.somethingToSend()
        return null
    }

    private companion object {
        const val KIND = "sheet"
        const val CONFIRMED = "confirmed"
        const val NO = "no"
        const val CHANNEL = "channel"
        const val RESPONSE = "response"
        const val STEP = "step."
    }
}

internal fun Step.line(): StepLine = StepLine(
    code = code,
    label = label.said(),
    tone = state.tone(),
    done = state != StepState.MISSING,
    missing = missing.map { it.said() },
    explanation = explanation,
    way = way.shown(),
)

private fun StepState.tone(): Tone = when (this) {
    StepState.DONE -> Tone.GOOD
    StepState.EXPLAINED -> Tone.ATTENTION
    StepState.MISSING -> Tone.PLAIN
}

private fun CoreWay.shown(): StepWay? = when (this) {
    // One is there already.
    CoreWay.CAPTURE -> null
    CoreWay.CERTIFICATE -> StepWay.CERTIFICATE
    CoreWay.NOTICE -> StepWay.NOTICE
    CoreWay.DOCUMENTS -> StepWay.DOCUMENTS
    CoreWay.REVIEW -> StepWay.REVIEW
    CoreWay.GAP -> StepWay.GAP
    CoreWay.RECORDER -> StepWay.RECORDER
    CoreWay.EXPLAIN -> StepWay.EXPLAIN
}
