/// What can be done about a circumstance.
public enum TriggerSheetAction: Equatable, Sendable {
    case choose(String)
    case setNote(String)
    case mark
    case close
}
