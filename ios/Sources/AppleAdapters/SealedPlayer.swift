import AVFoundation
import Foundation
import ShellCore

/// The system's player over sealed recordings. A film is drawn by `FilmView`.
@MainActor
public final class SealedPlayer: Player {
    private static let tick = CMTime(value: 1, timescale: 5)

    public let state = Watched(PlayerState())
    /// What plays; the view draws it.
    let player = AVPlayer()
    private let queue = DispatchQueue(label: "cn.liuhen.player")
    private var opening: Task<Void, Never>?
    private var loader: SealedLoader?
    private var watching: [any NSObjectProtocol] = []
    private var ticking: Any?
    private var isWanted = false

    public init() {
        player.allowsExternalPlayback = false
        player.preventsDisplaySleepDuringVideoPlayback = true
    }

    public func open(_ bytes: any SealedBytes, video: Bool) {
        close()
        opening = Task { [weak self] in
            do {
                // The index of a recording is read from its fragments.
                let movie = try await PlainMovie(bytes)
                try await self?.begin(movie)
            } catch {
                if !Task.isCancelled { self?.fail() }
            }
        }
    }

    private func begin(_ movie: PlainMovie) async throws {
        guard !Task.isCancelled, let url = SealedLoader.url else { return }
        let loader = SealedLoader(movie)
        self.loader = loader
        let asset = AVURLAsset(url: url)
        asset.resourceLoader.setDelegate(loader, queue: queue)
        let isPlayable = try await asset.load(.isPlayable)
        if Task.isCancelled { return }
        if !isPlayable { throw MediaFailure(.broken) }
        let item = AVPlayerItem(asset: asset)
        watch(item)
        state.set(PlayerState(durationMs: movie.durationMs))
        player.replaceCurrentItem(with: item)
        if isWanted { play() }
    }

    private func watch(_ item: AVPlayerItem) {
        on(.AVPlayerItemDidPlayToEndTime, item) { $0.atEnd() }
        // A changed or missing byte.
        on(.AVPlayerItemFailedToPlayToEndTime, item) { $0.fail() }
        ticking = player.addPeriodicTimeObserver(forInterval: Self.tick, queue: .main) { [weak self] time in
            let positionMs = Int((time.seconds * 1000).rounded())
            Task { @MainActor [weak self] in self?.at(positionMs) }
        }
    }

    private func on(_ name: Notification.Name, _ item: AVPlayerItem, _ act: @escaping @MainActor @Sendable (SealedPlayer) -> Void) {
        let watched = NotificationCenter.default.addObserver(forName: name, object: item, queue: nil) { [weak self] _ in
            Task { @MainActor [weak self] in
                if let self { act(self) }
            }
        }
        watching.append(watched)
    }

    private func at(_ positionMs: Int) {
        guard isWanted else { return }
        var now = state.value
        now.positionMs = max(0, min(positionMs, now.durationMs))
        state.set(now)
    }

    private func atEnd() {
        isWanted = false
        var now = state.value
        now.playing = false
        now.positionMs = now.durationMs
        state.set(now)
    }

    private func fail() {
        release()
        state.set(PlayerState(failed: true))
    }

    public func play() {
        isWanted = true
        if player.currentItem == nil { return }
        // Heard also when the phone is set to silent. Without the device it is at least seen.
        try? SoundDevice.begin(.playing)
        let now = state.value
        if now.positionMs >= now.durationMs { seek(0) }
        player.play()
        change { $0.playing = true }
    }

    public func pause() {
        isWanted = false
        player.pause()
        change { $0.playing = false }
    }

    public func seek(_ positionMs: Int) {
        if player.currentItem == nil { return }
        let to = max(0, min(positionMs, state.value.durationMs))
        player.seek(to: CMTime(value: CMTimeValue(to), timescale: 1000), toleranceBefore: .zero, toleranceAfter: .zero)
        change { $0.positionMs = to }
    }

    public func close() {
        release()
        state.set(PlayerState())
    }

    private func change(_ how: (inout PlayerState) -> Void) {
        var now = state.value
        how(&now)
        state.set(now)
    }

    private func release() {
        opening?.cancel()
        opening = nil
        isWanted = false
        for watched in watching { NotificationCenter.default.removeObserver(watched) }
        watching = []
        if let ticking { player.removeTimeObserver(ticking) }
        ticking = nil
        player.pause()
        player.replaceCurrentItem(with: nil)
        loader?.close()
        loader = nil
        SoundDevice.end(.playing)
    }
}
