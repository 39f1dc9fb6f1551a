import Foundation

/// Plays a recording from sealed bytes; nothing is unpacked to a file.
@MainActor
public protocol Player: AnyObject {
    /// Where it stands.
    var state: Watched<PlayerState> { get }

    /// Begins with another recording, paused at its start.
    func open(_ bytes: any SealedBytes, video: Bool)

    func play()

    func pause()

    func seek(_ positionMs: Int)

    /// Lets the recording and the sound device go.
    func close()
}

/// Where playing stands.
public struct PlayerState: Equatable, Sendable {
    public var playing: Bool
    public var positionMs: Int
    public var durationMs: Int
    /// The picture of a video, when it is not drawn by the system itself.
    public var frame: Picture?
    /// The recording cannot be played.
    public var failed: Bool

    public init(playing: Bool = false, positionMs: Int = 0, durationMs: Int = 0, frame: Picture? = nil, failed: Bool = false) {
        self.playing = playing
        self.positionMs = positionMs
        self.durationMs = durationMs
        self.frame = frame
        self.failed = failed
    }
}

/// Random access to an item's bytes. Whoever drops it lets the item go.
public protocol SealedBytes: AnyObject, Sendable {
    var lenBytes: Int { get }
    var mediaType: String { get }

    /// Up to `maxBytes` (at most 1 MiB) from `offset`; empty at the end. May be called from anywhere.
    func read(offset: Int, maxBytes: Int) async throws -> Data
}
