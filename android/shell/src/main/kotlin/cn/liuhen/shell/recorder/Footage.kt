package cn.liuhen.shell.recorder

import cn.liuhen.core.AssignGiven
import cn.liuhen.core.FootageView
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import cn.liuhen.core.FootageLine as CoreFootage

/** Footage that belongs to no activity, and the form in which an officer says where it belongs. What is typed is kept. */
internal class Footage(private val shell: Shell, scope: CoroutineScope) {
    private val draft = Draft(shell, scope, "footage_assign")
    private var view: FootageView? = null
    private var isRestored = false

    /** Reads what there is and shows it; a form that was being filled when the process died comes back. */
    suspend fun load(state: RecorderState): RecorderState.() -> RecorderState {
        val read = shell.host.ask { it.footageScreen() }
        view = read
        val kept = if (isRestored) emptyMap() else draft.read()
        isRestored = true
        val form = state.assigning ?: kept[ITEM]?.let { form(it) }?.filled(kept)
        return {
            copy(
                unassigned = read.unassigned.map { it.shown() },
                unassignedCount = read.unassignedCount.toLong(),
                byHand = read.byHand.map { it.shown() },
                assigning = form,
            )
        }
    }

    private fun CoreFootage.shown(): FootageLine =
        FootageLine(item, recorderNo, path, lenBytes, claimedText?.said(), why.said(), said?.said())

    /** An empty form for a file; absent when it is not one of those listed. The officer who is signed in is taken to decide. */
    suspend fun form(item: String): AssignForm? {
        val read = view ?: return null
        val file = (read.unassigned + read.byHand).find { it.item == item } ?: return null
        val sessions = read.sessions.map { card ->
            val place = "${card.partyName}　${card.placeText}　"
            Choice(card.session, Sentence("${card.activity.zh}　$place${card.openedText.zh}", "${card.activity.en}　$place${card.openedText.en}"))
        }
        val nowhere = if (file.session == null) emptyList() else listOf(Choice(NOWHERE, FootageTexts.Nowhere))
        val officers = read.officers.map { Choice(it.officer, Sentence.of(it.name)) }
        val signedIn = shell.host.ask { it.signInScreen() }.signedIn
        return gated(AssignForm(file.shown(), sessions + nowhere, officers = officers, officer = signedIn?.officer))
    }

    private fun AssignForm.filled(kept: Map<String, String>): AssignForm =
        gated(copy(session = kept[SESSION], officer = kept[OFFICER] ?: officer, reason = kept[REASON].orEmpty()))

    /** The form with what it lacks. */
    fun gated(form: AssignForm): AssignForm {
        val fields = listOf(
            Triple(SESSION, FootageTexts.Session, form.session),
            Triple(OFFICER, FootageTexts.Officer, form.officer),
            Triple(REASON, FootageTexts.Reason, form.reason),
        )
        val blank = fields.filter { it.third.isNullOrBlank() }.map { (name, label, _) -> Need(name, Texts.lacks(label)) }
        return form.copy(gate = Gate(blank.isEmpty(), blank))
    }

    /** Keeps the form as it is typed. */
    fun keep(form: AssignForm) {
        draft.keep(mapOf(ITEM to form.file.item, SESSION to form.session.orEmpty(), OFFICER to form.officer.orEmpty(), REASON to form.reason))
    }

    /** Forgets it. */
    suspend fun forget() = draft.forget()

    /** Makes it a record. */
    suspend fun assign(form: AssignForm) {
        val session = form.session.takeIf { it != NOWHERE }
        view = shell.host.tell { it.assignFootage(AssignGiven(form.file.item, session, form.officer.orEmpty(), form.reason.trim())) }
        draft.forget()
    }

    private companion object {
        const val ITEM = "item"
        const val SESSION = "session"
        const val OFFICER = "officer"
        const val REASON = "reason"
        const val NOWHERE = "-"
    }
}
