/// What the party can do, and the officer who takes the phone back.
public enum ReviewAction: Equatable, Sendable {
    case openItem(String)
    case openDocument(String)
    case turnTo(Int)
    case playOrPause
    case seek(Int)
    case closePiece
    /// 已查阅
    case seen(String)
    /// 放弃查阅: ask for the reason.
    case waive(String)
    case setWaiverReason(String)
    case confirmWaiver
    case cancelWaiver
    /// The party will look at it after all.
    case takeWaiverBack(String)
    case setReviewer(String)
    case setObjection(String)
    /// Make the confirmation and go on to signing.
    case prepare
    /// Go on to noting why nobody signs.
    case noSignature
    /// The officer wants the phone back.
    case leave
    case leavingDigit(Int)
    case eraseLeavingDigit
    case cancelLeaving
    case dismissWork
}
