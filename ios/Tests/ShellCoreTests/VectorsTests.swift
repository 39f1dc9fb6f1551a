import CoreBindings
import Foundation
import Testing

@testable import ShellCore

/// tests/vectors/shell: for what the core says, what the State must carry. The shells of both systems read these files. Names are
/// snake_case; a State may carry more than a vector names, never something else.
@MainActor @Suite(.serialized)
struct VectorsTests {
    @Test(arguments: Repository.files("tests/vectors/shell", ending: ".json"))
    func everyStateCarriesTheFactsOfTheCore(path: String) async throws {
        let vector = try Told.file(path)
        let cases = vector["cases"].list { $0 }
        #expect(!cases.isEmpty)
        for told in cases {
            let state = try await state(vector["screen"].text, told)
            for miss in misses(told["state"].json, facts(state), vector["screen"].text) { Issue.record("\(told["name"].text): \(miss)") }
        }
    }

    @Test func everyScreenHasVectors() {
        let screens = Repository.files("ios/Sources/ShellCore", ending: "State.swift").map { path in
            snake(String(path.split(separator: "/").last?.dropLast("State.swift".count) ?? "")).dropFirst()
        }
        let told = Repository.files("tests/vectors/shell", ending: ".json").map { $0.split(separator: "/").last?.dropLast(".json".count) }
        #expect(screens.sorted() == told.compactMap { $0 }.sorted(), "each screen has its vectors")
    }

    @Test func aStateThatSaysSomethingElseIsFound() {
        let wanted: [String: Any] = ["loading": false, "work": ["kind": "idle"], "gate": ["allowed": true]]
        #expect(misses(wanted, facts(GapSheetState(gate: .open)), "gap").isEmpty)
        #expect(misses(wanted, facts(GapSheetState(loading: true, gate: .open)), "gap") == ["gap.loading: true, not false"])
        #expect(misses(wanted, facts(GapSheetState(gate: .open, work: .done(what: Texts.Sign.noted))), "gap").count == 1)
    }

    private func state(_ screen: String, _ told: Told) async throws -> Any {
        let folder = try Folder()
        let phone = try TestPhone(folder.at("phone"))
        if told["phone"]["network"].text == "none" { phone.network.cut() }
        for denied in told["phone"]["denied"].list(\.text) {
            phone.permissions.set(try #require(Permission(rawValue: denied)), .denied)
        }
        if told["phone"]["battery_percent"].isThere { phone.battery.level = told["phone"]["battery_percent"].number }
        let config = CoreConfig(dir: phone.vault.path, phoneName: "", allowSimulatedRecorder: false, rootsPem: nil)
        let host = CoreHost(config: config, ports: phone.ports) { _, _ in ToldCore(told["core"]) }
        await host.open()
        let shell = Shell(host: host, device: phone.device)
        switch screen {
        case "sign_in": return try await read(SignInModel(shell)) { $0.loading }
        case "today": return try await read(TodayModel(shell)) { $0.loading }
        case "capture": return try await read(CaptureModel(shell)) { $0.loading }
        case "gap_sheet": return try await read(GapSheetModel(shell)) { $0.loading }
        case "sign": return try await read(SignModel(shell)) { $0.loading || $0.pads.isEmpty }
        case "sync_status": return try await read(SyncStatusModel(shell)) { $0.loading }
        default: return try await further(screen, shell)
        }
    }

    private func further(_ screen: String, _ shell: Shell) async throws -> Any {
        switch screen {
        case "session_open": return try await read(SessionOpenModel(shell)) { $0.loading || $0.gate.missing.isEmpty }
        case "documents": return try await read(DocumentsModel(shell)) { $0.loading }
        case "recorder": return try await read(RecorderModel(shell)) { $0.loading }
        case "review": return try await read(ReviewModel(shell)) { $0.loading }
        case "settings": return try await read(SettingsModel(shell)) { $0.loading }
        case "fault_sheet": return try await read(FaultSheetModel(shell)) { $0.loading }
        case "trigger_sheet": return try await read(TriggerSheetModel(shell)) { $0.loading }
        case "enrol": return try await read(EnrolModel(shell)) { $0.gate == Gate(false) }
        default: throw Missed("no such screen: \(screen)")
        }
    }

    private func read<Model: ScreenModel>(_ model: Model, _ isLoading: (Model.State) -> Bool) async throws -> Any {
        let state = try await model.until("read") { !isLoading($0) }
        model.gone()
        return state
    }

    /// What a vector wants and a State does not say.
    private func misses(_ wanted: Any?, _ seen: Any?, _ at: String) -> [String] {
        switch wanted {
        case let wanted as [String: Any]:
            let seen = seen as? [String: Any]
            return wanted.sorted { $0.key < $1.key }.flatMap { misses($0.value, seen?[$0.key], "\(at).\($0.key)") }
        case let wanted as [Any]:
            guard let seen = seen as? [Any], seen.count == wanted.count else { return ["\(at): \(seen ?? "nothing"), not \(wanted.count)"] }
            return zip(wanted, seen).enumerated().flatMap { misses($1.0, $1.1, "\(at)[\($0)]") }
        case nil, is NSNull:
            return seen == nil || seen is NSNull ? [] : ["\(at): \(seen ?? "") should be nothing"]
        case let wanted?:
            return "\(wanted)" == "\(seen ?? "nothing")" ? [] : ["\(at): \(seen ?? "nothing"), not \(wanted)"]
        }
    }

    /// A State as a tree of JSON.
    private func facts(_ value: Any) -> Any {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { facts($0.value) } ?? NSNull()
        case .collection: return mirror.children.map { facts($0.value) }
        case .struct: return tree(mirror)
        case .dictionary:
            let pairs = mirror.children.map { Mirror(reflecting: $0.value).children.map(\.value) }
            return Dictionary(pairs.map { ("\(facts($0[0]))", facts($0[1])) }, uniquingKeysWith: { $1 })
        case .enum:
            if let raw = (value as? any RawRepresentable)?.rawValue { return raw }
            guard let (name, carried) = mirror.children.first else { return ["kind": snake("\(value)")] }
            var told = tree(Mirror(reflecting: carried))
            told["kind"] = snake(name ?? "")
            return told
        default: return value
        }
    }

    private func tree(_ mirror: Mirror) -> [String: Any] {
        Dictionary(mirror.children.compactMap { child in child.label.map { (snake($0), facts(child.value)) } }, uniquingKeysWith: { $1 })
    }
}
