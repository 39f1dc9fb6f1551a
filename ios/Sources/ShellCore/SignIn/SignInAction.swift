/// What can be done while signing in.
public enum SignInAction: Equatable, Sendable {
    case choose(String)
    /// Back to the list of persons; back to where the change of a PIN was asked for.
    case chooseAnother
    case digit(Int)
    case eraseDigit
    /// Unlock by fingerprint or face.
    case useBiometric
    case reload
}
