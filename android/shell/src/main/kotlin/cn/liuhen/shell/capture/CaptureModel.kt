package cn.liuhen.shell.capture

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.CaptureSource
import cn.liuhen.core.CaptureView
import cn.liuhen.core.CoreFailure
import cn.liuhen.core.FailureKind
import cn.liuhen.core.SessionView
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.condition
import cn.liuhen.shell.host.LiveNow
import cn.liuhen.shell.host.makeThumbnail
import cn.liuhen.shell.host.photograph
import cn.liuhen.shell.said
import cn.liuhen.shell.tone
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext

/** The open activity: recording, and the way through its steps. */
class CaptureModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<CaptureState, CaptureAction>(shell, scope, CaptureState(loading = true)) {
    private val media = shell.device.media
    private val sheets = CaptureSheets(shell, scope, { now }) { sheet -> set { copy(sheet = sheet) } }
    private var ticking: Job? = null
    private var isRestored = false

    init {
        val mode = CaptureMode.entries.find { it.name == shell.device.saved[MODE] } ?: CaptureMode.PHOTO
        set { copy(mode = mode) }
        // Now, and again when the officer allows the camera after all.
        watch(shell.device.permissions.granted) { if (now.recording == null) media.prepare(now.mode) }
        follow { load() }
        watch(media.preview) { set { copy(preview = it) } }
        watch(shell.host.recording.state) { live ->
            set { copy(recording = live?.shown()) }
            if (live != null) tick()
        }
        // Whichever screen began it, and whichever is shown when it breaks off.
        watch(shell.host.recording.broken) { if (it != null) throw it }
        watch(shell.host.recorder.state) { seen ->
            set { copy(recorder = seen?.run { RecorderStrip(sentence.said(), if (lost) Tone.BAD else Tone.PLAIN, recording == true) }) }
        }
    }

    private suspend fun load() {
        val session = try {
            ask { it.session() }
        } catch (failure: CoreFailure.Failed) {
            if (failure.kind != FailureKind.NO_SESSION) throw failure
            set { copy(loading = false) }
            // The activity ended here and its last sheet is still shown, or it ended elsewhere.
            if (now.sheet !is CaptureSheet.Closed) leave()
            return
        }
        val capture = ask { it.captureScreen() }
        show(session, capture)
        if (!isRestored) {
            isRestored = true
            sheets.restore(session)
        } else {
            sheets.refresh(session)
        }
        if (shell.pictures.read(session.items)) show(session, capture)
    }

    private fun show(session: SessionView, capture: CaptureView) {
        val conditions = conditions(capture)
        set {
            copy(
                conditions = conditions,
                loading = false,
                activity = session.activity.said(),
                partyName = session.party.name,
                elapsed = session.elapsedText.said(),
                capture = capture.gate.said(),
                storage = capture.storage.said(),
                items = shell.pictures.lines(session.items),
                steps = session.steps.map { it.line() },
                triggers = session.triggers.map { it.said() },
                suggestion = session.suggestions.firstOrNull()?.because?.said(),
            )
        }
    }

    private fun conditions(capture: CaptureView): List<Condition> = shell.conditions(*NEEDED.getValue(now.mode)) +
        listOfNotNull(capture.storage.condition()) +
        capture.warnings.map { Condition.Said(it.said(), Tone.ATTENTION) }

    private fun LiveNow.shown(): RecordingShown = RecordingShown(
        mode = mode,
        elapsedMs = status.elapsedMs,
        levelPermille = status.levelPermille.toInt(),
        minutesLeft = status.minutesLeft,
        tone = status.space.tone(),
        safe = status.sentence.said(),
        interrupted = status.interrupted?.said(),
    )

    private fun tick() {
        if (ticking?.isActive == true) return
        ticking = launch {
            while (shell.host.recording.state.value != null) {
                delay(TICK_MS)
                shell.host.recording.look()
            }
        }
    }

    override fun CaptureState.with(work: Work): CaptureState = copy(work = work)

    override fun on(action: CaptureAction) {
        when (action) {
            is CaptureAction.SetMode -> setMode(action.mode)
            CaptureAction.Shutter -> shutter()
            CaptureAction.ToggleTorch -> {
                set { copy(torch = !torch) }
                media.setTorch(now.torch)
            }
            is CaptureAction.AskPermission -> shell.device.permissions.ask(action.permission)
            is CaptureAction.GoTo -> goTo(action.way)
            CaptureAction.OpenTrigger -> go(Place.TRIGGER_SHEET)
            CaptureAction.OpenFault -> go(Place.FAULT_SHEET)
            CaptureAction.OpenGap -> go(Place.GAP_SHEET)
            CaptureAction.OpenDocuments -> go(Place.DOCUMENTS)
            CaptureAction.OpenRecorder -> go(Place.RECORDER)
            CaptureAction.OpenReview -> openReview()
            CaptureAction.OpenSteps -> sheets.open(CaptureSheet.Steps)
            CaptureAction.CloseSheet -> if (now.sheet is CaptureSheet.Closed) leave() else sheets.open(null)
            is CaptureAction.SetConfirmedByParty -> sheets.edit<CaptureSheet.Certificate> { copy(confirmedByParty = action.confirmed) }
            is CaptureAction.SetChannel -> sheets.edit<CaptureSheet.Notice> { copy(channel = action.code) }
            is CaptureAction.SetResponse -> sheets.edit<CaptureSheet.Notice> { copy(response = action.code) }
            is CaptureAction.Explain -> sheets.explain(action.code, action.reason)
            CaptureAction.CertificateShown -> work(Texts.Working) { sheets.certificateShown() }
            CaptureAction.NoticeGiven -> work(Texts.Documents.Filling) { sheets.noticeGiven() }
            CaptureAction.AskClose -> work(Texts.Working) { sheets.askClose() }
            CaptureAction.Close -> work(Texts.Capture.Closing) { sheets.close() }
            CaptureAction.Leave -> leave()
            CaptureAction.DismissWork -> {
                shell.host.recording.dismiss()
                set { copy(work = Work.Idle) }
            }
        }
    }

    private fun setMode(mode: CaptureMode) {
        // A recording under way keeps the camera and the microphone.
        if (now.recording != null) return
        shell.device.saved[MODE] = mode.name
        set { copy(mode = mode, torch = false) }
        media.prepare(mode)
        launch { load() }
    }

    private fun shutter() {
        val mode = now.mode
        val encoding = media.encoding(mode)
        val given = CaptureGiven(encoding.mediaType, CaptureSource.PHONE, null, null, null, encoding.bytesPerSec?.toULong())
        when {
            now.recording != null -> media.stop()
            mode == CaptureMode.PHOTO -> work(Texts.Capture.Sealing) {
                // A photograph that was begun is taken although the phone is turned meanwhile.
                val item = withContext(NonCancellable) { shell.host.photograph(given, media) }
                shell.device.schedule.somethingToSend()
                launch { shell.host.makeThumbnail(item.item) }
                null
            }
            else -> work(Texts.Capture.Starting) {
                shell.host.recording.start(mode, given, media, shell.device.schedule)
                // What broke at once is not covered by the end of this.
                shell.host.recording.broken.value?.let { throw it }
                null
            }
        }
    }

    /** Back leads to the capture, not to the sheet from which one went. */
    private fun go(place: Place) {
        sheets.open(null)
        shell.navigator.to(place)
    }

    private fun goTo(way: StepWay) {
        sheets.open(null)
        when (way) {
            StepWay.CERTIFICATE -> work(Texts.Working) { sheets.openCertificate() }
            StepWay.NOTICE -> work(Texts.Working) { sheets.openNotice() }
            StepWay.DOCUMENTS -> go(Place.DOCUMENTS)
            StepWay.REVIEW -> openReview()
            StepWay.GAP -> go(Place.GAP_SHEET)
            StepWay.RECORDER -> go(Place.RECORDER)
            StepWay.EXPLAIN -> work(Texts.Working) { sheets.askClose() }
        }
    }

    /** The phone is given to the party. */
    private fun openReview() {
        work(Texts.Working) {
            tell { it.openReview() }
            media.letGo()
            shell.device.pin.pin()
            shell.navigator.to(Place.REVIEW)
            null
        }
    }

    private fun leave() {
        media.letGo()
        sheets.open(null)
        shell.navigator.only(Place.TODAY)
    }

    private companion object {
        const val MODE = "capture.mode"

        /** How often time and level are read while recording. */
        const val TICK_MS = 250L
        val NEEDED = mapOf(
            CaptureMode.PHOTO to arrayOf(Permission.CAMERA),
            CaptureMode.AUDIO to arrayOf(Permission.MICROPHONE),
            CaptureMode.VIDEO to arrayOf(Permission.CAMERA, Permission.MICROPHONE),
        )
    }
}
