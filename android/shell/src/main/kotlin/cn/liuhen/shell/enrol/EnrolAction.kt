package cn.liuhen.shell.enrol

/** What can be done while joining. */
sealed interface EnrolAction {
    /** Let the camera look for a code. */
    data object StartScan : EnrolAction

    /** Stop looking. */
    data object StopScan : EnrolAction

    /** The camera read this. */
    data class Scanned(val text: String) : EnrolAction

    data class SetUrl(val url: String) : EnrolAction

    data class SetCode(val code: String) : EnrolAction

    data class SetDeviceNo(val deviceNo: String) : EnrolAction

    /** Join now. */
    data object Join : EnrolAction

    data object Cancel : EnrolAction

    /** Ask the system for a permission again, or open its settings. */
    data object AskPermission : EnrolAction

    /** Go on to signing in. */
    data object GoOn : EnrolAction
}
