package cn.liuhen.shell.recorder

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.FoundRecorder
import cn.liuhen.core.IssueGiven
import cn.liuhen.core.RecorderView
import cn.liuhen.core.RecordersView
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import cn.liuhen.core.RecorderLine as CoreLine
import cn.liuhen.shell.Texts

/** Body recorders. */
class RecorderModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<RecorderState, RecorderAction>(shell, scope, RecorderState(loading = true)) {
    private val live = shell.host.recorder
    private val draft = Draft(shell, scope, "recorder_issue")
    private val footage = Footage(shell, scope)
    private var answers = emptyList<FoundRecorder>()
    private var searching: Job? = null
    private var isRestored = false

    init {
        set { copy(chosen = shell.device.saved[CHOSEN]) }
        follow { load() }
        watch(live.state) { seen -> set { copy(live = seen?.shown(), link = seen.link(link)) } }
        watch(live.copying) { copied -> set { copy(copying = copied?.run { Copying(filesDone.toInt(), filesTotal.toInt(), bytesDone.toLong(), bytesTotal.toLong(), path) }) } }
    }

    private suspend fun load() {
        show(ask { it.recordersScreen() })
        set(footage.load(now))
    }

    private suspend fun show(view: RecordersView) {
        val form = IssueForm(
            officers = view.officers.map { Choice(it.officer, Sentence.of(it.name)) },
            conditions = view.conditions.said(),
        )
        if (!isRestored) {
            isRestored = true
            val kept = draft.read()
            if (kept.isNotEmpty()) set { copy(issue = form.with(kept)) }
        }
        set {
            copy(
                conditions = shell.conditions(Permission.NEARBY_DEVICES),
                loading = false,
                recorders = view.recorders.map { it.shown() },
                // With one recorder there is nothing to choose: which one answers is proved when it is connected.
                chosen = chosen ?: view.recorders.singleOrNull()?.recorderNo,
                issue = issue?.copy(officers = form.officers, conditions = form.conditions),
            )
        }
    }

    private fun CoreLine.shown(): RecorderLine {
        val tone = if (faulty || lost) Tone.BAD else if (recording) Tone.WORKING else Tone.PLAIN
        return RecorderLine(recorderNo, serial, holder, sentence.said(), tone)
    }

    private fun RecorderView.shown(): LiveRecorder = LiveRecorder(
        recorderNo = recorderNo,
        sentence = sentence.said(),
        tone = if (lost) Tone.BAD else if (alarms.isEmpty()) Tone.GOOD else Tone.ATTENTION,
        batteryPercent = batteryPercent?.toInt(),
        freeBytes = freeBytes?.toLong(),
        minutesLeft = minutesLeft,
        recording = recording == true,
        recordingSecs = recordingSecs?.toLong(),
        alarms = alarms.map { it.said() },
        events = events.map { it.said() },
        canControl = canControl,
        canMark = canMark,
        canList = canList,
        files = files?.toInt(),
    )

    private fun RecorderView?.link(before: Link): Link = when {
        this == null -> if (before == Link.CONNECTED || before == Link.LOST) Link.NONE else before
        lost -> Link.LOST
        else -> Link.CONNECTED
    }

    override fun RecorderState.with(work: Work): RecorderState = copy(work = work)

    override fun on(action: RecorderAction) {
        when (action) {
            is RecorderAction.Choose -> {
                shell.device.saved[CHOSEN] = action.recorderNo
                set { copy(chosen = action.recorderNo) }
            }
            RecorderAction.Search -> search()
            RecorderAction.StopSearch -> searching?.cancel()
            is RecorderAction.Connect -> connect(action.peer)
            RecorderAction.StartRecording -> work(Texts.Working) { command { it.start() } }
            RecorderAction.StopRecording -> work(Texts.Working) { command { it.stop() } }
            RecorderAction.Mark -> work(Texts.Working) {
                live.command { it.mark() }
                Texts.Recorder.Marked
            }
            RecorderAction.ListFiles -> work(Texts.Working) { command { it.listFiles() } }
            RecorderAction.CopyCard -> copyCard()
            RecorderAction.CancelCopy -> live.cancelCopy()
            RecorderAction.Release -> work(Texts.Working) {
                live.release()
                null
            }
            RecorderAction.OpenIssue -> work(Texts.Working) {
                val view = ask { it.recordersScreen() }
                edit(IssueForm(officers = view.officers.map { Choice(it.officer, Sentence.of(it.name)) }, conditions = view.conditions.said()))
                null
            }
            is RecorderAction.SetIssue -> edit(action.form)
            RecorderAction.Issue -> issue()
            RecorderAction.CloseIssue -> work(Texts.Working) {
                set { copy(issue = null) }
                draft.forget()
                null
            }
            is RecorderAction.OpenAssign -> work(Texts.Working) {
                footage.form(action.item)?.let { assigning(it) }
                null
            }
            is RecorderAction.SetAssign -> assigning(action.form)
            RecorderAction.Assign -> assign()
            RecorderAction.CloseAssign -> work(Texts.Working) {
                set { copy(assigning = null) }
                footage.forget()
                null
            }
            RecorderAction.OpenFault -> shell.navigator.to(Place.FAULT_SHEET)
            RecorderAction.AskPermission -> shell.device.permissions.ask(Permission.NEARBY_DEVICES)
            RecorderAction.Back -> shell.navigator.back()
            RecorderAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private suspend fun command(verb: suspend (cn.liuhen.core.RecorderConnection) -> RecorderView): Sentence? {
        live.command(verb)
        return null
    }

    private fun search() {
        searching = work(Texts.Recorder.Searching, cancellable = true) {
            set { copy(link = Link.SEARCHING, found = emptyList()) }
            linked {
                answers = ask { it.scanRecorders(shell.device.radio, SEARCH_SECS) }
                val nearest = answers.sortedByDescending { it.rssiDbm ?: Short.MIN_VALUE }
                set { copy(link = Link.NONE, found = nearest.map { FoundLine(it.peer, it.name ?: it.peer, PROTOCOLS[it.protocol] ?: Sentence.of(it.protocol), it.rssiDbm?.toInt()) }) }
                if (answers.isEmpty()) Texts.Recorder.Nobody else null
            }
        }
        searching?.invokeOnCompletion { cause -> if (cause != null) set { copy(link = Link.NONE, work = Work.Idle) } }
    }

    private fun connect(peer: String) {
        val answer = answers.find { it.peer == peer } ?: return
        val recorderNo = now.chosen ?: return set { copy(work = Work.Failed(Texts.Recorder.ChooseFirst)) }
        work(Texts.Recorder.Connecting) {
            set { copy(link = Link.CONNECTING) }
            linked {
                live.connect(shell.device.radio, answer, recorderNo)
                set { copy(found = emptyList()) }
                null
            }
        }
    }

    /** Shows what a failure means for the link. */
    private suspend fun linked(block: suspend () -> Sentence?): Sentence? = try {
        block()
    } catch (failure: CoreFailure.Failed) {
        set { copy(link = if (failure.code == RADIO_OFF) Link.RADIO_OFF else Link.NONE) }
        throw failure
    }

    private fun copyCard() {
        val recorderNo = now.chosen ?: return
        work(Texts.Recorder.Copying, cancellable = true) {
            val card = shell.device.folders.pick() ?: return@work null
            // Who stood by is not asked on this screen, so nobody is named.
            live.copy { it.importCard(recorderNo, card, emptyList()) }.said()
        }
    }

    private fun edit(form: IssueForm) {
        set { copy(issue = form) }
        draft.keep(
            mapOf(
                "recorder_no" to form.recorderNo,
                "serial" to form.serial,
                "officer" to form.officer.orEmpty(),
                "configured" to form.configuredOfficerNo,
                "issued_by" to form.issuedBy,
                "condition" to form.condition.orEmpty(),
            ),
        )
    }

    private fun IssueForm.with(kept: Map<String, String>): IssueForm = copy(
        recorderNo = kept["recorder_no"].orEmpty(),
        serial = kept["serial"].orEmpty(),
        officer = kept["officer"],
        configuredOfficerNo = kept["configured"].orEmpty(),
        issuedBy = kept["issued_by"].orEmpty(),
        condition = kept["condition"],
    )

    private fun issue() {
        val form = now.issue ?: return
        work(Texts.Working) {
            val given = IssueGiven(
                form.recorderNo.trim(), form.serial.trim(), form.officer.orEmpty(), form.configuredOfficerNo.trim(), form.issuedBy.trim(), form.condition.orEmpty(), null,
            )
            val view = tell { it.issueRecorder(given) }
            draft.forget()
            set { copy(issue = null) }
            show(view)
            null
        }
    }

    private fun assigning(form: AssignForm) {
        set { copy(assigning = footage.gated(form)) }
        footage.keep(form)
    }

    private fun assign() {
        val form = now.assigning ?: return
        work(Texts.Working) {
            footage.assign(form)
            set { copy(assigning = null) }
            load()
            FootageTexts.Assigned
        }
    }

    private companion object {
        /** What protocols are called. */
        val PROTOCOLS = mapOf("profile" to Texts.Recorder.Profile, "gopro" to Sentence.of("Open GoPro"))
        const val CHOSEN = "recorder.chosen"
        const val RADIO_OFF = "radio_off"
        const val SEARCH_SECS = 8u
    }
}
