import AVFoundation
import Foundation
import ShellCore

/// The camera at the phone's back. A photograph is a JPEG in memory as the camera made it; a film is handed over by `Film`. No file is
/// written and nothing is encoded again. It works on a queue of its own, which is also where the system tells it things.
actor BackCamera {
    /// What it is open for.
    enum Purpose {
        case stills
        case film
    }

    private nonisolated let queue = DispatchSerialQueue(label: "cn.liuhen.camera")
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// For the layer that draws what it sees.
    nonisolated let sight = Sight()
    private var session: AVCaptureSession { sight.session }
    private let photos = AVCapturePhotoOutput()
    private let pictures = AVCaptureVideoDataOutput()
    private let sounds = AVCaptureAudioDataOutput()
    private var purpose: Purpose?
    private var device: AVCaptureDevice?
    private var upright: AVCaptureDevice.RotationCoordinator?
    private var shot: Shot?
    private var film: Film?
    private var watching: [any NSObjectProtocol] = []
    private var told: @Sendable (MediaFailure?) -> Void = { _ in }

    /// Who is told when the open camera was taken away, and, without a failure, when it is back.
    func listen(_ told: @escaping @Sendable (MediaFailure?) -> Void) {
        self.told = told
        if watching.isEmpty { watch() }
    }

    /// Opens the camera; does nothing when it is open for this. Throws `MediaFailure`.
    func open(_ wanted: Purpose) throws {
        guard AVCaptureDevice.authorizationStatus(for: .video) == .authorized else { throw MediaFailure(.denied) }
        if purpose != wanted || isDeaf {
            close()
            try arrange(wanted)
            purpose = wanted
        }
        if !session.isRunning { session.startRunning() }
        if !session.isRunning { throw MediaFailure(session.isInterrupted ? .takenByOthers : .broken) }
    }

    /// Made ready to film while the microphone was not allowed yet.
    private var isDeaf: Bool {
        purpose == .film && film == nil && !session.outputs.contains(sounds)
            && AVCaptureDevice.authorizationStatus(for: .audio) == .authorized
    }

    /// Lets the camera go. Asking twice is no error.
    func close() {
        film?.end(nil)
        film = nil
        if session.isRunning { session.stopRunning() }
        purpose = nil
    }

    /// Turns the lamp on or off; a phone without one stays dark.
    func setTorch(_ on: Bool) {
        guard let device, device.hasTorch, device.isTorchModeSupported(on ? .on : .off) else { return }
        guard (try? device.lockForConfiguration()) != nil else { return }
        device.torchMode = on ? .on : .off
        device.unlockForConfiguration()
    }

    /// Takes a photograph. Throws `MediaFailure`.
    func photo() async throws -> Data {
        guard AVCaptureDevice.authorizationStatus(for: .video) == .authorized else { throw MediaFailure(.denied) }
        guard purpose == .stills, session.isRunning, shot == nil else { throw MediaFailure(.broken) }
        turn(photos)
        let settings = AVCapturePhotoSettings(format: [AVVideoCodecKey: AVVideoCodecType.jpeg])
        settings.photoQualityPrioritization = .balanced
        settings.flashMode = .off
        defer { shot = nil }
        return try await withCheckedThrowingContinuation { continuation in
            // The output itself does not keep it.
            let shot = Shot(continuation)
            self.shot = shot
            photos.capturePhoto(with: settings, delegate: shot)
        }
    }

    /// Begins a film. Throws `MediaFailure`; whatever ends it later is told by its pieces.
    func record() throws -> Film {
        guard AVCaptureDevice.authorizationStatus(for: .audio) == .authorized else { throw MediaFailure(.denied) }
        guard purpose == .film, session.isRunning, film == nil else { throw MediaFailure(.broken) }
        // As the phone is held now; pictures that were turned otherwise may still be on their way.
        let degrees = turn(pictures)
        let film = Film(isTall: degrees == 90 || degrees == 270)
        self.film = film
        pictures.setSampleBufferDelegate(film, queue: queue)
        sounds.setSampleBufferDelegate(film, queue: queue)
        return film
    }

    /// Ends the film under way after what was seen until now.
    func stop(_ failure: MediaFailure? = nil) {
        pictures.setSampleBufferDelegate(nil, queue: nil)
        sounds.setSampleBufferDelegate(nil, queue: nil)
        film?.end(failure)
        film = nil
    }

    private func arrange(_ wanted: Purpose) throws {
        session.beginConfiguration()
        defer { session.commitConfiguration() }
        for input in session.inputs { session.removeInput(input) }
        for output in session.outputs { session.removeOutput(output) }
        let device = try add(AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: .back))
        self.device = device
        upright = AVCaptureDevice.RotationCoordinator(device: device, previewLayer: nil)
        switch wanted {
        case .stills:
            session.sessionPreset = .photo
            try add(photos)
        case .film:
            session.sessionPreset = session.canSetSessionPreset(.hd1920x1080) ? .hd1920x1080 : .high
            if AVCaptureDevice.authorizationStatus(for: .audio) == .authorized {
                _ = try add(AVCaptureDevice.default(for: .audio))
                try add(sounds)
            }
            try add(pictures)
            // To turn moving pictures costs some, so that it is done before the session runs where that is enough.
            turn(pictures)
        }
    }

    private func add(_ device: AVCaptureDevice?) throws -> AVCaptureDevice {
        guard let device, let input = try? AVCaptureDeviceInput(device: device), session.canAddInput(input) else {
            throw MediaFailure(.broken)
        }
        session.addInput(input)
        return device
    }

    private func add(_ output: AVCaptureOutput) throws {
        guard session.canAddOutput(output) else { throw MediaFailure(.broken) }
        session.addOutput(output)
    }

    /// Has what comes out stand upright, as the phone is held now; by how much it is turned.
    @discardableResult
    private func turn(_ output: AVCaptureOutput) -> CGFloat {
        guard let connection = output.connection(with: .video), let upright else { return 0 }
        let degrees = upright.videoRotationAngleForHorizonLevelCapture
        if connection.videoRotationAngle != degrees, connection.isVideoRotationAngleSupported(degrees) {
            connection.videoRotationAngle = degrees
        }
        return connection.videoRotationAngle
    }

    private func watch() {
        on(AVCaptureSession.wasInterruptedNotification) { camera, told in
            let reason = told.userInfo[AVCaptureSessionInterruptionReasonKey] as? Int
            switch reason.flatMap(AVCaptureSession.InterruptionReason.init(rawValue:)) {
            // Nobody else has it, and nothing is broken.
            case .videoDeviceNotAvailableInBackground: await camera.gone(MediaFailure(.leftScreen))
            case .videoDeviceNotAvailableDueToSystemPressure: await camera.gone(MediaFailure(.overloaded))
            default: await camera.gone(MediaFailure(.takenByOthers))
            }
        }
        on(AVCaptureSession.runtimeErrorNotification) { camera, _ in await camera.gone(MediaFailure(.broken)) }
        // The system starts it again by itself.
        on(AVCaptureSession.interruptionEndedNotification) { camera, _ in await camera.back() }
    }

    private func on(_ name: Notification.Name, _ act: @escaping @Sendable (BackCamera, Told) async -> Void) {
        let watched = NotificationCenter.default.addObserver(forName: name, object: session, queue: nil) { [weak self] note in
            let told = Told(note.userInfo ?? [:])
            Task { [weak self] in
                if let self { await act(self, told) }
            }
        }
        watching.append(watched)
    }

    /// What was filmed until then is kept.
    private func gone(_ failure: MediaFailure) {
        stop(failure)
        told(failure)
    }

    private func back() {
        if purpose != nil { told(nil) }
    }
}

/// A camera's session, on its way from the camera's queue to the layer that draws; AVFoundation guards it by itself.
struct Sight: @unchecked Sendable {
    let session = AVCaptureSession()
}

/// A photograph being taken.
private final class Shot: NSObject, AVCapturePhotoCaptureDelegate, Sendable {
    private let waiting: Guarded<CheckedContinuation<Data, any Error>?>

    init(_ waiting: CheckedContinuation<Data, any Error>) {
        self.waiting = Guarded(waiting)
    }

    func photoOutput(_ output: AVCapturePhotoOutput, didFinishProcessingPhoto photo: AVCapturePhoto, error: (any Error)?) {
        if error == nil, let jpeg = photo.fileDataRepresentation() { end(.success(jpeg)) } else { end(.failure(MediaFailure(.broken))) }
    }

    /// The last thing that is said of it, also when there was no photograph.
    func photoOutput(
        _ output: AVCapturePhotoOutput, didFinishCaptureFor resolvedSettings: AVCaptureResolvedPhotoSettings, error: (any Error)?
    ) {
        end(.failure(MediaFailure(.broken)))
    }

    private func end(_ photo: Result<Data, any Error>) {
        let asked = waiting.with { waiting in
            defer { waiting = nil }
            return waiting
        }
        asked?.resume(with: photo)
    }
}
