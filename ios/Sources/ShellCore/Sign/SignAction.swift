/// What can be done while signing.
public enum SignAction: Equatable, Sendable {
    case turnTo(Int)
    case goTo(SignStep)
    case setWay(SignWay)
    case setRole(String)
    case setName(String)
    case openPad(Int)
    /// A stroke is finished; it is kept at once. Sizes in 1/100 mm.
    case strokeDone(stroke: Stroke, width: Int, height: Int)
    case undo
    case clear
    case setRefusal(RefusalForm)
    /// Everybody has signed: make it a record.
    case confirm
    /// Make the refusal, inability or absence a record.
    case refuse
    /// Back to the review.
    case back
    /// Done; the officer takes the phone back.
    case finish
    case dismissWork
}
