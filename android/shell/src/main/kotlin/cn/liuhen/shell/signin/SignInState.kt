package cn.liuhen.shell.signin

import cn.liuhen.shell.Condition
import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Work

/** Who holds the phone: a person, never a shared account. */
data class SignInState(
    val conditions: List<Condition> = emptyList(),
    /** Whether the roster is being read. */
    val loading: Boolean = false,
    val officers: List<OfficerLine> = emptyList(),
    val chosen: OfficerLine? = null,
    val step: PinStep = PinStep.ENTER,
    /** How many digits are typed; the digits themselves are no part of what is shown. */
    val digits: Int = 0,
    /** Digits that a PIN must have. */
    val pinLength: Int = 6,
    /** Seconds until the next attempt is accepted; 0 when it is now. */
    val waitSecs: Long = 0,
    /** What the core says about PINs and attempts. */
    val sentence: Sentence? = null,
    /** Whether [chosen] is signed in and wants another PIN. */
    val changing: Boolean = false,
    /** Whether fingerprint or face can unlock for [chosen]. */
    val biometric: Boolean = false,
    val work: Work = Work.Idle,
)

/** What the digits are for. */
enum class PinStep { ENTER, CHOOSE_NEW, REPEAT_NEW }
