import ShellCore
import SwiftUI

/// Before an activity: the equipment, who, whom, what about, where.
struct SessionOpenScreen: View {
    let state: SessionOpenState
    let send: (SessionOpenAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: title, conditions: state.conditions, loading: state.loading, work: state.work, dismiss: { send(.dismissWork) }
        ) {
            Said(Texts.Open.title).font(.caption)
            Said(Texts.Open.step(number, of: OpenStep.allCases.count)).font(.caption)
            switch state.step {
            case .equipment: equipment
            case .people: people
            case .matter: matter
            }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { back() }
            }
        }
    }

    private var title: Sentence {
        switch state.step {
        case .equipment: Texts.Open.equipment
        case .people: Texts.Open.people
        case .matter: Texts.Open.matter
        }
    }

    private var number: Int {
        (OpenStep.allCases.firstIndex(of: state.step) ?? 0) + 1
    }

    private func back() {
        switch state.step {
        case .equipment: send(.back)
        case .people: send(.goTo(.equipment))
        case .matter: send(.goTo(.people))
        }
    }

    @ViewBuilder private var equipment: some View {
        Section(Texts.Open.equipment[lang]) {
            if let storage = state.storage { StorageRow(storage: storage) }
            Stepper(
                Texts.Open.planned[lang] + " \(state.plannedMinutes) " + Texts.minutes[lang],
                value: Binding(get: { state.plannedMinutes }, set: { send(.setPlannedMinutes($0)) }), in: 10...480, step: 10)
            if let check = state.check {
                Sign(check.sentence, check.tone)
                ForEach(check.lines, id: \.code) { line in
                    VStack(alignment: .leading, spacing: 4) {
                        Sign(line.label, line.tone)
                        if line.overridable {
                            Entry(Texts.Open.reason, line.reason ?? "") { send(.override(code: line.code, reason: $0)) }
                        }
                    }
                }
            } else {
                Said(Texts.Open.notChecked)
            }
            GateButton(title: state.check == nil ? Texts.Open.check : Texts.Open.checkAgain, isMain: false) { send(.check) }
        }
        if !state.recorders.isEmpty {
            ChoiceList(title: Texts.Open.withRecorder, choices: state.recorders, chosen: state.recorder) { send(.chooseRecorder($0)) }
            GateButton(title: Texts.Open.noRecorder, isMain: false) { send(.chooseRecorder(nil)) }
        }
        GateButton(title: Texts.Open.next, gate: Gate(state.check?.passed == true)) { send(.goTo(.people)) }
    }

    @ViewBuilder private var people: some View {
        ChoiceList(title: Texts.Open.activity, choices: state.activities, chosen: state.activity, lacks: state.problems[.activity]) {
            send(.chooseActivity($0))
        }
        Section(Texts.Open.officers[lang]) {
            Lack(state.problems[.officers])
            ForEach(state.officers, id: \.officer) { officer in
                VStack(alignment: .leading, spacing: 4) {
                    Switch(Sentence(of: officer.name), state.chosenOfficers.contains(officer.officer)) { _ in
                        send(.toggleOfficer(officer.officer))
                    }
                    .disabled(officer.whyNot != nil)
                    if let why = officer.whyNot { Sign(why, .bad) } else { Text(verbatim: officer.unit).font(.caption) }
                    if state.chosenOfficers.first == officer.officer {
                        Said(Texts.Open.lead).font(.caption)
                    } else if state.chosenOfficers.contains(officer.officer) {
                        Said(Texts.Open.assisting).font(.caption)
                        AreaButton(title: Texts.Open.makeLead[lang], isWide: false) { send(.makeLead(officer.officer)) }
                    }
                }
            }
        }
        FirstNeeds(needs: needs(on: .people))
        GateButton(title: Texts.Open.next) { send(.goTo(.matter)) }
    }

    /// What the fields of a step lack.
    private func needs(on step: OpenStep) -> [Need] {
        OpenField.allCases.filter { $0.step == step }.compactMap { field in
            state.problems[field].map { Need(code: field.rawValue, sentence: $0) }
        }
    }

    @ViewBuilder private var matter: some View {
        ChoiceList(
            title: Texts.Open.partyKind, choices: state.partyKinds, chosen: state.partyKind, lacks: state.problems[.partyKind]
        ) { send(.choosePartyKind($0)) }
        Section(Texts.Open.matter[lang]) {
            Entry(Texts.Open.partyName, state.partyName) { send(.setPartyName($0)) }
            Lack(state.problems[.partyName])
            Entry(Texts.Open.uscc, state.uscc) { send(.setUscc($0)) }
            Entry(Texts.Open.representative, state.representative) { send(.setRepresentative($0)) }
            Entry(Texts.Open.place, state.placeText) { send(.setPlace($0)) }
            Lack(state.problems[.place])
        }
        ChoiceList(title: Texts.Open.cause, choices: state.causes, chosen: state.cause, lacks: state.problems[.cause]) {
            send(.chooseCause($0))
        }
        Entry(Texts.Open.causeText, state.causeText) { send(.setCauseText($0)) }
        GateButton(title: Texts.Open.open, gate: state.gate) { send(.open) }
    }
}

struct SessionOpenScreen_Previews: PreviewProvider {
    private static let check = CheckShown(
        sentence: Samples.said, tone: .bad,
        lines: [CheckLine(code: "battery", label: Samples.said, tone: .bad, overridable: true)], passed: false)

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            SessionOpenScreen(state: $0.of(SessionOpenState(storage: Samples.storage))) { _ in }.previewDisplayName($0.rawValue)
        }
        SessionOpenScreen(state: SessionOpenState(step: .equipment)) { _ in }
        SessionOpenScreen(state: SessionOpenState(check: check, recorders: Samples.choices)) { _ in }
        SessionOpenScreen(
            state: SessionOpenState(
                step: .people, activities: Samples.choices, officers: Samples.officers, chosenOfficers: ["zhao-gang", "li-wen"])
        ) { _ in }
        SessionOpenScreen(
            state: SessionOpenState(step: .matter, partyName: "示例公司", causes: Samples.choices, gate: Gate(false, [Samples.need]))
        ) { _ in }
        ForEach(OpenStep.allCases, id: \.self) { step in
            SessionOpenScreen(
                state: SessionOpenState(
                    step: step, problems: Dictionary(OpenField.allCases.map { ($0, Samples.said) }, uniquingKeysWith: { $1 }),
                    gate: Gate(false, [Samples.need, Samples.need, Samples.need]))
            ) { _ in }
        }
    }
}
