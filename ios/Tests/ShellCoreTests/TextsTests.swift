import Foundation
import Testing

/// The two apps say what they both say in the same words: their catalogues are compared as they are written.
struct TextsTests {
    /// Pairs of Chinese and English in a source, in their order; what is put into them is left out.
    private func pairs(_ path: String, _ call: String) throws -> [String] {
        let source = try Repository.text(path)
        let text = #""((?:[^"\\]|\\.)*)""#
        let pair = try NSRegularExpression(pattern: "\\b\(call)\\(\\s*\(text),\\s*\(text)")
        let whole = NSRange(source.startIndex..., in: source)
        return pair.matches(in: source, range: whole).map { match in
            [1, 2].map { Range(match.range(at: $0), in: source).map { plain(String(source[$0])) } ?? "" }.joined(separator: " | ")
        }
    }

    private func plain(_ text: String) -> String {
        text.replacingOccurrences(of: #"\$\{?\w+\}?|\\\(\w+\)"#, with: "…", options: .regularExpression)
    }

    /// Chinese by English.
    private func chinese(_ pairs: [String]) -> [String: Set<String>] {
        pairs.reduce(into: [:]) { found, pair in
            let parts = pair.components(separatedBy: " | ")
            found[parts[1], default: []].insert(parts[0])
        }
    }

    @Test func whatBothAppsSayInEnglishTheySayAlikeInChinese() throws {
        let ours = chinese(try pairs("ios/Sources/ShellCore/Texts.swift", "Sentence"))
        let theirs = chinese(try pairs("android/shell/src/main/kotlin/cn/liuhen/shell/Texts.kt", "t"))
        let common = ours.keys.filter { theirs[$0] != nil }
        #expect(common.count > 280)
        for words in common { #expect(ours[words]?.isDisjoint(with: theirs[words] ?? []) == false, "\(words)") }
    }
}
