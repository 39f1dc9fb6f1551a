import AVFoundation
import Foundation
import ShellCore

/// The phone's camera and microphone as the screens want them. The camera is open while a screen that shows its picture is in front, and
/// while it films. A sound recording goes on whatever the screen shows; a film ends when the app leaves the screen, for iOS takes the
/// camera away then.
@MainActor
public final class PhoneMedia: MediaSource {
    private static let bits = 8

    public let preview = Watched(CameraPreview.off)
    private let camera = BackCamera()
    private let microphone = Microphone()
    private var wanted: CaptureMode?
    private var isInFront = true
    private var isRecording = false
    private var isArranging = false
    private var isUnsettled = false
    /// Told whether the screen must stay on: a phone that locks itself ends a film.
    private let keepAwake: @MainActor (Bool) -> Void

    /// - Parameter keepAwake: keeps the screen on, or no longer.
    public init(keepAwake: @escaping @MainActor (Bool) -> Void) {
        self.keepAwake = keepAwake
        Task {
            await camera.listen { [weak self] failure in
                Task { @MainActor [weak self] in self?.told(failure) }
            }
        }
    }

    /// What draws the camera's picture.
    var session: AVCaptureSession { camera.sight.session }

    public func prepare(_ mode: CaptureMode) {
        wanted = mode
        settle()
    }

    public func letGo() {
        wanted = nil
        settle()
    }

    /// The app is on the screen, or not any more: without a recording the camera is let go.
    public func seen(_ isSeen: Bool) {
        isInFront = isSeen
        settle()
    }

    public func setTorch(_ on: Bool) {
        Task { await camera.setTorch(on) }
    }

    public func encoding(_ mode: CaptureMode) -> Encoding {
        switch mode {
        case .photo: Encoding(mediaType: "image/jpeg", bytesPerSec: nil)
        // Frames and their headers.
        case .audio:
            Encoding(
                mediaType: "audio/aac",
                bytesPerSec: SoundEncoder.bitsPerSec / Self.bits + Adts.headerBytes * SoundEncoder.rateHz / Adts.frameSamples)
        case .video: Encoding(mediaType: "video/mp4", bytesPerSec: (Film.bitsPerSec + SoundEncoder.bitsPerSec) / Self.bits)
        }
    }

    public func photo(_ sink: @escaping MediaSink) async throws {
        let jpeg = try await camera.photo()
        let (pieces, out) = Pieces.makeStream()
        out.yield(Piece(bytes: jpeg, levelPermille: nil))
        out.finish()
        try await pieces.handOver(sink)
    }

    public func record(_ mode: CaptureMode, _ sink: @escaping MediaSink) async throws {
        if isRecording { throw MediaFailure(.takenByOthers) }
        guard AVCaptureDevice.authorizationStatus(for: .audio) == .authorized else { throw MediaFailure(.denied) }
        isRecording = true
        keepAwake(mode == .video)
        defer {
            isRecording = false
            keepAwake(false)
            settle()
        }
        do {
            if mode == .video {
                try await camera.open(.film)
                try await camera.record().pieces.handOver(sink)
            } else {
                try await microphone.record().handOver(sink)
            }
        } catch {
            // A core that takes no more: whatever still records ends.
            stop()
            throw error
        }
    }

    public func stop() {
        microphone.stop()
        Task { await camera.stop() }
    }

    /// The camera was taken away, or is back.
    private func told(_ failure: MediaFailure?) {
        if let failure {
            preview.set(failure.preview)
        } else if isInFront, let wanted, wanted != .audio {
            preview.set(.live)
        }
    }

    /// Opens or closes the camera as it is wanted now, one after the other. A recording under way keeps it as it is.
    private func settle() {
        isUnsettled = true
        if isArranging { return }
        isArranging = true
        Task {
            while isUnsettled {
                isUnsettled = false
                if !isRecording { await arrange() }
            }
            isArranging = false
        }
    }

    private func arrange() async {
        guard isInFront, let mode = wanted, mode != .audio else {
            await camera.close()
            preview.set(.off)
            return
        }
        if preview.value != .live { preview.set(.starting) }
        do {
            try await camera.open(mode == .photo ? .stills : .film)
            preview.set(.live)
        } catch {
            // Where nobody waits for an answer, a failure is told by the preview.
            await camera.close()
            preview.set((error as? MediaFailure)?.preview ?? .off)
        }
    }
}

extension MediaFailure {
    fileprivate var preview: CameraPreview { reason == .takenByOthers ? .takenByOthers : .off }
}
