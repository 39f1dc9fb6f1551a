import CoreBindings

// What the core says, in the words of the screens. Nothing is decided here: a word of the core becomes a colour or a sign.

extension CoreBindings.Text {
    func said() -> Sentence { Sentence(zh, en) }
}

extension Array where Element == CoreBindings.Text {
    func said() -> [Sentence] { map { $0.said() } }
}

extension CoreBindings.Choice {
    func said() -> Choice { Choice(code: code, label: label.said()) }
}

extension Array where Element == CoreBindings.Choice {
    func said() -> [Choice] { map { $0.said() } }
}

extension CoreBindings.Need {
    func said() -> Need { Need(code: code, sentence: sentence.said()) }
}

extension CoreBindings.Gate {
    func said() -> Gate { Gate(allowed, missing.map { $0.said() }) }
}

extension CoreBindings.OfficerLine {
    func said() -> OfficerLine {
        OfficerLine(officer: officer, name: name, unit: unit, certNo: certNo, whyNot: whyNot?.said(), hasPin: hasPin)
    }
}

extension CoreBindings.StorageForecast {
    func said() -> StorageLine {
        StorageLine(
            freeBytes: Int(freeBytes),
            audioMinutesLeft: Int(audioMinutesLeft),
            videoMinutesLeft: Int(videoMinutesLeft),
            sentence: sentence.said(),
            tone: level.tone
        )
    }

    /// The condition to show above a screen, when space is not plenty.
    var condition: Condition? {
        switch level {
        case .plenty: nil
        case .low: .storageLow(sentence: sentence.said(), full: false)
        case .full: .storageLow(sentence: sentence.said(), full: true)
        }
    }
}

extension CoreBindings.StorageLevel {
    var tone: Tone {
        switch self {
        case .plenty: .plain
        case .low: .attention
        case .full: .bad
        }
    }
}

extension CoreBindings.Media {
    var sign: Media {
        switch self {
        case .photo, .thumbnail: .photo
        case .audio: .audio
        case .video: .video
        case .other: .other
        }
    }
}

extension CoreBindings.ItemStage {
    var tone: Tone {
        switch self {
        case .captured, .pending: .working
        case .sealed: .plain
        case .stored, .handedOver: .good
        }
    }

    /// Whether its storage is proved, as the core says.
    var isProved: Bool {
        switch self {
        case .stored, .handedOver: true
        case .captured, .sealed, .pending: false
        }
    }
}

extension CoreBindings.ItemLine {
    var tone: Tone {
        switch standing {
        case .overdue: .bad
        case .grace: .attention
        case .kept, .open: stage.tone
        }
    }

    func said(_ picture: Picture? = nil) -> ItemLine {
        ItemLine(
            item: item,
            media: media.sign,
            label: label.said(),
            recordedAtMs: Int(recordedAtMs),
            durationMs: durationMs.map(Int.init),
            stage: stageText.said(),
            tone: tone,
            remark: standingText?.said(),
            thumbnail: picture
        )
    }
}

extension CoreBindings.SyncPhase {
    var tone: Tone {
        switch self {
        case .done: .good
        case .waiting: .plain
        case .running: .working
        case .trouble: .attention
        }
    }
}

extension CoreBindings.CheckVerdict {
    var tone: Tone {
        switch self {
        case .good: .good
        case .failed: .bad
        case .overridden: .attention
        }
    }
}

extension CoreBindings.StepState {
    var tone: Tone {
        switch self {
        case .done: .good
        case .explained: .attention
        case .missing: .plain
        }
    }
}
