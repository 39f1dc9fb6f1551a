package cn.liuhen.shell.sign

import cn.liuhen.shell.Stroke

/** What can be done while signing. */
sealed interface SignAction {
    data class TurnTo(val page: Int) : SignAction

    data class GoTo(val step: SignStep) : SignAction

    data class SetWay(val way: SignWay) : SignAction

    data class SetRole(val code: String) : SignAction

    data class SetName(val name: String) : SignAction

    data class OpenPad(val index: Int) : SignAction

    /** A stroke is finished; it is kept at once. Sizes in 1/100 mm. */
    data class StrokeDone(val stroke: Stroke, val width: Int, val height: Int) : SignAction

    data object Undo : SignAction

    data object Clear : SignAction

    data class SetRefusal(val form: RefusalForm) : SignAction

    /** Everybody has signed: make it a record. */
    data object Confirm : SignAction

    /** Make the refusal, inability or absence a record. */
    data object Refuse : SignAction

    /** Back to the review. */
    data object Back : SignAction

    /** Done; the officer takes the phone back. */
    data object Finish : SignAction

    data object DismissWork : SignAction
}
