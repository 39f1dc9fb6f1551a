import ShellCore
import SwiftUI

/// A sheet over the capture screen: the checklist, the certificates, the notice, closing.
struct CaptureSheetView: View {
    let sheet: CaptureSheet
    let steps: [StepLine]
    let work: Work
    let send: (CaptureAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        NavigationStack {
            Frame(title: title, work: work, dismiss: { send(.dismissWork) }) {
                switch sheet {
                case .steps: checklist
                case .certificate(let sheet): certificates(sheet)
                case .notice(let sheet): notice(sheet)
                case .close(let sheet): closing(sheet)
                case .closed(let sentence):
                    Sign(sentence, .good)
                    GateButton(title: Texts.Capture.toToday) { send(.closeSheet) }
                }
            }
            .toolbar {
                ToolbarItem(placement: .cancellationAction) {
                    Button(Texts.back[lang]) { send(.closeSheet) }
                }
            }
        }
    }

    private var title: Sentence {
        switch sheet {
        case .steps: Texts.Capture.steps
        case .certificate: Texts.Capture.certificateTitle
        case .notice: Texts.Capture.noticeTitle
        case .close: Texts.Capture.closeTitle
        case .closed: Texts.Capture.closed
        }
    }

    private var checklist: some View {
        ForEach(steps, id: \.code) { step in
            VStack(alignment: .leading, spacing: 8) {
                Sign(step.label, step.tone).accessibilityValue((step.done ? Texts.Capture.stepDone : Texts.Capture.stepOpen)[lang])
                Missing(needs: step.missing)
                if let explanation = step.explanation { Text(verbatim: explanation).font(.caption) }
                if let way = step.way, !step.done { GateButton(title: Texts.goOn, isMain: false) { send(.goTo(way)) } }
            }
        }
    }

    @ViewBuilder private func certificates(_ sheet: CertificateSheet) -> some View {
        Said(Texts.Capture.certificateLead)
        ForEach(sheet.officers, id: \.certNo) { officer in
            VStack(alignment: .leading, spacing: 4) {
                Text(verbatim: officer.name).font(.title)
                Text(verbatim: officer.unit)
                Fact(Texts.SignIn.certNo, officer.certNo).font(.headline)
            }
        }
        Switch(Texts.Capture.confirmedByParty, sheet.confirmedByParty) { send(.setConfirmedByParty($0)) }
        GateButton(title: Texts.Capture.recordShown, gate: sheet.gate) { send(.certificateShown) }
    }

    @ViewBuilder private func notice(_ sheet: NoticeSheet) -> some View {
        Said(sheet.title).font(.headline)
        Said(Texts.Capture.noticeLead)
        Text(verbatim: sheet.text).font(.title)
        ChoiceList(title: Texts.Capture.channel, choices: sheet.channels, chosen: sheet.channel) { send(.setChannel($0)) }
        ChoiceList(title: Texts.Capture.response, choices: sheet.responses, chosen: sheet.response) { send(.setResponse($0)) }
        GateButton(title: Texts.Capture.recordNotice, gate: sheet.gate) { send(.noticeGiven) }
    }

    @ViewBuilder private func closing(_ sheet: CloseSheet) -> some View {
        Said(sheet.steps.isEmpty ? Texts.Capture.closeReady : Texts.Capture.closeLead)
        ForEach(sheet.steps, id: \.code) { step in
            VStack(alignment: .leading, spacing: 8) {
                Said(step.label).font(.headline)
                Missing(needs: step.missing)
                if step.explainable {
                    Entry(Texts.Capture.explain, step.explanation) { send(.explain(code: step.code, reason: $0)) }
                } else {
                    Sign(Texts.Capture.notExplainable, .bad)
                }
            }
        }
        GateButton(title: Texts.Capture.closeNow, gate: sheet.gate) { send(.close) }
    }
}

struct CaptureSheetView_Previews: PreviewProvider {
    private static func shown(_ sheet: CaptureSheet, _ work: Work = .idle) -> some View {
        CaptureSheetView(
            sheet: sheet, steps: [StepLine(code: "notice", label: Samples.said, tone: .plain, done: false, missing: [Samples.need])],
            work: work
        ) { _ in }
    }

    static var previews: some View {
        shown(.steps)
        shown(
            .certificate(
                CertificateSheet(
                    officers: [CertificateLine(name: "李文", certNo: "LN-0210-0031", unit: "劳动保障监察科")], confirmedByParty: true, gate: .open)))
        shown(
            .notice(
                NoticeSheet(
                    title: Samples.said, text: "现告知您……", channels: Samples.choices, channel: "a", responses: Samples.choices, response: nil,
                    gate: Gate(false, [Samples.need]))))
        shown(
            .close(
                CloseSheet(
                    steps: [
                        ExplainLine(code: "gap", label: Samples.said, missing: [Samples.need], explainable: true, explanation: ""),
                        ExplainLine(code: "notice", label: Samples.said, missing: [], explainable: false, explanation: ""),
                    ], gate: Gate(false))))
        shown(.closed(Samples.said))
        shown(.steps, .failed(why: Samples.said, needs: [Samples.need]))
        shown(.steps, .running(what: Texts.Capture.closing))
    }
}
