import Foundation
import Security
import ShellCore

/// Pieces as uploads of a background URLSession: nsurlsessiond sends the files while the app sleeps or has no process, and wakes it.
///
/// There is one for the whole app, made at every start, also when the system starts the app for its events.
public final class BackgroundUploads: NSObject, BackgroundTransfer, @unchecked Sendable {
    private static let identifier = "cn.liuhen.pieces"
    private static let scheme = "https"

    public let pieces: URL
    private let lock = NSLock()
    private var session: URLSession?
    private var listener: (@Sendable (PieceResult) async -> Bool)?
    private var results: [PieceResult] = []
    private var bodies: [Int: Data] = [:]
    private var whenDone: (@MainActor @Sendable () -> Void)?

    /// - Parameter pieces: a folder of the app for the files of pieces, and nothing else.
    public init(pieces: URL) {
        self.pieces = pieces
        super.init()
        let configuration = URLSessionConfiguration.background(withIdentifier: Self.identifier)
        configuration.sessionSendsLaunchEvents = true
        configuration.isDiscretionary = false
        // What a piece may cost is said with each, and kept with it: a request's own word counts more than the session's here.
        configuration.allowsExpensiveNetworkAccess = false
        configuration.allowsConstrainedNetworkAccess = false
        session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    }

    public func enqueue(_ piece: PieceRequest) async throws {
        // The app's Info.plist lets the system connect to certificates that nobody but the bureau signed; never without TLS.
        guard piece.url.scheme == Self.scheme else { throw URLError(.appTransportSecurityRequiresSecureConnection) }
        var request = URLRequest(url: piece.url)
        request.httpMethod = piece.method
        for (name, value) in piece.headers { request.setValue(value, forHTTPHeaderField: name) }
        request.allowsCellularAccess = piece.allowMetered
        request.allowsExpensiveNetworkAccess = piece.allowMetered
        request.allowsConstrainedNetworkAccess = piece.allowMetered
        guard let task = session?.uploadTask(with: request, fromFile: piece.file) else { throw CocoaError(.featureUnsupported) }
        task.taskDescription = Label(key: piece.key, tlsPin: piece.tlsPin).text
        task.countOfBytesClientExpectsToSend = Int64(piece.lenBytes)
        task.resume()
    }

    public func underWay() async -> [String] {
        let running = await session?.allTasks.compactMap { Label($0.taskDescription)?.key } ?? []
        return running + lock.withLock { results.map(\.key) }
    }

    public func listen(_ results: (@Sendable (PieceResult) async -> Bool)?) {
        lock.withLock { listener = results }
        Task { await deliver() }
    }

    /// The system started the app for this session's events; `done` is called when all were told.
    public func woken(_ done: @escaping @MainActor @Sendable () -> Void) {
        lock.withLock { whenDone = done }
    }

    private func deliver() async {
        let (due, listener) = lock.withLock { (results, self.listener) }
        guard let listener else { return }
        for result in due where await listener(result) {
            lock.withLock { results.removeAll { $0 == result } }
        }
    }
}

extension BackgroundUploads: URLSessionDataDelegate {
    public func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        lock.withLock { bodies[dataTask.taskIdentifier, default: Data()].append(data) }
    }

    public func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let label = Label(task.taskDescription) else { return }
        let body = lock.withLock { bodies.removeValue(forKey: task.taskIdentifier) } ?? Data()
        var answer: PieceResult.Answer?
        if error == nil, let response = task.response as? HTTPURLResponse {
            var headers: [String: String] = [:]
            for (name, value) in response.allHeaderFields { headers["\(name)"] = "\(value)" }
            answer = PieceResult.Answer(status: response.statusCode, headers: headers, body: body)
        }
        lock.withLock { results.append(PieceResult(key: label.key, answer: answer)) }
        Task { await deliver() }
    }

    /// The bureau's key was pinned when the phone joined; the system's own TLS is told so here.
    public func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge
    ) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {
        guard challenge.protectionSpace.authenticationMethod == NSURLAuthenticationMethodServerTrust,
            let trust = challenge.protectionSpace.serverTrust
        else { return (.performDefaultHandling, nil) }
        let shown = (SecTrustCopyCertificateChain(trust) as? [SecCertificate])?.first.map { SecCertificateCopyData($0) as Data }
        let verdict = ServerKey.verdict(pin: Label(task.taskDescription)?.tlsPin, certificate: shown, sha256: Digest.sha256)
        switch verdict {
        case .systemDecides: return (.performDefaultHandling, nil)
        case .trusted: return (.useCredential, URLCredential(trust: trust))
        case .refused: return (.cancelAuthenticationChallenge, nil)
        }
    }

    public func urlSessionDidFinishEvents(forBackgroundURLSession session: URLSession) {
        Task {
            await deliver()
            let done = lock.withLock { whenDone }
            await done?()
        }
    }
}

/// What a task carries across processes: its key and the pin.
private struct Label {
    let key: String
    let tlsPin: String?

    init(key: String, tlsPin: String?) {
        self.key = key
        self.tlsPin = tlsPin
    }

    init?(_ text: String?) {
        guard let parts = text?.split(separator: "\n", omittingEmptySubsequences: false), let key = parts.first else { return nil }
        self.init(key: String(key), tlsPin: parts.count > 1 ? String(parts[1]) : nil)
    }

    var text: String {
        tlsPin.map { key + "\n" + $0 } ?? key
    }
}
