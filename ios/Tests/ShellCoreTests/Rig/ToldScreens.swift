import CoreBindings
import Foundation

// The core's snapshots of further screens, as vectors tell them.
extension Told {
    var suggestion: Suggestion { Suggestion(trigger: self["trigger"].choice, because: self["because"].sentence) }

    var recorderLine: CoreBindings.RecorderLine {
        RecorderLine(
            recorderNo: self["recorder_no"].text, serial: self["serial"].text, holder: self["holder"].text, faulty: self["faulty"].yes,
            paired: self["paired"].yes, recording: self["recording"].yes, lost: self["lost"].yes, sentence: self["sentence"].sentence)
    }

    var recorders: RecordersView {
        RecordersView(
            recorders: self["recorders"].list(\.recorderLine), officers: self["officers"].list(\.officer),
            conditions: self["conditions"].list(\.choice))
    }

    var check: CheckView {
        CheckView(
            passed: self["passed"].yes, fresh: self["fresh"].yes,
            lines: self["lines"].list {
                CheckLine(
                    code: $0["code"].text, label: $0["label"].sentence, verdict: $0["verdict"].word(.good, .failed, .overridden),
                    overridable: $0["overridable"].yes, reason: $0["reason"].some(\.text))
            }, sentence: self["sentence"].sentence)
    }

    var openSession: OpenSessionView {
        OpenSessionView(
            officers: self["officers"].list(\.officer), activities: self["activities"].list(\.choice),
            partyKinds: self["party_kinds"].list(\.choice), causes: self["causes"].list(\.choice), deviceNo: self["device_no"].text,
            recorders: self["recorders"].list(\.recorderLine), check: self["check"].some(\.check), gate: self["gate"].gate,
            storage: self["storage"].storage)
    }

    var documents: DocumentsView {
        DocumentsView(
            templates: self["templates"].list {
                TemplateLine(
                    template: $0["template"].text, title: $0["title"].sentence, gate: $0["gate"].gate, recommended: $0["recommended"].yes)
            },
            documents: self["documents"].list {
                DocumentLine(
                    document: $0["document"].text, title: $0["title"].text, revision: Int64($0["revision"].number),
                    filledText: $0["filled_text"].sentence, pages: UInt32($0["pages"].number))
            })
    }

    var reviewItem: CoreBindings.ReviewItem {
        ReviewItem(line: self["line"].item, seen: self["seen"].yes, waived: self["waived"].some(\.text), digest: self["digest"].text)
    }

    var settings: SettingsView {
        let policy = self["policy"]
        return SettingsView(
            deviceNo: self["device_no"].some(\.text), device: self["device"].some(\.text), bureau: self["bureau"].some(\.text),
            keyStore: self["key_store"].sentence, dueText: self["due_text"].sentence,
            policy: SyncPolicy(
                officeSsids: policy["office_ssids"].list(\.text), keepDays: UInt32(policy["keep_days"].number),
                allowMetered: policy["allow_metered"].yes),
            version: self["version"].text, storage: self["storage"].storage)
    }

    var faultSheet: FaultSheetView {
        FaultSheetView(
            devices: self["devices"].list {
                DeviceLine(deviceNo: $0["device_no"].text, label: $0["label"].sentence, faulty: $0["faulty"].yes)
            })
    }

    var triggerSheet: TriggerSheetView {
        TriggerSheetView(
            triggers: self["triggers"].list(\.choice), suggestions: self["suggestions"].list(\.suggestion),
            marked: self["marked"].list(\.sentence), gate: self["gate"].gate)
    }

    var footage: FootageView {
        FootageView(
            unassigned: self["unassigned"].list(\.footageLine), unassignedCount: UInt64(self["unassigned_count"].number),
            byHand: self["by_hand"].list(\.footageLine), sessions: self["sessions"].list(\.sessionCard),
            officers: self["officers"].list(\.officer))
    }

    private var footageLine: CoreBindings.FootageLine {
        FootageLine(
            item: self["item"].text, recorderNo: self["recorder_no"].text, path: self["path"].text,
            lenBytes: Int64(self["len_bytes"].number), claimedText: self["claimed_text"].some(\.sentence), why: self["why"].sentence,
            session: self["session"].some(\.text), said: self["said"].some(\.sentence))
    }

    var enrolment: EnrolmentView {
        EnrolmentView(
            enrolled: self["enrolled"].yes, deviceNo: self["device_no"].some(\.text), device: self["device"].some(\.text),
            bureau: self["bureau"].some(\.text), bureauUrl: self["bureau_url"].some(\.text), sentence: self["sentence"].sentence)
    }
}
