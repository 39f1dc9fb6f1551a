import Foundation

/// The repository in which this file lies.
enum Repository {
    static let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { at, _ in at.deletingLastPathComponent() }
    /// The command, built from cli/.
    static let liuhen = root.appendingPathComponent("target/debug/liuhen")

    static func read(_ path: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent(path))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Every file under a folder whose name ends so, in the order of their paths.
    static func files(_ folder: String, ending: String) -> [String] {
        let at = root.appendingPathComponent(folder)
        let found = FileManager.default.enumerator(atPath: at.path)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(ending) }.sorted().map { folder + "/" + $0 }
    }
}

/// A folder that goes with its owner.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("liuhen-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func at(_ name: String) -> URL {
        url.appendingPathComponent(name)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
