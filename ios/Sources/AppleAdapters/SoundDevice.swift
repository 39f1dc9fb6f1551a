import AVFAudio
import Foundation

/// The phone's one sound device, which a recording and playing share: what is played must not end what is recorded.
enum SoundDevice {
    private static let users = Guarded<Set<Use>>([])

    /// What it is used for.
    enum Use {
        case recording
        case playing
    }

    /// Begins a use of it. Throws what the system throws, for one when a telephone call has it.
    static func begin(_ use: Use) throws {
        try users.with { users in
            let session = AVAudioSession.sharedInstance()
            let records = use == .recording || users.contains(.recording)
            // The phone's own microphone: one in an ear hears nobody but the officer.
            try session.setCategory(records ? .playAndRecord : .playback, mode: .default, options: records ? [.defaultToSpeaker] : [])
            try session.setActive(true)
            users.insert(use)
        }
    }

    /// Ends a use of it. Asking twice is no error.
    static func end(_ use: Use) {
        users.with { users in
            guard users.remove(use) != nil, users.isEmpty else { return }
            try? AVAudioSession.sharedInstance().setActive(false, options: .notifyOthersOnDeactivation)
        }
    }
}
