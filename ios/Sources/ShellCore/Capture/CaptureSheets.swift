import CoreBindings

/// The sheets over the capture screen: certificates, notice, closing. What is typed in them is kept.
@MainActor
final class CaptureSheets {
    private static let kind = "sheet"
    private static let confirmed = "confirmed"
    private static let no = "no"
    private static let channel = "channel"
    private static let response = "response"
    private static let step = "step."

    private let shell: Shell
    private let draft: Draft
    /// What the sheet of closing was told.
    private var explanations: [String: String] = [:]
    private var noticeGate = Gate.open

    /// The sheet that is shown.
    var now: () -> CaptureSheet? = { nil }
    /// Shows another one, or none.
    var show: (CaptureSheet?) -> Void = { _ in }

    init(_ shell: Shell) {
        self.shell = shell
        draft = Draft(shell, "capture_sheet")
    }

    /// Shows the sheet that lay over the screen when the process died.
    func restore(_ session: SessionView) async throws {
        let kept = await draft.read()
        for (key, reason) in kept where key.hasPrefix(Self.step) { explanations[String(key.dropFirst(Self.step.count))] = reason }
        switch kept[Self.kind] {
        case Self.name(.steps): show(.steps)
        case "certificate":
            _ = try await openCertificate()
            editCertificate { $0.confirmedByParty = kept[Self.confirmed] != Self.no }
        case "notice":
            _ = try await openNotice()
            editNotice {
                $0.channel = kept[Self.channel] ?? $0.channel
                $0.response = kept[Self.response] ?? $0.response
            }
        case "close": open(closing(session))
        default: break
        }
    }

    /// Brings what an open sheet says of the activity up to date.
    func refresh(_ session: SessionView) {
        if case .close = now() { show(closing(session)) }
    }

    /// Lays a sheet over the screen, or takes it away.
    func open(_ sheet: CaptureSheet?) {
        show(sheet)
        keep()
    }

    func editCertificate(_ change: (inout CertificateSheet) -> Void) {
        guard case .certificate(var sheet) = now() else { return }
        change(&sheet)
        open(.certificate(sheet))
    }

    func editNotice(_ change: (inout NoticeSheet) -> Void) {
        guard case .notice(var sheet) = now() else { return }
        change(&sheet)
        open(.notice(gated(sheet)))
    }

    private func gated(_ sheet: NoticeSheet) -> NoticeSheet {
        var sheet = sheet
        let isFilled = sheet.channel != nil && sheet.response != nil
        let needs = isFilled ? [] : [Need(code: Self.channel, sentence: Texts.lacks(Texts.Capture.response))]
        sheet.gate = noticeGate.allowed ? Gate(isFilled, needs) : noticeGate
        return sheet
    }

    private static func name(_ sheet: CaptureSheet?) -> String {
        switch sheet {
        case nil: ""
        case .steps: "steps"
        case .certificate: "certificate"
        case .notice: "notice"
        case .close: "close"
        case .closed: "closed"
        }
    }

    private func keep() {
        var fields = [Self.kind: Self.name(now())]
        switch now() {
        case .certificate(let sheet): fields[Self.confirmed] = sheet.confirmedByParty ? "" : Self.no
        case .notice(let sheet):
            fields[Self.channel] = sheet.channel ?? ""
            fields[Self.response] = sheet.response ?? ""
        default: break
        }
        for (code, reason) in explanations { fields[Self.step + code] = reason }
        draft.keep(fields)
    }

    func openCertificate() async throws -> Sentence? {
        let session = try await shell.host.ask { try await $0.session() }
        let officers = try await shell.host.ask { try await $0.openSessionScreen() }.officers.filter { session.officers.contains($0.name) }
        let lines = officers.map { CertificateLine(name: $0.name, certNo: $0.certNo ?? "", unit: $0.unit) }
        open(.certificate(CertificateSheet(officers: lines, confirmedByParty: true, gate: session.gates.showCertificate.said())))
        return nil
    }

    func certificateShown() async throws -> Sentence? {
        guard case .certificate(let sheet) = now() else { return nil }
        _ = try await shell.host.tell { try await $0.showCertificate(confirmedByParty: sheet.confirmedByParty, photo: nil) }
        open(nil)
        return nil
    }

    func openNotice() async throws -> Sentence? {
        let form = try await shell.host.ask { try await $0.noticeForm() }
        noticeGate = form.gate.said()
        let sheet = NoticeSheet(
            title: form.form.title.said(),
            text: form.text,
            channels: form.channels.said(),
            channel: form.channels.first?.code,
            responses: form.responses.said(),
            response: nil,
            gate: noticeGate
        )
        open(.notice(gated(sheet)))
        return nil
    }

    func noticeGiven() async throws -> Sentence? {
        guard case .notice(let sheet) = now() else { return nil }
        let filled = try await shell.host.tell {
            try await $0.giveNotice(channel: sheet.channel ?? "", response: sheet.response ?? "", fields: [:])
        }
        open(nil)
        return filled.sentence.said()
    }

    func askClose() async throws -> Sentence? {
        open(closing(try await shell.host.ask { try await $0.session() }))
        return nil
    }

    private func closing(_ session: SessionView) -> CaptureSheet {
        let lines = session.steps.filter(\.isOpen).map {
            ExplainLine(
                code: $0.code, label: $0.label.said(), missing: $0.missing.map { $0.said() }, explainable: $0.explainable,
                explanation: explanations[$0.code] ?? "")
        }
        return .close(CloseSheet(steps: lines, gate: Gate(lines.areExplained, session.gates.close.said().missing)))
    }

    func explain(_ code: String, _ reason: String) {
        explanations[code] = reason
        guard case .close(var sheet) = now() else { return }
        for at in sheet.steps.indices where sheet.steps[at].code == code { sheet.steps[at].explanation = reason }
        sheet.gate.allowed = sheet.steps.areExplained
        open(.close(sheet))
    }

    func close() async throws -> Sentence? {
        let given = explanations.filter { !$0.value.isBlank }
        let closed = try await shell.host.tell { try await $0.closeSession(explanations: given) }
        explanations = [:]
        show(.closed(closed.sentence.said()))
        try await draft.forget()
        shell.device.schedule.somethingToSend()
        return nil
    }
}

extension [ExplainLine] {
    fileprivate var areExplained: Bool {
        allSatisfy { $0.explainable && !$0.explanation.isBlank }
    }
}

extension Step {
    fileprivate var isOpen: Bool {
        switch state {
        case .missing: true
        case .done, .explained: false
        }
    }

    func line() -> StepLine {
        StepLine(
            code: code, label: label.said(), tone: state.tone, done: !isOpen, missing: missing.map { $0.said() },
            explanation: explanation, way: way.shown)
    }
}

extension CoreBindings.StepWay {
    fileprivate var shown: StepWay? {
        switch self {
        // One is there already.
        case .capture: nil
        case .certificate: .certificate
        case .notice: .notice
        case .documents: .documents
        case .review: .review
        case .gap: .gap
        case .recorder: .recorder
        case .explain: .explain
        }
    }
}
