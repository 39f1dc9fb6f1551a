import Foundation

/// The head of an MP4 file that is not in fragments (ISO/IEC 14496-12), over samples that lie where they lie.
struct MovieHead {
    private static let msPerSec = 1000
    private static let large = 16

    let tracks: [MovieTrack]

    /// When the first sample of all is due, milliseconds.
    private var startMs: Int { tracks.map { $0.ms($0.startTicks) }.min() ?? 0 }

    var durationMs: Int { tracks.map { delayMs($0) + shownMs($0) }.max() ?? 0 }

    private func delayMs(_ track: MovieTrack) -> Int { track.ms(track.startTicks) - startMs }

    private func shownMs(_ track: MovieTrack) -> Int { max(0, track.ms(track.totalTicks - track.showFromTicks)) }

    /// The head, and after it the beginning of a box in which the whole recording lies as it is, `lenBytes` long.
    func bytes(before lenBytes: Int) -> Data {
        // Every number is as wide as it is: a first time shows how long the head will be.
        let headBytes = made(lenBytes, base: 0).count
        return made(lenBytes, base: headBytes)
    }

    private func made(_ lenBytes: Int, base: Int) -> Data {
        var to = Mp4Writer()
        to.box("ftyp") {
            $0.text("isom")
            $0.u32(0x200)
            $0.text("isomiso2mp41")
        }
        to.box("moov") { moov in
            moov.full("mvhd") {
                $0.u32(0, 0, Self.msPerSec, durationMs, 0x1_0000)
                $0.u16(0x100, 0)
                $0.u32(0, 0)
                for value in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] { $0.u32(value) }
                $0.u32(0, 0, 0, 0, 0, 0, (tracks.map(\.id).max() ?? 0) + 1)
            }
            for track in tracks { write(track, to: &moov, base: base) }
        }
        // A length of 1 says that the real one follows, in 64 bits.
        to.u32(1)
        to.text("mdat")
        to.u64(lenBytes + Self.large)
        return to.bytes
    }

    private func write(_ track: MovieTrack, to moov: inout Mp4Writer, base: Int) {
        moov.box("trak") { trak in
            trak.put(lasting(track.header, at: (20, 28), delayMs(track) + shownMs(track)))
            trak.box("edts") { edts in
                edts.full("elst") {
                    let delayMs = delayMs(track)
                    $0.u32(delayMs > 0 ? 2 : 1)
                    if delayMs > 0 { $0.u32(delayMs, -1, 0x1_0000) }
                    $0.u32(shownMs(track), track.showFromTicks, 0x1_0000)
                }
            }
            trak.box("mdia") { media in
                media.put(lasting(track.mediaHeader, at: (16, 24), track.totalTicks))
                media.put(track.handler)
                media.box("minf") { info in
                    info.put(track.mediaInfo)
                    info.box("stbl") { tables(track, to: &$0, base: base) }
                }
            }
        }
    }

    /// A header with another duration in it; where it stands depends on the header's version.
    private func lasting(_ header: Mp4Box, at: (Int, Int), _ duration: Int) -> Data {
        var bytes = header.whole
        let (place, count) = header.version == 1 ? (at.1, 8) : (at.0, 4)
        var number = Mp4Writer()
        number.number(count == 4 ? min(duration, Int(UInt32.max)) : duration, count)
        let from = bytes.startIndex + Mp4Box.headerBytes + place
        if from + count <= bytes.endIndex { bytes.replaceSubrange(from..<from + count, with: number.bytes) }
        return bytes
    }

    private func tables(_ track: MovieTrack, to table: inout Mp4Writer, base: Int) {
        table.put(track.description)
        table.full("stts") { $0.runs(track.samples.map(\.ticks)) }
        if track.samples.contains(where: { $0.shiftTicks != 0 }) {
            table.full("ctts", version: 1) { $0.runs(track.samples.map(\.shiftTicks)) }
        }
        if track.samples.contains(where: { !$0.isSync }) {
            table.full("stss") { sync in
                let numbers = track.samples.indices.filter { track.samples[$0].isSync }
                sync.u32(numbers.count)
                for number in numbers { sync.u32(number + 1) }
            }
        }
        table.full("stsc") { chunks in
            let changes = track.chunks.indices.filter { $0 == 0 || track.chunks[$0].samples != track.chunks[$0 - 1].samples }
            chunks.u32(changes.count)
            for number in changes { chunks.u32(number + 1, track.chunks[number].samples, 1) }
        }
        table.full("stsz") { sizes in
            sizes.u32(0, track.samples.count)
            for sample in track.samples { sizes.u32(sample.lenBytes) }
        }
        table.full("co64") { places in
            places.u32(track.chunks.count)
            for chunk in track.chunks { places.u64(base + chunk.offset) }
        }
    }
}

extension Mp4Writer {
    /// Equal numbers one after the other, counted.
    fileprivate mutating func runs(_ values: [Int]) {
        var runs: [(count: Int, value: Int)] = []
        for value in values {
            if runs.last?.value == value { runs[runs.count - 1].count += 1 } else { runs.append((1, value)) }
        }
        u32(runs.count)
        for run in runs { u32(run.count, run.value) }
    }
}
