import CoreBindings
import Foundation

/// Pieces that the system carries. All that are missing are handed over at once, while the app is on the screen: every transfer that an
/// app begins in the background is put off longer than the one before.
@MainActor
public final class LiveTransfer {
    private unowned let host: CoreHost
    private let service: any BackgroundTransfer
    private let handover: Handover
    private let files: PieceFiles
    private var settling: Task<Void, Never>?
    private var isUnsettled = false

    init(_ host: CoreHost, _ service: any BackgroundTransfer) {
        self.host = host
        self.service = service
        files = PieceFiles(service.pieces)
        handover = Handover(service, files)
    }

    /// Hands every piece that may be sent now to the system; unless a person asked, what failed waits until it is due.
    func handOut(asked: Bool) async throws {
        let handover = handover
        _ = try await host.tell { try await $0.handOutTransfers(transfer: handover, asked: asked) }
    }

    /// After a start: what the system still carries is told to the core, whatever else it was given is planned again; then results
    /// are listened to, also those that came while there was no process.
    func wake(_ core: any CoreProtocol) async {
        let running = await service.underWay()
        files.keep(only: running)
        // A core that has not joined carries nothing.
        _ = try? await core.transfersWoken(running: running)
        service.listen { [weak self] result in await self?.came(result) ?? false }
    }

    /// The core hears of it before its file goes; a result that could not be told comes again.
    private func came(_ result: PieceResult) async -> Bool {
        do {
            let key = result.key
            if let answer = result.answer {
                let headers = answer.headers.map { Header(name: $0.key.lowercased(), value: $0.value) }
                let status = UInt16(clamping: answer.status)
                let told = TransferAnswer(status: status, headers: headers, body: answer.body.prefix(Self.bodyBytes))
                try await host.ask { try await $0.transferAnswered(key: key, answer: told) }
            } else {
                try await host.ask { try await $0.transferUnanswered(key: key) }
            }
        } catch {
            return false
        }
        files.remove(key: result.key)
        host.changed()
        // What is being told counts as under way until it was taken.
        if await service.underWay().allSatisfy({ $0 == result.key }) { settle() }
        return true
    }

    /// Nothing is on its way any more: the bureau is asked for its receipts, and what failed and is due is handed over again.
    private func settle() {
        isUnsettled = true
        if settling != nil { return }
        settling = Task { [weak self] in
            while let self, self.isUnsettled, !Task.isCancelled {
                self.isUnsettled = false
                _ = await self.host.sync.runScheduled(anew: true)
            }
            self?.settling = nil
        }
    }

    func end() {
        service.listen(nil)
        settling?.cancel()
    }

    /// The core wants no more of a body.
    private static let bodyBytes = 64 * 1024
}

/// What the core hands out, as files of the system's service.
private final class Handover: Transfer {
    private let service: any BackgroundTransfer
    private let files: PieceFiles

    init(_ service: any BackgroundTransfer, _ files: PieceFiles) {
        self.service = service
        self.files = files
    }

    func start(task: TransferTask) async throws {
        guard let url = URL(string: task.url) else { throw PlatformFailure.Unexpected(reason: "no address") }
        let source = URL(fileURLWithPath: task.path)
        let file = try files.make(key: task.key, source: source, offset: task.offset, lenBytes: task.lenBytes)
        let headers = Dictionary(task.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        let piece = PieceRequest(
            key: task.key, method: task.method, url: url, headers: headers, file: file, lenBytes: Int(task.lenBytes), tlsPin: task.tlsPin,
            allowMetered: task.allowMetered)
        try await service.enqueue(piece)
    }
}
