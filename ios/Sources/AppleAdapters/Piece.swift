import Foundation
import ShellCore

/// Encoded bytes on their way to the core, with the loudest of what is in them, 0 to 1000.
struct Piece: Sendable {
    let bytes: Data
    let levelPermille: Int?
}

/// What camera or microphone encode, in order; it ends when everything encoded was handed over, with a `MediaFailure` when it broke off.
typealias Pieces = AsyncThrowingStream<Piece, any Error>

extension Pieces {
    /// The longest piece that crosses into the core.
    private static let pieceBytes = 1 << 20

    /// Hands everything to the core, in parts that it takes.
    @MainActor
    func handOver(_ sink: MediaSink) async throws {
        for try await piece in self {
            var from = piece.bytes.startIndex
            while from < piece.bytes.endIndex {
                let to = Swift.min(from + Self.pieceBytes, piece.bytes.endIndex)
                try await sink(Data(piece.bytes[from..<to]), piece.levelPermille)
                from = to
            }
        }
    }
}
