package cn.liuhen.shell.rig

import cn.liuhen.shell.Place
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.StrokePoint
import cn.liuhen.shell.Work
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.CaptureModel
import cn.liuhen.shell.capture.CaptureSheet
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.shell.capture.StepWay
import cn.liuhen.shell.documents.DocumentsAction
import cn.liuhen.shell.documents.DocumentsModel
import cn.liuhen.shell.enrol.EnrolAction
import cn.liuhen.shell.enrol.EnrolModel
import cn.liuhen.shell.review.OpenPiece
import cn.liuhen.shell.review.ReviewAction
import cn.liuhen.shell.review.ReviewModel
import cn.liuhen.shell.sessionopen.SessionOpenAction
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.sign.SignAction
import cn.liuhen.shell.sign.SignModel
import cn.liuhen.shell.sign.SignStep
import cn.liuhen.shell.signin.PinStep
import cn.liuhen.shell.signin.SignInAction
import cn.liuhen.shell.signin.SignInModel
import kotlin.time.Duration.Companion.seconds

const val LEAD = "li-wen"
const val SECOND = "ding-yi"
const val PIN = "135790"

/** An officer's hand on a phone: it sees states and sends actions, like a screen does. */
class Hand(private val phone: TestPhone) {

    suspend fun enrol(bureau: Bureau): Unit = enrol(bureau.url, bureau.enrolCode)

    suspend fun enrol(url: String, code: String) {
        val screen = phone.open(::EnrolModel)
        screen.model.send(EnrolAction.Scanned("$url#$code"))
        screen.model.send(EnrolAction.SetDeviceNo("TEL-0007"))
        screen.model.state.until("may join") { it.gate.allowed }
        screen.model.send(EnrolAction.Join)
        screen.model.settled("joined", { it.work }) { it.joined != null }
        screen.model.send(EnrolAction.GoOn)
        phone.arrives(Place.SIGN_IN)
        screen.gone()
    }

    /** Signs in; chooses the PIN when there is none yet. */
    suspend fun signIn(officer: String = LEAD) {
        val screen = phone.open(::SignInModel)
        screen.model.state.until("the roster") { it.officers.isNotEmpty() }
        screen.model.send(SignInAction.Choose(officer))
        val state = screen.model.state.until("chosen") { it.chosen?.officer == officer }
        type(screen.model)
        if (state.step == PinStep.CHOOSE_NEW) {
            screen.model.state.until("asked again") { it.step == PinStep.REPEAT_NEW }
            type(screen.model)
        }
        phone.shell.navigator.route.until("signed in") { it.top != Place.SIGN_IN }
        screen.gone()
    }

    fun type(model: SignInModel, pin: String = PIN) {
        for (digit in pin) model.send(SignInAction.Digit(digit.digitToInt()))
    }

    /** Makes the check before use; tells nothing of the matter yet. */
    suspend fun check(screen: Screen<SessionOpenModel>) {
        screen.model.state.until("what can be opened") { !it.loading }
        screen.model.send(SessionOpenAction.Check)
        screen.model.settled("checked", { it.work }) { it.check?.passed == true }
    }

    suspend fun fillMatter(screen: Screen<SessionOpenModel>) {
        val shown = screen.model.state.until("what can be opened") { !it.loading && it.causes.isNotEmpty() }
        screen.model.send(SessionOpenAction.ChooseActivity(shown.activities.first().code))
        screen.model.send(SessionOpenAction.ToggleOfficer(SECOND))
        screen.model.send(SessionOpenAction.ToggleOfficer(LEAD))
        screen.model.send(SessionOpenAction.MakeLead(LEAD))
        screen.model.send(SessionOpenAction.ChoosePartyKind(shown.partyKinds.first().code))
        screen.model.send(SessionOpenAction.SetPartyName("示例公司"))
        screen.model.send(SessionOpenAction.SetRepresentative("王平"))
        screen.model.send(SessionOpenAction.ChooseCause(shown.causes.first().code))
        screen.model.send(SessionOpenAction.SetPlace("示例路1号"))
        screen.model.state.until("filled") { it.placeText == "示例路1号" }
    }

    suspend fun openSession() {
        val screen = phone.open(::SessionOpenModel)
        check(screen)
        fillMatter(screen)
        open(screen)
    }

    suspend fun open(screen: Screen<SessionOpenModel>) {
        screen.model.state.until("may be opened") { it.gate.allowed }
        screen.model.send(SessionOpenAction.Open)
        screen.model.settled("opened", { it.work }) { phone.top == Place.CAPTURE }
        screen.gone()
    }

    suspend fun capture(): Screen<CaptureModel> = phone.open(::CaptureModel).also { screen ->
        screen.model.state.until("the activity") { !it.loading && it.activity.zh.isNotEmpty() }
    }

    suspend fun showCertificates(screen: Screen<CaptureModel>) {
        screen.model.send(CaptureAction.GoTo(StepWay.CERTIFICATE))
        val sheet = screen.model.state.until("the certificates") { it.sheet is CaptureSheet.Certificate }.sheet as CaptureSheet.Certificate
        check(sheet.officers.size == 2) { "both officers show theirs: $sheet" }
        screen.model.send(CaptureAction.CertificateShown)
        screen.model.settled("shown", { it.work }) { it.sheet == null && it.isDone(StepWay.CERTIFICATE) }
    }

    suspend fun giveNotice(screen: Screen<CaptureModel>) {
        screen.model.send(CaptureAction.GoTo(StepWay.NOTICE))
        val sheet = screen.model.state.until("the notice") { it.sheet is CaptureSheet.Notice }.sheet as CaptureSheet.Notice
        screen.model.send(CaptureAction.SetResponse(sheet.responses.first().code))
        screen.model.state.until("may be given") { (it.sheet as? CaptureSheet.Notice)?.gate?.allowed == true }
        screen.model.send(CaptureAction.NoticeGiven)
        screen.model.settled("given", { it.work }) { it.sheet == null && it.isDone(StepWay.NOTICE) }
    }

    private fun CaptureState.isDone(way: StepWay): Boolean = steps.filter { it.way == way }.let { all -> all.isNotEmpty() && all.all { it.done } }

    suspend fun photo(screen: Screen<CaptureModel>) {
        val before = screen.model.state.value.items.size
        screen.model.send(CaptureAction.SetMode(CaptureMode.PHOTO))
        screen.model.state.until("a camera") { it.mode == CaptureMode.PHOTO && it.capture.allowed }
        screen.model.send(CaptureAction.Shutter)
        screen.model.settled("a photograph", { it.work }) { it.items.size > before }
    }

    /** Starts a recording and waits until all that there is to hear was taken. */
    suspend fun startSound(screen: Screen<CaptureModel>) {
        screen.model.send(CaptureAction.SetMode(CaptureMode.AUDIO))
        screen.model.state.until("a microphone") { it.mode == CaptureMode.AUDIO && it.capture.allowed }
        screen.model.send(CaptureAction.Shutter)
        screen.model.state.until("recording") { it.recording != null }
    }

    suspend fun stopSound(screen: Screen<CaptureModel>) {
        val before = screen.model.state.value.items.size
        screen.model.send(CaptureAction.Shutter)
        screen.model.settled("a recording", { it.work }) { it.recording == null && it.items.size >= before && it.items.isNotEmpty() }
    }

    /** Fills a form up to the named field; null fills it all and has it made. */
    suspend fun fill(screen: Screen<DocumentsModel>, template: String, values: Map<String, String>) {
        screen.model.state.until("the forms") { it.templates.isNotEmpty() }
        if (screen.model.state.value.form == null) screen.model.send(DocumentsAction.Begin(template))
        screen.model.settled("the form", { it.work }) { it.form != null }
        for ((name, value) in values) screen.model.send(DocumentsAction.SetField(name, value))
        screen.model.state.until("entered") { state -> values.all { (name, value) -> state.form?.fields?.any { it.name == name && it.value == value } == true } }
    }

    suspend fun review(): Screen<ReviewModel> = phone.open(::ReviewModel).also { screen ->
        screen.model.state.until("the review") { !it.loading && it.partyName.isNotEmpty() }
    }

    /** The party looks at everything. */
    suspend fun lookAtEverything(screen: Screen<ReviewModel>) {
        for (item in screen.model.state.value.items) {
            val id = item.line.item
            screen.model.send(ReviewAction.OpenItem(id))
            screen.model.settled("open $id", { it.work }) { state -> state.open?.let { it is OpenPiece.Photo && it.item == id || it is OpenPiece.Playing && it.item == id } == true }
            screen.model.send(ReviewAction.ClosePiece)
            screen.model.settled("closed $id", { it.work }) { it.open == null }
            screen.model.send(ReviewAction.Seen(id))
            screen.model.settled("seen $id", { it.work }) { state -> state.items.any { it.line.item == id && it.seen } }
        }
        for (document in screen.model.state.value.documents) read(screen, document.document, document.pages.size)
    }

    private suspend fun read(screen: Screen<ReviewModel>, document: String, pages: Int) {
        screen.model.send(ReviewAction.OpenDocument(document))
        screen.model.state.until("a page") { (it.open as? OpenPiece.Page)?.document == document }
        for (page in 1..pages) {
            phone.time += 3.seconds
            if (page < pages) {
                screen.model.send(ReviewAction.TurnTo(page + 1))
                screen.model.settled("page ${page + 1}", { it.work }) { (it.open as? OpenPiece.Page)?.page == page + 1 }
            }
        }
        screen.model.send(ReviewAction.ClosePiece)
        screen.model.settled("read", { it.work }) { state ->
            state.open == null && state.documents.first { it.document == document }.pages.all { it.seen }
        }
    }

    /** Whoever signs reads the paper first, page by page. */
    suspend fun readPaper(screen: Screen<SignModel>) {
        val paper = screen.model.state.until("the paper") { it.pages.isNotEmpty() && it.pads.isNotEmpty() }
        for (page in 1..paper.pages.size) {
            phone.time += 3.seconds
            if (page < paper.pages.size) screen.model.send(SignAction.TurnTo(page + 1)) else screen.model.send(SignAction.GoTo(SignStep.PEOPLE))
            screen.model.settled("page $page leaves", { it.work }) { if (page < paper.pages.size) it.page == page + 1 else it.step == SignStep.PEOPLE }
        }
        screen.model.settled("read", { it.work }) { state -> state.pages.all { it.seen } }
    }

    /** Somebody writes on the pad that is open. */
    suspend fun write(screen: Screen<SignModel>, pad: Int, strokes: List<Stroke>) {
        screen.model.send(SignAction.OpenPad(pad))
        screen.model.state.until("pad $pad") { it.pad == pad }
        for (stroke in strokes) screen.model.send(SignAction.StrokeDone(stroke, PAD_WIDTH, PAD_HEIGHT))
    }

    companion object {
        const val PAD_WIDTH = 8000
        const val PAD_HEIGHT = 4000

        /** A signature of the examples. */
        fun strokes(name: String): List<Stroke> {
            val text = Repository.example("strokes-$name.json").readText().substringAfter("\"strokes\":")
            val stroke = Regex("""\[(\[-?\d+,-?\d+,\d+,\d+](?:,\[-?\d+,-?\d+,\d+,\d+])*)]""")
            val point = Regex("""\[(-?\d+),(-?\d+),(\d+),(\d+)]""")
            return stroke.findAll(text).map { found ->
                Stroke(point.findAll(found.groupValues[1]).map { p -> p.groupValues.drop(1).map(String::toInt) }.map { StrokePoint(it[0], it[1], it[2], it[3]) }.toList())
            }.toList()
        }

        val INSPECTION = mapOf(
            "inspection_reason" to "根据日常巡查计划，检查用人单位订立劳动合同、支付工资和缴纳社会保险情况。",
            "site_contact" to "王平",
            "site_contact_title" to "人事主管",
            "party_confirms_certificate" to "yes",
            "recusal_asked" to "no",
            "findings" to "现场有员工12人，出示劳动合同10份。\n工资表张贴于办公区公告栏，已拍照。",
            "party_opinion" to "情况属实。",
        )
    }
}
