import CoreBindings
import Foundation

/// What lies open in the review: read from sealed bytes, and let go when it is closed.
@MainActor
final class OpenPieces {
    private static let pieceBytes = 1 << 20
    /// A photograph larger than this is shown cut off rather than exhausting the memory.
    private static let mostBytes = 64 << 20

    private let shell: Shell
    private var playing: (any SealedBytes)?
    private var sinceMs: Int
    /// Counts what was opened and closed: an answer to an earlier question is not wanted any more.
    private(set) var turn = 0

    init(_ shell: Shell) {
        self.shell = shell
        sinceMs = shell.device.time.elapsedMs()
    }

    /// A photograph or a recording; absent when the party closed it or opened something else before its bytes came.
    func item(_ line: CoreBindings.ItemLine) async throws -> OpenPiece? {
        close()
        let mine = turn
        let piece: OpenPiece? = line.media == .photo ? try await photo(line) : try await playing(line, mine)
        return turn == mine ? piece : nil
    }

    /// At full size.
    private func photo(_ line: CoreBindings.ItemLine) async throws -> OpenPiece {
        // Its bytes may be gone or damaged; the screen offers the waiver.
        var picture: Picture?
        if let bytes = try? await shell.host.sealedBytes(line.item) {
            picture = Picture(key: "full \(line.item)", bytes: try await whole(bytes))
        }
        return .photo(OpenPhoto(item: line.item, title: line.label.said(), picture: picture))
    }

    private func whole(_ bytes: any SealedBytes) async throws -> Data {
        var all = Data()
        while all.count < Self.mostBytes {
            let piece = try await bytes.read(offset: all.count, maxBytes: Self.pieceBytes)
            if piece.isEmpty { break }
            all.append(piece)
        }
        return all
    }

    /// Paused at its start.
    private func playing(_ line: CoreBindings.ItemLine, _ mine: Int) async throws -> OpenPiece? {
        let isVideo = line.media == .video
        var piece = OpenPlaying(
            item: line.item, title: line.label.said(), video: isVideo, playing: false, positionMs: 0,
            durationMs: line.durationMs.map(Int.init) ?? 0)
        do {
            let bytes = try await shell.host.sealedBytes(line.item)
            if turn != mine { return nil }
            playing = bytes
            shell.device.player.open(bytes, video: isVideo)
        } catch CoreFailure.Failed(_, _, let sentence, _) {
            piece.failed = sentence.said()
        }
        return .playing(piece)
    }

    /// The open piece with what the player says.
    func followed(_ open: OpenPiece?, _ state: PlayerState) -> OpenPiece? {
        guard case .playing(var piece) = open, playing != nil else { return open }
        piece.playing = state.playing
        piece.positionMs = state.positionMs
        if state.durationMs > 0 { piece.durationMs = state.durationMs }
        piece.frame = state.frame
        piece.failed = state.failed ? Texts.Review.cannotPlay : nil
        return .playing(piece)
    }

    /// The open page with what the core says was seen.
    func marked(_ open: OpenPiece?, _ documents: [CoreBindings.ReviewDocument]) -> OpenPiece? {
        guard case .page(var page) = open, let told = documents.first(where: { $0.document == page.document }) else { return open }
        page.pages = told.shown().pages
        return .page(page)
    }

    func pageComes() {
        close()
        sinceMs = shell.device.time.elapsedMs()
    }

    /// How long the page has been shown; the same time is told once, however often the page is turned.
    func takeShownMs() -> Int {
        let now = shell.device.time.elapsedMs()
        defer { sinceMs = now }
        return now - sinceMs
    }

    func close() {
        turn += 1
        if playing == nil { return }
        shell.device.player.close()
        playing = nil
    }
}
