/// What can be done while signing in.
public enum SignInAction: Equatable, Sendable {
    case choose(String)
    /// Back to the list of persons.
    case chooseAnother
    /// Back to where the change of a PIN was asked for; it stays as it is.
    case leave
    case digit(Int)
    case eraseDigit
    /// Unlock by fingerprint or face.
    case useBiometric
    case reload
}
