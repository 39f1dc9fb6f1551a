import CoreBindings
import Foundation
import ShellCore

/// A camera that sees the demo's photographs and a microphone that hears its announcement, in the pieces of an encoder.
final class DemoMedia: MediaSource {
    let preview = Watched(CameraPreview.live)
    /// What the shutter was made ready for, in order.
    private(set) var prepared: [CaptureMode] = []
    private let picture: Data
    private let sound: Data
    /// Fails instead, when set.
    var failure: MediaFailure.Reason?
    /// A recording that a test breaks in the middle.
    var breaksAfterPieces: Int?
    private var breaking: MediaFailure.Reason?
    private var ends: AsyncStream<Void>.Continuation?

    init() throws {
        picture = try Repository.read("media/demo/photo-1-casio-qv-r51.jpg")
        sound = try Repository.read("media/demo/notice-zh.aac")
    }

    func prepare(_ mode: CaptureMode) { prepared.append(mode) }

    func letGo() {}

    func setTorch(_ on: Bool) {}

    func encoding(_ mode: CaptureMode) -> Encoding {
        switch mode {
        case .photo: Encoding(mediaType: "image/jpeg", bytesPerSec: nil)
        case .audio: Encoding(mediaType: "audio/aac", bytesPerSec: 8_000)
        case .video: Encoding(mediaType: "video/mp4", bytesPerSec: 600_000)
        }
    }

    func photo(_ sink: @escaping MediaSink) async throws {
        if let failure { throw MediaFailure(failure) }
        for piece in picture.pieces(256 * 1024) { try await sink(piece, nil) }
    }

    func record(_ mode: CaptureMode, _ sink: @escaping MediaSink) async throws {
        if let failure { throw MediaFailure(failure) }
        breaking = nil
        let (ended, ends) = AsyncStream<Void>.makeStream()
        self.ends = ends
        for (number, piece) in sound.pieces(4 * 1024).enumerated() {
            if number == breaksAfterPieces { throw MediaFailure(.takenByOthers) }
            try await sink(piece, 400)
        }
        // Silence until somebody stops it, or the process ends.
        for await _ in ended {}
        if let breaking { throw MediaFailure(breaking) }
    }

    /// Something takes the microphone away from the recording under way.
    func breakOff(_ reason: MediaFailure.Reason) {
        breaking = reason
        stop()
    }

    func stop() {
        ends?.finish()
    }
}

extension Data {
    func pieces(_ bytes: Int) -> [Data] {
        stride(from: 0, to: count, by: bytes).map { subdata(in: $0..<Swift.min($0 + bytes, count)) }
    }
}

/// A player that only reads.
final class ReadingPlayer: Player {
    let state = Watched(PlayerState())

    func open(_ bytes: any SealedBytes, video: Bool) {
        state.set(PlayerState(durationMs: 1_000))
    }

    private func change(_ change: (inout PlayerState) -> Void) {
        var next = state.value
        change(&next)
        state.set(next)
    }

    func play() { change { $0.playing = true } }

    func pause() { change { $0.playing = false } }

    func seek(_ positionMs: Int) { change { $0.positionMs = positionMs } }

    func close() { state.set(PlayerState()) }
}

final class SwitchedPermissions: Permissions {
    let granted = Watched(Dictionary(uniqueKeysWithValues: Permission.allCases.map { ($0, Grant.granted) }))
    private(set) var asked: [Permission] = []

    func ask(_ permission: Permission) { asked.append(permission) }

    func set(_ permission: Permission, _ grant: Grant) {
        granted.set(granted.value.merging([permission: grant]) { $1 })
    }
}

final class SetBattery: Battery {
    var level = 80

    func percent() -> Int { level }
}

final class SeenPin: ScreenPin {
    let pinned = Watched(false)

    func pin() { pinned.set(true) }

    func unpin() { pinned.set(false) }
}

final class KeptBiometrics: Biometrics {
    var available = true
    private var pins: [String: String] = [:]

    func keeps(_ officer: String) -> Bool { pins[officer] != nil }

    func keep(_ officer: String, pin: String) async -> Bool {
        pins[officer] = pin
        return true
    }

    func pin(_ officer: String) async -> String? { pins[officer] }

    func forget(_ officer: String) { pins[officer] = nil }
}

/// What a system keeps for an app whose process it ends.
final class KeptState: SavedState {
    private var kept: [String: String] = [:]

    subscript(_ key: String) -> String? {
        get { kept[key] }
        set { kept[key] = newValue }
    }
}

final class GivenFolder: FolderPicker {
    var card: (any RecorderCard)?

    func pick() async -> (any RecorderCard)? { card }
}

final class CountedSchedule: SyncSchedule {
    private(set) var count = 0

    func somethingToSend() { count += 1 }
}

/// A watch that a test turns.
final class TurnedStopwatch: Stopwatch {
    var ms = 0

    func elapsedMs() -> Int { ms }
}
