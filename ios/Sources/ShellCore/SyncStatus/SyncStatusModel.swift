import CoreBindings
import Observation

/// What is at the bureau, what is not, and why.
@MainActor @Observable
public final class SyncStatusModel: ScreenModel {
    public internal(set) var state = SyncStatusState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()

    public init(_ shell: Shell) {
        self.shell = shell
        follow { try await $0.load() }
        watch(shell.host.sync.state) { model, progress in
            let running = progress.map {
                SyncRunning(stage: $0.stage.said(), done: Int($0.done), total: Int($0.total), permille: $0.fractionPermille.map(Int.init))
            }
            model.set { $0.running = running }
        }
    }

    private func load() async throws {
        let view = try await ask { try await $0.syncStatus() }
        let today = try await ask { try await $0.today() }
        let items = shell.pictures.lines(today.items.filter { !$0.stage.isProved })
        var conditions = shell.conditions()
        if view.phase == .waiting { conditions.append(.waiting(sentence: view.sentence.said())) }
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.sentence = view.sentence.said()
            $0.tone = view.phase.tone
            $0.unsentRecords = Int(view.unsentRecords)
            $0.itemsNotStored = Int(view.itemsNotStored)
            $0.bytesToSend = Int(view.bytesToSend)
            $0.lastEndedMs = view.lastEndedMs.map(Int.init)
            $0.items = items
            $0.parked = view.parked.map { ParkedLine(item: $0.item, sentence: $0.sentence.said()) }
        }
    }

    public func send(_ action: SyncStatusAction) {
        switch action {
        case .syncNow:
            work(Texts.Sync.running, cancellable: true) { try await $0.shell.host.sync.run(asked: true).sentence.said() }
        case .stop: shell.host.sync.stop()
        case .tryAgain(let item):
            work(Texts.working) { model in
                _ = try await model.tell { try await $0.unpark(item: item) }
                model.shell.device.schedule.somethingToSend()
                return nil
            }
        case .back: shell.navigator.back()
        case .dismissWork: set { $0.work = .idle }
        }
    }
}
