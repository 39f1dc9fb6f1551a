import ShellCore
import SwiftUI

/// The first screen: the open activity, today's items and how far they have come, and the end of the day.
struct TodayScreen: View {
    let state: TodayState
    let send: (TodayAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: Texts.Today.title, conditions: lasting, loading: state.loading, work: state.work,
            retry: { send(.reload) }, dismiss: { send(.dismissWork) }
        ) {
            Said(state.day).font(.headline)
            if let officer = state.officer { Fact(Sentence(of: officer.name), state.deviceNo ?? "") }
            if let session = state.session {
                Section(Texts.Today.underWay[lang]) {
                    Said(session.activity).font(.headline)
                    Text(verbatim: session.partyName)
                    Text(verbatim: session.placeText).font(.caption)
                    Said(session.opened).font(.caption)
                    if let next = session.next {
                        Said(Sentence(Texts.Today.next.zh + next.zh, Texts.Today.next.en + next.en))
                    }
                    GateButton(title: Texts.Today.goOn) { send(.goOn) }
                }
            } else {
                GateButton(title: Texts.Today.begin, gate: state.openSession) { send(.begin) }
            }
            Button {
                send(.openSync)
            } label: {
                VStack(alignment: .leading, spacing: 4) {
                    Said(Texts.Sync.title).font(.headline)
                    Sign(state.sync.sentence, state.sync.tone)
                    if let permille = state.sync.permille { ProgressView(value: Double(permille), total: 1000) }
                }
                .wholeRow()
            }
            counts
            ItemSection(title: Texts.Today.overdue, items: state.overdue)
            items
            if let storage = state.storage { StorageRow(storage: storage) }
            GateButton(title: Texts.Today.endDay, isMain: false) { send(.endDay) }
        }
        .refreshable { send(.reload) }
        .toolbar {
            ToolbarItem(placement: .primaryAction) {
                Button {
                    send(.openSettings)
                } label: {
                    Image(systemName: "gearshape").accessibilityLabel(Texts.Settings.title[lang])
                }
            }
            ToolbarItem(placement: .primaryAction) {
                Button {
                    send(.openRecorder)
                } label: {
                    Image(systemName: "dot.radiowaves.left.and.right").accessibilityLabel(Texts.Today.recorder[lang])
                }
            }
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.Settings.lock[lang]) { send(.lock) }
            }
        }
        .sheet(isPresented: Binding(get: { state.dayEnd != nil }, set: { if !$0 { send(.dismissDayEnd) } })) {
            if let end = state.dayEnd {
                List {
                    Said(Texts.Today.dayEnded).font(.title)
                    ForEach(end.sentences, id: \.self) { Said($0) }
                    GateButton(title: Texts.dismiss) { send(.dismissDayEnd) }
                }
                .buttonStyle(.borderless)
            }
        }
    }

    /// What waits to be sent is said by its own row.
    private var lasting: [Condition] {
        state.conditions.filter { if case .waiting = $0 { false } else { true } }
    }

    private var counts: some View {
        Section(state.countsSentence[lang]) {
            Fact(Texts.Today.onDevice, "\(state.counts.onDevice)")
            Fact(Texts.Today.uploading, "\(state.counts.uploading)")
            Fact(Texts.Today.stored, "\(state.counts.stored)")
            Fact(Texts.Today.handedOver, "\(state.counts.handedOver)")
        }
    }

    private var items: some View {
        Section(Texts.Today.items[lang]) {
            if state.items.isEmpty {
                Said(Texts.Today.noItems)
                Said(Texts.Today.noItemsLead).font(.caption)
            }
            ForEach(state.items, id: \.item) { ItemRow(item: $0) }
            if state.itemCount > state.items.count { Said(Texts.Today.more(state.itemCount - state.items.count)) }
        }
    }
}

struct TodayScreen_Previews: PreviewProvider {
    private static let idle = TodayState(
        day: Samples.day, officer: Samples.officers[0], deviceNo: "TEL-0007",
        sync: SyncStrip(sentence: Sentence("全部已入库", "everything is stored"), tone: .good))

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            TodayScreen(state: $0.of(idle)) { _ in }.previewDisplayName($0.rawValue)
        }
        TodayScreen(
            state: TodayState(
                day: Samples.day,
                session: SessionCard(
                    activity: Samples.said, partyName: "示例公司", placeText: "示例路1号", opened: Samples.day, next: Samples.said),
                overdue: [Samples.items[0]], items: Samples.items, itemCount: 5, storage: Samples.storage)
        ) { _ in }
        TodayScreen(state: TodayState(day: Samples.day, openSession: Gate(false, [Samples.need]))) { _ in }
        TodayScreen(state: TodayState(day: Samples.day, sync: SyncStrip(sentence: Samples.said, tone: .working, permille: 640))) { _ in }
        TodayScreen(state: TodayState(day: Samples.day, dayEnd: DayEnd(sentences: [Samples.said], notStored: 1))) { _ in }
    }
}
