import Foundation
import Testing

/// The catalogue Localizable.xcstrings, of which `scripts/texts.py` makes Texts.swift (`./dev ios` checks that it did).
struct TextsTests {
    /// Both languages of an entry: what is said in zh-Hans, and what in en.
    private struct Said: Equatable {
        let zh: String
        let en: String
    }

    private func catalogue(_ path: String = "ios/Sources/ShellCore/Localizable.xcstrings") throws -> [String: [String: Any]] {
        let file = try JSONSerialization.jsonObject(with: try Repository.read(path)) as? [String: Any]
        #expect(file?["sourceLanguage"] as? String == "zh-Hans")
        return file?["strings"] as? [String: [String: Any]] ?? [:]
    }

    private func said(_ entry: [String: Any]) -> Said {
        func value(_ lang: String) -> String {
            let localizations = entry["localizations"] as? [String: [String: Any]]
            let said = localizations?[lang]
            let plural = (said?["variations"] as? [String: Any])?["plural"] as? [String: [String: Any]]
            let unit = (plural?["other"] ?? said)?["stringUnit"] as? [String: String]
            return unit?["state"] == "translated" ? unit?["value"] ?? "" : ""
        }
        return Said(zh: value("zh-Hans"), en: value("en"))
    }

    @Test func everySentenceIsSaidInBothLanguages() throws {
        let entries = try catalogue()
        #expect(entries.count > 300)
        for (key, entry) in entries {
            let said = said(entry)
            #expect(!said.zh.isEmpty && !said.en.isEmpty, "\(key)")
            #expect(numbers(said.zh) == numbers(said.en), "\(key)")
        }
    }

    private func numbers(_ text: String) -> Set<String> {
        Set(matches(#"%\d\$(?:lld|@)"#, text).map { $0[0] })
    }

    @Test func everySentenceIsUsedByAScreenOrAModelAndNoneIsMissing() throws {
        var used: Set<String> = []
        for path in Repository.files("ios/Sources", ending: ".swift") where !path.hasSuffix("/Texts.swift") && !path.contains("Bindings") {
            var source = try Repository.text(path)
            // Inside the catalogue's own extension names stand alone.
            if source.contains("extension Texts {") {
                source = source.replacingOccurrences(of: #": ([A-Z]\w+)\."#, with: ": Texts.$1.", options: .regularExpression)
            }
            for found in matches(#"\bTexts\.(?:([A-Z]\w+)\.)?([a-z]\w*)\b"#, source) { used.insert(key(found[1], found[2])) }
        }
        let written = Set(try catalogue().keys)
        let functions: Set = ["denied", "permission"]
        #expect(written.subtracting(used).sorted() == [], "nobody says these")
        #expect(used.subtracting(written).subtracting(functions).sorted() == [], "these are not in the catalogue")
    }

    /// The two apps say what they both say in the same words under the same name.
    @Test func whatHasTheSameNameInBothAppsIsTheSameSentence() throws {
        let ours = try catalogue().mapValues(said)
        let theirs = try androids()
        let common = ours.keys.filter { theirs[$0] != nil }
        #expect(common.count > 300)
        for key in common { #expect(ours[key] == theirs[key], "\(key)") }
        // Android ends no film because its screen went, and does not say that the phone is too hot.
        let onlyOurs: Set = ["capture.leftScreen", "capture.overloaded"]
        #expect(Set(ours.keys).subtracting(theirs.keys).subtracting(onlyOurs).sorted() == [], "the Android app does not say these")
    }

    /// The Android app's catalogue by our keys.
    private func androids() throws -> [String: Said] {
        let shell = "android/shell/src/main/kotlin/cn/liuhen/shell/"
        let texts = try androids(shell + "Texts.kt", "t", "")
        return try texts.merging(androids(shell + "recorder/FootageTexts.kt", "Sentence", "Footage")) { $1 }
    }

    private func androids(_ path: String, _ call: String, _ first: String) throws -> [String: Said] {
        var (all, screen, kind): ([String: Said], String, String?) = ([:], first, nil)
        let text = #""((?:[^"\\]|\\.)*)""#
        for line in try Repository.text(path).split(separator: "\n").map(String.init) {
            if let object = matches(#"^ +object (\w+) \{"#, line).first { (screen, kind) = (object[1], nil) }
            if let function = matches(#"^    fun (denied|permission)\("#, line).first {
                kind = function[1] == "denied" ? "Denied" : "PermissionName"
            }
            let named = #"^ +(?:val|fun|Permission\.)\s*(\w+)(?:\(([^)]*)\))?(?: =| ->)(?: [\w.()]+\.let \{)? "#
            let said = named + call + #"\("# + text + ", " + text
            guard let found = matches(said, line).first else { continue }
            let given = found[2].split(separator: ",").map { $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) }
            all[key(kind ?? screen, camel(found[1]))] = Said(zh: plain(found[3], given), en: plain(found[4], given))
        }
        return all
    }

    private func plain(_ text: String, _ given: [String]) -> String {
        let words = text.replacingOccurrences(of: #"\$\{(?:label|it)\.(?:zh|en)\}"#, with: "%1\\$@", options: .regularExpression)
        return given.enumerated().reduce(words) { text, named in
            let place = #"\$\{?"# + named.element + #"\b\}?"#
            return text.replacingOccurrences(of: place, with: "%\(named.offset + 1)\\$lld", options: .regularExpression)
        }
    }

    /// A name of Kotlin's as Swift writes it: NEARBY_DEVICES, StopScan.
    private func camel(_ name: String) -> String {
        guard name.allSatisfy({ $0.isUppercase || $0 == "_" }) else { return name.prefix(1).lowercased() + name.dropFirst() }
        return name.split(separator: "_").enumerated().map { $0.offset == 0 ? $0.element.lowercased() : $0.element.capitalized }.joined()
    }

    private func key(_ screen: String, _ name: String) -> String {
        screen.isEmpty ? name : screen.prefix(1).lowercased() + screen.dropFirst() + "." + name
    }

    /// Every match with its groups; a group that took no part is empty.
    private func matches(_ pattern: String, _ text: String) -> [[String]] {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { match in
            (0..<match.numberOfRanges).map { Range(match.range(at: $0), in: text).map { String(text[$0]) } ?? "" }
        }
    }
}
