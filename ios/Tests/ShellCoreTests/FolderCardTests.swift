import CoreBindings
import Foundation
import Testing

@testable import ShellCore

/// A folder as the core reads a recorder's card.
struct FolderCardTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func put(_ path: String, _ bytes: Data) throws {
        let file = folder.at(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
    }

    @Test func everyFileIsFoundWithItsLengthAndWithoutTheFolders() throws {
        try put("DCIM/100/A.MP4", Data(count: 3))
        try put("LOG.TXT", Data(count: 7))
        let found = try FolderCard(folder.url).entries()
        let lengths = found.map { entry in
            if case .file(let lenBytes, let modifiedMs) = entry.sort, modifiedMs != nil {
                return [entry.path.joined(separator: "/"): lenBytes]
            }
            return [:]
        }
        #expect(Set(lengths) == [["LOG.TXT": 7], ["DCIM/100/A.MP4": 3]])
    }

    @Test func aFileIsReadPieceByPieceAndToItsEnd() throws {
        let bytes = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
        try put("A.MP4", bytes)
        let card = FolderCard(folder.url)
        var read = Data()
        while true {
            let piece = try card.read(path: ["A.MP4"], offset: UInt64(read.count), maxBytes: UInt32.max)
            #expect(piece.count <= 1 << 20)
            if piece.isEmpty { break }
            read.append(piece)
        }
        #expect(read == bytes)
        #expect(try card.look(path: ["A.MP4"]).path == ["A.MP4"])
    }

    @Test func aLinkThatLeadsAwayIsToldAndNotFollowed() throws {
        let elsewhere = try Folder()
        try Data(count: 1).write(to: elsewhere.at("secret"))
        try FileManager.default.createSymbolicLink(at: folder.at("away"), withDestinationURL: elsewhere.url)
        try FileManager.default.createSymbolicLink(at: folder.at("file"), withDestinationURL: elsewhere.at("secret"))
        let found = try FolderCard(folder.url).entries()
        #expect(found.map(\.path) == [["away"], ["file"]])
        #expect(found.allSatisfy { $0.sort == .unreadable })
    }

    @Test func aCardThatWasPulledOutIsNotThereAndReadsNothing() throws {
        try put("card/A.MP4", Data(count: 3))
        let card = FolderCard(folder.at("card"))
        #expect(try card.isThere())
        try FileManager.default.removeItem(at: folder.at("card"))
        #expect(try !card.isThere())
        #expect(throws: PlatformFailure.self) { try card.entries() }
        #expect(throws: PlatformFailure.self) { try card.look(path: ["A.MP4"]) }
        #expect(throws: PlatformFailure.self) { try card.read(path: ["A.MP4"], offset: 0, maxBytes: 1) }
    }
}
