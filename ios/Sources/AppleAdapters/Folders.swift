import Foundation

/// The app's own folders. Neither a backup nor another phone gets them. They can be read from the first unlock on, so that sending goes on
/// in a pocket; what lies in them is ciphertext but for the vault's tables.
struct Folders {
    let vault: URL
    /// Pieces on their way, and nothing else.
    let pieces: URL

    /// Makes them where they are missing.
    init() throws {
        let own = try FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        vault = try Self.made(own.appendingPathComponent("vault", isDirectory: true))
        pieces = try Self.made(own.appendingPathComponent("pieces", isDirectory: true))
    }

    private static func made(_ folder: URL) throws -> URL {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        var folder = folder
        try folder.setResourceValues(values)
        return folder
    }
}
