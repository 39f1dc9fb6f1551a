import CoreBindings
import Foundation

extension CoreHost {
    /// Takes a photograph straight into the core. What fails half-way leaves nothing behind.
    func photograph(_ given: CaptureGiven, _ source: any MediaSource) async throws -> CoreBindings.ItemLine {
        let begun = try await ask { try await $0.beginPhoto(request: given) }
        do {
            try await source.photo { piece, _ in try await begun.add(chunk: piece) }
            return try await tell { _ in try await begun.seal() }
        } catch {
            begun.discard()
            throw error
        }
    }

    /// Makes the small picture of a photograph that is safe already. It may be missing: it is a convenience.
    func makeThumbnail(_ item: String) async {
        _ = try? await tell { try await $0.makeThumbnail(item: item) }
    }

    /// An item's bytes.
    func sealedBytes(_ item: String) async throws -> any SealedBytes {
        OpenedItem(try await ask { try await $0.openItem(item: item) })
    }
}

private final class OpenedItem: SealedBytes {
    private let reader: ItemReader

    init(_ reader: ItemReader) {
        self.reader = reader
    }

    var lenBytes: Int { Int(reader.lenBytes()) }

    var mediaType: String { reader.mediaType() }

    func read(offset: Int, maxBytes: Int) async throws -> Data {
        try await reader.read(offset: UInt64(offset), maxBytes: UInt32(maxBytes))
    }
}
