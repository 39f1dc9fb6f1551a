package cn.liuhen.ui

import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.CaptureSheet
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.shell.capture.CertificateLine
import cn.liuhen.shell.capture.ExplainLine
import cn.liuhen.shell.capture.Preview
import cn.liuhen.shell.capture.RecorderStrip
import cn.liuhen.shell.capture.RecordingShown
import cn.liuhen.shell.capture.StepLine
import cn.liuhen.shell.capture.StepWay
import cn.liuhen.shell.documents.DocumentLine
import cn.liuhen.shell.documents.DocumentShown
import cn.liuhen.shell.documents.DocumentsState
import cn.liuhen.shell.documents.FieldKind
import cn.liuhen.shell.documents.FieldLine
import cn.liuhen.shell.documents.FormShown
import cn.liuhen.shell.documents.TemplateLine
import cn.liuhen.shell.recorder.AssignForm
import cn.liuhen.shell.recorder.Copying
import cn.liuhen.shell.recorder.FootageLine
import cn.liuhen.shell.recorder.FootageTexts
import cn.liuhen.shell.recorder.FoundLine
import cn.liuhen.shell.recorder.IssueForm
import cn.liuhen.shell.recorder.Link
import cn.liuhen.shell.recorder.LiveRecorder
import cn.liuhen.shell.recorder.RecorderLine
import cn.liuhen.shell.recorder.RecorderState
import cn.liuhen.ui.capture.CaptureScreen
import cn.liuhen.ui.documents.DocumentsScreen
import cn.liuhen.ui.recorder.RecorderScreen

private fun capture(state: String, shown: CaptureState, sideways: Boolean = false) =
    Shot("capture", state, sideways) { CaptureScreen(shown, {}, { DemoView(it) }) }

private fun step(code: String, zh: String, en: String, tone: Tone, way: StepWay?, vararg missing: Pair<String, String>) = StepLine(
    code, Story.s(zh, en), tone, tone == Tone.GOOD, missing.map { Story.need(code, it.first, it.second) }, way = way,
)

private val steps = listOf(
    step("certificate_shown", "出示执法证件", "certificates shown", Tone.GOOD, StepWay.CERTIFICATE),
    step("notice_given", "告知录音录像", "notice of recording given", Tone.GOOD, StepWay.NOTICE),
    step("recording_continuous", "全程录音录像", "continuous recording", Tone.ATTENTION, StepWay.GAP, "09:16:40至09:19:05没有录音录像（2分钟），尚未说明原因" to "no recording from 09:16:40 to 09:19:05 (145 s), and no explanation"),
    step("text_record", "制作文字记录", "written record made", Tone.ATTENTION, StepWay.DOCUMENTS, "尚未制作《现场检查笔录》" to "the written record 现场检查笔录 was not made"),
    step("review_settled", "当事人查阅签字", "the party's review", Tone.PLAIN, StepWay.REVIEW, "记录内容尚未交当事人查阅签字（拒签、不能签、不在场的，请注明）" to "the party's review was neither signed nor noted as refused, unable or absent"),
)

internal fun captureShots(): List<Shot> {
    val recorder = RecorderStrip(Story.s("ZFY-0007 正在录制 14:05", "ZFY-0007 is recording, 14:05"), Tone.GOOD, true)
    val ready = CaptureState(
        activity = Story.activity, partyName = Story.party, elapsed = Story.s("已进行14分钟", "for 14 min"), storage = Story.storage,
        preview = Preview.LIVE, items = Story.items, steps = steps, recorder = recorder,
    )
    val running = RecordingShown(
        CaptureMode.VIDEO, 312_000, 540, 848, Tone.GOOD, Story.s("已安全保存到 00:05:11", "safe up to 00:05:11"),
    )
    val filming = ready.copy(mode = CaptureMode.VIDEO, recording = running)
    val low = running.copy(minutesLeft = 8, tone = Tone.ATTENTION)
    val gate = Gate(false, listOf(Story.need("certificate_shown", "尚未出示执法证件", "the enforcement certificates were not shown")))
    return listOf(
        capture("loading", CaptureState(loading = true, partyName = Story.party, activity = Story.activity)),
        capture("ready", ready),
        capture("first", ready.copy(items = emptyList(), preview = Preview.STARTING, recorder = null, steps = steps.map { it.copy(done = false, tone = Tone.PLAIN) }, capture = gate)),
        capture("video", filming),
        capture("video-sideways", filming, sideways = true),
        capture("sound", ready.copy(mode = CaptureMode.AUDIO, recording = running.copy(mode = CaptureMode.AUDIO, levelPermille = 310, minutesLeft = 9_594))),
        capture("space-low", filming.copy(recording = low, conditions = listOf(Condition.StorageLow(Story.s("空间不足：只能再录像约8分钟", "Space runs short: about 8 min of video"), false)))),
        capture("space-full", ready.copy(storage = null, conditions = listOf(Condition.StorageLow(Story.storageFull, true)), capture = Gate(false, listOf(Story.need("space", Story.storageFull.zh, Story.storageFull.en))))),
        capture("camera-denied", ready.copy(preview = Preview.OFF, conditions = listOf(Condition.Denied(Permission.CAMERA, false)))),
        capture("recorder-lost", ready.copy(recorder = RecorderStrip(Story.s("ZFY-0007 已断开", "ZFY-0007 is out of reach"), Tone.BAD, false), conditions = listOf(Condition.RecorderLost(Story.recorderLost)))),
        capture("sealing", ready.copy(work = Work.Running(Texts.Capture.Sealing))),
        capture("failed", ready.copy(preview = Preview.TAKEN_BY_OTHERS, work = Work.Failed(Story.s("相机被其他程序占用，这一张没有拍成", "Another program holds the camera; this photo was not taken"), retryable = true))),
        capture("hint", ready.copy(suggestion = Story.s("当事人对记录提出异议，是否标记为重要情况？", "The party objects; mark a circumstance?"))),
        capture("steps", ready.copy(sheet = CaptureSheet.Steps, triggers = listOf(Story.s("当事人提出异议、投诉、上访", "the party objects, complains or petitions")))),
        capture("certificate", ready.copy(sheet = CaptureSheet.Certificate(listOf(Story.wang, Story.li).map { CertificateLine(it.name, it.certNo.orEmpty(), it.unit) }, true, Gate.OPEN))),
        capture("notice", ready.copy(sheet = notice())),
        capture("close", ready.copy(sheet = close())),
        capture("closed", ready.copy(sheet = CaptureSheet.Closed(Story.s("本次执法记录已结束：4项资料，均经当事人查阅", "Closed: 4 items, all reviewed by the party")))),
    )
}

private fun notice() = CaptureSheet.Notice(
    Story.s("录音录像告知书", "Notice of recording"),
    "我们是西岗区人力资源和社会保障局执法人员王建国、李晓梅，执法证号辽B0203001、辽B0203002。为规范执法、保护双方合法权益，本次执法使用执法记录设备全程录音录像，" +
        "记录仅用于行政执法及复议、诉讼举证，依法保存和保密。记录内容将交您查阅后签字确认，您有权陈述、申辩和申请回避。您听清楚了吗？",
    Story.choices(Triple("spoken", "口头告知", "read aloud"), Triple("on_screen", "屏幕出示", "shown on screen"), Triple("paper", "书面送交", "on paper")),
    "spoken",
    Story.choices(
        Triple("agreed", "同意", "agreed"), Triple("acknowledged", "已知悉", "acknowledged"), Triple("objected", "反对", "objected"),
        Triple("unable", "无法表达", "unable to answer"), Triple("absent", "不在场", "absent"),
    ),
    "acknowledged",
    Gate.OPEN,
)

private fun close(): CaptureSheet.Close {
    val open = steps.filter { !it.done }
    return CaptureSheet.Close(
        open.mapIndexed { n, line -> ExplainLine(line.code, line.label, line.missing, n == 0, if (n == 0) "手机存储卡更换" else "") },
        Gate(false),
    )
}

internal fun recorderShots(): List<Shot> {
    fun shot(state: String, shown: RecorderState) = Shot("recorder", state) { RecorderScreen(shown) {} }
    val line = RecorderLine("ZFY-0007", "SIM0001", "王建国", Story.s("已领用，未连接", "issued, not connected"), Tone.PLAIN)
    val known = RecorderState(recorders = listOf(line), chosen = line.recorderNo)
    val other = line.copy(recorderNo = "ZFY-0012", serial = "A1B2C3", holder = "李晓梅")
    val live = LiveRecorder(
        "ZFY-0007", Story.s("已连接，时间已校准（校准前快2.4秒）", "connected; its clock was set (it was 2.4 s fast)"), Tone.GOOD,
        92, 24_600_000_000, 546, recording = true, recordingSecs = 845,
        events = listOf(Story.s("09:00:12 开始录制", "09:00:12 recording began"), Story.s("09:11:03 重点标记", "09:11:03 moment marked")), files = 3,
    )
    val connected = known.copy(link = Link.CONNECTED, live = live)
    val alarm = Story.s("应答的不是领用的执法记录仪ZFY-0007：登记序号SIM0001，应答序号SIM0009；已记录告警", "not the recorder issued as ZFY-0007: serial SIM0001 is bound, SIM0009 answers; recorded")
    return listOf(
        shot("loading", RecorderState(loading = true)),
        shot("empty", RecorderState()),
        shot("known", known),
        shot("searching", known.copy(link = Link.SEARCHING, found = listOf(FoundLine("a", "ZFY SIM0001", Texts.Recorder.Profile, -52), FoundLine("b", "GoPro 8842", Story.s("Open GoPro", "Open GoPro"), -71)))),
        shot("connecting", known.copy(link = Link.CONNECTING)),
        shot("recording", connected),
        shot("idle", connected.copy(live = live.copy(recording = false, recordingSecs = null, events = emptyList()))),
        shot("lost", connected.copy(link = Link.LOST, live = live.copy(tone = Tone.BAD, sentence = Story.recorderLost, batteryPercent = null, minutesLeft = null))),
        shot("alarm", connected.copy(live = live.copy(tone = Tone.BAD, alarms = listOf(alarm), recording = false, canControl = false))),
        shot("bluetooth-denied", known.copy(conditions = listOf(Condition.Denied(Permission.NEARBY_DEVICES, true)))),
        shot("bluetooth-off", known.copy(link = Link.RADIO_OFF)),
        shot("copying", known.copy(copying = Copying(12, 37, 1_900_000_000, 6_200_000_000, "DCIM/100MEDIA/ZFY0007_20261123_0911.mp4"))),
        shot("issue", known.copy(issue = issue())),
        shot("two", known.copy(recorders = listOf(line, other), chosen = null, work = Work.Failed(Texts.Recorder.ChooseFirst))),
        shot("unassigned", known.copy(unassigned = listOf(lost, early), unassignedCount = 2, byHand = listOf(placed))),
        shot("assign", known.copy(assigning = assigning(null, ""))),
        shot("assign-filled", known.copy(assigning = assigning("s1", "画面为当日巡查现场，当时记录仪时钟未校准。"))),
    )
}

private val lost = FootageLine(
    "f1", "ZFY-0007", "DCIM/100MEDIA/MOVI0001.mp4", 382_808, null, Story.s("没有可用的录制时间", "it tells no time of recording"),
)
private val early = FootageLine(
    "f2", "ZFY-0007", "DCIM/100MEDIA/ZFY0007_20261122_1640.mp4", 1_240_000_000, Story.s("11月22日 16:40", "22 Nov 16:40"),
    Story.s("当时领用人没有执法活动", "whoever had the recorder had no session then"),
)
private val placed = early.copy(
    item = "f3", path = "DCIM/100MEDIA/ZFY0007_20261122_1725.mp4",
    said = Story.s("人工归属：王建国（证号 辽B0203001），画面为送达现场", "assigned by hand: 王建国 (certificate 辽B0203001), 画面为送达现场"),
)

private fun assigning(session: String?, reason: String): AssignForm {
    val where = Story.choices(
        Triple("s1", "调查取证　${Story.party}　${Story.place}　11月23日 09:00", "collection of evidence　${Story.party}　${Story.place}　23 Nov 09:00"),
        Triple("s2", "日常巡查　大连示例商贸有限公司　示例路1号　11月22日 15:10", "routine patrol　大连示例商贸有限公司　示例路1号　22 Nov 15:10"),
    )
    val needs = listOfNotNull(
        FootageTexts.Session.takeIf { session == null }?.let { Need("session", Texts.lacks(it)) },
        FootageTexts.Reason.takeIf { reason.isEmpty() }?.let { Need("reason", Texts.lacks(it)) },
    )
    val who = Story.choices(Triple("wang", "王建国", "王建国"), Triple("li", "李晓梅", "李晓梅"))
    return AssignForm(early, where, session, who, "wang", reason, Gate(needs.isEmpty(), needs))
}

private fun issue() = IssueForm(
    "ZFY-0008", "A1B2C3", Story.choices(Triple("wang", "王建国", "王建国"), Triple("li", "李晓梅", "李晓梅")), "li", "210002", "赵保管",
    Story.choices(Triple("good", "完好", "good"), Triple("worn", "有磨损", "worn")), "good",
)

internal fun documentsShots(): List<Shot> {
    fun shot(state: String, shown: DocumentsState) = Shot("documents", state) { DocumentsScreen(shown) {} }
    val record = Story.s("现场检查笔录", "Record of on-site inspection")
    val templates = listOf(
        TemplateLine("on_site_inspection_record", record, Gate.OPEN, true),
        TemplateLine("inquiry_record", Story.s("询问笔录", "Record of inquiry"), Gate.OPEN, false),
        TemplateLine("service_receipt", Story.s("送达回证", "Receipt of service"), Gate(false, listOf(Story.need("notice_first", "尚未告知录音录像", "notice of recording was not given"))), false),
    )
    val made = DocumentLine("d1", Story.s("录音录像告知书", "Notice of recording"), 1, Story.s("11月23日 09:02", "23 Nov 09:02"), 1)
    val lists = DocumentsState(templates = templates, documents = listOf(made))
    val form = FormShown(record, "《大连市西岗区人力资源和社会保障局行政执法全过程记录制度》第五条", fields(null), kept = true)
    val pages = Story.pages("on_site_inspection_record")
    val reading = DocumentShown("d2", record, 1, Story.s("已封入记录，更正会留下痕迹", "On record; a correction leaves its trace"), pages)
    val wrong = Story.s("“检查情况”尚未填写", "findings: is required")
    return listOf(
        shot("loading", DocumentsState(loading = true)),
        shot("empty", DocumentsState(templates = templates)),
        shot("lists", lists),
        shot("form", lists.copy(form = form)),
        shot("form-wrong", lists.copy(form = form.copy(fields = fields(wrong), kept = false), work = Work.Failed(Texts.Failed, listOf(Story.need("findings", wrong.zh, wrong.en))))),
        shot("filling", lists.copy(form = form, work = Work.Running(Texts.Documents.Filling))),
        shot("reading", lists.copy(reading = reading)),
        shot("correcting", lists.copy(form = form.copy(correctors = Story.choices(Triple("party", "当事人", "the party"), Triple("wang", "王建国", "王建国"))))),
    )
}

private fun fields(problem: Sentence?) = listOf(
    FieldLine("inspection_reason", Story.s("检查事由", "reason of the inspection"), FieldKind.MULTILINE, true, false, "日常巡视、举报投诉、专项检查等", "投诉反映超时加班、未支付加班费"),
    FieldLine("findings", Story.s("检查情况", "findings"), FieldKind.LIST, true, false, "只写看到、听到、查到的事实，不下结论；一条一行", if (problem == null) "一层后厨有员工6人正在工作\n出示的2026年10月考勤表显示，员工陈某10月出勤31天" else "", problem = problem),
    FieldLine("recusal_asked", Story.s("是否申请回避", "recusal applied for"), FieldKind.YES_NO, true, false, value = "no"),
    FieldLine("officers", Story.s("执法人员", "officers"), FieldKind.TEXT, true, true, value = "王建国、李晓梅"),
    FieldLine("time_to", Story.s("检查结束时间", "end"), FieldKind.DATE_TIME, true, false, value = "2026-11-23 09:27"),
)
