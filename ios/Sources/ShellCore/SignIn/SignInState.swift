/// Who holds the phone: a person, never a shared account.
public struct SignInState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    /// Whether the roster is being read.
    public var loading: Bool
    public var officers: [OfficerLine]
    public var chosen: OfficerLine?
    public var step: PinStep
    /// How many digits are typed; the digits themselves are no part of what is shown.
    public var digits: Int
    /// Digits that a PIN must have.
    public var pinLength: Int
    /// Seconds until the next attempt is accepted; 0 when it is now.
    public var waitSecs: Int
    /// What the core says about PINs and attempts.
    public var sentence: Sentence?
    /// Whether `chosen` is signed in and wants another PIN; leaving that for another person leads back.
    public var changing: Bool
    /// Whether fingerprint or face can unlock for `chosen`.
    public var biometric: Bool
    public var work: Work

    public init(
        conditions: [Condition] = [],
        loading: Bool = false,
        officers: [OfficerLine] = [],
        chosen: OfficerLine? = nil,
        step: PinStep = .enter,
        digits: Int = 0,
        pinLength: Int = 6,
        waitSecs: Int = 0,
        sentence: Sentence? = nil,
        changing: Bool = false,
        biometric: Bool = false,
        work: Work = .idle
    ) {
        self.conditions = conditions
        self.loading = loading
        self.officers = officers
        self.chosen = chosen
        self.step = step
        self.digits = digits
        self.pinLength = pinLength
        self.waitSecs = waitSecs
        self.sentence = sentence
        self.changing = changing
        self.biometric = biometric
        self.work = work
    }
}

/// What the digits are for.
public enum PinStep: String, CaseIterable, Sendable {
    case enter
    case chooseNew = "choose_new"
    case repeatNew = "repeat_new"
}
