import Foundation

/// A background transfer sends whole files only; the core's pieces are parts of sealed items. Here each piece is a file of its own for
/// as long as it is carried. They are ciphertext, and readable after the first unlock, so that the service can go on in a pocket.
struct PieceFiles: Sendable {
    private static let stepBytes = 1 << 20
    private let dir: URL

    /// - Parameter dir: a folder for these files and nothing else.
    init(_ dir: URL) {
        self.dir = dir
    }

    /// The file of a piece, made of `lenBytes` bytes of `source` from `offset`. Made again, it is the same.
    func make(key: String, source: URL, offset: UInt64, lenBytes: UInt64) throws -> URL {
        let manager = FileManager.default
        try manager.createDirectory(at: dir, withIntermediateDirectories: true)
        let (whole, part) = (file(key), file(key).appendingPathExtension("part"))
        var attributes: [FileAttributeKey: Any] = [:]
        #if !os(Linux)
            attributes[.protectionKey] = FileProtectionType.completeUntilFirstUserAuthentication
        #endif
        guard manager.createFile(atPath: part.path, contents: nil, attributes: attributes) else { throw CocoaError(.fileWriteUnknown) }
        let (from, to) = (try FileHandle(forReadingFrom: source), try FileHandle(forWritingTo: part))
        defer {
            try? from.close()
            try? to.close()
        }
        try from.seek(toOffset: offset)
        var left = lenBytes
        while left > 0 {
            let bytes = try from.read(upToCount: Int(min(left, UInt64(Self.stepBytes)))) ?? Data()
            if bytes.isEmpty { throw CocoaError(.fileReadCorruptFile) }
            try to.write(contentsOf: bytes)
            left -= UInt64(bytes.count)
        }
        try to.synchronize()
        try? manager.removeItem(at: whole)
        try manager.moveItem(at: part, to: whole)
        return whole
    }

    /// Removes the file of a piece; there may be none.
    func remove(key: String) {
        try? FileManager.default.removeItem(at: file(key))
    }

    /// Removes every file but those of `keys`.
    func keep(only keys: [String]) {
        let kept = Set(keys.map { file($0).lastPathComponent })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: dir.path)) ?? [] where !kept.contains(name) {
            try? FileManager.default.removeItem(at: dir.appendingPathComponent(name))
        }
    }

    private func file(_ key: String) -> URL {
        dir.appendingPathComponent(key.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined())
    }
}
