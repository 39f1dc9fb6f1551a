package cn.liuhen.ui

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.enrol.EnrolState
import cn.liuhen.shell.enrol.Joined
import cn.liuhen.shell.sessionopen.CheckLine
import cn.liuhen.shell.sessionopen.CheckShown
import cn.liuhen.shell.sessionopen.OpenField
import cn.liuhen.shell.sessionopen.OpenStep
import cn.liuhen.shell.sessionopen.SessionOpenState
import cn.liuhen.shell.signin.PinStep
import cn.liuhen.shell.signin.SignInState
import cn.liuhen.shell.today.DayCounts
import cn.liuhen.shell.today.DayEnd
import cn.liuhen.shell.today.SessionCard
import cn.liuhen.shell.today.SyncStrip
import cn.liuhen.shell.today.TodayState
import cn.liuhen.ui.enrol.EnrolScreen
import cn.liuhen.ui.sessionopen.SessionOpenScreen
import cn.liuhen.ui.signin.SignInScreen
import cn.liuhen.ui.start.StartScreen
import cn.liuhen.ui.today.TodayScreen

private fun enrol(state: String, shown: EnrolState) = Shot("enrol", state) { EnrolScreen(shown, {}, { DemoView(it) }) }

internal fun enrolShots(): List<Shot> {
    val typed = EnrolState(url = "https://10.20.0.5:8443", code = "7QK2-M4TZ-93WD", deviceNo = "XG-M-01", gate = Gate.OPEN)
    val refused = Story.s("登记码已使用或已过期，请向管理员要新的登记码", "The code was used or has expired; ask the administrator for a new one")
    return listOf(
        enrol("empty", EnrolState(gate = Gate(false))),
        enrol("scanning", EnrolState(scanning = true)),
        enrol("camera-denied", EnrolState(conditions = listOf(Condition.Denied(Permission.CAMERA, forGood = true)))),
        enrol("typed", typed),
        enrol("working", typed.copy(work = Work.Running(Texts.Enrol.Joining, cancellable = true))),
        enrol("failed", typed.copy(work = Work.Failed(refused, retryable = true))),
        enrol("offline", typed.copy(conditions = listOf(Condition.Offline), gate = Gate(false, listOf(Story.need("network", "等待网络连接", "Waiting for a network"))))),
        enrol("done", EnrolState(joined = Joined(Story.bureau, "XG-M-01", Texts.Enrol.Joined))),
    )
}

internal fun signInShots(): List<Shot> {
    fun shot(state: String, shown: SignInState) = Shot("signin", state) { SignInScreen(shown) {} }
    val people = SignInState(officers = listOf(Story.wang, Story.li, Story.zhao))
    val pin = people.copy(chosen = Story.wang, digits = 3, biometric = true)
    return listOf(
        shot("loading", SignInState(loading = true)),
        shot("empty", SignInState()),
        shot("people", people),
        shot("pin", pin),
        shot("first-use", pin.copy(step = PinStep.CHOOSE_NEW, digits = 0, biometric = false)),
        shot("wrong", pin.copy(digits = 0, sentence = Story.s("PIN 码不对，还可以试2次", "Wrong PIN; 2 more attempts"))),
        shot("changing", pin.copy(digits = 0, changing = true, biometric = false)),
        shot("locked-out", pin.copy(digits = 0, waitSecs = 60)),
        shot("expired", pin.copy(conditions = listOf(Condition.CertificateExpired(Story.expired)))),
    )
}

internal fun todayShots(): List<Shot> {
    fun shot(state: String, shown: TodayState) = Shot("today", state) { TodayScreen(shown) {} }
    val day = Story.s("2026年11月23日 星期一", "Monday, 23 November 2026")
    val idle = TodayState(
        day = day,
        officer = Story.wang,
        deviceNo = "XG-M-01",
        sync = SyncStrip(Story.s("没有待上传的资料", "Nothing waits to be sent"), Tone.GOOD),
        countsSentence = Story.s("今日还没有采集资料", "Nothing was captured today"),
    )
    val busy = idle.copy(
        counts = DayCounts(2, 1, 1, 0),
        countsSentence = Story.s("今日4项：本机2项，上传中1项，已入库1项", "4 today: 2 on this phone, 1 on its way, 1 stored"),
        sync = SyncStrip(Story.officeWifi, Tone.WORKING),
        items = Story.items,
        itemCount = 4,
    )
    val session = SessionCard(
        Story.activity,
        Story.party,
        Story.place,
        Story.s("9:00 开始", "since 9:00"),
        Story.s("告知录音录像", "notice of recording given"),
    )
    val ended = DayEnd(listOf(Story.s("今日4项资料，3项还没有入库；连上办公室 Wi-Fi 后自动上传", "4 items today, 3 not stored yet; they are sent on the office Wi-Fi")), 3)
    return listOf(
        shot("loading", TodayState(loading = true)),
        shot("empty", idle),
        shot("items", busy),
        shot("session", busy.copy(session = session)),
        shot("uploading", busy.copy(sync = SyncStrip(Story.s("正在上传：录像 5 分 12 秒", "Sending: video of 5 min 12 s"), Tone.WORKING, 640))),
        shot("overdue", busy.copy(overdue = listOf(Story.late))),
        shot("day-ended", busy.copy(dayEnd = ended)),
        shot("ending", busy.copy(work = Work.Running(Texts.Today.EndingDay))),
        shot("failed", busy.copy(work = Work.Failed(Story.s("证据库正被另一个程序使用", "Another program uses the vault"), retryable = true))),
        shot("conditions", busy.copy(conditions = Story.allConditions.filter { it !is Condition.Waiting }, openSession = Gate(false, listOf(Story.need("device_in_order", "设备XG-M-01已报故障，停用待修，不能用于记录", "device XG-M-01 is reported out of order and may not record"))))),
    )
}

internal fun sessionOpenShots(): List<Shot> {
    fun shot(state: String, shown: SessionOpenState) = Shot("open", state) { SessionOpenScreen(shown) {} }
    val fresh = SessionOpenState(storage = Story.storage, recorders = listOf(Choice("ZFY-0007", Story.s("ZFY-0007", "ZFY-0007"))), recorder = "ZFY-0007")
    val good = CheckShown(
        Story.s("检查合格，30分钟内有效", "Passed; it counts for 30 minutes"),
        Tone.GOOD,
        listOf(
            CheckLine("phone_battery", Story.s("手机电量 86%", "Phone's battery 86 %"), Tone.GOOD),
            CheckLine("phone_space", Story.s("手机剩余空间 38.4 GB", "Phone's free space 38.4 GB"), Tone.GOOD),
            CheckLine("phone_clock", Story.s("手机时间与单位相差 0.3 秒", "Phone's clock 0.3 s from the bureau's"), Tone.GOOD),
            CheckLine("recorder_battery", Story.s("执法记录仪电量 92%", "Recorder's battery 92 %"), Tone.GOOD),
        ),
        passed = true,
    )
    val bad = good.copy(
        sentence = Story.s("使用前检查不合格：手机电量不足。确需使用请注明理由", "the check failed: the phone's battery is low; give a reason to use it all the same"),
        tone = Tone.BAD,
        lines = listOf(CheckLine("phone_battery", Story.s("手机电量不足：21%", "the phone's battery is low: 21 %"), Tone.BAD, "", overridable = true)) + good.lines.drop(1),
        passed = false,
    )
    val people = fresh.copy(
        step = OpenStep.PEOPLE,
        activities = Story.choices(
            Triple("patrol", "日常巡查", "routine patrol"), Triple("evidence_collection", "调查取证", "collection of evidence"),
            Triple("inquiry", "询问当事人", "inquiry"), Triple("service", "文书送达", "service of documents"),
            Triple("hearing", "行政听证", "hearing"), Triple("coercion", "行政强制", "coercive measure"), Triple("penalty", "实施处罚", "penalty"),
        ),
        activity = "evidence_collection",
        officers = listOf(Story.wang, Story.li, Story.zhao),
        chosenOfficers = listOf(Story.wang.officer, Story.li.officer),
    )
    val matter = people.copy(
        step = OpenStep.MATTER,
        partyKinds = Story.choices(Triple("unit", "单位", "unit"), Triple("person", "个人", "person")),
        partyKind = "unit",
        partyName = Story.party,
        uscc = "91210203MA0ABCDE1F",
        representative = "孙丽",
        causes = Story.choices(
            Triple("wages", "工资支付", "wages"), Triple("hours", "工作时间和休息休假", "working hours and leave"),
            Triple("contract", "劳动合同", "labour contract"), Triple("insurance", "社会保险", "social insurance"),
        ),
        cause = "hours",
        placeText = Story.place,
        gate = Gate.OPEN,
    )
    val missing = Gate(
        false,
        listOf(Story.need("party_name", "尚未填写案件当事人", "the party's name is missing"), Story.need("cause", "尚未选择案由", "the cause is missing"), Story.need("place", "尚未填写执法地点", "the place is missing")),
    )
    val lacks = listOf(OpenField.PARTY_NAME, OpenField.CAUSE, OpenField.PLACE).zip(missing.missing) { field, need -> field to need.sentence }.toMap()
    val nobody = mapOf(
        OpenField.ACTIVITY to Story.s("尚未选择执法活动", "no activity is chosen"),
        OpenField.OFFICERS to Story.s("执法人员不足：至少2名，现有0名", "too few officers: at least 2 are required, 0 named"),
    )
    val stale = Story.need("fresh_check", "使用前检查已过42分钟，超过30分钟须重新检查", "the check is 42 minutes old; after 30 minutes it is made again")
    return listOf(
        shot("loading", SessionOpenState(loading = true)),
        shot("unchecked", fresh),
        shot("checking", fresh.copy(work = Work.Running(Texts.Open.Checking))),
        shot("check-passed", fresh.copy(check = good)),
        shot("check-failed", fresh.copy(check = bad, conditions = listOf(Condition.BatteryLow(21), Condition.StorageLow(Story.storageLow.sentence, false)))),
        shot("people", people),
        shot("certificate-expired", people.copy(conditions = listOf(Condition.CertificateExpired(Story.expired)))),
        shot("matter", matter),
        shot("matter-empty", matter.copy(partyName = "", uscc = "", representative = "", cause = null, placeText = "", gate = missing, problems = lacks)),
        shot("cause-typed", matter.copy(cause = null, causeText = "未按规定建立职工名册")),
        shot("people-empty", people.copy(activity = null, chosenOfficers = emptyList(), problems = nobody)),
        shot("opening", matter.copy(work = Work.Running(Texts.Open.Opening))),
        shot("refused", matter.copy(work = Work.Failed(Texts.Failed, listOf(stale)))),
    )
}

internal fun startShots(): List<Shot> = listOf(
    Shot("start", "opening") { StartScreen(null) {} },
    Shot("start", "failed") { StartScreen(Story.s("本机资料库打不开；已采集的资料没有丢失，请重试", "The store cannot be opened; nothing captured is lost. Try again")) {} },
)
