import CoreBindings
import Observation

/// Before an activity: the equipment, who, whom, what about, where.
@MainActor @Observable
public final class SessionOpenModel: ScreenModel {
    /// Which field a word of the core's gate is about.
    private static let fields: [String: OpenField] = [
        "activity": .activity,
        "officers": .officers,
        "lead_officer": .officers,
        "qualification": .officers,
        "unknown_officer": .officers,
        "party_kind": .partyKind,
        "party_name": .partyName,
        "cause": .cause,
        "place": .place,
    ]

    public internal(set) var state = SessionOpenState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private let draft: Draft
    @ObservationIgnored private var overrides: [String: String] = [:]
    @ObservationIgnored private var isRestored = false
    /// What is entered, for the core to say what it lacks; what was typed meanwhile is asked about next.
    @ObservationIgnored private lazy var forms = Newest<OpenSessionRequest> { [weak self] in try await self?.tellLacks($0) }

    public init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "session_open")
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.openSessionScreen() }
        if !isRestored {
            restore(await draft.read())
            isRestored = true
        }
        let conditions = conditions(view)
        let check = view.check.map(shown)
        let connected = shell.host.recorder.state.value?.recorderNo
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.check = check
            $0.storage = view.storage.said()
            $0.recorders = view.recorders.map { Choice(code: $0.recorderNo, label: Sentence(of: "\($0.recorderNo) \($0.holder)")) }
            $0.activities = view.activities.said()
            $0.officers = view.officers.map { $0.said() }
            $0.partyKinds = view.partyKinds.said()
            $0.causes = view.causes.said()
            $0.recorder = $0.recorder ?? connected
        }
        try await tellLacks(request)
    }

    private func conditions(_ view: OpenSessionView) -> [Condition] {
        let chosen = view.officers.filter { state.chosenOfficers.contains($0.officer) }
        return shell.conditions() + [view.storage.condition].compactMap { $0 }
            + chosen.compactMap(\.whyNot).map { .certificateExpired(sentence: $0.said()) }
    }

    private func shown(_ check: CheckView) -> CheckShown {
        CheckShown(
            sentence: check.sentence.said(),
            tone: check.passed ? .good : .bad,
            lines: check.lines.map {
                CheckLine(
                    code: $0.code, label: $0.label.said(), tone: $0.verdict.tone, reason: $0.reason ?? overrides[$0.code],
                    overridable: $0.overridable)
            },
            passed: check.passed && check.fresh
        )
    }

    /// What the form lacks, said at the button and beside each field.
    private func tellLacks(_ form: OpenSessionRequest) async throws {
        let gate = try await ask { try await $0.openGate(request: form) }.said()
        // What was typed meanwhile is asked about next.
        if form != request { return }
        let problems = gate.missing.compactMap { need in Self.fields[need.code].map { ($0, need.sentence) } }
        set {
            $0.gate = gate
            $0.problems = Dictionary(problems, uniquingKeysWith: { $1 })
        }
    }

    /// The form as the core takes it.
    private var request: OpenSessionRequest {
        let form = state
        let chosen = form.causeText.isBlank ? form.causes.first { $0.code == form.cause } : nil
        let party = PartyGiven(
            name: form.partyName.trimmed, kind: form.partyKind ?? "", uscc: form.uscc.trimmed.nonEmpty,
            representative: form.representative.trimmed.nonEmpty)
        return OpenSessionRequest(
            activity: form.activity ?? "", officers: form.chosenOfficers, party: party, causeCode: chosen?.code ?? "",
            causeName: chosen?.label.zh ?? form.causeText.trimmed, placeText: form.placeText.trimmed, deviceNo: nil)
    }

    public func send(_ action: SessionOpenAction) {
        switch action {
        case .goTo(let step): edit { $0.step = step }
        case .setPlannedMinutes(let minutes): edit { $0.plannedMinutes = minutes }
        case .chooseRecorder(let recorder): edit { $0.recorder = recorder }
        case .check: check()
        case .override(let code, let reason):
            overrides[code] = reason.isBlank ? nil : reason
            check()
        case .chooseActivity(let code): edit { $0.activity = code }
        case .toggleOfficer(let officer):
            edit {
                if let at = $0.chosenOfficers.firstIndex(of: officer) {
                    $0.chosenOfficers.remove(at: at)
                } else {
                    $0.chosenOfficers.append(officer)
                }
            }
        case .makeLead(let officer): edit { $0.chosenOfficers = [officer] + $0.chosenOfficers.filter { $0 != officer } }
        case .choosePartyKind(let code): edit { $0.partyKind = code }
        case .setPartyName(let name): edit { $0.partyName = name }
        case .setUscc(let uscc): edit { $0.uscc = uscc }
        case .setRepresentative(let name): edit { $0.representative = name }
        case .chooseCause(let code):
            edit {
                $0.cause = code
                $0.causeText = ""
            }
        case .setCauseText(let text):
            edit {
                $0.cause = nil
                $0.causeText = text
            }
        case .setPlace(let text): edit { $0.placeText = text }
        case .open: openSession()
        case .back: shell.navigator.back()
        case .dismissWork: set { $0.work = .idle }
        }
    }

    private func edit(_ change: (inout SessionOpenState) -> Void) {
        set(change)
        forms.want(request)
        draft.keep(fields(state))
    }

    private func check() {
        work(Texts.Open.checking) { model in
            let form = model.state
            var recorder: CoreBindings.RecorderState?
            if form.recorder != nil { recorder = try await model.shell.host.recorder.stateForCheck() }
            let request = CheckRequest(
                batteryPercent: Int64(model.shell.device.battery.percent()),
                plannedMinutes: Int64(form.plannedMinutes),
                recorder: recorder,
                overrides: model.overrides.map { OverrideGiven(what: $0.key, reason: $0.value) }
            )
            let made = try await model.tell { try await $0.checkEquipment(request: request) }
            let shown = model.shown(made)
            model.set { $0.check = shown }
            try await model.tellLacks(model.request)
            return nil
        }
    }

    private func openSession() {
        work(Texts.Open.opening) { model in
            let request = model.request
            _ = try await model.tell { try await $0.openSession(request: request) }
            try await model.draft.forget()
            model.shell.navigator.only(Route(.today, .capture))
            return nil
        }
    }

    private func fields(_ form: SessionOpenState) -> [String: String] {
        [
            "step": form.step.rawValue,
            "planned_minutes": String(form.plannedMinutes),
            "recorder": form.recorder ?? "",
            "activity": form.activity ?? "",
            "officers": form.chosenOfficers.joined(separator: "\n"),
            "party_kind": form.partyKind ?? "",
            "party_name": form.partyName,
            "uscc": form.uscc,
            "representative": form.representative,
            "cause": form.cause ?? "",
            "cause_text": form.causeText,
            "place": form.placeText,
        ]
    }

    private func restore(_ kept: [String: String]) {
        set {
            $0.step = kept["step"].flatMap(OpenStep.init(rawValue:)) ?? $0.step
            $0.plannedMinutes = kept["planned_minutes"].flatMap(Int.init) ?? $0.plannedMinutes
            $0.recorder = kept["recorder"]
            $0.activity = kept["activity"]
            $0.chosenOfficers = kept["officers"]?.split(separator: "\n").map(String.init) ?? []
            $0.partyKind = kept["party_kind"]
            $0.partyName = kept["party_name"] ?? ""
            $0.uscc = kept["uscc"] ?? ""
            $0.representative = kept["representative"] ?? ""
            $0.cause = kept["cause"]
            $0.causeText = kept["cause_text"] ?? ""
            $0.placeText = kept["place"] ?? ""
        }
    }
}
