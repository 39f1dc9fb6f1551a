package cn.liuhen.shell.sessionopen

import cn.liuhen.core.CheckRequest
import cn.liuhen.core.CheckVerdict
import cn.liuhen.core.CheckView
import cn.liuhen.core.OpenSessionRequest
import cn.liuhen.core.OpenSessionView
import cn.liuhen.core.OverrideGiven
import cn.liuhen.core.PartyGiven
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.condition
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow

/** Before an activity: the equipment, who, whom, what about, where. */
class SessionOpenModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<SessionOpenState, SessionOpenAction>(shell, scope, SessionOpenState(loading = true)) {
    private val draft = Draft(shell, scope, "session_open")
    private var overrides = emptyMap<String, String>()
    private var isRestored = false

    /** What is entered, for the core to say what it lacks; what was typed meanwhile is asked about next. */
    private val forms = MutableStateFlow(now.request())

    init {
        follow { load() }
        watch(forms) { if (isRestored) tellLacks(it) }
    }

    private suspend fun load() {
        val view = ask { it.openSessionScreen() }
        if (!isRestored) {
            restore(draft.read())
            isRestored = true
        }
        val conditions = conditions(view)
        set {
            copy(
                conditions = conditions,
                loading = false,
                check = view.check?.shown(),
                storage = view.storage.said(),
                recorders = view.recorders.map { Choice(it.recorderNo, Sentence.of("${it.recorderNo} ${it.holder}")) },
                activities = view.activities.said(),
                officers = view.officers.map { it.said() },
                partyKinds = view.partyKinds.said(),
                causes = view.causes.said(),
                recorder = recorder ?: shell.host.recorder.state.value?.recorderNo,
            )
        }
        forms.value = now.request()
        tellLacks(now.request())
    }

    private fun conditions(view: OpenSessionView): List<Condition> = shell.conditions() +
        listOfNotNull(view.storage.condition()) +
        view.officers.filter { it.officer in now.chosenOfficers }.mapNotNull { it.whyNot }.map { Condition.CertificateExpired(it.said()) }

    private fun CheckView.shown(): CheckShown = CheckShown(
        sentence = sentence.said(),
        tone = if (passed) Tone.GOOD else Tone.BAD,
        lines = lines.map { line ->
            CheckLine(line.code, line.label.said(), line.verdict.tone(), line.reason ?: overrides[line.code], line.overridable)
        },
        passed = passed && fresh,
    )

    private fun CheckVerdict.tone(): Tone = when (this) {
        CheckVerdict.GOOD -> Tone.GOOD
        CheckVerdict.FAILED -> Tone.BAD
        CheckVerdict.OVERRIDDEN -> Tone.ATTENTION
    }

    /** What the form lacks, said at the button and beside each field. */
    private suspend fun tellLacks(form: OpenSessionRequest) {
        val gate = ask { it.openGate(form) }.said()
        val problems = gate.missing.mapNotNull { need -> FIELDS[need.code]?.let { it to need.sentence } }.toMap()
        if (form == now.request()) set { copy(gate = gate, problems = problems) }
    }

    private fun SessionOpenState.request(): OpenSessionRequest {
        val chosen = causes.find { it.code == cause && causeText.isBlank() }
        val party = PartyGiven(partyName.trim(), partyKind.orEmpty(), uscc.trim().ifEmpty { null }, representative.trim().ifEmpty { null })
        return OpenSessionRequest(
            activity.orEmpty(), chosenOfficers, party, chosen?.code.orEmpty(), chosen?.label?.zh ?: causeText.trim(), placeText.trim(), null,
        )
    }

    override fun SessionOpenState.with(work: Work): SessionOpenState = copy(work = work)

    override fun on(action: SessionOpenAction) {
        when (action) {
            is SessionOpenAction.GoTo -> edit { copy(step = action.step) }
            is SessionOpenAction.SetPlannedMinutes -> edit { copy(plannedMinutes = action.minutes) }
            is SessionOpenAction.ChooseRecorder -> edit { copy(recorder = action.recorderNo) }
            SessionOpenAction.Check -> check()
            is SessionOpenAction.Override -> {
                overrides = if (action.reason.isBlank()) overrides - action.code else overrides + (action.code to action.reason)
                check()
            }
            is SessionOpenAction.ChooseActivity -> edit { copy(activity = action.code) }
            is SessionOpenAction.ToggleOfficer -> edit { copy(chosenOfficers = chosenOfficers.toggled(action.officer)) }
            is SessionOpenAction.MakeLead -> edit { copy(chosenOfficers = listOf(action.officer) + (chosenOfficers - action.officer)) }
            is SessionOpenAction.ChoosePartyKind -> edit { copy(partyKind = action.code) }
            is SessionOpenAction.SetPartyName -> edit { copy(partyName = action.name) }
            is SessionOpenAction.SetUscc -> edit { copy(uscc = action.uscc) }
            is SessionOpenAction.SetRepresentative -> edit { copy(representative = action.name) }
            is SessionOpenAction.ChooseCause -> edit { copy(cause = action.code, causeText = "") }
            is SessionOpenAction.SetCauseText -> edit { copy(cause = null, causeText = action.text) }
            is SessionOpenAction.SetPlace -> edit { copy(placeText = action.text) }
            SessionOpenAction.Open -> openSession()
            SessionOpenAction.Back -> shell.navigator.back()
            SessionOpenAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private fun List<String>.toggled(officer: String): List<String> = if (officer in this) this - officer else this + officer

    private fun edit(change: SessionOpenState.() -> SessionOpenState) {
        set(change)
        forms.value = now.request()
        draft.keep(now.fields())
    }

    private fun check() {
        work(Texts.Open.Checking) {
            val recorder = now.recorder?.let { shell.host.recorder.stateForCheck() }
            val request = CheckRequest(
                batteryPercent = shell.device.battery.percent().toLong(),
                plannedMinutes = now.plannedMinutes.toLong(),
                recorder = recorder,
                overrides = overrides.map { (code, reason) -> OverrideGiven(code, reason) },
            )
            val made = tell { it.checkEquipment(request) }
            set { copy(check = made.shown()) }
            tellLacks(now.request())
            null
        }
    }

    private fun openSession() {
        work(Texts.Open.Opening) {
            val form = now.request()
            tell { it.openSession(form) }
            draft.forget()
            shell.navigator.only(Place.TODAY, Place.CAPTURE)
            null
        }
    }

    private fun SessionOpenState.fields(): Map<String, String> = mapOf(
        "step" to step.name,
        "planned_minutes" to plannedMinutes.toString(),
        "recorder" to recorder.orEmpty(),
        "activity" to activity.orEmpty(),
        "officers" to chosenOfficers.joinToString("\n"),
        "party_kind" to partyKind.orEmpty(),
        "party_name" to partyName,
        "uscc" to uscc,
        "representative" to representative,
        "cause" to cause.orEmpty(),
        "cause_text" to causeText,
        "place" to placeText,
    )

    private fun restore(kept: Map<String, String>) {
        set {
            copy(
                step = OpenStep.entries.find { it.name == kept["step"] } ?: step,
                plannedMinutes = kept["planned_minutes"]?.toIntOrNull() ?: plannedMinutes,
                recorder = kept["recorder"],
                activity = kept["activity"],
                chosenOfficers = kept["officers"]?.lines().orEmpty(),
                partyKind = kept["party_kind"],
                partyName = kept["party_name"].orEmpty(),
                uscc = kept["uscc"].orEmpty(),
                representative = kept["representative"].orEmpty(),
                cause = kept["cause"],
                causeText = kept["cause_text"].orEmpty(),
                placeText = kept["place"].orEmpty(),
            )
        }
    }

    private companion object {
        /** Which field a word of the core's gate is about. */
        val FIELDS = mapOf(
            "activity" to OpenField.ACTIVITY,
            "officers" to OpenField.OFFICERS,
            "lead_officer" to OpenField.OFFICERS,
            "qualification" to OpenField.OFFICERS,
            "unknown_officer" to OpenField.OFFICERS,
            "party_kind" to OpenField.PARTY_KIND,
            "party_name" to OpenField.PARTY_NAME,
            "cause" to OpenField.CAUSE,
            "place" to OpenField.PLACE,
        )
    }
}
