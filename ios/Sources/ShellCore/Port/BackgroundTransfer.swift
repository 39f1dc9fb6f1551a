import Foundation

/// The system's transfer service: it carries files while the app sleeps, and keeps what it was given when the app's process ends.
public protocol BackgroundTransfer: AnyObject, Sendable {
    /// The folder in which the files of pieces lie while they are carried, and nothing else.
    var pieces: URL { get }

    /// Hands a request over. The service reads the file whenever it likes until there is a result.
    func enqueue(_ piece: PieceRequest) async throws

    /// Keys of what was handed over and has no result yet.
    func underWay() async -> [String]

    /// Takes results from now on; those that came while nobody listened are given at once, each of them again until it returned
    /// true. Nothing ends listening.
    func listen(_ results: (@Sendable (PieceResult) async -> Bool)?)
}

/// One whole piece as one request. It may be sent again as it is, as often as needed.
public struct PieceRequest: Equatable, Sendable {
    /// Its name; the same after a restart.
    public let key: String
    public let method: String
    public let url: URL
    public let headers: [String: String]
    /// The body, all of it.
    public let file: URL
    public let lenBytes: Int
    /// SHA-256 of the only TLS key (`SubjectPublicKeyInfo`) that may answer, 64 hexadecimal digits.
    public let tlsPin: String?
    /// Whether it may go over a network that costs money.
    public let allowMetered: Bool

    public init(
        key: String, method: String, url: URL, headers: [String: String], file: URL, lenBytes: Int, tlsPin: String?, allowMetered: Bool
    ) {
        self.key = key
        self.method = method
        self.url = url
        self.headers = headers
        self.file = file
        self.lenBytes = lenBytes
        self.tlsPin = tlsPin
        self.allowMetered = allowMetered
    }
}

/// What became of a piece.
public struct PieceResult: Equatable, Sendable {
    public let key: String
    /// What the bureau answered; absent when nobody did.
    public let answer: Answer?

    public init(key: String, answer: Answer?) {
        self.key = key
        self.answer = answer
    }

    /// An HTTP answer; its body says little.
    public struct Answer: Equatable, Sendable {
        public let status: Int
        public let headers: [String: String]
        public let body: Data

        public init(status: Int, headers: [String: String], body: Data) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }
}
