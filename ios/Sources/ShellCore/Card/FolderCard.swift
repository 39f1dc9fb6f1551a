import CoreBindings
import Foundation

/// A folder as the core reads a recorder's card: walked once, files read where they lie, nothing copied and nothing changed.
public final class FolderCard: RecorderCard, @unchecked Sendable {
    /// As deep and as many as the core itself looks at in a folder.
    private static let depthMax = 32
    private static let entriesMax = 200_000
    private static let pieceBytes = 1 << 20
    private static let looked: Set<URLResourceKey> = [.isDirectoryKey, .isSymbolicLinkKey, .fileSizeKey, .contentModificationDateKey]

    private let folder: URL
    private let held: (any Sendable)?
    private let lock = NSLock()
    /// One file is open at a time: a card is read from its beginning to its end.
    private var open: (path: [String], handle: FileHandle)?

    /// - Parameters:
    ///   - folder: the top of the card.
    ///   - held: the right to read it, for as long as this lives.
    public init(_ folder: URL, held: (any Sendable)? = nil) {
        self.folder = folder
        self.held = held
    }

    public func entries() throws -> [CardEntryGiven] {
        var found: [CardEntryGiven] = []
        var folders: [[String]] = [[]]
        var next = 0
        var seen = 0
        while next < folders.count {
            let path = folders[next]
            next += 1
            if path.count > Self.depthMax || seen > Self.entriesMax {
                found.append(CardEntryGiven(path: path, sort: .tooMany))
                continue
            }
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: place(path).path) else {
                // The card itself must be readable; a folder on it need not be.
                if path.isEmpty { throw PlatformFailure.Unexpected(reason: "the card cannot be read") }
                found.append(CardEntryGiven(path: path, sort: .unreadable))
                continue
            }
            for name in names.sorted() {
                seen += 1
                let below = path + [name]
                if isFolder(below) { folders.append(below) } else { found.append(entry(below)) }
            }
        }
        return found
    }

    public func read(path: [String], offset: UInt64, maxBytes: UInt32) throws -> Data {
        try lock.withLock {
            try reading {
                let handle = try opened(path)
                try handle.seek(toOffset: offset)
                return try handle.read(upToCount: min(Int(maxBytes), Self.pieceBytes)) ?? Data()
            }
        }
    }

    public func look(path: [String]) throws -> CardEntryGiven {
        // The core looks again when it is through with a file.
        lock.withLock { letGo() }
        guard FileManager.default.fileExists(atPath: place(path).path) else {
            throw PlatformFailure.Unexpected(reason: "it is no longer on the card")
        }
        return entry(path)
    }

    public func isThere() throws -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) != nil
    }

    private func place(_ path: [String]) -> URL {
        path.reduce(folder) { $0.appendingPathComponent($1) }
    }

    private func isFolder(_ path: [String]) -> Bool {
        let values = try? place(path).resourceValues(forKeys: Self.looked)
        return values?.isDirectory == true && values?.isSymbolicLink != true
    }

    /// A link leads away from the card: what lies there is not looked at.
    private func entry(_ path: [String]) -> CardEntryGiven {
        guard let values = try? place(path).resourceValues(forKeys: Self.looked), values.isSymbolicLink != true,
            let lenBytes = values.fileSize
        else { return CardEntryGiven(path: path, sort: .unreadable) }
        let modifiedMs = values.contentModificationDate.map { Int64(($0.timeIntervalSince1970 * 1000).rounded(.down)) }
        return CardEntryGiven(path: path, sort: .file(lenBytes: UInt64(lenBytes), modifiedMs: modifiedMs))
    }

    private func opened(_ path: [String]) throws -> FileHandle {
        if let open, open.path == path { return open.handle }
        letGo()
        let handle = try FileHandle(forReadingFrom: place(path))
        open = (path, handle)
        return handle
    }

    private func letGo() {
        try? open?.handle.close()
        open = nil
    }

    /// A card that was pulled out, or a file that went.
    private func reading<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch {
            throw PlatformFailure.Unexpected(reason: "\(error)")
        }
    }

    deinit {
        letGo()
    }
}
