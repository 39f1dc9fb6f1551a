package cn.liuhen.shell.enrol

import cn.liuhen.core.EnrolRequest
import cn.liuhen.core.readInvitation
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job

/** Joining a bureau. */
class EnrolModel(shell: Shell, scope: CoroutineScope) : ScreenModel<EnrolState, EnrolAction>(shell, scope, EnrolState()) {
    private val saved = shell.device.saved
    private var joining: Job? = null

    init {
        set { copy(url = saved[URL].orEmpty(), code = saved[CODE].orEmpty(), deviceNo = saved[NO].orEmpty(), authorityPem = saved[AUTHORITY]) }
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.enrolment() }
        val conditions = shell.conditions(Permission.CAMERA)
        set {
            copy(
                conditions = conditions,
                joined = if (view.enrolled) Joined(view.bureau.orEmpty(), view.deviceNo.orEmpty(), view.sentence.said()) else null,
            )
        }
        check()
    }

    override fun EnrolState.with(work: Work): EnrolState = copy(work = work)

    override fun on(action: EnrolAction) {
        when (action) {
            EnrolAction.StartScan -> set { copy(scanning = true) }
            EnrolAction.StopScan -> set { copy(scanning = false) }
            is EnrolAction.Scanned -> scanned(action.text)
            is EnrolAction.SetUrl -> enter(now.copy(url = action.url))
            is EnrolAction.SetCode -> enter(now.copy(code = action.code))
            is EnrolAction.SetDeviceNo -> enter(now.copy(deviceNo = action.deviceNo))
            EnrolAction.Join -> join()
            EnrolAction.Cancel -> joining?.cancel()
            EnrolAction.AskPermission -> shell.device.permissions.ask(Permission.CAMERA)
            EnrolAction.GoOn -> shell.navigator.only(Place.TODAY, Place.SIGN_IN)
        }
    }

    /** What the bureau's console shows is read by the core: its address and a one-use code, or a code alone. */
    private fun scanned(text: String) {
        work(Texts.Working) {
            set { copy(scanning = false) }
            val invitation = readInvitation(text)
            enter(now.copy(url = invitation.url ?: now.url, code = invitation.code))
            null
        }
    }

    private fun enter(entered: EnrolState) {
        set { copy(scanning = entered.scanning, url = entered.url, code = entered.code, deviceNo = entered.deviceNo, authorityPem = entered.authorityPem) }
        saved[URL] = entered.url
        saved[CODE] = entered.code
        saved[NO] = entered.deviceNo
        saved[AUTHORITY] = entered.authorityPem
        launch { check() }
    }

    private suspend fun check() {
        val entered = now
        val code = ask { it.checkEnrolCode(entered.code) }.said()
        val fields = listOf(Triple("url", Texts.Enrol.Url, entered.url), Triple("device_no", Texts.Enrol.DeviceNo, entered.deviceNo))
        val blank = fields.filter { it.third.isBlank() }.map { (name, label, _) -> Need(name, Texts.lacks(label)) }
        set { copy(gate = Gate(code.allowed && blank.isEmpty(), code.missing + blank)) }
    }

    private fun join() {
        joining = work(Texts.Enrol.Joining, cancellable = true) {
            val entered = now
            tell { it.enrol(EnrolRequest(entered.url.trim(), entered.code.trim(), entered.deviceNo.trim(), entered.authorityPem)) }
            for (key in listOf(URL, CODE, NO, AUTHORITY)) saved[key] = null
            null
        }
        joining?.invokeOnCompletion { cause -> if (cause != null) set { copy(work = Work.Idle) } }
    }

    private companion object {
        const val URL = "enrol.url"
        const val CODE = "enrol.code"
        const val NO = "enrol.device_no"
        const val AUTHORITY = "enrol.ca"
    }
}
