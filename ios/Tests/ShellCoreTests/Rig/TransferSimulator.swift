import Foundation
import ShellCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The system's transfer service as nsurlsessiond is known to be: it goes on while the app has no process, sends a whole request again
/// when it likes, finishes in any order, loses answers, forgets what it had when the officer closes the app for good, and gives results
/// to whichever process listens. The requests are real ones, to a real bureau.
final class TransferSimulator: BackgroundTransfer, @unchecked Sendable {
    let pieces: URL
    private let lock = NSLock()
    private var waiting: [PieceRequest] = []
    private var results: [PieceResult] = []
    private var listener: (@Sendable (PieceResult) async -> Bool)?
    private var faults: [Fault] = []
    private var log: [Event] = []

    /// What goes wrong with the next request.
    enum Fault {
        /// It is sent a second time although it arrived.
        case sendsTwice
        /// It arrives, and its answer is lost.
        case losesAnswer
        /// It never leaves the phone.
        case losesRequest
        /// The bureau has too much to do: 503, and it wants to be left alone for ten minutes.
        case busy
    }

    enum Event: Equatable {
        case enqueued(String)
        case sent(String)
        case told(String)
    }

    init(_ pieces: URL) {
        self.pieces = pieces
    }

    /// What happened so far.
    var events: [Event] { lock.withLock { log } }

    /// What was handed over and not sent yet.
    var requests: [PieceRequest] { lock.withLock { waiting } }

    /// What goes wrong from now on, request by request.
    func misbehave(_ faults: Fault...) {
        lock.withLock { self.faults += faults }
    }

    /// The officer closes the app for good: the system drops what it carried for it.
    func forget() {
        lock.withLock { waiting = [] }
    }

    func enqueue(_ piece: PieceRequest) async throws {
        let length = try FileManager.default.attributesOfItem(atPath: piece.file.path)[.size] as? Int
        guard length == piece.lenBytes else { throw Missed("the file of \(piece.key) is not the piece") }
        lock.withLock {
            waiting.removeAll { $0.key == piece.key }
            waiting.append(piece)
            log.append(.enqueued(piece.key))
        }
    }

    func underWay() async -> [String] {
        lock.withLock { waiting.map(\.key) + results.map(\.key) }
    }

    func listen(_ results: (@Sendable (PieceResult) async -> Bool)?) {
        lock.withLock { listener = results }
    }

    /// Time passes: everything that waits is sent, the last one first, whether or not there is a process to tell.
    func carry() async throws {
        while let piece = lock.withLock({ waiting.last }) {
            let fault = lock.withLock { faults.isEmpty ? nil : faults.removeFirst() }
            var answer: PieceResult.Answer?
            switch fault {
            case .losesRequest: break
            case .busy: answer = PieceResult.Answer(status: 503, headers: ["Retry-After": "600"], body: Data())
            default: answer = try await send(piece)
            }
            if fault == .sendsTwice { answer = try await send(piece) }
            let result = PieceResult(key: piece.key, answer: fault == .losesAnswer ? nil : answer)
            lock.withLock {
                waiting.removeAll { $0.key == piece.key }
                results.append(result)
            }
        }
    }

    /// The system wakes the app, or the app is there: it is told what ended. A result counts as under way until it was taken.
    func deliver() async {
        let (due, listener) = lock.withLock { (results, self.listener) }
        guard let listener else { return }
        for result in due {
            guard await listener(result) else { continue }
            lock.withLock {
                results.removeAll { $0 == result }
                log.append(.told(result.key))
            }
        }
    }

    private func send(_ piece: PieceRequest) async throws -> PieceResult.Answer {
        var request = URLRequest(url: piece.url)
        request.httpMethod = piece.method
        for (name, value) in piece.headers { request.setValue(value, forHTTPHeaderField: name) }
        lock.withLock { log.append(.sent(piece.key)) }
        let (body, response) = try await URLSession.shared.upload(for: request, fromFile: piece.file)
        guard let response = response as? HTTPURLResponse else { throw Missed("no HTTP answer") }
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields { headers["\(name)"] = "\(value)" }
        return PieceResult.Answer(status: response.statusCode, headers: headers, body: body)
    }
}
