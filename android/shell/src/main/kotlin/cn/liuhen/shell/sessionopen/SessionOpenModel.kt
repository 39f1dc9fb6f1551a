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
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
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

/** Before an activity: the equipment, who, whom, what about, where. */
class SessionOpenModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<SessionOpenState, SessionOpenAction>(shell, scope, SessionOpenState(loading = true)) {
    private val draft = Draft(shell, scope, "session_open")
    private var overrides = emptyMap<String, String>()
    private var coreGate = Gate(false)
    private var isRestored = false

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.openSessionScreen() }
        if (!isRestored) {
            restore(draft.read())
            isRestored = true
        }
        coreGate = view.gate.said()
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
            ).gated()
        }
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

    /** Whether the form is filled; what the law wants of it, the core says when it is sent. */
    private fun SessionOpenState.gated(): SessionOpenState {
        val blank = buildList {
            if (activity == null) add("activity")
            if (chosenOfficers.isEmpty()) add("officers")
            if (partyKind == null) add("party_kind")
            if (partyName.isBlank()) add("party_name")
            if (cause == null) add("cause")
            if (placeText.isBlank()) add("place_text")
        }
        val needs = coreGate.missing + blank.map { Need(it, Texts.FillIn) }
        return copy(gate = Gate(coreGate.allowed && blank.isEmpty(), needs))
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
            is SessionOpenAction.ChooseCause -> edit { copy(cause = action.code) }
            is SessionOpenAction.SetPlace -> edit { copy(placeText = action.text) }
            SessionOpenAction.Open -> openSession()
            SessionOpenAction.Back -> shell.navigator.back()
            SessionOpenAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private fun List<String>.toggled(officer: String): List<String> = if (officer in this) this - officer else this + officer

    private fun edit(change: SessionOpenState.() -> SessionOpenState) {
        set { change().gated() }
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
            null
        }
    }

    private fun openSession() {
        work(Texts.Open.Opening) {
            val form = now
            val cause = form.causes.find { it.code == form.cause }
            val party = PartyGiven(form.partyName.trim(), form.partyKind.orEmpty(), form.uscc.trim().ifEmpty { null }, form.representative.trim().ifEmpty { null })
            tell {
                it.openSession(
                    OpenSessionRequest(form.activity.orEmpty(), form.chosenOfficers, party, cause?.code.orEmpty(), cause?.label?.zh.orEmpty(), form.placeText.trim(), null),
                )
            }
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
                placeText = kept["place"].orEmpty(),
            )
        }
    }
}
