import CoreBindings
import Observation

/// Body recorders.
@MainActor @Observable
public final class RecorderModel: ScreenModel {
    private static let chosen = "recorder.chosen"
    /// A word of the core: the phone's Bluetooth is off.
    private static let radioOff = "radio_off"
    private static let searchSecs: UInt32 = 8

    public internal(set) var state = RecorderState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private let footage: Footage
    @ObservationIgnored private var answers: [FoundRecorder] = []
    @ObservationIgnored private var searching: Task<Void, Never>?
    @ObservationIgnored private var isRestored = false

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "recorder_issue")
        footage = Footage(shell)
        set { $0.chosen = shell.device.saved[Self.chosen] }
        follow { try await $0.load() }
        watch(live.state) { model, seen in
            model.set {
                $0.live = seen?.shown()
                $0.link = Self.link(seen, before: $0.link)
            }
        }
        watch(live.copying) { model, copied in model.set { $0.copying = copied?.shown() } }
    }

    private var live: LiveRecorder { shell.host.recorder }

    private func load() async throws {
        await show(try await ask { try await $0.recordersScreen() })
        let read = try await footage.load(state.assigning)
        set {
            $0.unassigned = read.shown.unassigned
            $0.unassignedCount = read.shown.unassignedCount
            $0.byHand = read.shown.byHand
            $0.assigning = read.form
        }
    }

    private func show(_ view: RecordersView) async {
        let form = view.form()
        if !isRestored {
            isRestored = true
            let kept = await draft.read()
            if !kept.isEmpty { set { $0.issue = form.with(kept) } }
        }
        let conditions = shell.conditions(.nearbyDevices)
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.recorders = view.recorders.map { $0.shown() }
            // With one recorder there is nothing to choose: which one answers is proved when it is connected.
            if $0.chosen == nil, view.recorders.count == 1 { $0.chosen = view.recorders[0].recorderNo }
            $0.issue?.officers = form.officers
            $0.issue?.conditions = form.conditions
        }
    }

    private static func link(_ seen: RecorderView?, before: RecorderLink) -> RecorderLink {
        guard let seen else { return before == .connected || before == .lost ? .none : before }
        return seen.lost ? .lost : .connected
    }

    public func send(_ action: RecorderAction) {
        switch action {
        case .choose(let recorder):
            shell.device.saved[Self.chosen] = recorder
            set { $0.chosen = recorder }
        case .search: search()
        case .stopSearch:
            searching?.cancel()
            set {
                $0.link = .none
                $0.work = .idle
            }
        case .connect(let peer): connect(peer)
        case .startRecording: command { try await $0.start() }
        case .stopRecording: command { try await $0.stop() }
        case .mark: command(Texts.Recorder.marked) { try await $0.mark() }
        case .listFiles: command { try await $0.listFiles() }
        case .copyCard: copyCard()
        case .cancelCopy: live.cancelCopy()
        case .release:
            work(Texts.working) { model in
                try await model.live.release()
                return nil
            }
        case .openIssue, .setIssue, .issue, .closeIssue: sendToForm(action)
        case .openAssign, .setAssign, .assign, .closeAssign: sendToFootage(action)
        case .openFault: shell.navigator.to(.faultSheet)
        case .askPermission: shell.device.permissions.ask(.nearbyDevices)
        case .back: shell.navigator.back()
        case .dismissWork: set { $0.work = .idle }
        }
    }

    private func sendToForm(_ action: RecorderAction) {
        switch action {
        case .openIssue:
            work(Texts.working) { model in
                model.edit(try await model.ask { try await $0.recordersScreen() }.form())
                return nil
            }
        case .setIssue(let form): edit(form)
        case .issue: issue()
        case .closeIssue:
            work(Texts.working) { model in
                model.set { $0.issue = nil }
                try await model.draft.forget()
                return nil
            }
        default: break
        }
    }

    private func sendToFootage(_ action: RecorderAction) {
        switch action {
        case .openAssign(let item):
            work(Texts.working) { model in
                if let form = try await model.footage.form(item) { model.assigning(form) }
                return nil
            }
        case .setAssign(let form): assigning(form)
        case .assign:
            guard let form = state.assigning else { return }
            work(Texts.working) { model in
                try await model.footage.assign(form)
                model.set { $0.assigning = nil }
                try await model.load()
                return Texts.Footage.assigned
            }
        case .closeAssign:
            work(Texts.working) { model in
                model.set { $0.assigning = nil }
                try await model.footage.forget()
                return nil
            }
        default: break
        }
    }

    private func assigning(_ form: AssignForm) {
        let form = footage.gated(form)
        set { $0.assigning = form }
        footage.keep(form)
    }

    private func command(_ done: Sentence? = nil, _ verb: @escaping @MainActor (RecorderConnection) async throws -> RecorderView) {
        work(Texts.working) { model in
            try await model.live.command(verb)
            return done
        }
    }

    private func search() {
        searching = work(Texts.Recorder.searching, cancellable: true) { model in
            model.set {
                $0.link = .searching
                $0.found = []
            }
            return try await model.linked {
                let radio = model.shell.device.radio
                let answers = try await model.ask { try await $0.scanRecorders(radio: radio, secs: Self.searchSecs) }
                // Whoever stopped searching wants no answers.
                try Task.checkCancellation()
                model.answers = answers
                model.set {
                    $0.link = .none
                    $0.found = answers.nearestFirst()
                }
                return answers.isEmpty ? Texts.Recorder.nobody : nil
            }
        }
    }

    private func connect(_ peer: String) {
        guard let answer = answers.first(where: { $0.peer == peer }) else { return }
        guard let recorder = state.chosen else { return set { $0.work = .failed(why: Texts.Recorder.chooseFirst) } }
        work(Texts.Recorder.connecting) { model in
            model.set { $0.link = .connecting }
            return try await model.linked {
                try await model.live.connect(model.shell.device.radio, answer, recorder)
                model.set { $0.found = [] }
                return nil
            }
        }
    }

    /// Shows what a failure means for the link.
    private func linked(_ block: @MainActor () async throws -> Sentence?) async throws -> Sentence? {
        do {
            return try await block()
        } catch let failure as CoreFailure {
            if case .Failed(_, let code, _, _) = failure { set { $0.link = code == Self.radioOff ? .radioOff : .none } }
            throw failure
        }
    }

    private func copyCard() {
        guard let recorder = state.chosen else { return }
        work(Texts.Recorder.copying, cancellable: true) { model in
            guard let card = await model.shell.device.folders.pick() else { return nil }
            // Who stood by is not asked on this screen, so nobody is named.
            let done = try await model.live.copy { try await $0.importCard(recorderNo: recorder, card: card, supervisors: []) }
            return done.said()
        }
    }

    private func edit(_ form: IssueForm) {
        set { $0.issue = form }
        draft.keep([
            "recorder_no": form.recorderNo,
            "serial": form.serial,
            "officer": form.officer ?? "",
            "configured": form.configuredOfficerNo,
            "issued_by": form.issuedBy,
            "condition": form.condition ?? "",
        ])
    }

    private func issue() {
        guard let form = state.issue else { return }
        work(Texts.working) { model in
            let given = IssueGiven(
                recorderNo: form.recorderNo.trimmed, serial: form.serial.trimmed, officer: form.officer ?? "",
                configuredOfficerNo: form.configuredOfficerNo.trimmed, issuedBy: form.issuedBy.trimmed, condition: form.condition ?? "",
                note: nil)
            let view = try await model.tell { try await $0.issueRecorder(request: given) }
            try await model.draft.forget()
            model.set { $0.issue = nil }
            await model.show(view)
            return nil
        }
    }
}
