package cn.liuhen.shell.signin

/** What can be done while signing in. */
sealed interface SignInAction {
    data class Choose(val officer: String) : SignInAction

    /** Back to the list of persons. */
    data object ChooseAnother : SignInAction

    /** Back to where the change of a PIN was asked for; it stays as it is. */
    data object Leave : SignInAction

    data class Digit(val digit: Int) : SignInAction

    data object EraseDigit : SignInAction

    /** Unlock by fingerprint or face. */
    data object UseBiometric : SignInAction

    data object Reload : SignInAction
}
