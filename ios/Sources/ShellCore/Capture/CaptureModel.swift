import CoreBindings
import Observation

/// The open activity: recording, and the way through its steps.
@MainActor @Observable
public final class CaptureModel: ScreenModel {
    private static let mode = "capture.mode"
    /// How often time and level are read while recording.
    private static let tick = Duration.milliseconds(250)

    public internal(set) var state = CaptureState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let sheets: CaptureSheets
    @ObservationIgnored private var isTicking = false
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        sheets = CaptureSheets(shell)
        sheets.now = { [weak self] in self?.state.sheet }
        sheets.show = { [weak self] sheet in self?.set { $0.sheet = sheet } }
        let mode = shell.device.saved[Self.mode].flatMap(CaptureMode.init(rawValue:)) ?? .photo
        set { $0.mode = mode }
        // Now, and again when the officer allows the camera after all.
        watch(shell.device.permissions.granted) { model, _ in
            if model.state.recording == nil { model.media.prepare(model.state.mode) }
        }
        follow { try await $0.load() }
        watch(media.preview) { model, preview in model.set { $0.preview = preview } }
        watch(shell.host.recording.state) { model, live in
            let shown = live.map(model.shown)
            model.set { $0.recording = shown }
            if live != nil { model.startTicking() }
        }
        // Whoever comes to this screen learns it: the screen from which it was begun may be gone.
        watch(shell.host.recording.brokenOff) { model, told in
            if let told { model.set { $0.work = told } }
        }
        watch(shell.host.recorder.state) { model, seen in
            let strip = seen.map {
                RecorderStrip(sentence: $0.sentence.said(), tone: $0.lost ? .bad : .plain, recording: $0.recording == true)
            }
            model.set { $0.recorder = strip }
        }
    }

    private var media: any MediaSource { shell.device.media }

    /// A recording that broke off is said until it is dismissed, whatever else was done meanwhile.
    var atRest: Work { shell.host.recording.brokenOff.value ?? .idle }

    private func load() async throws {
        let session: SessionView
        do {
            session = try await ask { try await $0.session() }
        } catch CoreFailure.Failed(kind: .noSession, _, _, _) {
            set { $0.loading = false }
            // The activity ended here and its last sheet is still shown, or it ended elsewhere.
            if case .closed = state.sheet { return }
            leave()
            return
        }
        let capture = try await ask { try await $0.captureScreen() }
        show(session, capture)
        if !isRestored {
            isRestored = true
            try await sheets.restore(session)
        } else {
            sheets.refresh(session)
        }
        if await shell.pictures.read(session.items) { show(session, capture) }
    }

    private func show(_ session: SessionView, _ capture: CaptureView) {
        let conditions = conditions(capture)
        let items = shell.pictures.lines(session.items)
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.activity = session.activity.said()
            $0.partyName = session.party.name
            $0.elapsed = session.elapsedText.said()
            $0.capture = capture.gate.said()
            $0.storage = capture.storage.said()
            $0.items = items
            $0.steps = session.steps.map { $0.line() }
            $0.triggers = session.triggers.said()
            $0.suggestion = session.suggestions.first?.because.said()
        }
    }

    private func conditions(_ capture: CaptureView) -> [Condition] {
        shell.conditions(state.mode.needs) + [capture.storage.condition].compactMap { $0 }
            + capture.warnings.map { .said(sentence: $0.said(), tone: .attention) }
    }

    private func shown(_ live: LiveNow) -> RecordingShown {
        RecordingShown(
            mode: live.mode,
            elapsedMs: Int(live.status.elapsedMs),
            levelPermille: Int(live.status.levelPermille),
            minutesLeft: Int(live.status.minutesLeft),
            tone: live.status.space.tone,
            safe: live.status.sentence.said(),
            interrupted: live.status.interrupted?.said()
        )
    }

    private func startTicking() {
        if isTicking { return }
        isTicking = true
        life.add(
            Task { [weak self] in
                while let self, self.shell.host.recording.state.value != nil, !Task.isCancelled {
                    try? await Task.sleep(for: Self.tick)
                    self.shell.host.recording.look()
                }
                self?.isTicking = false
            })
    }

    public func send(_ action: CaptureAction) {
        switch action {
        case .setMode(let mode): setMode(mode)
        case .shutter: shutter()
        case .toggleTorch:
            set { $0.torch.toggle() }
            media.setTorch(state.torch)
        case .askPermission(let permission): shell.device.permissions.ask(permission)
        case .goTo(let way): goTo(way)
        case .openTrigger: go(.triggerSheet)
        case .openFault: go(.faultSheet)
        case .openGap: go(.gapSheet)
        case .openDocuments: go(.documents)
        case .openRecorder: go(.recorder)
        case .openReview: openReview()
        case .leave: leave()
        case .dismissWork: dismiss()
        case .openSteps, .closeSheet, .setConfirmedByParty, .setChannel, .setResponse, .explain, .certificateShown, .noticeGiven,
            .askClose, .close:
            sendToSheet(action)
        }
    }

    private func sendToSheet(_ action: CaptureAction) {
        switch action {
        case .openSteps: sheets.open(.steps)
        case .closeSheet: if case .closed = state.sheet { leave() } else { sheets.open(nil) }
        case .setConfirmedByParty(let confirmed): sheets.editCertificate { $0.confirmedByParty = confirmed }
        case .setChannel(let code): sheets.editNotice { $0.channel = code }
        case .setResponse(let code): sheets.editNotice { $0.response = code }
        case .explain(let code, let reason): sheets.explain(code, reason)
        case .certificateShown: work(Texts.working) { try await $0.sheets.certificateShown() }
        case .noticeGiven: work(Texts.Documents.filling) { try await $0.sheets.noticeGiven() }
        case .askClose: work(Texts.working) { try await $0.sheets.askClose() }
        case .close: work(Texts.Capture.closing) { try await $0.sheets.close() }
        default: break
        }
    }

    private func setMode(_ mode: CaptureMode) {
        // A recording under way keeps the camera and the microphone.
        if state.recording != nil { return }
        shell.device.saved[Self.mode] = mode.rawValue
        set {
            $0.mode = mode
            $0.torch = false
        }
        media.prepare(mode)
        launch { try await $0.load() }
    }

    private func shutter() {
        let mode = state.mode
        let encoding = media.encoding(mode)
        let given = CaptureGiven(
            mediaType: encoding.mediaType, source: .phone, sourceNo: nil, originalName: nil, label: nil,
            bytesPerSec: encoding.bytesPerSec.map { UInt64($0) })
        if state.recording != nil {
            media.stop()
        } else if mode == .photo {
            work(Texts.Capture.sealing) { model in
                let item = try await model.shell.host.photograph(given, model.media)
                model.shell.device.schedule.somethingToSend()
                model.launch { await $0.shell.host.makeThumbnail(item.item) }
                return nil
            }
        } else {
            work(Texts.Capture.starting) { model in
                try await model.shell.host.recording.start(mode, given, model.media, model.shell.device.schedule)
                return nil
            }
        }
    }

    private func dismiss() {
        if state.work == shell.host.recording.brokenOff.value { shell.host.recording.dismiss() }
        let rest = atRest
        set { $0.work = rest }
    }

    /// Back leads to the capture, not to the sheet from which one went.
    private func go(_ place: Place) {
        sheets.open(nil)
        shell.navigator.to(place)
    }

    private func goTo(_ way: StepWay) {
        sheets.open(nil)
        switch way {
        case .certificate: work(Texts.working) { try await $0.sheets.openCertificate() }
        case .notice: work(Texts.working) { try await $0.sheets.openNotice() }
        case .documents: go(.documents)
        case .review: openReview()
        case .gap: go(.gapSheet)
        case .recorder: go(.recorder)
        case .explain: work(Texts.working) { try await $0.sheets.askClose() }
        }
    }

    /// The phone is given to the party.
    private func openReview() {
        work(Texts.working) { model in
            _ = try await model.tell { try await $0.openReview() }
            model.media.letGo()
            model.shell.device.pin.pin()
            model.shell.navigator.to(.review)
            return nil
        }
    }

    private func leave() {
        media.letGo()
        sheets.open(nil)
        shell.navigator.only(Route(.today))
    }
}

extension CaptureMode {
    /// What it needs to be allowed.
    fileprivate var needs: [Permission] {
        switch self {
        case .photo: [.camera]
        case .audio: [.microphone]
        case .video: [.camera, .microphone]
        }
    }
}
