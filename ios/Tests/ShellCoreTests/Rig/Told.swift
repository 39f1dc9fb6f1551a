import CoreBindings
import Foundation

@testable import ShellCore

/// Words of a vector: names are snake_case, enumerations are lower-case words.
struct Told {
    let json: Any?

    subscript(_ name: String) -> Told { Told(json: (json as? [String: Any])?[name]) }

    var isThere: Bool { json != nil && !(json is NSNull) }

    var text: String { json as? String ?? "" }

    var number: Int { json as? Int ?? 0 }

    var yes: Bool { json as? Bool ?? false }

    func some<T>(_ read: (Told) -> T) -> T? { isThere ? read(self) : nil }

    func list<T>(_ read: (Told) -> T) -> [T] { (json as? [Any] ?? []).map { read(Told(json: $0)) } }

    func word<T>(_ all: T...) -> T { all.first { snake("\($0)") == text } ?? all[0] }

    static func file(_ path: String) throws -> Told {
        Told(json: try JSONDecoder().decode(Plain.self, from: Repository.read(path)).value)
    }
}

/// JSON in which a truth is no number.
private struct Plain: Decodable {
    let value: Any

    init(from decoder: any Decoder) throws {
        let one = try decoder.singleValueContainer()
        if one.decodeNil() {
            value = NSNull()
        } else if let truth = try? one.decode(Bool.self) {
            value = truth
        } else if let number = try? one.decode(Int.self) {
            value = number
        } else if let text = try? one.decode(String.self) {
            value = text
        } else if let list = try? one.decode([Plain].self) {
            value = list.map(\.value)
        } else {
            value = try one.decode([String: Plain].self).mapValues(\.value)
        }
    }
}

/// A name in snake_case.
func snake(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
}

// The core's records, as vectors tell them.
extension Told {
    var sentence: CoreBindings.Text { Text(zh: self["zh"].text, en: self["en"].text) }

    var need: CoreBindings.Need { Need(code: self["code"].text, sentence: self["sentence"].sentence) }

    var gate: CoreBindings.Gate { Gate(allowed: self["allowed"].yes, missing: self["missing"].list(\.need)) }

    var choice: CoreBindings.Choice { Choice(code: self["code"].text, label: self["label"].sentence) }

    var officer: CoreBindings.OfficerLine {
        OfficerLine(
            officer: self["officer"].text, name: self["name"].text, unit: self["unit"].text, certNo: self["cert_no"].some(\.text),
            qualified: self["qualified"].yes, whyNot: self["why_not"].some(\.sentence), hasPin: self["has_pin"].yes)
    }

    var storage: StorageForecast {
        StorageForecast(
            freeBytes: Int64(self["free_bytes"].number), audioMinutesLeft: Int64(self["audio_minutes_left"].number),
            videoMinutesLeft: Int64(self["video_minutes_left"].number), level: self["level"].word(.plenty, .low, .full),
            sentence: self["sentence"].sentence)
    }

    var item: CoreBindings.ItemLine {
        ItemLine(
            item: self["item"].text, session: self["session"].some(\.text),
            media: self["media"].word(.photo, .audio, .video, .thumbnail, .other), mediaType: self["media_type"].text,
            label: self["label"].sentence, recordedAtMs: Int64(self["recorded_at_ms"].number),
            recordedText: self["recorded_text"].sentence,
            stage: self["stage"].word(.captured, .sealed, .pending, .stored, .handedOver), stageText: self["stage_text"].sentence,
            standing: self["standing"].word(.kept, .open, .grace, .overdue), standingText: self["standing_text"].some(\.sentence),
            lenBytes: Int64(self["len_bytes"].number), durationMs: self["duration_ms"].some { Int64($0.number) }, here: self["here"].yes,
            thumbnail: self["thumbnail"].some(\.text), readable: self["readable"].yes)
    }

    var sync: SyncView {
        SyncView(
            phase: self["phase"].word(.done, .waiting, .running, .trouble), sentence: self["sentence"].sentence,
            code: self["code"].some(\.text), unsentRecords: UInt64(self["unsent_records"].number),
            itemsNotStored: UInt64(self["items_not_stored"].number), bytesToSend: UInt64(self["bytes_to_send"].number),
            lastEndedMs: self["last_ended_ms"].some { Int64($0.number) }, lastText: self["last_text"].some(\.sentence),
            parked: self["parked"].list {
                CoreBindings.ParkedLine(item: $0["item"].text, index: Int64($0["index"].number), sentence: $0["sentence"].sentence)
            })
    }

    var sessionCard: CoreBindings.SessionCard {
        SessionCard(
            session: self["session"].text, activity: self["activity"].sentence, partyName: self["party_name"].text,
            placeText: self["place_text"].text, openedText: self["opened_text"].sentence)
    }

    var today: TodayView {
        let counts = self["counts"]
        return TodayView(
            day: self["day"].text, dayText: self["day_text"].sentence, officer: self["officer"].some(\.officer),
            deviceNo: self["device_no"].some(\.text), enrolled: self["enrolled"].yes,
            session: self["session"].some(\.sessionCard), nextStep: self["next_step"].some(\.sentence),
            openSession: self["open_session"].gate,
            counts: CoreBindings.DayCounts(
                onDevice: UInt64(counts["on_device"].number), uploading: UInt64(counts["uploading"].number),
                stored: UInt64(counts["stored"].number), handedOver: UInt64(counts["handed_over"].number),
                total: UInt64(counts["total"].number)),
            countsSentence: self["counts_sentence"].sentence, items: self["items"].list(\.item),
            itemCount: UInt64(self["item_count"].number), overdue: self["overdue"].list(\.item), sync: self["sync"].sync,
            storage: self["storage"].storage, warnings: self["warnings"].list(\.sentence))
    }

    var step: Step {
        Step(
            code: self["code"].text, label: self["label"].sentence, state: self["state"].word(.done, .explained, .missing),
            way: self["way"].word(.certificate, .notice, .capture, .documents, .review, .gap, .recorder, .explain),
            missing: self["missing"].list(\.need), explainable: self["explainable"].yes, explanation: self["explanation"].some(\.text))
    }

    var gates: SessionGates {
        SessionGates(
            showCertificate: self["show_certificate"].gate, giveNotice: self["give_notice"].gate, capture: self["capture"].gate,
            review: self["review"].gate, sign: self["sign"].gate, refuse: self["refuse"].gate, gap: self["gap"].gate,
            trigger: self["trigger"].gate, close: self["close"].gate)
    }

    var session: SessionView {
        let party = self["party"]
        return SessionView(
            session: self["session"].text, activity: self["activity"].sentence,
            party: PartyGiven(
                name: party["name"].text, kind: party["kind"].text, uscc: party["uscc"].some(\.text),
                representative: party["representative"].some(\.text)),
            causeName: self["cause_name"].text, placeText: self["place_text"].text, officers: self["officers"].list(\.text),
            openedAtMs: Int64(self["opened_at_ms"].number), openedText: self["opened_text"].sentence,
            elapsedText: self["elapsed_text"].sentence, steps: self["steps"].list(\.step), next: self["next"].some(\.step),
            gates: self["gates"].gates, items: self["items"].list(\.item), documents: [], holes: [], gaps: [],
            triggers: self["triggers"].list(\.sentence),
            suggestions: self["suggestions"].list(\.suggestion),
            review: .none, recorders: [])
    }

    var reviewDocument: CoreBindings.ReviewDocument {
        ReviewDocument(
            document: self["document"].text, title: self["title"].text,
            pages: self["pages"].list {
                ReviewPage(n: Int64($0["n"].number), text: $0["text"].text, shownMs: Int64($0["shown_ms"].number), seen: $0["seen"].yes)
            })
    }

    var review: ReviewView {
        ReviewView(
            stage: self["stage"].word(.none, .items, .confirmation, .signed, .refused), open: self["open"].gate,
            items: self["items"].list(\.reviewItem),
            documents: self["documents"].list(\.reviewDocument), confirmation: self["confirmation"].some(\.reviewDocument),
            reviewer: self["reviewer"].text, objection: self["objection"].text, prepare: self["prepare"].gate)
    }

    var pad: PadView {
        let name = self["pad"].text
        let id: PadId =
            name == "party" ? .party : name == "witness" ? .witness : .officer(officer: String(name.dropFirst("officer ".count)))
        return PadView(
            pad: id, label: self["label"].sentence,
            strokes: self["strokes"].list { stroke in
                CoreBindings.Stroke(
                    points: stroke["points"].list {
                        CoreBindings.StrokePoint(
                            x: Int32($0["x"].number), y: Int32($0["y"].number), tMs: Int32($0["t_ms"].number),
                            pressurePermille: Int32($0["pressure_permille"].number))
                    })
            }, width: Int64(self["width"].number), height: Int64(self["height"].number), fit: self["fit"].gate)
    }

    var sign: SignView {
        SignView(
            pads: self["pads"].list(\.pad), roles: self["roles"].list(\.choice), states: self["states"].list(\.choice),
            reasons: self["reasons"].list(\.choice), partyName: self["party_name"].text, sign: self["sign"].gate,
            refuse: self["refuse"].gate)
    }

    var gapSheet: GapSheetView {
        GapSheetView(
            holes: self["holes"].list {
                CoreBindings.HoleLine(
                    fromMs: Int64($0["from_ms"].number), toMs: Int64($0["to_ms"].number), sentence: $0["sentence"].sentence)
            }, reasons: self["reasons"].list(\.choice), gate: self["gate"].gate)
    }
}

/// A core that answers each question with a vector's words, and refuses every other one.
final class ToldCore: Core, @unchecked Sendable {
    private let words: Told

    required init(unsafeFromHandle handle: UInt64) { fatalError("it is told, not opened") }

    init(_ words: Told) {
        self.words = words
        super.init(noHandle: NoHandle())
    }

    private func said(_ name: String) throws -> Told {
        guard words[name].isThere else { throw Missed("the vector says nothing of \(name)") }
        return words[name]
    }

    override func startReport() -> StartReport { StartReport(quarantined: nil, recovered: []) }

    override func prepareSuspend() async throws {}

    override func draft(screen: String) async throws -> String? { nil }

    override func keepDraft(screen: String, content: String) async throws {}

    override func today() async throws -> TodayView { try said("today").today }

    override func session() async throws -> SessionView { try said("session").session }

    override func captureScreen() async throws -> CaptureView {
        let told = try said("capture_screen")
        return CaptureView(
            gate: told["gate"].gate, storage: told["storage"].storage, warnings: told["warnings"].list(\.sentence), last: nil)
    }

    override func signInScreen() async throws -> SignInView {
        let told = try said("sign_in_screen")
        return SignInView(
            officers: told["officers"].list(\.officer), signedIn: told["signed_in"].some(\.officer),
            pinWaitSecs: Int64(told["pin_wait_secs"].number), sentence: told["sentence"].some(\.sentence))
    }

    override func openSessionScreen() async throws -> OpenSessionView { try said("open_session_screen").openSession }

    override func documentsScreen() async throws -> DocumentsView { try said("documents_screen").documents }

    override func openGate(request: OpenSessionRequest) async throws -> CoreBindings.Gate { try said("open_gate").gate }

    override func footageScreen() async throws -> FootageView { try said("footage_screen").footage }

    override func recordersScreen() async throws -> RecordersView { try said("recorders_screen").recorders }

    override func settings() async throws -> SettingsView { try said("settings").settings }

    override func faultSheet() async throws -> FaultSheetView { try said("fault_sheet").faultSheet }

    override func triggerSheet() async throws -> TriggerSheetView { try said("trigger_sheet").triggerSheet }

    override func enrolment() async throws -> EnrolmentView { try said("enrolment").enrolment }

    override func checkEnrolCode(text: String) -> CoreBindings.Gate { words["check_enrol_code"].gate }

    override func syncStatus() async throws -> SyncView { try said("sync_status").sync }

    override func gapSheet() async throws -> GapSheetView { try said("gap_sheet").gapSheet }

    override func review() async throws -> ReviewView { try said("review").review }

    override func signScreen() async throws -> SignView { try said("sign_screen").sign }
}
