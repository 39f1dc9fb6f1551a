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
                Button(Texts.back[lang]) { send(state.step == .pad ? .goTo(.people) : .back) }
            }
        }
    }

    @ViewBuilder private var paper: some View {
        Said(state.title).font(.headline)
        Said(Texts.Sign.read)
        PageView(pages: state.pages, page: state.page) { send(.turnTo($0)) }
        GateButton(title: Texts.Sign.readDone, gate: Gate(state.pages.count == state.page)) { send(.goTo(.people)) }
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
        ForEach(state.pads.indices, id: \.self) { at in
            Button {
                send(.openPad(at))
            } label: {
                HStack(spacing: 8) {
                    Said(state.pads[at].label)
                    Spacer()
                    Said(state.pads[at].fit.allowed ? Texts.Sign.signed : Texts.Sign.notSigned).font(.caption)
                }
                .frame(maxWidth: .infinity, minHeight: 56)
            }
        }
        switch state.way {
        case .sign: GateButton(title: Texts.Sign.confirm, gate: state.sign) { send(.confirm) }
        case .noSignature: GateButton(title: Texts.Sign.refuse, gate: state.refuse) { send(.refuse) }
        }
        Said(Texts.Sign.grade).font(.caption)
    }

    @ViewBuilder private var pad: some View {
        if state.pads.indices.contains(state.pad) {
            let line = state.pads[state.pad]
            Said(line.label).font(.headline)
            Pad(line: line) { stroke, width, height in send(.strokeDone(stroke: stroke, width: width, height: height)) }
            Said(Texts.Sign.strokes(line.strokes.count)).font(.caption)
            HStack(spacing: 12) {
                Button(Texts.Sign.undo[lang]) { send(.undo) }.frame(maxWidth: .infinity, minHeight: 56)
                Button(Texts.Sign.clear[lang]) { send(.clear) }.frame(maxWidth: .infinity, minHeight: 56)
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
        SignScreen(state: SignState(loading: true)) { _ in }
        SignScreen(state: SignState(title: Samples.said, pages: Samples.pages)) { _ in }
        SignScreen(state: SignState(step: .people, roles: Samples.choices, pads: pads, sign: Gate(false, [Samples.need]))) { _ in }
        SignScreen(
            state: SignState(step: .people, way: .noSignature, refusal: RefusalForm(states: Samples.choices, witnessPresent: false))
        ) { _ in }
        SignScreen(state: SignState(step: .pad, pads: pads, work: Samples.failed)) { _ in }
        SignScreen(state: SignState(ended: Samples.said)) { _ in }
    }
}
