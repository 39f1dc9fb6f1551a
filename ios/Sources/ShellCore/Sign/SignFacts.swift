import CoreBindings

// What the core says of signing, in the words of its screen, and back.

extension PadView {
    func shown() -> PadLine {
        PadLine(
            pad: pad.name, label: label.said(), strokes: strokes.map { $0.shown() }, width: Int(width), height: Int(height),
            fit: fit.said())
    }
}

extension ReviewStage {
    /// How the party's review ended, in a sentence for whoever signed; absent while it goes on.
    func ended() -> Sentence? {
        switch self {
        case .none, .items, .confirmation: nil
        case .signed: Texts.Sign.kept
        case .refused: Texts.Sign.noted
        }
    }
}

extension PadId {
    fileprivate var name: String {
        switch self {
        case .party: "party"
        case .witness: "witness"
        case .officer(let officer): "officer \(officer)"
        }
    }
}

extension CoreBindings.Stroke {
    fileprivate func shown() -> Stroke {
        Stroke(points: points.map { StrokePoint(x: Int($0.x), y: Int($0.y), tMs: Int($0.tMs), pressure: Int($0.pressurePermille)) })
    }
}

extension Stroke {
    func given() -> CoreBindings.Stroke {
        CoreBindings.Stroke(
            points: points.map {
                CoreBindings.StrokePoint(
                    x: Int32(clamping: $0.x), y: Int32(clamping: $0.y), tMs: Int32(clamping: $0.tMs),
                    pressurePermille: Int32(clamping: $0.pressure))
            })
    }
}

extension RefusalForm {
    func given() -> RefusalGiven {
        RefusalGiven(
            state: state ?? "",
            reason: reason ?? "",
            note: note.trimmed,
            witness: witnessPresent ? WitnessGiven(name: witnessName.trimmed, unit: witnessUnit.trimmed, phone: witnessPhone.trimmed) : nil,
            noWitnessWhy: witnessPresent ? nil : noWitnessWhy.trimmed
        )
    }

    /// As a draft keeps it.
    var fields: [String: String] {
        [
            "state": state ?? "",
            "reason": reason ?? "",
            "note": note,
            "no_witness": witnessPresent ? "" : "1",
            "witness_name": witnessName,
            "witness_unit": witnessUnit,
            "witness_phone": witnessPhone,
            "no_witness_why": noWitnessWhy,
        ]
    }

    mutating func restore(_ kept: [String: String]) {
        state = kept["state"]
        reason = kept["reason"]
        note = kept["note"] ?? ""
        witnessPresent = kept["no_witness"] == nil
        witnessName = kept["witness_name"] ?? ""
        witnessUnit = kept["witness_unit"] ?? ""
        witnessPhone = kept["witness_phone"] ?? ""
        noWitnessWhy = kept["no_witness_why"] ?? ""
    }
}
