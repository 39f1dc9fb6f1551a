import Foundation
import Testing

@testable import ShellCore

/// Recordings as the system's player takes them. `film-plain.mp4` has the same samples as `film-fragmented.mp4`, with a head that
/// somebody else's program wrote.
struct PlainMovieTests {
    private static let dir = "tests/vectors/media/"

    @Test func aFilmInFragmentsIsShownWithTheSamplesOfTheSameFilmInOnePiece() async throws {
        let film = try await Self.shown("film-fragmented.mp4", "video/mp4")
        let plain = try Repository.read(Self.dir + "film-plain.mp4")
        let (made, wanted) = (FilmTables.tracks(film.bytes), FilmTables.tracks(plain))
        #expect(made.count == 2)
        #expect(made.map(\.samples) == wanted.map(\.samples))
        #expect(made.map(\.syncNumbers) == wanted.map(\.syncNumbers))
        #expect(film.movie.durationMs == 2_064)
    }

    @Test func theSealedBytesFollowTheHeadAsTheyAre() async throws {
        let sealed = try Repository.read(Self.dir + "film-phone.mp4")
        let film = try await Self.shown("film-phone.mp4", "video/mp4")
        #expect(film.bytes.count == film.movie.lenBytes)
        #expect(film.bytes.suffix(sealed.count) == sealed)
        #expect(FilmTables.boxes(film.bytes) == ["ftyp", "moov", "mdat"])
    }

    @Test func framesOfSoundBecomeSamplesWithoutTheirHeaders() async throws {
        let sealed = try Repository.read(Self.dir + "sound.aac")
        let sound = try await Self.shown("sound.aac", "audio/aac")
        var (frames, at): ([Data], Int) = ([], 0)
        while let frame = Adts.frame(sealed.dropFirst(at)) {
            frames.append(Data(sealed[at + frame.headerBytes..<at + frame.frameBytes]))
            at += frame.frameBytes
        }
        #expect(frames.count == 25)
        #expect(FilmTables.tracks(sound.bytes).map(\.samples) == [frames])
        #expect(sound.movie.durationMs == 1_600)
    }

    @Test func aFilmThatWasCutOffIsShownAsFarAsItGoes() async throws {
        let whole = try Repository.read(Self.dir + "film-fragmented.mp4")
        let wanted = FilmTables.tracks(try await Self.shown(whole, "video/mp4").bytes)
        for lenBytes in stride(from: 0, to: whole.count, by: 331) {
            let cut = FilmTables.tracks(try await Self.shown(Data(whole.prefix(lenBytes)), "video/mp4").bytes)
            for (track, full) in zip(cut, wanted) { #expect(track.samples[...] == full.samples.prefix(track.samples.count)) }
        }
    }

    @Test func aRecordingWithAHeadOfItsOwnIsShownAsItIs() async throws {
        let plain = try Repository.read(Self.dir + "film-plain.mp4")
        let film = try await Self.shown("film-plain.mp4", "video/mp4")
        #expect(film.bytes == plain)
        #expect(film.movie.mediaType == "video/mp4")
    }

    @Test func bytesThatAreNoRecordingAreShownAsTheyAre() async throws {
        var noise = Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
        for type in ["video/mp4", "audio/aac", "image/jpeg"] {
            #expect(try await Self.shown(noise, type).bytes == noise)
        }
        // A head and a fragment whose numbers lie.
        let film = try Repository.read(Self.dir + "film-fragmented.mp4")
        for at in stride(from: 8, to: min(2_000, film.count), by: 13) {
            noise = film
            noise[at] ^= 0xFF
            let shown = try await Self.shown(noise, "video/mp4")
            #expect(shown.bytes.suffix(noise.count) == noise)
        }
    }

    @Test func aChangedOrMissingByteIsNotPlayedOver() async throws {
        await #expect(throws: (any Error).self) { _ = try await PlainMovie(Broken()) }
    }

    private static func shown(_ name: String, _ type: String) async throws -> (movie: PlainMovie, bytes: Data) {
        try await shown(try Repository.read(dir + name), type)
    }

    /// Everything that a player would read.
    private static func shown(_ sealed: Data, _ type: String) async throws -> (movie: PlainMovie, bytes: Data) {
        let movie = try await PlainMovie(InMemory(sealed, type))
        var bytes = Data()
        while bytes.count < movie.lenBytes {
            let more = try await movie.read(offset: bytes.count, maxBytes: 777)
            if more.isEmpty { break }
            bytes.append(more)
        }
        return (movie, bytes)
    }
}

/// What the head of a film that is not in fragments tells, read without the code under test.
private struct FilmTables {
    let samples: [Data]
    let syncNumbers: [Int]

    static func boxes(_ film: Data) -> [String] {
        all(film, 0, film.count).map(\.type)
    }

    static func tracks(_ film: Data) -> [FilmTables] {
        guard let moov = all(film, 0, film.count).first(where: { $0.type == "moov" }) else { return [] }
        return all(film, moov.from, moov.to).filter { $0.type == "trak" }.map { track in
            let tables = ["mdia", "minf", "stbl"].reduce(track) { at, type in all(film, at.from, at.to).first { $0.type == type } ?? at }
            return FilmTables(film, Dictionary(uniqueKeysWithValues: all(film, tables.from, tables.to).map { ($0.type, $0.from) }))
        }
    }

    private init(_ film: Data, _ table: [String: Int]) {
        func u32(_ type: String, _ at: Int) -> Int { table[type].map { Int(Self.number(film, $0 + at, 4)) } ?? 0 }
        func place(_ chunk: Int) -> Int {
            table["stco"] != nil ? u32("stco", 8 + chunk * 4) : table["co64"].map { Self.number(film, $0 + 8 + chunk * 8, 8) } ?? 0
        }
        var (samples, change): ([Data], Int) = ([], 0)
        for chunk in 0..<(u32("stco", 4) + u32("co64", 4)) {
            if change + 1 < u32("stsc", 4), u32("stsc", 8 + (change + 1) * 12) == chunk + 1 { change += 1 }
            var at = place(chunk)
            for _ in 0..<u32("stsc", 12 + change * 12) {
                let lenBytes = u32("stsz", 4) != 0 ? u32("stsz", 4) : u32("stsz", 12 + samples.count * 4)
                samples.append(at + lenBytes <= film.count ? Data(film[at..<at + lenBytes]) : Data())
                at += lenBytes
            }
        }
        self.samples = samples
        syncNumbers = table["stss"] == nil ? Array(1...max(1, samples.count)) : (0..<u32("stss", 4)).map { u32("stss", 8 + $0 * 4) }
    }

    private static func all(_ film: Data, _ from: Int, _ to: Int) -> [(type: String, from: Int, to: Int)] {
        var (found, at): ([(type: String, from: Int, to: Int)], Int) = ([], from)
        while at + 8 <= to {
            var (size, head) = (number(film, at, 4), 8)
            if size == 1 { (size, head) = (number(film, at + 8, 8), 16) }
            if size < head || at + size > to { break }
            found.append((String(decoding: film[at + 4..<at + 8], as: UTF8.self), at + head, at + size))
            at += size
        }
        return found
    }

    private static func number(_ film: Data, _ at: Int, _ count: Int) -> Int {
        at + count > film.count ? 0 : film[at..<at + count].reduce(0) { $0 << 8 | Int($1) }
    }
}

private final class InMemory: SealedBytes {
    let bytes: Data
    let mediaType: String
    var lenBytes: Int { bytes.count }

    init(_ bytes: Data, _ mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
    }

    func read(offset: Int, maxBytes: Int) async throws -> Data {
        offset >= bytes.count ? Data() : Data(bytes[offset..<min(bytes.count, offset + maxBytes)])
    }
}

/// An item that the core does not open.
private final class Broken: SealedBytes {
    let lenBytes = 1_000
    let mediaType = "video/mp4"

    func read(offset: Int, maxBytes: Int) async throws -> Data {
        throw CocoaError(.fileReadCorruptFile)
    }
}
