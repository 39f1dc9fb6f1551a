package cn.liuhen.app

import androidx.compose.ui.InternalComposeUiApi
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.runSkikoComposeUiTest
import androidx.compose.ui.unit.Density
import cn.liuhen.shell.Texts
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.Hand
import cn.liuhen.shell.rig.PIN
import cn.liuhen.shell.rig.Repository
import cn.liuhen.shell.rig.TestPhone
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.io.File
import kotlin.time.Duration.Companion.seconds

/**
 * An officer's day with fingers on the drawn app: the real screens over the real models, the real core and a real bureau's process.
 * Nothing is known here but what is written on the screen. The pictures are left in `out/android/day`, in order.
 */
@OptIn(ExperimentalTestApi::class, InternalComposeUiApi::class)
class DayTest {
    @get:Rule
    val folder = TemporaryFolder()

    private lateinit var phone: TestPhone
    private lateinit var hand: Fingers

    @Test
    fun `an officer's day from joining the bureau to the proof that everything is stored`() {
        Bureau(folder.newFolder("bureau")).use { bureau ->
            TestPhone(folder.newFolder("phone")).use { made ->
                phone = made
                runBlocking { phone.live() }
                runSkikoComposeUiTest(size = Size(Fingers.WIDTH, Fingers.HEIGHT), density = Density(Fingers.DENSITY, 1f)) {
                    hand = Fingers(this, File(Repository.root, "out/android/day"))
                    val outside = Fingers.outside()
                    setContent { OfficerApp(phone.shell, outside) }
                    join(outside, bureau)
                    begin()
                    capture()
                    fill()
                    review()
                    sign()
                    close()
                    synchronise()
                }
                runBlocking { phone.die() }
            }
        }
    }

    private fun join(outside: Outside, bureau: Bureau) {
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

    private fun begin() {
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
        hand.tap("单位")
        hand.write(Texts.Open.PartyName, "示例公司")
        hand.write(Texts.Open.Representative, "王平")
        hand.tap("日常巡查")
        hand.write(Texts.Open.Place, "示例路1号")
        hand.picture("matter")
        hand.tap(Texts.Open.Open)
        hand.see(Texts.Capture.TakePhoto)
    }

    private fun capture() {
        step("出示执法证件")
        hand.picture("certificates")
        hand.tap(Texts.Capture.RecordShown)
        step("告知录音录像")
        hand.tap("已知悉")
        hand.picture("notice")
        hand.tap(Texts.Capture.RecordNotice)
        hand.see(Texts.Capture.TakePhoto)
        hand.tap(Texts.Capture.TakePhoto)
        hand.see(Texts.Capture.items(1))
        hand.picture("photograph")
        hand.tap(Texts.Capture.Audio)
        hand.tap(Texts.Capture.StartAudio)
        hand.see(Texts.Capture.StopRecording)
        hand.picture("recording")
        hand.tap(Texts.Capture.StopRecording)
        hand.see(Texts.Capture.items(2))
    }

    private fun step(words: String) {
        hand.tap(Texts.Capture.More)
        hand.tap(words)
    }

    private fun fill() {
        hand.tap(Texts.Capture.Documents)
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

    private fun review() {
        hand.tap(Texts.Capture.Review)
        hand.see(Texts.Review.Pinned)
        assertTrue(phone.pin.pinned.value)
        hand.picture("review")
        for (item in listOf("照片", "录音")) {
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

    private fun sign() {
        hand.see(Texts.Sign.Read)
        hand.picture("confirmation")
        for (pages in 4 downTo 2) if (hand.has(Texts.Documents.page(1, pages).zh)) read(pages)
        phone.time += 3.seconds
        hand.tap(Texts.Sign.ReadDone)
        hand.write(Texts.Sign.Name, "王平")
        hand.picture("who-signs")
        for ((pad, strokes) in listOf("当事人：王平" to "party", "执法人员：$LEAD" to "officer-1", "执法人员：$SECOND" to "officer-2")) {
            hand.tap(pad)
            hand.sign(Hand.strokes(strokes))
            hand.picture("signature")
            hand.tap(Texts.Sign.NextPad)
        }
        hand.tap(Texts.Sign.Confirm)
        hand.see(Texts.Sign.Finish)
        hand.picture("signed")
        hand.tap(Texts.Sign.Finish)
        hand.see(Texts.SignIn.Who)
        assertTrue("nothing lies open to the party's hand, and the phone is free again", !phone.pin.pinned.value)
        hand.tap(LEAD)
        hand.pin(PIN)
    }

    private fun close() {
        hand.tap(Texts.Capture.More)
        hand.picture("checklist")
        hand.tap(Texts.Capture.CloseTitle)
        hand.see(Texts.Capture.CloseNow)
        if (hand.has(Texts.Capture.CloseLead.zh)) hand.write(Texts.Capture.Explain, "本次巡查无需办理。")
        hand.picture("close")
        hand.tap(Texts.Capture.CloseNow)
        hand.tap(Texts.Capture.ToToday)
    }

    private fun synchronise() {
        hand.tap(Texts.Today.Sync)
        hand.see(Texts.Sync.Now)
        hand.picture("waiting")
        hand.tap(Texts.Sync.Now)
        hand.see(Texts.Sync.Items.zh, "0")
        hand.picture("stored")
        hand.tap(Texts.Back)
        hand.see(Texts.Today.Begin)
        hand.picture("evening")
    }

    private companion object {
        const val LEAD = "李文"
        const val SECOND = "丁一"
    }
}
