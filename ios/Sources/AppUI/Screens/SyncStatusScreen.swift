import ShellCore
import SwiftUI

/// What is at the bureau, what is not, and why.
struct SyncStatusScreen: View {
    let state: SyncStatusState
    let send: (SyncStatusAction) -> Void
    @Environment(\.lang) private var lang

    /// What it waits for is said by the state itself.
    private var lasting: [Condition] {
        state.conditions.filter { if case .waiting = $0 { false } else { true } }
    }

    var body: some View {
        Frame(
            title: Texts.Sync.title, conditions: lasting, loading: state.loading, work: state.work, cancel: { send(.stop) },
            retry: { send(.syncNow) }, dismiss: { send(.dismissWork) }
        ) {
            Sign(state.sentence, state.tone).font(.headline)
            if let running = state.running {
                Said(running.stage)
                if let permille = running.permille { ProgressView(value: Double(permille), total: 1000) }
                Text(verbatim: "\(running.done) / \(running.total)").font(.caption)
                GateButton(title: Texts.Sync.stop, isMain: false) { send(.stop) }
            } else {
                GateButton(title: Texts.Sync.now) { send(.syncNow) }
            }
            Fact(Texts.Sync.records, "\(state.unsentRecords)")
            Fact(Texts.Sync.items, "\(state.itemsNotStored)")
            Fact(Texts.Sync.bytes, When.bytes(state.bytesToSend))
            Fact(Texts.Sync.last, state.lastEndedMs.map(When.full) ?? Texts.Sync.never)
            if !state.parked.isEmpty {
                Section(Texts.Sync.parked[lang]) {
                    ForEach(state.parked, id: \.item) { line in
                        Sign(line.sentence, .attention)
                        AreaButton(title: Texts.Sync.tryAgain[lang]) { send(.tryAgain(line.item)) }
                    }
                }
            }
            Section(Texts.Sync.notStored[lang]) {
                if state.items.isEmpty { Sign(Texts.Sync.allStored, .good) }
                ForEach(state.items, id: \.item) { ItemRow(item: $0) }
            }
            Said(Texts.Sync.why).font(.caption)
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(.back) }
            }
        }
    }
}

struct SyncStatusScreen_Previews: PreviewProvider {
    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            SyncStatusScreen(state: $0.of(SyncStatusState(sentence: Samples.said, tone: .good))) { _ in }.previewDisplayName($0.rawValue)
        }
        SyncStatusScreen(
            state: SyncStatusState(
                sentence: Samples.said, running: SyncRunning(stage: Samples.said, done: 1, total: 2, permille: 500), unsentRecords: 3,
                itemsNotStored: 1, bytesToSend: 1_000, lastEndedMs: 1_764_000_000_000, items: [Samples.items[0]],
                parked: [ParkedLine(item: "i1", sentence: Samples.said)])
        ) { _ in }
    }
}
