import Foundation
import Testing

/// The walls of the app, as its sources show them.
struct ArchitectureTests {
    private let shell = Repository.files("ios/Sources/ShellCore", ending: ".swift")
    private let views = Repository.files("ios/Sources/AppUI", ending: ".swift")
    private let adapters = Repository.files("ios/Sources/AppleAdapters", ending: ".swift")

    /// Objects of the membrane: they hold memory of the core.
    private static let objects =
        "\\b(Core|CoreProtocol|PhotoCapture|RecordingCapture|ItemReader|SyncJob|ImportJob|RecorderConnection|RadioEvents|openCore)\\b"

    private func name(_ path: String) -> String {
        String(path.split(separator: "/").last ?? "")
    }

    /// Lines of code without comments and texts.
    private func code(_ path: String) throws -> [String] {
        try Repository.text(path).split(separator: "\n").map { line in
            let bare = line.replacingOccurrences(of: #""(?:[^"\\]|\\.)*""#, with: "\"\"", options: .regularExpression)
            return bare.components(separatedBy: "//")[0].trimmingCharacters(in: .whitespaces)
        }
    }

    private func finds(_ pattern: String, _ line: String) -> Bool {
        line.range(of: pattern, options: .regularExpression) != nil
    }

    @Test func everyScreenHasAStateAnActionAndAModel() {
        func screens(_ ending: String) -> Set<String> {
            Set(shell.map(name).filter { $0.hasSuffix(ending) && $0 != "ScreenModel.swift" }.map { String($0.dropLast(ending.count)) })
        }
        let states = screens("State.swift")
        #expect(states.count == 14)
        #expect(states == screens("Action.swift"))
        #expect(states == screens("Model.swift"))
    }

    @Test func aModelExposesStateAndSendAndNothingElse() throws {
        for path in shell where path.hasSuffix("Model.swift") && name(path) != "ScreenModel.swift" {
            let open = try code(path).filter { $0.hasPrefix("public ") }.map { $0.prefix { $0 != "(" && $0 != "=" && $0 != "{" } }
            let type = name(path).dropLast(".swift".count)
            let allowed = ["public final class \(type): ScreenModel", "public internal", "public init", "public func send"]
            for line in open { #expect(allowed.contains(line.trimmingCharacters(in: .whitespaces)), "\(path): \(line)") }
            #expect(open.count == allowed.count, "\(path)")
        }
    }

    @Test func noViewKnowsTheCore() throws {
        for path in views {
            for line in try code(path) {
                #expect(!finds("CoreBindings|LiuhenCoreFFI|" + Self.objects, line), "\(path): \(line)")
                #expect(!finds("\\b(CoreHost|Shell|\\w+Model)\\b", line) || name(path) == "AppRoot.swift", "\(path): \(line)")
            }
        }
    }

    @Test func whatIsShownAndWhatIsDoneKnowNothingOfTheCore() throws {
        for path in shell where path.hasSuffix("State.swift") || path.hasSuffix("Action.swift") || name(path) == "Shown.swift" {
            #expect(try !code(path).contains { $0.hasPrefix("import") }, "\(path)")
        }
    }

    @Test func onlyTheHostKeepsAnObjectOfTheCore() throws {
        for path in shell where !path.contains("/Host/") {
            let kept = try code(path).filter { finds("\\b(var|let) \\w+: .*" + Self.objects, $0) }
            #expect(kept.isEmpty, "\(path) keeps \(kept)")
        }
    }

    /// Words of the law and of the ledger; whoever needs one of them in a condition belongs into the core. Facts turn a word of the core
    /// into a colour or a sign, and are let alone.
    @Test func noConditionDecidesARuleOfEvidence() throws {
        let domain =
            "(?i)\\b(qualified|fresh|overdue|expired|validTo|validFrom|inPost|examPassed|retention|keepUntil|custody|sha256|digest|hash|receipt"
            + "|proof|verified|manifest|ledger|chain|legalBasis|penalty|coercion|inquiry|longTerm|workingDay|deadline|dueAt|gapMs|holeMs)"
        for path in shell + views + adapters where !name(path).hasSuffix("Facts.swift") {
            for line in try code(path) where finds("^(\\} else )?(if|guard|while|switch|case) | \\? ", line) {
                #expect(!finds(domain, line), "\(path) decides: \(line)")
                #expect(!finds("\\b(stage|standing) [!=]= ", line), "\(path) decides: \(line)")
            }
            for line in try Repository.text(path).split(separator: "\n") {
                #expect(
                    !finds("\\b(if|guard|while)\\b.* [!=]= \"[a-z_]+\"", String(line)),
                    "\(path) compares with a word of the record: \(line)")
            }
        }
    }

    @Test func theShellKnowsNoFrameworkOfApples() throws {
        let allowed: Set = ["import CoreBindings", "import Foundation", "import Observation"]
        for path in shell {
            for line in try code(path) where line.hasPrefix("import ") { #expect(allowed.contains(line), "\(path): \(line)") }
        }
    }

    @Test func anAdapterKnowsOneFrameworkBesidesTheBasics() throws {
        let basics: Set = ["CoreBindings", "Foundation", "Observation", "ShellCore", "UIKit", "UniformTypeIdentifiers"]
        for path in adapters {
            let imports = try code(path).filter { $0.hasPrefix("import ") }.map { String($0.dropFirst("import ".count)) }
            #expect(Set(imports).subtracting(basics).count <= 1, "\(path): \(imports)")
        }
    }

    @Test func filesStaySmallEnoughToBeRead() throws {
        for path in shell + views + adapters + Repository.files("ios/App", ending: ".swift") {
            let lines = try Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 401, "\(path) has \(lines) lines")
        }
        let stub = try Repository.text("ios/Stub/SwiftUI/SwiftUI.swift").split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(stub <= 301)
    }

    /// With the automatic style a touch anywhere in a row of a list does what every button of that row does: every key of a PIN at once.
    @Test func everyListLetsEachOfItsButtonsBeTouchedByItself() throws {
        var lists = 0
        for path in views {
            let found = self.lists(try code(path).joined(separator: "\n"))
            for list in found where !list.isStyled { Issue.record("\(path): \(list.head)") }
            lists += found.count
        }
        #expect(lists >= 7, "the frame of every screen and the sheets without one")
        let planted = "ChoiceList(x) {\n}\nList {\nButton(a) {\n}\n.buttonStyle(.borderless)\n}\n.buttonStyle(.plain)\nForm(b) {\n}\n}\n"
        #expect(self.lists(planted).map(\.isStyled) == [false, false])
        #expect(self.lists("List(x, id: \\.self) { y in\nSaid(y)\n}\n\n.buttonStyle(.borderless)").map(\.isStyled) == [true])
    }

    /// Every list of a source: how it begins, and whether its first modifier gives every button of it a touch of its own.
    private func lists(_ source: String) -> [(head: String, isStyled: Bool)] {
        var found: [(head: String, isStyled: Bool)] = []
        var rest = Substring(source)
        while let head = rest.range(of: "\\b(List|Form)\\b *(\\([^{]*)?\\{", options: .regularExpression) {
            var depth = 1
            var end = head.upperBound
            while depth > 0, end < rest.endIndex {
                if rest[end] == "{" { depth += 1 }
                if rest[end] == "}" { depth -= 1 }
                end = rest.index(after: end)
            }
            let after = rest[end...].drop { $0.isWhitespace }
            found.append((String(rest[head]), after.hasPrefix(".buttonStyle(.borderless)")))
            rest = rest[head.upperBound...]
        }
        return found
    }

    /// Empty, loading, working, failed, done, offline and the rest: each screen's previews show it in all of them, and in every case of
    /// every enumeration that its State has.
    @Test func everyScreenIsPreviewedInEveryCircumstanceAndEveryCaseOfItsState() throws {
        let sources = try views.filter { $0.contains("/Screens/") }.map { try Repository.text($0) }
        let states = shell.filter { $0.hasSuffix("State.swift") }
        for path in states {
            let screen = String(name(path).dropLast("State.swift".count))
            let previews = sources.filter { finds("\\b\(screen)(Screen|Sheet)", $0) }.map { source in
                source.components(separatedBy: "_Previews: PreviewProvider").dropFirst().joined()
            }.joined()
            #expect(finds("Circumstance\\.allCases[^}]*(\(screen)Screen\\(state: |shown\\()\\$0\\.of\\(", previews), "\(screen)")
            for (kind, cases) in try enumerations(path) where !previews.contains("\(kind).allCases") {
                for word in cases { #expect(finds("\\.\(word)\\b", previews), "\(screen): no preview of \(kind).\(word)") }
            }
        }
    }

    @Test func theCircumstancesAreAllThatCanLastAndAllThatWorkCanBe() throws {
        let samples = try Repository.text("ios/Sources/AppUI/Kit/Samples.swift")
        let shown = try enumerations("ios/Sources/ShellCore/Shown.swift").filter { ["Work", "Condition"].contains($0.kind) }
        #expect(shown.count == 2)
        for (kind, cases) in shown {
            for word in cases { #expect(finds(": \\[?\\.\(word)\\b", samples), "\(kind).\(word)") }
        }
    }

    /// The enumerations in a source, with their cases.
    private func enumerations(_ path: String) throws -> [(kind: String, cases: [String])] {
        var found: [(kind: String, cases: [String])] = []
        var isInside = false
        for line in try code(path) {
            if let kind = line.range(of: "(?<=^public enum )\\w+", options: .regularExpression) {
                found.append((String(line[kind]), []))
                isInside = true
            } else if line == "}" {
                isInside = false
            } else if isInside, let word = line.range(of: "(?<=^case )\\w+", options: .regularExpression) {
                found[found.count - 1].cases.append(String(line[word]))
            }
        }
        return found
    }

    @Test func everyScreenHasAViewWithPreviews() throws {
        let sources = try views.filter { $0.contains("/Screens/") }.map { try Repository.text($0) }
        let states = shell.map(name).filter { $0.hasSuffix("State.swift") }.map { String($0.dropLast("State.swift".count)) }
        for screen in states {
            let drawn = sources.filter { finds("struct \(screen)Screen(<\\w+: View>)?: View", $0) }
            #expect(drawn.count == 1, "\(screen)Screen")
            #expect(drawn.allSatisfy { finds("static var previews", $0) && finds("\(screen)State\\(", $0) }, "\(screen)")
        }
    }
}
