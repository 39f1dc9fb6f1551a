import CoreBindings
import Observation

/// The first screen.
@MainActor @Observable
public final class TodayModel: ScreenModel {
    public internal(set) var state = TodayState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()

    public init(_ shell: Shell) {
        self.shell = shell
        follow { try await $0.load() }
        watch(shell.host.sync.state) { model, progress in
            guard let progress else { return }
            let strip = SyncStrip(sentence: progress.stage.said(), tone: .working, permille: progress.fractionPermille.map(Int.init))
            model.set { $0.sync = strip }
        }
    }

    private func load() async throws {
        let view = try await ask { try await $0.today() }
        show(view)
        if await shell.pictures.read(view.items) { show(view) }
    }

    private func show(_ view: TodayView) {
        let conditions = conditions(view)
        let permille = shell.host.sync.state.value?.fractionPermille.map(Int.init)
        let (overdue, items) = (shell.pictures.lines(view.overdue), shell.pictures.lines(view.items))
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.day = view.dayText.said()
            $0.officer = view.officer?.said()
            $0.deviceNo = view.deviceNo
            $0.session = view.session.map {
                SessionCard(
                    activity: $0.activity.said(), partyName: $0.partyName, placeText: $0.placeText, opened: $0.openedText.said(),
                    next: view.nextStep?.said()
                )
            }
            $0.openSession = view.openSession.said()
            $0.counts = DayCounts(
                onDevice: Int(view.counts.onDevice), uploading: Int(view.counts.uploading), stored: Int(view.counts.stored),
                handedOver: Int(view.counts.handedOver))
            $0.countsSentence = view.countsSentence.said()
            $0.sync = SyncStrip(sentence: view.sync.sentence.said(), tone: view.sync.phase.tone, permille: permille)
            $0.overdue = overdue
            $0.items = items
            $0.itemCount = Int(view.itemCount)
            $0.storage = view.storage.said()
        }
    }

    private func conditions(_ view: TodayView) -> [Condition] {
        var all = shell.conditions()
        if let low = view.storage.condition { all.append(low) }
        if let why = view.officer?.whyNot { all.append(.certificateExpired(sentence: why.said())) }
        switch view.sync.phase {
        case .waiting, .trouble: all.append(.waiting(sentence: view.sync.sentence.said()))
        case .done, .running: break
        }
        return all + view.warnings.map { .said(sentence: $0.said(), tone: .attention) }
    }

    public func send(_ action: TodayAction) {
        switch action {
        case .begin: shell.navigator.to(.sessionOpen)
        case .goOn: shell.navigator.to(.capture)
        case .syncNow:
            work(Texts.Sync.running, cancellable: true) { try await $0.shell.host.sync.run(asked: true).sentence.said() }
        case .openSync: shell.navigator.to(.syncStatus)
        case .openSettings: shell.navigator.to(.settings)
        case .openRecorder: shell.navigator.to(.recorder)
        case .endDay:
            work(Texts.Today.endingDay) { model in
                let end = try await model.tell { try await $0.endDay() }
                model.set { $0.dayEnd = DayEnd(sentences: end.sentences.said(), notStored: Int(end.notStored)) }
                return nil
            }
        case .dismissDayEnd: set { $0.dayEnd = nil }
        case .lock:
            work(Texts.working) { model in
                try await model.shell.lock()
                return nil
            }
        case .reload:
            work(Texts.working) { model in
                try await model.load()
                return nil
            }
        case .dismissWork: set { $0.work = .idle }
        }
    }
}
