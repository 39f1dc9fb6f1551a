import ShellCore
import SwiftUI

/// Signing what was shown, or noting why nobody signs.
struct SignScreen: View {
    let state: SignState
    let send: (SignAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: Texts.Sign.title, conditions: state.conditions, loading: state.loading, work: state.work,
            dismiss: { send(.dismissWork) }
        ) {
            if let ended = state.ended {
                Sign(ended, .good)
                GateButton(title: Texts.Sign.finish) { send(.finish) }
            } else {
                switch state.step {
                case .read: paper
                case .people: people
                case .pad: pad
                }
            }
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                if state.ended == nil { Button(Texts.back[lang]) { back() } }
            }
        }
    }

    private func back() {
        switch state.step {
        case .read: send(.back)
        case .people: send(.goTo(.read))
        case .pad: send(.goTo(.people))
        }
    }

    /// The page on the screen counts as shown when it leaves it, which is what the button does; whether that was long enough, the core
    /// says.
    private var isRead: Bool {
        !state.pages.isEmpty && state.pages.allSatisfy { $0.seen || $0.n == state.page }
    }

    @ViewBuilder private var paper: some View {
        Said(state.title).font(.headline)
        Said(Texts.Sign.read)
        if !state.objection.isEmpty {
            Sign(Sentence(Texts.Sign.objectionNoted.zh + state.objection, Texts.Sign.objectionNoted.en + state.objection), .attention)
        }
        PageView(pages: state.pages, page: state.page) { send(.turnTo($0)) }
        GateButton(title: Texts.Sign.readDone, gate: Gate(isRead)) { send(.goTo(.people)) }
    }

    @ViewBuilder private var people: some View {
        Picker(
            Texts.Sign.who[lang], selection: Binding(get: { state.way }, set: { send(.setWay($0)) }),
            content: {
                Said(Texts.Sign.waySign).tag(SignWay.sign)
                Said(Texts.Sign.wayNone).tag(SignWay.noSignature)
            }
        )
        .pickerStyle(.segmented)
        switch state.way {
        case .sign:
            ChoiceList(title: Texts.Sign.role, choices: state.roles, chosen: state.role) { send(.setRole($0)) }
            Entry(Texts.Sign.name, state.name) { send(.setName($0)) }
        case .noSignature: RefusalRows(form: state.refusal) { send(.setRefusal($0)) }
        }
        pads
        switch state.way {
        case .sign: GateButton(title: Texts.Sign.confirm, gate: state.sign) { send(.confirm) }
        case .noSignature: GateButton(title: Texts.Sign.refuse, gate: state.refuse) { send(.refuse) }
        }
        Said(Texts.Sign.grade).font(.caption)
    }

    private var pads: some View {
        Section(Texts.Sign.who[lang]) {
            ForEach(state.pads.indices, id: \.self) { at in
                Button {
                    send(.openPad(at))
                } label: {
                    HStack(spacing: 8) {
                        Said(state.pads[at].label)
                        Spacer()
                        Said(state.pads[at].fit.allowed ? Texts.Sign.signed : Texts.Sign.notSigned).font(.caption)
                    }
                    .wholeRow()
                }
            }
        }
    }

    @ViewBuilder private var pad: some View {
        if state.pads.indices.contains(state.pad) {
            let line = state.pads[state.pad]
            Said(line.label).font(.headline)
            Said(Texts.Sign.signHere).font(.caption)
            Pad(line: line) { stroke, width, height in send(.strokeDone(stroke: stroke, width: width, height: height)) }
            Said(Texts.Sign.strokes(line.strokes.count)).font(.caption)
            if !line.strokes.isEmpty { Said(Texts.Sign.saved).font(.caption) }
            HStack(spacing: 12) {
                AreaButton(title: Texts.Sign.undo[lang]) { send(.undo) }
                AreaButton(title: Texts.Sign.clear[lang]) { send(.clear) }
            }
            GateButton(title: Texts.Sign.nextPad, gate: line.fit) { send(.goTo(.people)) }
        }
    }
}

/// Why nobody signs for the party.
struct RefusalRows: View {
    let form: RefusalForm
    let set: (RefusalForm) -> Void

    var body: some View {
        ChoiceList(title: Texts.Sign.state, choices: form.states, chosen: form.state) { code in change { $0.state = code } }
        ChoiceList(title: Texts.Sign.reason, choices: form.reasons, chosen: form.reason) { code in change { $0.reason = code } }
        Entry(Texts.Sign.note, form.note) { text in change { $0.note = text } }
        Said(Texts.Sign.witness).font(.headline)
        Switch(Texts.Sign.witnessPresent, form.witnessPresent) { there in change { $0.witnessPresent = there } }
        if form.witnessPresent {
            Entry(Texts.Sign.witnessName, form.witnessName) { text in change { $0.witnessName = text } }
            Entry(Texts.Sign.witnessUnit, form.witnessUnit) { text in change { $0.witnessUnit = text } }
            Entry(Texts.Sign.witnessPhone, form.witnessPhone) { text in change { $0.witnessPhone = text } }
        } else {
            Entry(Texts.Sign.noWitness, form.noWitnessWhy) { text in change { $0.noWitnessWhy = text } }
        }
    }

    private func change(_ edit: (inout RefusalForm) -> Void) {
        var form = form
        edit(&form)
        set(form)
    }
}

struct SignScreen_Previews: PreviewProvider {
    private static let pads = [
        PadLine(pad: "party", label: Samples.said, strokes: [Stroke(points: [StrokePoint(x: 900, y: 900, tMs: 0, pressure: 500)])]),
        PadLine(pad: "officer li-wen", label: Samples.said, fit: .open),
    ]

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            SignScreen(state: $0.of(SignState(title: Samples.said, pages: Samples.pages))) { _ in }.previewDisplayName($0.rawValue)
        }
        SignScreen(state: SignState(title: Samples.said, pages: Samples.pages, objection: "有异议", step: .read)) { _ in }
        SignScreen(
            state: SignState(step: .people, way: .sign, roles: Samples.choices, pads: pads, sign: Gate(false, [Samples.need]))
        ) { _ in }
        SignScreen(
            state: SignState(step: .people, way: .noSignature, refusal: RefusalForm(states: Samples.choices, witnessPresent: false))
        ) { _ in }
        SignScreen(state: SignState(step: .pad, pads: pads)) { _ in }
        SignScreen(state: SignState(ended: Samples.said)) { _ in }
    }
}
