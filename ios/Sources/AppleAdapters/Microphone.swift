import AVFAudio
import Foundation
import ShellCore

/// Sound from the microphone as frames of AAC that each stand for themselves. Nothing is written to a file. It goes on while the app is
/// in the background, because the app declares the background mode `audio`.
///
/// A telephone call takes the microphone: the recording ends there, and what was heard until then is kept. Another microphone in its
/// place (a headset) does not end it.
final class Microphone: @unchecked Sendable {
    /// About a tenth of a second.
    private static let tapFrames: AVAudioFrameCount = 4_800
    /// About a quarter of a second.
    private static let batchBytes = 2_048

    private let queue = DispatchQueue(label: "cn.liuhen.microphone")
    // On the queue only.
    private var engine: AVAudioEngine?
    private var out: Pieces.Continuation?
    private var watching: [any NSObjectProtocol] = []
    // Under the lock: what is heard comes on a thread of the system, which must not wait for the queue that takes the tap away.
    private let lock = NSLock()
    private var encoding: Encoding?

    private struct Encoding {
        let encoder: SoundEncoder
        let out: Pieces.Continuation
        var batch = Data()
        var levelPermille = 0

        mutating func add(_ piece: Piece) {
            batch.append(piece.bytes)
            levelPermille = max(levelPermille, piece.levelPermille ?? 0)
            if batch.count >= Microphone.batchBytes { handOver() }
        }

        mutating func handOver() {
            if batch.isEmpty { return }
            out.yield(Piece(bytes: batch, levelPermille: levelPermille))
            batch = Data()
            levelPermille = 0
        }
    }

    /// Begins; what is heard comes until `stop`.
    func record() -> Pieces {
        Pieces { out in
            queue.async { [self] in begin(out) }
        }
    }

    /// Ends the recording under way after what was heard until now.
    func stop() {
        queue.async { [self] in end(nil) }
    }

    private func begin(_ out: Pieces.Continuation) {
        if self.out != nil {
            out.finish(throwing: MediaFailure(.takenByOthers))
            return
        }
        self.out = out
        do {
            try SoundDevice.begin(.recording)
            let made = Encoding(encoder: try SoundEncoder(), out: out)
            lock.withLock { encoding = made }
            watch()
            try listen()
        } catch {
            end(Self.told(error))
        }
    }

    private static func told(_ error: any Error) -> MediaFailure {
        if let failure = error as? MediaFailure { return failure }
        let others: [AVAudioSession.ErrorCode] = [.insufficientPriority, .isBusy, .cannotInterruptOthers]
        return MediaFailure(others.contains { $0.rawValue == (error as NSError).code } ? .takenByOthers : .broken)
    }

    /// Listens to the microphone that the phone has now.
    private func listen() throws {
        let engine = AVAudioEngine()
        let format = engine.inputNode.outputFormat(forBus: 0)
        // A microphone that another holds has no rate.
        guard format.sampleRate > 0, format.channelCount > 0 else { throw MediaFailure(.takenByOthers) }
        engine.inputNode.installTap(onBus: 0, bufferSize: Self.tapFrames, format: format) { [weak self] heard, _ in self?.take(heard) }
        self.engine = engine
        engine.prepare()
        try engine.start()
    }

    private func take(_ heard: AVAudioPCMBuffer) {
        let isBroken = lock.withLock {
            guard let now = encoding else { return false }
            guard let piece = try? now.encoder.take(heard) else { return true }
            encoding?.add(piece)
            return false
        }
        if isBroken { queue.async { [self] in end(MediaFailure(.broken)) } }
    }

    private func end(_ failure: MediaFailure?) {
        guard let out else { return }
        self.out = nil
        letEngineGo()
        for watched in watching { NotificationCenter.default.removeObserver(watched) }
        watching = []
        lock.withLock {
            // What the encoder still holds is a frame or two; a broken one has nothing to give.
            if let rest = try? encoding?.encoder.end() { encoding?.add(Piece(bytes: rest, levelPermille: nil)) }
            encoding?.handOver()
            encoding = nil
        }
        out.finish(throwing: failure)
        SoundDevice.end(.recording)
    }

    private func letEngineGo() {
        engine?.inputNode.removeTap(onBus: 0)
        engine?.stop()
        engine = nil
    }

    private func watch() {
        on(AVAudioSession.interruptionNotification) { microphone, told in
            let kind = (told[AVAudioSessionInterruptionTypeKey] as? UInt).flatMap(AVAudioSession.InterruptionType.init(rawValue:))
            if kind == .began { microphone.end(MediaFailure(.takenByOthers)) }
        }
        on(AVAudioSession.mediaServicesWereResetNotification) { microphone, _ in microphone.end(MediaFailure(.broken)) }
        // Another microphone came or went, or its rate changed; the engine has stopped by itself.
        on(.AVAudioEngineConfigurationChange) { microphone, _ in microphone.another() }
    }

    private func another() {
        guard out != nil else { return }
        letEngineGo()
        do {
            try listen()
        } catch {
            end(Self.told(error))
        }
    }

    private func on(_ name: Notification.Name, _ act: @escaping @Sendable (Microphone, [AnyHashable: Any]) -> Void) {
        let watched = NotificationCenter.default.addObserver(forName: name, object: nil, queue: nil) { [weak self] note in
            let told = Told(note.userInfo ?? [:])
            self?.queue.async { [weak self] in
                if let self { act(self, told.userInfo) }
            }
        }
        watching.append(watched)
    }
}

/// What a notification says: numbers and words that nobody changes.
struct Told: @unchecked Sendable {
    let userInfo: [AnyHashable: Any]

    init(_ userInfo: [AnyHashable: Any]) {
        self.userInfo = userInfo
    }
}
