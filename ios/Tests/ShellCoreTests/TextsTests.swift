import Foundation
import Testing

/// The two apps say the same: their catalogues are compared as they are written.
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

    @Test func bothAppsSayTheSameInBothLanguages() throws {
        let ours = try pairs("ios/Sources/ShellCore/Texts.swift", "Sentence")
        let theirs = try pairs("android/shell/src/main/kotlin/cn/liuhen/shell/Texts.kt", "t")
        #expect(ours.count > 300)
        #expect(ours == theirs)
    }

    @Test func bothShellsAreBusyWithTheSameWords() throws {
        let ours = try pairs("ios/Sources/ShellCore/Words.swift", "Sentence")
        let theirs = try pairs("android/shell/src/main/kotlin/cn/liuhen/shell/Words.kt", "Sentence")
        #expect(ours.count > 20)
        #expect(ours == theirs)
    }
}
