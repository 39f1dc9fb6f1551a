package cn.liuhen.shell.signin

import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay

/** Who holds the phone. Typed digits are kept in memory only, and no longer than they are needed. */
class SignInModel(shell: Shell, scope: CoroutineScope) : ScreenModel<SignInState, SignInAction>(shell, scope, SignInState(loading = true)) {
    private var typed = ""
    private var chosenNew = ""
    private var old: String? = null
    private var waiting: Job? = null

    /** The list is shown while somebody is signed in: before that officer a colleague sets a first PIN. */
    private var others = false

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.signInScreen() }
        val conditions = shell.conditions()
        val officers = view.officers.map { it.said() }
        set {
            val kept = officers.find { it.officer == (chosen?.officer ?: changing().takeUnless { others }) }
            copy(conditions = conditions, loading = false, officers = officers, chosen = kept, changing = changing() != null, waitSecs = view.pinWaitSecs, sentence = view.sentence?.said(), biometric = kept.hasBiometric())
        }
        if (view.pinWaitSecs > 0) countDown()
    }

    private fun OfficerLine?.hasBiometric(): Boolean =
        this != null && changing() != officer && shell.device.biometrics.available && shell.device.biometrics.keeps(officer)

    /** The officer who wants another PIN. */
    private fun changing(): String? = shell.device.saved[CHANGING]

    private fun countDown() {
        if (waiting?.isActive == true) return
        waiting = launch {
            while (now.waitSecs > 0) {
                delay(1_000)
                set { copy(waitSecs = (waitSecs - 1).coerceAtLeast(0)) }
            }
            load()
        }
    }

    override fun SignInState.with(work: Work): SignInState = copy(work = work)

    override fun on(action: SignInAction) {
        when (action) {
            is SignInAction.Choose -> choose(now.officers.find { it.officer == action.officer })
            SignInAction.ChooseAnother -> choose(null)
            SignInAction.Leave -> leave()
            is SignInAction.Digit -> digit(action.digit)
            SignInAction.EraseDigit -> type(typed.dropLast(1))
            SignInAction.UseBiometric -> biometric()
            SignInAction.Reload -> launch { load() }
        }
    }

    private fun choose(officer: OfficerLine?) {
        forgetDigits()
        others = officer == null
        val step = if (officer != null && !officer.hasPin) PinStep.CHOOSE_NEW else PinStep.ENTER
        set { copy(chosen = officer, step = step, sentence = null, biometric = officer.hasBiometric(), work = Work.Idle) }
    }

    /** The PIN stays as it is. */
    private fun leave() {
        forgetDigits()
        shell.device.saved[CHANGING] = null
        shell.navigator.back()
    }

    private fun forgetDigits() {
        chosenNew = ""
        old = null
        type("")
    }

    private fun type(digits: String) {
        typed = digits
        set { copy(digits = digits.length) }
    }

    private fun digit(digit: Int) {
        if (now.waitSecs > 0 || now.work is Work.Running || typed.length >= now.pinLength) return
        type(typed + digit)
        if (typed.length == now.pinLength) typedAll()
    }

    private fun typedAll() {
        val pin = typed
        type("")
        when (now.step) {
            PinStep.ENTER -> if (changing() != now.chosen?.officer) signIn(pin) else {
                old = pin
                set { copy(step = PinStep.CHOOSE_NEW) }
            }
            PinStep.CHOOSE_NEW -> {
                chosenNew = pin
                set { copy(step = PinStep.REPEAT_NEW, sentence = null) }
            }
            PinStep.REPEAT_NEW -> if (pin == chosenNew) setPin(pin) else {
                chosenNew = ""
                set { copy(step = PinStep.CHOOSE_NEW, sentence = Texts.SignIn.Differ) }
            }
        }
    }

    private fun setPin(pin: String) {
        val officer = now.chosen ?: return
        val before = old
        attempt {
            ask { it.setPin(officer.officer, before, pin) }
            shell.device.biometrics.forget(officer.officer)
            shell.device.saved[CHANGING] = null
            enter(officer, pin)
        }
    }

    private fun signIn(pin: String) {
        val officer = now.chosen ?: return
        attempt { enter(officer, pin) }
    }

    private fun attempt(block: suspend () -> Unit) {
        work(Texts.SignIn.Checking) {
            try {
                block()
            } catch (failure: cn.liuhen.core.CoreFailure) {
                // A refused PIN is typed again from the beginning.
                forgetDigits()
                set { copy(step = if (chosen?.hasPin == false) PinStep.CHOOSE_NEW else PinStep.ENTER) }
                load()
                throw failure
            }
            null
        }
    }

    private suspend fun enter(officer: OfficerLine, pin: String) {
        tell { it.signIn(officer.officer, pin) }
        shell.device.saved[CHANGING] = null
        val biometrics = shell.device.biometrics
        if (shell.device.preferences["$WANTED${officer.officer}"] != null && !biometrics.keeps(officer.officer)) {
            biometrics.keep(officer.officer, pin)
        }
        shell.navigator.back()
    }

    private fun biometric() {
        val officer = now.chosen ?: return
        work(Texts.SignIn.Checking) {
            shell.device.biometrics.pin(officer.officer)?.let { enter(officer, it) }
            null
        }
    }

    internal companion object {
        /** Saved while an officer changes the PIN. */
        const val CHANGING = "signin.changing"

        /** Preference, with the officer: unlock by finger or face from the next PIN on. */
        const val WANTED = "biometric."
    }
}
