import ShellCore
import SwiftUI

/// What was copied from cards and belongs to no activity, and what somebody placed by hand.
struct FootageSections: View {
    let state: RecorderState
    let send: (RecorderAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        if !state.unassigned.isEmpty {
            Section(Texts.Footage.unassigned[lang]) {
                ForEach(state.unassigned, id: \.item) { row($0, .attention) }
                if state.unassignedCount > state.unassigned.count {
                    Said(Texts.Footage.more(state.unassignedCount - state.unassigned.count)).font(.caption)
                }
            }
        }
        if !state.byHand.isEmpty {
            Section(Texts.Footage.byHand[lang]) {
                ForEach(state.byHand, id: \.item) { row($0, .good) }
            }
        }
    }

    private func row(_ line: FootageLine, _ tone: Tone) -> some View {
        Button {
            send(.openAssign(line.item))
        } label: {
            FileFacts(line: line, tone: tone).wholeRow()
        }
    }
}

/// A file from a card: where it was, how large it is, and whose word it follows.
private struct FileFacts: View {
    let line: FootageLine
    let tone: Tone
    @Environment(\.lang) private var lang

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(verbatim: line.path).font(.headline)
            Fact(Sentence(of: line.recorderNo), When.bytes(line.lenBytes)).font(.caption)
            if let claimed = line.claimed { Said(claimed).font(.caption) }
            Sign(line.said ?? line.why, tone).font(.caption)
        }
        .accessibilityElement(children: .combine)
    }
}

/// The form in which an officer says where a file belongs.
struct AssignSheet: View {
    let form: AssignForm
    let work: Work
    let send: (RecorderAction) -> Void

    var body: some View {
        List {
            Said(Texts.Footage.assign).font(.title)
            FileFacts(line: form.file, tone: .attention)
            Said(Texts.Footage.lead).font(.caption)
            ChoiceList(title: Texts.Footage.session, choices: form.sessions, chosen: form.session) { code in change { $0.session = code } }
            ChoiceList(title: Texts.Footage.officer, choices: form.officers, chosen: form.officer) { code in change { $0.officer = code } }
            Entry(Texts.Footage.reason, form.reason) { text in change { $0.reason = text } }
            WorkRow(work: work, dismiss: { send(.dismissWork) })
            GateButton(title: Texts.Footage.assign, gate: form.gate) { send(.assign) }
            GateButton(title: Texts.cancel, isMain: false) { send(.closeAssign) }
        }
        .buttonStyle(.borderless)
    }

    private func change(_ edit: (inout AssignForm) -> Void) {
        var form = form
        edit(&form)
        send(.setAssign(form))
    }
}

struct FootageViews_Previews: PreviewProvider {
    private static let file = FootageLine(
        item: "i9", recorderNo: "ZFY-0007", path: "DCIM/0001.MP4", lenBytes: 3_000_000, claimed: Samples.day, why: Samples.said)

    static var previews: some View {
        RecorderScreen(state: RecorderState(unassigned: [file], unassignedCount: 3, byHand: [file])) { _ in }
        AssignSheet(
            form: AssignForm(file: file, sessions: Samples.choices, officers: Samples.choices, gate: Gate(false, [Samples.need])),
            work: .idle
        ) { _ in }
    }
}
