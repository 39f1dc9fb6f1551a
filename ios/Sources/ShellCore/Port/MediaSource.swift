import Foundation

/// Takes encoded bytes: the next piece, at most 1 MiB, and how loud it is, 0 to 1000. Returns when it may be followed by another.
public typealias MediaSink = @MainActor (_ piece: Data, _ levelPermille: Int?) async throws -> Void

/// The phone's camera and microphone. Encoded bytes go to a sink piece by piece; no file is ever written.
@MainActor
public protocol MediaSource: AnyObject {
    /// Whether the camera's picture can be drawn.
    var preview: Watched<CameraPreview> { get }

    /// What the shutter makes from now on; the camera is opened or let go accordingly.
    func prepare(_ mode: CaptureMode)

    /// Lets camera and microphone go, unless a recording runs.
    func letGo()

    /// Turns the lamp on or off.
    func setTorch(_ on: Bool)

    /// How a recording of this mode is encoded.
    func encoding(_ mode: CaptureMode) -> Encoding

    /// Takes a photograph and hands its bytes to `sink`; returns when all were taken. Throws `MediaFailure` when there is none.
    func photo(_ sink: @escaping MediaSink) async throws

    /// Records and hands the bytes to `sink` in order until `stop`; returns when everything encoded was handed over. Throws
    /// `MediaFailure` when it ends otherwise: what was handed over until then is to be kept.
    func record(_ mode: CaptureMode, _ sink: @escaping MediaSink) async throws

    /// Ends the recording under way.
    func stop()
}

/// How media are encoded.
public struct Encoding: Equatable, Sendable {
    public let mediaType: String
    public let bytesPerSec: Int?

    public init(mediaType: String, bytesPerSec: Int?) {
        self.mediaType = mediaType
        self.bytesPerSec = bytesPerSec
    }
}

/// Camera or microphone failed.
public struct MediaFailure: Error, Equatable, Sendable {
    /// Why.
    public enum Reason: Sendable {
        case denied
        case takenByOthers
        case broken
        /// The app left the screen, where the system lends the camera to nobody.
        case leftScreen
        /// The phone is too hot, or gives more than it can.
        case overloaded
    }

    public let reason: Reason

    public init(_ reason: Reason) {
        self.reason = reason
    }
}
