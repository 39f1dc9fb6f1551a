import Foundation

@testable import ShellCore

let lead = "li-wen"
let second = "ding-yi"
let goodPin = "135790"

/// An officer's hand on a phone: it sees States and sends actions, like a screen does.
@MainActor
struct Hand {
    let phone: TestPhone

    static let padWidth = 8000
    static let padHeight = 4000

    static let inspection = [
        "inspection_reason": "根据日常巡查计划，检查用人单位订立劳动合同、支付工资和缴纳社会保险情况。",
        "site_contact": "王平",
        "site_contact_title": "人事主管",
        "party_confirms_certificate": "yes",
        "recusal_asked": "no",
        "findings": "现场有员工12人，出示劳动合同10份。\n工资表张贴于办公区公告栏，已拍照。",
        "party_opinion": "情况属实。",
    ]

    func enrol(_ bureau: Bureau) async throws {
        let screen = phone.open(EnrolModel.init)
        screen.send(.scanned("\(bureau.url)#\(bureau.enrolCode)"))
        screen.send(.setDeviceNo("TEL-0007"))
        try await screen.until("may join") { $0.gate.allowed }
        screen.send(.join)
        try await screen.settled("joined") { $0.joined != nil }
        screen.send(.goOn)
        try await phone.arrives(.signIn)
        screen.gone()
    }

    /// Signs in; chooses the PIN when there is none yet.
    func signIn(_ officer: String = lead) async throws {
        let screen = phone.open(SignInModel.init)
        try await screen.until("the roster") { !$0.officers.isEmpty }
        screen.send(.choose(officer))
        let chosen = try await screen.until("chosen") { $0.chosen?.officer == officer }
        type(screen)
        if chosen.step == .chooseNew {
            try await screen.until("asked again") { $0.step == .repeatNew }
            type(screen)
        }
        try await phone.shell.navigator.route.until("signed in") { $0.top != .signIn }
        screen.gone()
    }

    func type(_ screen: SignInModel, _ pin: String = goodPin) {
        for digit in pin { screen.send(.digit(digit.wholeNumberValue ?? 0)) }
    }

    /// Makes the check before use; tells nothing of the matter yet.
    func check(_ screen: SessionOpenModel) async throws {
        try await screen.until("what can be opened") { !$0.loading }
        screen.send(.check)
        try await screen.settled("checked") { $0.check?.passed == true }
    }

    func fillMatter(_ screen: SessionOpenModel) async throws {
        let shown = try await screen.until("what can be opened") { !$0.loading && !$0.causes.isEmpty }
        screen.send(.chooseActivity(shown.activities[0].code))
        screen.send(.toggleOfficer(second))
        screen.send(.toggleOfficer(lead))
        screen.send(.makeLead(lead))
        screen.send(.choosePartyKind(shown.partyKinds[0].code))
        screen.send(.setPartyName("示例公司"))
        screen.send(.setRepresentative("王平"))
        screen.send(.chooseCause(shown.causes[0].code))
        screen.send(.setPlace("示例路1号"))
        try await screen.until("filled") { $0.placeText == "示例路1号" }
    }

    func openSession() async throws {
        let screen = phone.open(SessionOpenModel.init)
        try await check(screen)
        try await fillMatter(screen)
        try await open(screen)
    }

    func open(_ screen: SessionOpenModel) async throws {
        try await screen.until("may be opened") { $0.gate.allowed }
        screen.send(.open)
        try await screen.settled("opened") { _ in phone.top == .capture }
        screen.gone()
    }

    func capture() async throws -> CaptureModel {
        let screen = phone.open(CaptureModel.init)
        try await screen.until("the activity") { !$0.loading && !$0.activity.zh.isEmpty }
        return screen
    }

    /// Signs in, and opens an activity as far as its first photograph.
    func begin() async throws -> CaptureModel {
        try await signIn()
        phone.shell.navigator.to(.sessionOpen)
        try await openSession()
        let screen = try await capture()
        try await showCertificates(screen)
        try await giveNotice(screen)
        return screen
    }

    func showCertificates(_ screen: CaptureModel) async throws {
        screen.send(.goTo(.certificate))
        let shown = try await screen.until("the certificates") { $0.sheet?.certificate != nil }
        guard shown.sheet?.certificate?.officers.count == 2 else { throw Missed("both officers show theirs: \(shown.sheet as Any)") }
        screen.send(.certificateShown)
        try await screen.settled("shown") { $0.sheet == nil && isDone($0, .certificate) }
    }

    func giveNotice(_ screen: CaptureModel) async throws {
        screen.send(.goTo(.notice))
        let shown = try await screen.until("the notice") { $0.sheet?.notice != nil }
        screen.send(.setResponse(shown.sheet?.notice?.responses.first?.code ?? ""))
        try await screen.until("may be given") { $0.sheet?.notice?.gate.allowed == true }
        screen.send(.noticeGiven)
        try await screen.settled("given") { $0.sheet == nil && isDone($0, .notice) }
    }

    private func isDone(_ state: CaptureState, _ way: StepWay) -> Bool {
        let steps = state.steps.filter { $0.way == way }
        return !steps.isEmpty && steps.allSatisfy(\.done)
    }

    func photo(_ screen: CaptureModel) async throws {
        let before = screen.state.items.count
        screen.send(.setMode(.photo))
        try await screen.until("a camera") { $0.mode == .photo && $0.capture.allowed }
        screen.send(.shutter)
        try await screen.settled("a photograph") { $0.items.count > before }
    }

    func startSound(_ screen: CaptureModel) async throws {
        screen.send(.setMode(.audio))
        try await screen.until("a microphone") { $0.mode == .audio && $0.capture.allowed }
        screen.send(.shutter)
        try await screen.until("recording") { $0.recording != nil }
    }

    func stopSound(_ screen: CaptureModel) async throws {
        let before = screen.state.items.count
        screen.send(.shutter)
        try await screen.settled("a recording") { $0.recording == nil && $0.items.count >= before && !$0.items.isEmpty }
    }

    /// Fills fields of a form.
    func fill(_ screen: DocumentsModel, _ template: String, _ values: [String: String]) async throws {
        try await screen.until("the forms") { !$0.templates.isEmpty }
        if screen.state.form == nil { screen.send(.begin(template)) }
        try await screen.settled("the form") { $0.form != nil }
        for (name, value) in values { screen.send(.setField(name: name, value: value)) }
        try await screen.until("entered") { state in
            values.allSatisfy { name, value in state.form?.fields.contains { $0.name == name && $0.value == value } == true }
        }
    }

    func review() async throws -> ReviewModel {
        let screen = phone.open(ReviewModel.init)
        try await screen.until("the review") { !$0.loading && !$0.partyName.isEmpty }
        return screen
    }

    /// The party looks at everything.
    func lookAtEverything(_ screen: ReviewModel) async throws {
        for item in screen.state.items.map(\.line.item) {
            screen.send(.openItem(item))
            try await screen.settled("open \(item)") { $0.open != nil }
            screen.send(.closePiece)
            try await screen.settled("closed \(item)") { $0.open == nil }
            screen.send(.seen(item))
            try await screen.settled("seen \(item)") { $0.items.contains { $0.line.item == item && $0.seen } }
        }
        for document in screen.state.documents { try await read(screen, document.document, document.pages.count) }
    }

    private func read(_ screen: ReviewModel, _ document: String, _ pages: Int) async throws {
        screen.send(.openDocument(document))
        try await screen.until("a page") { $0.open?.page?.document == document }
        for page in 1...pages {
            phone.time.ms += 3_000
            if page == pages { break }
            screen.send(.turnTo(page + 1))
            try await screen.settled("page \(page + 1)") { $0.open?.page?.page == page + 1 }
        }
        screen.send(.closePiece)
        try await screen.settled("read") { state in
            state.open == nil && state.documents.first { $0.document == document }?.pages.allSatisfy(\.seen) == true
        }
    }

    /// Somebody writes on a pad.
    func write(_ screen: SignModel, _ pad: Int, _ strokes: [Stroke]) async throws {
        screen.send(.openPad(pad))
        try await screen.until("pad \(pad)") { $0.pad == pad }
        for stroke in strokes { screen.send(.strokeDone(stroke: stroke, width: Self.padWidth, height: Self.padHeight)) }
    }

    /// A signature of the examples.
    static func strokes(_ name: String) throws -> [Stroke] {
        struct Example: Decodable { let strokes: [[[Int]]] }
        let example = try JSONDecoder().decode(Example.self, from: Repository.read("spec/examples/strokes-\(name).json"))
        return example.strokes.map { stroke in
            Stroke(points: stroke.map { StrokePoint(x: $0[0], y: $0[1], tMs: $0[2], pressure: $0[3]) })
        }
    }
}

extension CaptureSheet {
    var certificate: CertificateSheet? { if case .certificate(let sheet) = self { sheet } else { nil } }
    var notice: NoticeSheet? { if case .notice(let sheet) = self { sheet } else { nil } }
    var close: CloseSheet? { if case .close(let sheet) = self { sheet } else { nil } }
}

extension OpenPiece {
    var page: OpenPage? { if case .page(let page) = self { page } else { nil } }
}
