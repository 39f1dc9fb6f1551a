import CoreBindings

// What the core says of recorders, in the words of their screen.

extension RecordersView {
    func form() -> IssueForm {
        IssueForm(
            officers: officers.map { Choice(code: $0.officer, label: Sentence(of: $0.name)) }, conditions: conditions.said())
    }
}

extension IssueForm {
    func with(_ kept: [String: String]) -> IssueForm {
        var form = self
        form.recorderNo = kept["recorder_no"] ?? ""
        form.serial = kept["serial"] ?? ""
        form.officer = kept["officer"]
        form.configuredOfficerNo = kept["configured"] ?? ""
        form.issuedBy = kept["issued_by"] ?? ""
        form.condition = kept["condition"]
        return form
    }
}

extension CoreBindings.RecorderLine {
    func shown() -> RecorderLine {
        let tone: Tone = faulty || lost ? .bad : recording ? .working : .plain
        return RecorderLine(recorderNo: recorderNo, serial: serial, holder: holder, sentence: sentence.said(), tone: tone)
    }
}

extension RecorderView {
    func shown() -> RecorderShown {
        RecorderShown(
            recorderNo: recorderNo,
            sentence: sentence.said(),
            tone: lost ? .bad : alarms.isEmpty ? .good : .attention,
            batteryPercent: batteryPercent.map(Int.init),
            freeBytes: freeBytes.map(Int.init),
            minutesLeft: minutesLeft.map(Int.init),
            recording: recording == true,
            recordingSecs: recordingSecs.map(Int.init),
            alarms: alarms.said(),
            events: events.said(),
            canControl: canControl,
            canMark: canMark,
            canList: canList,
            files: files.map(Int.init)
        )
    }
}

extension ImportProgress {
    func shown() -> Copying {
        Copying(
            filesDone: Int(filesDone), filesTotal: Int(filesTotal), bytesDone: Int(bytesDone), bytesTotal: Int(bytesTotal), path: path)
    }
}

/// What a protocol is called.
private func named(_ word: String) -> Sentence {
    ["profile": Texts.Recorder.profile, "gopro": Sentence(of: "Open GoPro")][word] ?? Sentence(of: word)
}

extension [FoundRecorder] {
    func nearestFirst() -> [FoundLine] {
        sorted { ($0.rssiDbm ?? .min) > ($1.rssiDbm ?? .min) }.map {
            FoundLine(peer: $0.peer, name: $0.name ?? $0.peer, protocol: named($0.protocol), rssiDbm: $0.rssiDbm.map(Int.init))
        }
    }
}
