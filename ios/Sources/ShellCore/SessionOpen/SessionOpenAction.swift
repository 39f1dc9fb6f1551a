/// What can be done before an activity.
public enum SessionOpenAction: Equatable, Sendable {
    case goTo(OpenStep)
    case setPlannedMinutes(Int)
    case chooseRecorder(String?)
    /// Measure everything now.
    case check
    /// Use it all the same, for this reason; blank takes it back.
    case override(code: String, reason: String)
    case chooseActivity(String)
    /// Adds an officer or takes one out.
    case toggleOfficer(String)
    /// Makes a chosen officer the lead.
    case makeLead(String)
    case choosePartyKind(String)
    case setPartyName(String)
    case setUscc(String)
    case setRepresentative(String)
    case chooseCause(String)
    /// A cause in words.
    case setCauseText(String)
    case setPlace(String)
    /// Open the activity.
    case open
    case back
    case dismissWork
}
