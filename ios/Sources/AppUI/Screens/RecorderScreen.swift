import ShellCore
import SwiftUI

/// Body recorders: who has which, the one in use, and what is on its card.
struct RecorderScreen: View {
    let state: RecorderState
    let send: (RecorderAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: Texts.Recorder.title, conditions: state.conditions, loading: state.loading, work: state.work,
            ask: { _ in send(.askPermission) }, cancel: { send(state.copying == nil ? .stopSearch : .cancelCopy) },
            retry: { send(.search) }, dismiss: { send(.dismissWork) }
        ) {
            link
            if let copying = state.copying { card(copying) }
            if let live = state.live { inUse(live) }
            nearby
            if state.live == nil { register }
            FootageSections(state: state, send: send)
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(.back) }
            }
        }
        .sheet(isPresented: Binding(get: { state.issue != nil }, set: { if !$0 { send(.closeIssue) } })) {
            if let form = state.issue { issue(form) }
        }
        .sheet(isPresented: Binding(get: { state.assigning != nil }, set: { if !$0 { send(.closeAssign) } })) {
            if let form = state.assigning { AssignSheet(form: form, work: state.work, send: send) }
        }
    }

    private func card(_ copying: Copying) -> some View {
        VStack(alignment: .leading, spacing: 4) {
            Said(Texts.Recorder.copying).font(.headline)
            ProgressView(value: Double(copying.bytesDone), total: Double(max(1, copying.bytesTotal)))
            Said(Texts.Recorder.copied(copying.filesDone, of: copying.filesTotal)).font(.caption)
            Text(verbatim: When.bytes(copying.bytesDone) + " / " + When.bytes(copying.bytesTotal)).font(.caption)
            Text(verbatim: copying.path).font(.caption)
            AreaButton(title: Texts.cancel[lang]) { send(.cancelCopy) }
        }
    }

    @ViewBuilder private var link: some View {
        switch state.link {
        case .none, .connected: EmptyView()
        case .searching:
            Sign(Texts.Recorder.searching, .working)
            GateButton(title: Texts.Recorder.stopSearch) { send(.stopSearch) }
        case .connecting: Sign(Texts.Recorder.connecting, .working)
        case .lost: Sign(Texts.Recorder.lost, .bad)
        case .radioOff: Sign(Texts.Recorder.radioOff, .bad)
        }
    }

    private func inUse(_ live: RecorderShown) -> some View {
        Section(live.recorderNo) {
            Sign(live.sentence, live.tone)
            if live.recording, let secs = live.recordingSecs { Text(verbatim: When.clock(secs * 1000)).font(.title) }
            Fact(Texts.Recorder.battery, live.batteryPercent.map { "\($0)%" } ?? Texts.Recorder.unknown[lang])
            Fact(Texts.Recorder.space, live.freeBytes.map(When.bytes) ?? Texts.Recorder.unknown[lang])
            Fact(Texts.Recorder.left, live.minutesLeft.map(When.lasting) ?? Texts.Recorder.unknown)
            ForEach(live.alarms, id: \.self) { Sign($0, .bad) }
            if !live.events.isEmpty { Said(Texts.Recorder.events).font(.headline) }
            ForEach(live.events, id: \.self) { Said($0).font(.caption) }
            if live.canControl {
                GateButton(title: live.recording ? Texts.Capture.stopRecording : Texts.Recorder.start) {
                    send(live.recording ? .stopRecording : .startRecording)
                }
            }
            if live.canMark { GateButton(title: Texts.Recorder.mark, gate: Gate(live.recording), isMain: false) { send(.mark) } }
            if live.canList { GateButton(title: Texts.Recorder.list, isMain: false) { send(.listFiles) } }
            if let files = live.files { Text(verbatim: "\(files)").font(.caption) }
            GateButton(title: Texts.Recorder.copy, isMain: false) { send(.copyCard) }
            GateButton(title: Texts.Recorder.fault, isMain: false) { send(.openFault) }
            GateButton(title: Texts.Recorder.release, isMain: false) { send(.release) }
        }
    }

    @ViewBuilder private var register: some View {
        Said(state.recorders.isEmpty ? Texts.Recorder.none : Texts.Recorder.issued).font(.headline)
        ForEach(state.recorders, id: \.recorderNo) { line in
            Button {
                send(.choose(line.recorderNo))
            } label: {
                VStack(alignment: .leading, spacing: 4) {
                    Text(verbatim: line.recorderNo).font(.headline)
                    Fact(Texts.Recorder.holder, line.holder).font(.caption)
                    Sign(line.sentence, line.tone)
                }
                .wholeRow()
            }
            .accessibilityAddTraits(line.recorderNo == state.chosen ? .isSelected : [])
        }
        if state.chosen != nil && state.link != .searching {
            GateButton(title: Texts.Recorder.search) { send(.search) }
            GateButton(title: Texts.Recorder.copy, isMain: false) { send(.copyCard) }
        }
        GateButton(title: Texts.Recorder.issue, isMain: false) { send(.openIssue) }
        GateButton(title: Texts.Recorder.fault, isMain: false) { send(.openFault) }
    }

    @ViewBuilder private var nearby: some View {
        if !state.found.isEmpty {
            Section(Texts.Recorder.found[lang]) {
                ForEach(state.found, id: \.peer) { line in
                    VStack(alignment: .leading, spacing: 4) {
                        GateButton(title: Sentence(of: line.name), isMain: false) { send(.connect(line.peer)) }
                        Text(verbatim: line.protocol[lang] + (line.rssiDbm.map { " \($0) dBm" } ?? "")).font(.caption)
                    }
                }
            }
        }
    }

    private func issue(_ form: IssueForm) -> some View {
        List {
            Entry(Texts.Recorder.number, form.recorderNo) { text in change(form) { $0.recorderNo = text } }
            Entry(Texts.Recorder.serial, form.serial) { text in change(form) { $0.serial = text } }
            ChoiceList(title: Texts.Recorder.holder, choices: form.officers, chosen: form.officer) { code in
                change(form) { $0.officer = code }
            }
            Entry(Texts.Recorder.officerNo, form.configuredOfficerNo) { text in change(form) { $0.configuredOfficerNo = text } }
            Entry(Texts.Recorder.issuedBy, form.issuedBy) { text in change(form) { $0.issuedBy = text } }
            ChoiceList(title: Texts.Recorder.condition, choices: form.conditions, chosen: form.condition) { code in
                change(form) { $0.condition = code }
            }
            WorkRow(work: state.work, dismiss: { send(.dismissWork) })
            GateButton(title: Texts.Recorder.issue) { send(.issue) }
            GateButton(title: Texts.cancel, isMain: false) { send(.closeIssue) }
        }
        .buttonStyle(.borderless)
    }

    private func change(_ form: IssueForm, _ edit: (inout IssueForm) -> Void) {
        var form = form
        edit(&form)
        send(.setIssue(form))
    }
}

struct RecorderScreen_Previews: PreviewProvider {
    private static let line = RecorderLine(recorderNo: "ZFY-0007", serial: "SIM0001", holder: "李文", sentence: Samples.said, tone: .plain)
    private static let live = RecorderShown(
        recorderNo: "ZFY-0007", sentence: Samples.said, tone: .good, batteryPercent: 80, freeBytes: 1 << 34, minutesLeft: 300,
        recording: true, recordingSecs: 65, alarms: [Samples.said])

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            RecorderScreen(state: $0.of(RecorderState(recorders: [line], chosen: "ZFY-0007"))) { _ in }.previewDisplayName($0.rawValue)
        }
        ForEach(RecorderLink.allCases, id: \.self) {
            RecorderScreen(state: RecorderState(recorders: [line], chosen: "ZFY-0007", link: $0)) { _ in }.previewDisplayName($0.rawValue)
        }
        RecorderScreen(state: RecorderState()) { _ in }
        RecorderScreen(
            state: RecorderState(
                recorders: [line], chosen: "ZFY-0007",
                found: [FoundLine(peer: "p", name: "ZFY", protocol: Texts.Recorder.profile, rssiDbm: -40)])
        ) { _ in }
        RecorderScreen(state: RecorderState(recorders: [line], link: .connected, live: live)) { _ in }
        RecorderScreen(state: RecorderState(issue: IssueForm(officers: Samples.choices))) { _ in }
        RecorderScreen(
            state: RecorderState(copying: Copying(filesDone: 1, filesTotal: 3, bytesDone: 1, bytesTotal: 3, path: "DCIM/1.mp4"))
        ) { _ in }
    }
}
