import ShellCore
import SwiftUI

/// The open activity: recording, and the way through its steps. The viewfinder is the phone's own view.
struct CaptureScreen<Viewfinder: View>: View {
    let state: CaptureState
    let viewfinder: Viewfinder
    let send: (CaptureAction) -> Void
    @Environment(\.lang) private var lang

    init(state: CaptureState, viewfinder: Viewfinder, send: @escaping (CaptureAction) -> Void) {
        self.state = state
        self.viewfinder = viewfinder
        self.send = send
    }

    var body: some View {
        Frame(
            title: state.activity, conditions: state.conditions, loading: state.loading, work: state.work,
            ask: { send(.askPermission($0)) }, retry: { send(.shutter) }, dismiss: { send(.dismissWork) }
        ) {
            HStack(spacing: 8) {
                Text(verbatim: state.partyName).font(.headline)
                Spacer()
                Said(state.elapsed).font(.caption)
            }
            picture
            shutter
            if let recorder = state.recorder {
                Button {
                    send(.openRecorder)
                } label: {
                    Sign(recorder.sentence, recorder.tone).wholeRow()
                }
            }
            ForEach(state.triggers, id: \.self) { Sign($0, .attention) }
            if let suggestion = state.suggestion {
                Button {
                    send(.openTrigger)
                } label: {
                    Sign(Sentence(Texts.Trigger.hint.zh + suggestion.zh, Texts.Trigger.hint.en + suggestion.en), .attention).wholeRow()
                }
            }
            ways
            Section(Texts.Capture.items(state.items.count)[lang]) {
                ForEach(state.items, id: \.item) { ItemRow(item: $0) }
            }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.Capture.toToday[lang]) { send(.leave) }
            }
        }
        .sheet(isPresented: Binding(get: { state.sheet != nil }, set: { if !$0 { send(.closeSheet) } })) {
            if let sheet = state.sheet {
                CaptureSheetView(sheet: sheet, steps: state.steps, work: state.work, send: send)
            }
        }
    }

    @ViewBuilder private var picture: some View {
        switch (state.mode, state.preview) {
        case (.audio, _): Said(Texts.Capture.audioReady)
        case (_, .live): viewfinder.frame(maxWidth: .infinity, minHeight: 320).accessibilityHidden(true)
        case (_, .starting): Said(Texts.Capture.previewStarting)
        case (_, .off): Said(Texts.Capture.previewOff)
        case (_, .takenByOthers): Sign(Texts.Capture.previewTaken, .bad)
        }
    }

    @ViewBuilder private var shutter: some View {
        if let recording = state.recording {
            VStack(alignment: .leading, spacing: 8) {
                HStack(spacing: 8) {
                    Sign(recording.mode == .video ? Texts.Capture.videoRuns : Texts.Capture.soundRuns, .bad)
                    Spacer()
                    Text(verbatim: When.clock(recording.elapsedMs)).font(.title)
                        .accessibilityLabel(When.spoken(recording.elapsedMs)[lang])
                }
                ProgressView(value: Double(recording.levelPermille), total: 1000).accessibilityLabel(Texts.Capture.level[lang])
                Said(recording.safe).font(.caption)
                Sign(Texts.Capture.minutesLeft(When.lasting(recording.minutesLeft)), recording.tone).font(.caption)
                if let why = recording.interrupted { Sign(why, .bad) }
                GateButton(title: Texts.Capture.stopRecording) { send(.shutter) }
            }
        } else {
            Picker(
                Texts.Capture.photo[lang], selection: Binding(get: { state.mode }, set: { send(.setMode($0)) }),
                content: { ForEach(CaptureMode.allCases, id: \.self) { Said(name($0)).tag($0) } }
            )
            .pickerStyle(.segmented)
            GateButton(title: start, gate: state.capture) { send(.shutter) }
            if state.mode != .audio && state.preview == .live { Switch(Texts.Capture.torch, state.torch) { _ in send(.toggleTorch) } }
            if let storage = state.storage { StorageRow(storage: storage) }
        }
    }

    private func name(_ mode: CaptureMode) -> Sentence {
        switch mode {
        case .photo: Texts.Capture.photo
        case .audio: Texts.Capture.audio
        case .video: Texts.Capture.video
        }
    }

    private var start: Sentence {
        switch state.mode {
        case .photo: Texts.Capture.takePhoto
        case .audio: Texts.Capture.startAudio
        case .video: Texts.Capture.startVideo
        }
    }

    private var ways: some View {
        Section(Texts.Capture.stepsDone(state.steps.filter(\.done).count, of: state.steps.count)[lang]) {
            GateButton(title: Texts.Capture.steps, isMain: false) { send(.openSteps) }
            GateButton(title: Texts.Documents.title, isMain: false) { send(.openDocuments) }
            GateButton(title: Texts.Capture.review, isMain: false) { send(.openReview) }
            GateButton(title: Texts.Capture.trigger, isMain: false) { send(.openTrigger) }
            GateButton(title: Texts.Capture.gap, isMain: false) { send(.openGap) }
            GateButton(title: Texts.Capture.fault, isMain: false) { send(.openFault) }
            GateButton(title: Texts.Recorder.title, isMain: false) { send(.openRecorder) }
            GateButton(title: Texts.Capture.closeTitle, isMain: false) { send(.askClose) }
        }
    }
}

struct CaptureScreen_Previews: PreviewProvider {
    private static func shown(_ state: CaptureState) -> some View {
        CaptureScreen(state: state, viewfinder: Color.black) { _ in }
    }

    private static let steps = StepWay.allCases.map {
        StepLine(code: $0.rawValue, label: Samples.said, tone: .plain, done: $0 == .certificate, missing: [Samples.need], way: $0)
    }

    private static let open = CaptureState(
        activity: Samples.said, partyName: "示例公司", storage: Samples.storage, preview: .live, items: Samples.items, steps: steps)

    private static func recording(_ mode: CaptureMode) -> CaptureState {
        CaptureState(
            mode: mode,
            recording: RecordingShown(
                mode: mode, elapsedMs: 65_000, levelPermille: 400, minutesLeft: 9, tone: .attention, safe: Samples.said,
                interrupted: Samples.said), preview: .live)
    }

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) { shown($0.of(open)).previewDisplayName($0.rawValue) }
        ForEach(CaptureMode.allCases, id: \.self) { shown(CaptureState(mode: $0, storage: Samples.storage)) }
        ForEach(CameraPreview.allCases, id: \.self) { shown(CaptureState(preview: $0)) }
        shown(recording(.audio))
        shown(recording(.video))
        shown(CaptureState(capture: Gate(false, [Samples.need])))
        shown(CaptureState(recorder: RecorderStrip(sentence: Samples.said, tone: .bad, recording: true), suggestion: Samples.said))
        shown(CaptureState(triggers: [Samples.said], sheet: .steps))
    }
}
