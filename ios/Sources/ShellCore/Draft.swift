import CoreBindings
import Foundation

/// A half-filled form, kept in the vault as it is typed, so that the process may die at any moment.
@MainActor
final class Draft {
    private let shell: Shell
    private let name: String
    private let newest: Newest<[String: String]>

    init(_ shell: Shell, _ name: String) {
        self.shell = shell
        self.name = name
        newest = Newest { fields in
            try await shell.host.ask { try await $0.keepDraft(screen: name, content: Self.encoded(fields)) }
        }
    }

    /// What was kept; empty when nothing was.
    func read() async -> [String: String] {
        let name = name
        let text = try? await shell.host.ask { try await $0.draft(screen: name) }
        return Self.decoded((text ?? nil) ?? "")
    }

    /// Keeps these fields in place of those before.
    func keep(_ fields: [String: String]) {
        newest.want(fields.filter { !$0.value.isEmpty })
    }

    /// Forgets the form: it was sent.
    func forget() async throws {
        // A write that is on its way is followed by this one.
        newest.want([:])
        let name = name
        try await shell.host.ask { try await $0.keepDraft(screen: name, content: "") }
    }

    /// Fields as lines of `name=value`, both percent-encoded.
    static func encoded(_ fields: [String: String]) -> String {
        fields.sorted { $0.key < $1.key }.map { escaped($0.key) + "=" + escaped($0.value) }.joined(separator: "\n")
    }

    /// The fields in a text that `encoded` made; lines that are none are left out.
    static func decoded(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = String(parts[0]).removingPercentEncoding else { continue }
            fields[name] = String(parts[1]).removingPercentEncoding
        }
        return fields
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
