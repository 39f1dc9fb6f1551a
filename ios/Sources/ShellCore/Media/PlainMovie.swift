import Foundation

/// A recording as the system's player takes it. What is recorded here is cut in fragments, or in frames that each stand for themselves, so
/// that a kill costs nothing; a player wants one head that tells where everything is. It is made when a recording is played, and shown as
/// if it stood before the sealed bytes, which stay as they are. A recording that has such a head already is shown as it is.
public final class PlainMovie: Sendable {
    private static let headMaxBytes = 1 << 20

    /// Length with the head, bytes.
    public let lenBytes: Int
    /// How long it lasts, milliseconds; zero when only the player can tell.
    public let durationMs: Int
    public let mediaType: String
    private let head: Data
    private let sealed: any SealedBytes

    /// Reads where everything is; throws what reading throws.
    public init(_ sealed: any SealedBytes) async throws {
        self.sealed = sealed
        let tracks: [MovieTrack]
        switch sealed.mediaType {
        case "audio/aac": tracks = try await Self.sound(ReadAhead(sealed))
        case "video/mp4", "audio/mp4": tracks = try await Self.film(ReadAhead(sealed))
        default: tracks = []
        }
        let made = MovieHead(tracks: tracks.filter { !$0.samples.isEmpty })
        head = made.tracks.isEmpty ? Data() : made.bytes(before: sealed.lenBytes)
        durationMs = made.durationMs
        lenBytes = head.count + sealed.lenBytes
        mediaType = head.isEmpty ? sealed.mediaType : "video/mp4"
    }

    /// Up to `maxBytes` (at most 1 MiB) from `offset`; empty at the end.
    public func read(offset: Int, maxBytes: Int) async throws -> Data {
        if offset < head.count { return Data(head[offset..<min(offset + maxBytes, head.count)]) }
        return try await sealed.read(offset: offset - head.count, maxBytes: maxBytes)
    }

    /// The tracks of a film in fragments; none of another.
    private static func film(_ bytes: ReadAhead) async throws -> [MovieTrack] {
        var tracks: [MovieTrack] = []
        var at = 0
        while at + Mp4Box.headerBytes <= bytes.lenBytes {
            let header = try await bytes.read(at, Mp4Box.headerBytes)
            let size = Int(Mp4Box.number(header, 0, 4))
            // Longer than 4 GiB, or open-ended: nobody writes that in fragments. Cut off: it ends before this.
            if size < Mp4Box.headerBytes { break }
            switch Mp4Box.text(header, 4) {
            case "moov":
                guard let box = try await box(bytes, at, size) else { return tracks }
                tracks = heads(box)
            case "moof":
                guard let box = try await box(bytes, at, size) else { return tracks }
                take(box, at, bytes.lenBytes, &tracks)
            default: break
            }
            at += size
        }
        return tracks
    }

    /// A box that is read whole; nothing when it is cut off or too long to be one of a player's.
    private static func box(_ bytes: ReadAhead, _ at: Int, _ size: Int) async throws -> Mp4Box? {
        guard size <= headMaxBytes, at + size <= bytes.lenBytes else { return nil }
        return Mp4Box.all(in: try await bytes.read(at, size)).first
    }

    private static func heads(_ moov: Mp4Box) -> [MovieTrack] {
        // Without this the samples are told by the head itself.
        guard let extended = moov.child("mvex") else { return [] }
        let usual = extended.children("trex").map { told in
            (told.u32(4), MovieTrack.Usual(ticks: told.u32(12), lenBytes: told.u32(16), flags: told.u32(20)))
        }
        let byTrack = Dictionary(usual, uniquingKeysWith: { first, _ in first })
        return moov.children("trak").compactMap { MovieTrack($0, usual: byTrack) }
    }

    private static func take(_ moof: Mp4Box, _ at: Int, _ limit: Int, _ tracks: inout [MovieTrack]) {
        let countsFromHere = 0x2_0000
        var end = at
        for fragment in moof.children("traf") {
            guard let header = fragment.child("tfhd"), let number = tracks.firstIndex(where: { $0.id == header.u32(4) }) else { continue }
            let base = header.flags & countsFromHere != 0 ? at : end
            end = tracks[number].take(fragment, header: header, base: base, limit: limit)
        }
    }

    /// The one track of frames of sound; what does not go on as it began is not played.
    private static func sound(_ bytes: ReadAhead) async throws -> [MovieTrack] {
        var track: MovieTrack?
        var rateHz = 0
        var at = 0
        while at + Adts.headerBytes <= bytes.lenBytes {
            guard let frame = Adts.frame(try await bytes.read(at, Adts.headerBytes)), at + frame.frameBytes <= bytes.lenBytes else { break }
            if track == nil {
                track = SoundTrack.track(frame)
                rateHz = frame.rateHz
            }
            if frame.rateHz != rateHz { break }
            let lenBytes = frame.frameBytes - frame.headerBytes
            track?.add(MovieTrack.Sample(lenBytes: lenBytes, ticks: Adts.frameSamples), at: at + frame.headerBytes, isNext: false)
            at += frame.frameBytes
        }
        return [track].compactMap { $0 }
    }
}

/// Reads a recording from its beginning to its end in large steps, whatever it is asked for.
private final class ReadAhead {
    private static let stepBytes = 256 << 10

    let lenBytes: Int
    private let sealed: any SealedBytes
    private var from = 0
    private var kept = Data()

    init(_ sealed: any SealedBytes) {
        self.sealed = sealed
        lenBytes = sealed.lenBytes
    }

    /// Exactly these bytes. Throws when the recording is shorter than it says.
    func read(_ offset: Int, _ count: Int) async throws -> Data {
        if offset < from || offset + count > from + kept.count {
            from = offset
            kept = Data()
            let wanted = min(max(count, Self.stepBytes), lenBytes - offset)
            while kept.count < wanted {
                let more = try await sealed.read(offset: offset + kept.count, maxBytes: wanted - kept.count)
                if more.isEmpty { throw CocoaError(.fileReadCorruptFile) }
                kept.append(more)
            }
        }
        let start = kept.startIndex + offset - from
        guard count <= kept.endIndex - start else { throw CocoaError(.fileReadCorruptFile) }
        return Data(kept[start..<start + count])
    }
}
