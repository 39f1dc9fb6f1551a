/// What can be done about holes.
public enum GapSheetAction: Equatable, Sendable {
    case chooseHole(Int)
    case chooseReason(String)
    case setExplanation(String)
    case explain
    case close
}
