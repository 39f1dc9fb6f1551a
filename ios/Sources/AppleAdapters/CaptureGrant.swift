import AVFoundation
import ShellCore

/// Whether camera or microphone may be used.
@MainActor
struct CaptureGrant {
    enum Sense {
        case camera
        case microphone
    }

    private let media: AVMediaType

    init(_ sense: Sense) {
        media = sense == .camera ? .video : .audio
    }

    var grant: Grant {
        switch AVCaptureDevice.authorizationStatus(for: media) {
        case .authorized: .granted
        case .notDetermined: .notAsked
        default: .deniedForGood
        }
    }

    /// Has the system ask the officer; it does so once.
    func ask() async {
        _ = await AVCaptureDevice.requestAccess(for: media)
    }
}
