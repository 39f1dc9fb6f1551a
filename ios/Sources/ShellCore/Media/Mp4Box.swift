import Foundation

/// A box of an MP4 file (ISO/IEC 14496-12, 4.2). Every number outside it is zero.
struct Mp4Box {
    static let headerBytes = 8

    let type: String
    /// What is in it, after its header.
    let body: Data
    /// With its header.
    let whole: Data

    /// The boxes that lie one after the other in these bytes; one that is cut off is left out.
    static func all(in bytes: Data) -> [Mp4Box] {
        var found: [Mp4Box] = []
        var at = bytes.startIndex
        while bytes.endIndex - at >= headerBytes {
            let size = Int(number(bytes, at - bytes.startIndex, 4))
            if size < headerBytes || size > bytes.endIndex - at { break }
            let whole = Data(bytes[at..<at + size])
            found.append(Mp4Box(type: text(whole, 4), body: whole.dropFirst(headerBytes), whole: whole))
            at += size
        }
        return found
    }

    /// A number of so many bytes at a place of these bytes.
    static func number(_ bytes: Data, _ at: Int, _ count: Int) -> UInt64 {
        guard at >= 0, at + count <= bytes.count else { return 0 }
        let from = bytes.startIndex + at
        return bytes[from..<from + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Four letters.
    static func text(_ bytes: Data, _ at: Int) -> String {
        guard at + 4 <= bytes.count else { return "" }
        let from = bytes.startIndex + at
        return String(decoding: bytes[from..<from + 4], as: UTF8.self)
    }

    func u8(_ at: Int) -> Int { Int(Self.number(body, at, 1)) }

    func u32(_ at: Int) -> Int { Int(Self.number(body, at, 4)) }

    func u64(_ at: Int) -> Int { Int(clamping: Self.number(body, at, 8)) }

    func i32(_ at: Int) -> Int { Int(Int32(truncatingIfNeeded: u32(at))) }

    /// The flags of a full box (4.2): the three bytes after its version.
    var flags: Int { u32(0) & 0xFF_FFFF }

    var version: Int { u8(0) }

    func children(_ type: String) -> [Mp4Box] {
        Self.all(in: body).filter { $0.type == type }
    }

    /// The first box at the end of a path.
    func child(_ path: String...) -> Mp4Box? {
        path.reduce(self as Mp4Box?) { $0?.children($1).first }
    }
}

/// Boxes as they are written.
struct Mp4Writer {
    private(set) var bytes = Data()

    mutating func number(_ value: Int, _ count: Int) {
        for shift in stride(from: (count - 1) * 8, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func u16(_ values: Int...) {
        for value in values { number(value, 2) }
    }

    mutating func u32(_ values: Int...) {
        for value in values { number(value, 4) }
    }

    mutating func u64(_ value: Int) {
        number(value, 8)
    }

    mutating func text(_ letters: String) {
        bytes.append(contentsOf: letters.utf8)
    }

    mutating func put(_ written: Data) {
        bytes.append(written)
    }

    mutating func box(_ type: String, _ body: (inout Mp4Writer) -> Void) {
        var inner = Mp4Writer()
        body(&inner)
        u32(inner.bytes.count + Mp4Box.headerBytes)
        text(type)
        put(inner.bytes)
    }

    mutating func full(_ type: String, version: Int = 0, flags: Int = 0, _ body: (inout Mp4Writer) -> Void) {
        box(type) {
            $0.u32(version << 24 | flags)
            body(&$0)
        }
    }
}
