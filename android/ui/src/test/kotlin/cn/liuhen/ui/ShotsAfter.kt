package cn.liuhen.ui

import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Lang
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.fault.FaultSheetState
import cn.liuhen.shell.gap.GapSheetState
import cn.liuhen.shell.gap.HoleLine
import cn.liuhen.shell.review.OpenPiece
import cn.liuhen.shell.review.ReviewDocument
import cn.liuhen.shell.review.ReviewItem
import cn.liuhen.shell.review.ReviewState
import cn.liuhen.shell.review.Waiving
import cn.liuhen.shell.settings.PermissionLine
import cn.liuhen.shell.settings.SettingsState
import cn.liuhen.shell.sign.PadLine
import cn.liuhen.shell.sign.RefusalForm
import cn.liuhen.shell.sign.SignState
import cn.liuhen.shell.sign.SignStep
import cn.liuhen.shell.sign.SignWay
import cn.liuhen.shell.sync.ParkedLine
import cn.liuhen.shell.sync.SyncRunning
import cn.liuhen.shell.sync.SyncStatusState
import cn.liuhen.shell.trigger.TriggerSheetState
import cn.liuhen.ui.fault.FaultSheet
import cn.liuhen.ui.gap.GapSheet
import cn.liuhen.ui.review.ReviewScreen
import cn.liuhen.ui.settings.SettingsScreen
import cn.liuhen.ui.sign.SignScreen
import cn.liuhen.ui.sync.SyncStatusScreen
import cn.liuhen.ui.trigger.TriggerSheet

internal fun reviewShots(): List<Shot> {
    fun shot(state: String, shown: ReviewState) = Shot("review", state) { ReviewScreen(shown, {}) }
    val pages = Story.pages("on_site_inspection_record", seen = false)
    val paper = ReviewDocument("d2", Story.s("现场检查笔录", "Record of on-site inspection"), pages)
    val items = listOf(
        ReviewItem(Story.photo1, "7f3a 19c2", seen = true),
        ReviewItem(Story.photo2, "b04e 52d7", seen = false),
        ReviewItem(Story.sound, "91aa 0c3f", seen = false, waived = "已在现场听过"),
        ReviewItem(Story.video, "3d88 e614", seen = false, readable = false),
    )
    val missing = Gate(false, listOf(Story.need("item_reviewed", "尚未查阅或注明放弃查阅：b04e52d7", "item b04e52d7 was neither reviewed nor waived"), Story.need("page_shown", "《现场检查笔录》第1页尚未给当事人看", "page 1 of 现场检查笔录 was not shown")))
    val under = ReviewState(partyName = Story.party, reviewer = "孙丽", items = items, documents = listOf(paper), prepare = missing)
    val seen = under.copy(
        items = items.map { it.copy(seen = it.waived == null, readable = true) },
        documents = listOf(paper.copy(pages = pages.map { it.copy(seen = true) })),
        prepare = Gate.OPEN,
    )
    val playing = OpenPiece.Playing("0404", Story.s("录像　11月23日 09:14", "video, 23 Nov 09:14"), true, true, 74_000, 312_000, Story.photo(2))
    return listOf(
        shot("loading", ReviewState(loading = true, partyName = Story.party)),
        shot("items", under),
        shot("seen", seen),
        shot("photo", under.copy(open = OpenPiece.Photo("0202", Story.s("照片　11月23日 09:11", "photograph, 23 Nov 09:11"), Story.photo(1)))),
        shot("video", under.copy(open = playing)),
        shot("sound", under.copy(open = playing.copy(video = false, frame = null, playing = false, title = Story.s("录音　11月23日 09:02", "sound, 23 Nov 09:02")))),
        shot("unplayable", under.copy(open = playing.copy(frame = null, failed = Texts.Review.NotReadable))),
        shot("page", under.copy(open = OpenPiece.Page("d2", paper.title, pages, 1))),
        shot("waiver", under.copy(waiving = Waiving("0303", Story.s("录音　11月23日 09:02", "sound, 23 Nov 09:02"), "已在现场听过"))),
        shot("unpinned", seen.copy(pinned = false, objection = "对第2张照片有异议：拍摄的不是本单位。")),
        shot("preparing", seen.copy(work = Work.Running(Texts.Review.Preparing))),
        shot("failed", seen.copy(work = Work.Failed(Story.s("查阅开始后《现场检查笔录》已更正，请重新开始查阅", "现场检查笔录 was corrected after the review began: begin it again")))),
        shot("leaving", under.copy(leaving = true, leavingDigits = 2)),
    )
}

internal fun signShots(): List<Shot> {
    fun shot(state: String, shown: SignState, sideways: Boolean = false) = Shot("sign", state, sideways) { SignScreen(shown) {} }
    val pads = listOf(
        PadLine("party", Story.s("当事人（查阅人）孙丽", "party 孙丽"), Story.strokes(), 5200, 7000, Gate.OPEN),
        PadLine("officer-1", Story.s("执法人员　王建国", "officer 王建国"), Story.strokes(), 5200, 7000, Gate.OPEN),
        PadLine("officer-2", Story.s("执法人员　李晓梅", "officer 李晓梅")),
    )
    val reading = SignState(
        title = Story.s("记录内容查阅确认书", "Confirmation of the party's review"),
        pages = Story.pages("review_confirmation"),
        roles = Story.choices(Triple("party", "当事人", "party"), Triple("authorised_agent", "委托代理人", "authorised agent"), Triple("site_leader", "现场负责人", "site leader")),
        role = "party",
        name = "孙丽",
        pads = pads,
        sign = Gate(false, listOf(Story.need("officer_signatures", "执法人员签字不足：须2名，已签1名", "2 officers sign; 1 did"))),
    )
    val people = reading.copy(step = SignStep.PEOPLE)
    val pad = reading.copy(step = SignStep.PAD)
    val refusing = people.copy(way = SignWay.NO_SIGNATURE, refusal = refusal(), pads = listOf(PadLine("witness", Story.s("见证人", "witness"))) + pads.drop(1))
    return listOf(
        shot("loading", SignState(loading = true)),
        shot("read", reading.copy(pages = reading.pages.map { it.copy(seen = it.n == 1) })),
        shot("read-objection", reading.copy(objection = "对第2张照片有异议：拍摄的不是本单位。", page = 2)),
        shot("people", people),
        shot("pad", pad),
        shot("pad-empty", pad.copy(pad = 2)),
        shot("pad-sideways", pad.copy(pads = listOf(pads[0].copy(strokes = Story.strokes(width = 5000, left = 1200, down = 500), width = 7600, height = 4800))), sideways = true),
        shot("pad-unfit", pad.copy(pads = listOf(pads[0].copy(strokes = pads[0].strokes.take(1), fit = Gate(false, listOf(Story.need("fit", "笔迹太少或太多，不能作为签字", "too few strokes to be a signature"))))))),
        shot("refusing", refusing),
        shot("absent", refusing.copy(refusal = refusal().copy(state = "absent", witnessPresent = false, noWitnessWhy = ""), refuse = Gate(false, listOf(Story.need("witness", "当事人不在场，须有见证人", "an absent party needs a witness"))))),
        shot("confirming", people.copy(sign = Gate.OPEN, work = Work.Running(Texts.Sign.Confirming))),
        shot("failed", people.copy(work = Work.Failed(Texts.Failed, listOf(Story.need("fit_signature", "孙丽的签字无效，请重签", "the signature of 孙丽 is not valid"))))),
        shot("done", people.copy(ended = Story.s("当事人和执法人员均已签字，记录已封存", "The party and the officers have signed; it is on record"))),
    )
}

private fun refusal() = RefusalForm(
    states = Story.choices(Triple("refused", "拒绝签字", "refused to sign"), Triple("unable", "不能签字", "could not sign"), Triple("absent", "不在场", "absent")),
    state = "refused",
    reasons = Story.choices(
        Triple("untrue", "认为记录不实", "holds the record to be untrue"), Triple("uncooperative", "不配合", "does not cooperate"),
        Triple("not_stated", "未说明", "gave no reason"), Triple("other", "其他", "other"),
    ),
    reason = "not_stated",
    note = "当事人看完后离开，未说明理由",
    witnessName = "刘敏",
    witnessUnit = "站北社区居委会",
    witnessPhone = "0411-8360 0000",
)

internal fun sheetShots(): List<Shot> {
    val hole = HoleLine(Story.at("09:16"), Story.at("09:19"), Story.s("09:16:40至09:19:05没有录音录像（2分钟），尚未说明原因", "no recording from 09:16:40 to 09:19:05 (145 s), and no explanation"))
    val gap = GapSheetState(
        holes = listOf(hole),
        reasons = Story.choices(
            Triple("device_fault", "设备故障", "device fault"), Triple("battery_low", "电量不足", "battery low"), Triple("storage_full", "存储不足", "storage full"),
            Triple("environment", "天气、环境", "weather or environment"), Triple("emergency", "紧急情况", "emergency"), Triple("other", "其他", "other"),
        ),
        reason = "device_fault", explanation = "手机自动重启，重启后继续录像", gate = Gate.OPEN,
    )
    val fault = FaultSheetState(devices = Story.choices(Triple("XG-M-01", "本机 XG-M-01", "this phone XG-M-01"), Triple("ZFY-0007", "执法记录仪 ZFY-0007", "recorder ZFY-0007")), device = "ZFY-0007", symptom = "按键失灵，不能开始录制", gate = Gate.OPEN)
    val trigger = TriggerSheetState(
        triggers = Story.choices(
            Triple("T1", "当事人提出异议、投诉、上访", "the party objects, complains or petitions"),
            Triple("T2", "当事人逃避、拒绝、阻碍执法，或者谩骂、侮辱、殴打执法人员", "the party evades, refuses or obstructs, or insults or attacks officers"),
            Triple("T3", "参与处置群体性事件、突发事件", "a mass incident or an emergency"), Triple("T4", "其他重要情况", "other important circumstances"),
        ),
        chosen = "T1", suggestions = mapOf("T1" to Story.s("当事人对录音录像表示反对", "the party objected to being recorded")), gate = Gate.OPEN,
    )
    val noNote = Gate(false, listOf(Story.need("trigger_note", "“其他重要情况”须写明情况", "T4 needs words: say what happened")))
    return listOf(
        Shot("gap", "loading") { GapSheet(GapSheetState(loading = true)) {} },
        Shot("gap", "empty") { GapSheet(GapSheetState()) {} },
        Shot("gap", "hole") { GapSheet(gap) {} },
        Shot("gap", "working") { GapSheet(gap.copy(work = Work.Running(Texts.Gap.Saving))) {} },
        Shot("fault", "filled") { FaultSheet(fault) {} },
        Shot("fault", "done") { FaultSheet(fault.copy(work = Work.Done(Story.s("已报告故障：ZFY-0007 停用待修", "Reported: ZFY-0007 is out of use until repaired")))) {} },
        Shot("trigger", "suggested") { TriggerSheet(trigger) {} },
        Shot("trigger", "note-missing") { TriggerSheet(trigger.copy(chosen = "T4", gate = noNote)) {} },
        Shot("trigger", "marked") { TriggerSheet(trigger.copy(marked = listOf(trigger.triggers[0].label), chosen = null, gate = Gate(false))) {} },
    )
}

internal fun syncShots(): List<Shot> {
    fun shot(state: String, shown: SyncStatusState) = Shot("sync", state) { SyncStatusScreen(shown) {} }
    val waiting = SyncStatusState(
        sentence = Story.officeWifi, tone = Tone.WORKING, unsentRecords = 27, itemsNotStored = 3, bytesToSend = 412_000_000,
        lastEndedMs = Story.at("08:31"), items = Story.items.take(3),
    )
    val running = SyncRunning(Story.s("正在上传分片", "sending pieces"), 8, 13, 615)
    val untrusted = Story.s("服务器未能证明是本单位，已停止上传；本机资料保留", "The server did not prove to be the bureau; nothing is sent, everything stays here")
    return listOf(
        shot("loading", SyncStatusState(loading = true)),
        shot("done", SyncStatusState(sentence = Texts.Sync.AllStored, tone = Tone.GOOD, lastEndedMs = Story.at("18:02"))),
        shot("waiting", waiting),
        shot("running", waiting.copy(running = running, sentence = Story.s("正在同步", "Synchronising"))),
        shot("offline", waiting.copy(conditions = listOf(Condition.Offline), sentence = Story.s("等待网络连接", "Waiting for a network"), tone = Tone.PLAIN)),
        shot("parked", waiting.copy(tone = Tone.BAD, sentence = Story.s("有 1 个分片无法上传，请联系管理员处理；本机资料保留", "1 piece cannot be uploaded; an administrator must look; everything stays here"), parked = listOf(ParkedLine("0404", Story.s("录像 09:14 第3片：本机读出的内容与记录不符", "video 09:14, piece 3: what this phone reads is not what is on record"))))),
        shot("untrusted", waiting.copy(tone = Tone.BAD, sentence = untrusted)),
        shot("failed", waiting.copy(work = Work.Failed(Story.s("与单位服务器的连接中断，稍后自动继续", "The connection to the bureau broke; it goes on by itself later"), retryable = true))),
    )
}

internal fun settingsShots(): List<Shot> {
    fun shot(state: String, shown: SettingsState) = Shot("settings", state) { SettingsScreen(shown) {} }
    val settings = SettingsState(
        bureau = Story.bureau, deviceNo = "XG-M-01", device = "9f2c 41d8 07be", keyStore = Story.s("安全芯片（StrongBox）", "secure element (StrongBox)"),
        due = Story.s("当日24:00前，次日12:00前说明原因", "by midnight; until noon with a reason"), storage = Story.storage, version = "0.1.0",
        officeSsids = listOf("XG-RSJ-Office"), keepDays = 7, biometric = true,
        permissions = listOf(PermissionLine(Permission.CAMERA, true), PermissionLine(Permission.MICROPHONE, true), PermissionLine(Permission.NOTIFICATIONS, false)),
    )
    return listOf(
        shot("loading", SettingsState(loading = true)),
        shot("all", settings),
        shot("no-biometric", settings.copy(biometric = false, biometricAvailable = false, storage = Story.storageLow, conditions = listOf(Condition.StorageLow(Story.storageLow.sentence, false)))),
        shot("english", settings.copy(lang = Lang.EN, work = Work.Done(Texts.Done))),
    )
}
