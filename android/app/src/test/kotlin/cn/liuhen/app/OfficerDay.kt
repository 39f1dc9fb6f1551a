package cn.liuhen.app

import cn.liuhen.shell.Texts
import cn.liuhen.shell.recorder.FootageTexts
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.PIN
import cn.liuhen.shell.rig.RecorderNearby
import cn.liuhen.shell.rig.TestPhone
import org.junit.Assert.assertTrue
import kotlin.time.Duration.Companion.seconds

/** What an officer does in a day, by fingers. Nothing is known here but what is written on the screen. */
internal class OfficerDay(private val hand: Fingers, private val phone: TestPhone) {
    fun join(outside: Outside, bureau: Bureau) {
        hand.see(Texts.Enrol.Title)
        outside.invitation.value = "${bureau.url}#${bureau.enrolCode}"
        hand.write(Texts.Enrol.DeviceNo, "TEL-0007")
        hand.picture("join")
        hand.tap(Texts.Enrol.Join)
        hand.tap(Texts.GoOn)
        hand.see(Texts.SignIn.Who)
        hand.picture("who")
        hand.tap(LEAD)
        hand.see(Texts.SignIn.ChooseNew)
        hand.pin(PIN)
        hand.see(Texts.SignIn.RepeatNew)
        hand.pin(PIN)
    }

    /** A recorder is handed out, and found by its radio. */
    fun pairRecorder() {
        hand.tap(Texts.Today.Recorder)
        hand.tap(Texts.Recorder.Issue)
        hand.write(Texts.Recorder.Number, RECORDER)
        hand.write(Texts.Recorder.Serial, "SIM0001")
        hand.tap(LEAD)
        hand.write(Texts.Recorder.OfficerNo, "210001")
        hand.write(Texts.Recorder.IssuedBy, "赵保管")
        hand.tap("完好")
        hand.picture("issue")
        hand.tap(Texts.Recorder.Issue)
        hand.see(Texts.Recorder.Issued)
        hand.tap(Texts.Recorder.Search)
        hand.see(Texts.Recorder.Found)
        hand.picture("found")
        hand.tap(RecorderNearby.NAME)
        hand.see(Texts.Recorder.Start)
        hand.picture("paired")
        hand.tap(Texts.Back)
    }

    fun begin() {
        hand.see(Texts.Today.Begin)
        hand.picture("today")
        hand.tap(Texts.Today.Begin)
        hand.tap(Texts.Open.Check)
        hand.see(Texts.Open.CheckAgain)
        hand.picture("equipment")
        hand.tap(Texts.Open.Next)
        hand.see(Texts.Open.People)
        hand.tap("日常巡查")
        hand.tap(LEAD)
        hand.tap(SECOND)
        hand.picture("people")
        hand.tap(Texts.Open.Next)
        hand.see("尚未填写案件当事人")
        hand.picture("matter-missing")
        hand.tap("单位")
        hand.write(Texts.Open.PartyName, "示例公司")
        hand.write(Texts.Open.Representative, "王平")
        hand.tap("日常巡查")
        hand.write(Texts.Open.Place, "示例路1号")
        hand.picture("matter")
        hand.tap(Texts.Open.Open)
        hand.see(Texts.Capture.TakePhoto)
    }

    /** What comes before everything else: the certificates and the notice of recording. */
    fun announce() {
        step("出示执法证件")
        hand.picture("certificates")
        hand.tap(Texts.Capture.RecordShown)
        step("告知录音录像")
        hand.picture("notice")
        hand.tap("已知悉")
        hand.tap(Texts.Capture.RecordNotice)
        hand.see(Texts.Capture.TakePhoto)
    }

    fun photograph() {
        hand.tap(Texts.Capture.TakePhoto)
        hand.see(Texts.Capture.items(1))
        hand.picture("photograph")
    }

    fun recordSoundAndVideo() {
        hand.tap(Texts.Capture.Audio)
        hand.tap(Texts.Capture.StartAudio)
        hand.see(Texts.Capture.StopRecording)
        hand.picture("sound")
        hand.tap(Texts.Capture.StopRecording)
        hand.see(Texts.Capture.items(2))
        hand.tap(Texts.Capture.Video)
        hand.tap(Texts.Capture.StartVideo)
        hand.see(Texts.Capture.StopRecording)
        hand.picture("video")
        hand.tap(Texts.Capture.StopRecording)
        hand.see(Texts.Capture.items(3))
    }

    /** The recorder runs beside the phone, and a moment is marked in its file. */
    fun useRecorder() {
        step(Texts.Recorder.Title.zh)
        hand.tap(Texts.Recorder.Start)
        hand.see(Texts.Capture.StopRecording)
        hand.tap(Texts.Recorder.Mark)
        hand.see(Texts.Recorder.Marked)
        hand.picture("recorder")
        hand.tap(Texts.Capture.StopRecording)
        hand.see(Texts.Recorder.Start)
        hand.tap(Texts.Back)
        hand.see(Texts.Capture.StartVideo)
    }

    /** Its card is copied; a file that tells no time belongs to no activity until an officer says to which. */
    fun copyCard() {
        hand.tap(Texts.Today.Recorder)
        hand.tap(Texts.Recorder.List)
        hand.tap(Texts.Recorder.Copy)
        hand.find(FootageTexts.Unassigned.zh)
        hand.tap(Texts.Recorder.Release)
        hand.see(Texts.Recorder.Search)
        hand.has(FILE)
        hand.picture("unassigned")
        hand.tap(FILE)
        hand.see(FootageTexts.Lead)
        hand.tapLike("日常巡查　示例公司")
        hand.write(FootageTexts.Reason, "画面为今日巡查现场，文件名没有时间。")
        hand.picture("assign")
        hand.tap(FootageTexts.Assign)
        hand.find(FootageTexts.ByHand.zh)
        hand.picture("assigned")
        hand.tap(Texts.Back)
    }

    private fun step(words: String) {
        hand.tap(Texts.Capture.More)
        hand.tap(words)
    }

    fun fill() {
        hand.tap(Texts.Documents.Title)
        hand.tap("现场检查笔录")
        hand.write("检查事由", "根据日常巡查计划，检查订立劳动合同和支付工资情况。")
        hand.tap(Texts.Yes.zh, below = "被检查人是否看清证件")
        hand.tap(Texts.No.zh, below = "是否申请回避")
        hand.write("检查情况", "现场有员工12人，出示劳动合同10份。\n工资表张贴于办公区公告栏，已拍照。")
        hand.write("被检查人的意见", "情况属实。")
        hand.picture("form")
        hand.tap(Texts.Documents.Fill)
        hand.see(Texts.Documents.Correct)
        hand.picture("document")
        hand.tap(Texts.Back)
        hand.see(Texts.Documents.Make)
        hand.tap(Texts.Back)
    }

    fun review(items: List<String>) {
        hand.tap(Texts.Capture.Review)
        hand.see(Texts.Review.Pinned)
        assertTrue(phone.pin.pinned.value)
        hand.picture("review")
        for (item in items) {
            hand.tap(Texts.Review.Look.zh, below = item)
            hand.picture("look")
            hand.tap(Texts.Review.MarkSeen)
            hand.tap(Texts.Back)
            hand.see(Texts.Review.Title)
        }
        for (pages in 1..4) {
            while (hand.has(Texts.Review.seenOf(0, pages).zh)) {
                hand.tap(Texts.Review.seenOf(0, pages))
                read(pages)
                hand.tap(Texts.Back)
                hand.see(Texts.Review.Title)
            }
        }
        hand.picture("reviewed")
        hand.tap(Texts.Review.Prepare)
    }

    /** Page after page, each for as long as it takes. */
    private fun read(pages: Int) {
        for (page in 1..pages) {
            hand.see(Texts.Documents.page(page, pages))
            phone.time += 3.seconds
            if (page < pages) hand.tap(Texts.Documents.Next)
        }
    }

    fun sign() {
        hand.see(Texts.Sign.Read)
        hand.see(Texts.Sign.ReadDone)
        hand.picture("confirmation")
        for (pages in 4 downTo 2) if (hand.has(Texts.Documents.page(1, pages).zh)) read(pages)
        phone.time += 3.seconds
        hand.tap(Texts.Sign.ReadDone)
        hand.write(Texts.Sign.Name, "王平")
        hand.picture("who-signs")
        write("当事人：王平" to "party", "执法人员：$LEAD" to "officer-1", "执法人员：$SECOND" to "officer-2")
        hand.tap(Texts.Sign.Confirm)
        takeBack("signed")
    }

    private fun write(vararg pads: Pair<String, String>) {
        for ((pad, strokes) in pads) {
            hand.tap(pad)
            hand.sign(Hand.strokes(strokes))
            hand.picture("signature")
            hand.tap(Texts.Sign.NextPad)
        }
    }

    /** The party's hand is hurt: it looked at everything and cannot sign. A witness signs for that. */
    fun noteInability() {
        hand.tap(Texts.Capture.Review)
        hand.see(Texts.Review.Pinned)
        hand.tap(Texts.Review.NoSignature)
        hand.tap("不能签字")
        hand.tap("其他", below = Texts.Sign.Reason.zh)
        hand.see(Texts.Sign.Refuse)
        hand.picture("unable-missing")
        hand.write(Texts.Sign.Note, "当事人右手骨折，已口头确认记录属实。")
        hand.write(Texts.Sign.WitnessName, "陈社区")
        hand.write(Texts.Sign.WitnessUnit, "示例社区居委会")
        hand.write(Texts.Sign.WitnessPhone, "02288886666")
        write("见证人" to "witness", "执法人员：$LEAD" to "officer-1", "执法人员：$SECOND" to "officer-2")
        hand.picture("unable")
        hand.tap(Texts.Sign.Refuse)
        takeBack("noted")
    }

    private fun takeBack(name: String) {
        hand.see(Texts.Sign.Finish)
        hand.picture(name)
        hand.tap(Texts.Sign.Finish)
        hand.see(Texts.SignIn.Who)
        assertTrue("nothing lies open to the party's hand, and the phone is free again", !phone.pin.pinned.value)
        hand.tap(LEAD)
        hand.pin(PIN)
    }

    fun close() {
        hand.tap(Texts.Capture.More)
        hand.picture("checklist")
        hand.tap(Texts.Capture.CloseTitle)
        hand.see(Texts.Capture.CloseNow)
        if (hand.has(Texts.Capture.CloseLead.zh)) hand.write(Texts.Capture.Explain, "本次巡查无需办理。")
        hand.picture("close")
        hand.tap(Texts.Capture.CloseNow)
        hand.tap(Texts.Capture.ToToday)
    }

    /** On the road nothing goes over mobile data, and the screen says so; at the office everything is stored. */
    fun synchronise() {
        phone.network.mobile()
        hand.tap(Texts.Sync.Title)
        hand.tap(Texts.Sync.Now)
        hand.tap(Texts.Dismiss)
        hand.see("等待办公室 Wi-Fi：移动网络或计费网络下不上传")
        hand.picture("waiting")
        phone.network.office()
        hand.tap(Texts.Sync.Now)
        hand.see(Texts.Sync.Items.zh, "0")
        hand.see(Texts.Sync.Records.zh, "0")
        hand.tap(Texts.Dismiss)
        hand.picture("stored")
        hand.tap(Texts.Back)
        hand.see(Texts.Today.Begin)
        hand.picture("evening")
    }

    companion object {
        const val LEAD = "李文"
        const val SECOND = "丁一"
        const val RECORDER = "ZFY-0007"

        /** On the recorder's card: a name without a time. */
        const val FILE = "DCIM/100MEDIA/MOVI0001.mp4"
    }
}
