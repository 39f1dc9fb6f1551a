import Foundation

/// One sort of what is seen or heard in a recording: what it is, and where each of its samples lies.
struct MovieTrack {
    /// A sample: as long as it is in bytes and in ticks, when it is shown after its turn, and whether it can be begun with.
    struct Sample: Equatable {
        var lenBytes: Int
        var ticks: Int
        var shiftTicks = 0
        var isSync = true
    }

    /// Samples that lie one after the other.
    struct Chunk: Equatable {
        let offset: Int
        var samples: Int
    }

    let id: Int
    let ticksPerSec: Int
    /// Boxes that say what it is, as they are: of the track, of its media, and what describes its samples.
    let header: Mp4Box
    let mediaHeader: Mp4Box
    let handler: Data
    let mediaInfo: Data
    let description: Data
    /// Where showing begins in it, ticks: an encoder's first samples may be of no use.
    var showFromTicks = 0
    /// What a fragment does not say of its samples.
    var usual = Usual()
    var samples: [Sample] = []
    var chunks: [Chunk] = []
    /// When its first sample is due, ticks.
    private(set) var startTicks = 0
    private(set) var totalTicks = 0

    /// What a sample is when nothing is said of it (ISO/IEC 14496-12, 8.8.3).
    struct Usual {
        var ticks = 0
        var lenBytes = 0
        var flags = 0
    }

    init(id: Int, ticksPerSec: Int, header: Mp4Box, mediaHeader: Mp4Box, handler: Data, mediaInfo: Data, description: Data) {
        self.id = id
        self.ticksPerSec = ticksPerSec
        self.header = header
        self.mediaHeader = mediaHeader
        self.handler = handler
        self.mediaInfo = mediaInfo
        self.description = description
    }

    /// The next sample is due then. What was before it lasts until then. A time that no recording reaches is a lie.
    mutating func due(_ told: Int) {
        let ticks = min(told, Self.farthestTicks)
        guard let last = samples.last else {
            startTicks = ticks
            return
        }
        let late = max(ticks - startTicks - totalTicks, -last.ticks)
        samples[samples.count - 1].ticks += late
        totalTicks += late
    }

    /// A sample at this place, after those before it.
    mutating func add(_ sample: Sample, at offset: Int, isNext: Bool) {
        if isNext, !chunks.isEmpty {
            chunks[chunks.count - 1].samples += 1
        } else {
            chunks.append(Chunk(offset: offset, samples: 1))
        }
        samples.append(sample)
        totalTicks += sample.ticks
    }

    func ms(_ ticks: Int) -> Int {
        ticks / ticksPerSec * 1000 + ticks % ticksPerSec * 1000 / ticksPerSec
    }
}

extension MovieTrack {
    private static let farthestTicks = 1 << 40
    /// A week of sound.
    private static let samplesMax = 1 << 25
    private static let notSync = 0x1_0000

    /// A track as the head of a fragmented film tells it (8.3); nothing when it tells too little.
    init?(_ box: Mp4Box, usual: [Int: Usual]) {
        guard let header = box.child("tkhd"), let media = box.child("mdia"), let mediaHeader = media.child("mdhd"),
            let handler = media.child("hdlr"), let info = media.child("minf"), let description = info.child("stbl", "stsd")
        else { return nil }
        let ticksPerSec = mediaHeader.u32(mediaHeader.version == 1 ? 20 : 12)
        if ticksPerSec == 0 { return nil }
        let others = Mp4Box.all(in: info.body).filter { $0.type != "stbl" }.reduce(into: Data()) { $0.append($1.whole) }
        self.init(
            id: header.u32(header.version == 1 ? 20 : 12), ticksPerSec: ticksPerSec, header: header, mediaHeader: mediaHeader,
            handler: handler.whole, mediaInfo: others, description: description.whole)
        self.usual = usual[id] ?? Usual()
        if let edits = box.child("edts", "elst") { showFromTicks = Self.showFrom(edits) }
    }

    /// The first place of the media that an edit list shows (8.6.6); one of -1 shows nothing.
    private static func showFrom(_ edits: Mp4Box) -> Int {
        let (each, at) = edits.version == 1 ? (20, 16) : (12, 12)
        for number in 0..<min(edits.u32(4), 16) {
            let from = edits.version == 1 ? edits.u64(at + number * each) : edits.i32(at + number * each)
            if from >= 0 && from != Int.max { return from }
        }
        return 0
    }

    /// The samples of a fragment (8.8.4 to 8.8.12) that lie wholly in the first `limit` bytes of the file.
    ///
    /// - Parameters:
    ///   - base: where the offsets count from when the fragment does not say.
    /// - Returns: where the last sample ends.
    mutating func take(_ fragment: Mp4Box, header: Mp4Box, base: Int, limit: Int) -> Int {
        var at = 8
        func optional(_ flag: Int, _ count: Int) -> Int? {
            guard header.flags & flag != 0 else { return nil }
            defer { at += count }
            return count == 8 ? header.u64(at) : header.u32(at)
        }
        let origin = min(optional(0x1, 8) ?? base, limit)
        _ = optional(0x2, 4)
        var usual = usual
        usual.ticks = optional(0x8, 4) ?? usual.ticks
        usual.lenBytes = optional(0x10, 4) ?? usual.lenBytes
        usual.flags = optional(0x20, 4) ?? usual.flags
        if let time = fragment.child("tfdt") { due(time.version == 1 ? time.u64(4) : time.u32(4)) }
        var end = origin
        for run in fragment.children("trun") {
            end = take(run: run, usual: usual, from: run.flags & 0x1 != 0 ? origin + run.i32(8) : end, limit: limit)
        }
        return end
    }

    private mutating func take(run: Mp4Box, usual: Usual, from: Int, limit: Int) -> Int {
        let flags = run.flags
        var at = 8 + (flags & 0x1 != 0 ? 4 : 0)
        let first = flags & 0x4 != 0 ? run.u32(at) : nil
        if first != nil { at += 4 }
        var offset = from
        func next(_ flag: Int) -> Int? {
            guard flags & flag != 0 else { return nil }
            defer { at += 4 }
            return at
        }
        let each = [0x100, 0x200, 0x400, 0x800].filter { flags & $0 != 0 }.count * 4
        let count = each == 0 ? run.u32(4) : min(run.u32(4), (run.body.count - at) / each)
        for number in 0..<count {
            let ticks = next(0x100).map(run.u32) ?? usual.ticks
            let lenBytes = next(0x200).map(run.u32) ?? usual.lenBytes
            let own = next(0x400).map(run.u32) ?? (number == 0 ? first : nil) ?? usual.flags
            let shift = next(0x800).map { run.version == 0 ? run.u32($0) : run.i32($0) } ?? 0
            if lenBytes == 0 || offset < 0 || lenBytes > limit - offset || samples.count == Self.samplesMax { return offset }
            add(
                Sample(lenBytes: lenBytes, ticks: ticks, shiftTicks: shift, isSync: own & Self.notSync == 0), at: offset, isNext: number > 0
            )
            offset += lenBytes
        }
        return offset
    }
}
