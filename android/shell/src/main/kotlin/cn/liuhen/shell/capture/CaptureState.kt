package cn.liuhen.shell.capture

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.ItemLine
import cn.liuhen.shell.Need
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.StorageLine
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work

/** The open activity: recording, and the way through its steps. */
data class CaptureState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    val activity: Sentence = Sentence("", ""),
    val partyName: String = "",
    /** Time since the activity was opened, in words. */
    val elapsed: Sentence = Sentence("", ""),
    val mode: CaptureMode = CaptureMode.PHOTO,
    /** Whether the shutter may be pressed. */
    val capture: Gate = Gate.OPEN,
    /** How much can be recorded, told before the start. */
    val storage: StorageLine? = null,
    val recording: RecordingShown? = null,
    /** Whether the camera's picture is there to be drawn. */
    val preview: Preview = Preview.STARTING,
    val torch: Boolean = false,
    val items: List<ItemLine> = emptyList(),
    /** The record checklist. */
    val steps: List<StepLine> = emptyList(),
    /** The recorder in use, in a line. */
    val recorder: RecorderStrip? = null,
    /** Circumstances of article 12 that were marked, and what points to one. */
    val triggers: List<Sentence> = emptyList(),
    val suggestion: Sentence? = null,
    /** The sheet that lies over the screen. */
    val sheet: CaptureSheet? = null,
    val work: Work = Work.Idle,
)

/** What the shutter makes. */
enum class CaptureMode { PHOTO, AUDIO, VIDEO }

/** The camera's picture. */
enum class Preview { STARTING, LIVE, OFF, TAKEN_BY_OTHERS }

/** A recording under way. */
data class RecordingShown(
    val mode: CaptureMode,
    val elapsedMs: Long,
    /** Loudness, 0 to 1000. */
    val levelPermille: Int,
    val minutesLeft: Long,
    val tone: Tone,
    /** How much of it a crash could no longer take away, in words. */
    val safe: Sentence,
    /** Why it ends by itself now. */
    val interrupted: Sentence? = null,
)

/** A line of the record checklist. */
data class StepLine(
    val code: String,
    val label: Sentence,
    val tone: Tone,
    /** Whether it is done or explained. */
    val done: Boolean,
    val missing: List<Need> = emptyList(),
    val explanation: String? = null,
    /** Where the officer goes to do it. */
    val way: StepWay? = null,
)

/** The places in which a step is done. */
enum class StepWay { CERTIFICATE, NOTICE, DOCUMENTS, REVIEW, GAP, RECORDER, EXPLAIN }

/** The recorder in use. */
data class RecorderStrip(val sentence: Sentence, val tone: Tone, val recording: Boolean)

/** A sheet over the screen. */
sealed interface CaptureSheet {
    /** The whole checklist. */
    data object Steps : CaptureSheet

    /** Showing the certificates (article 17). */
    data class Certificate(val officers: List<CertificateLine>, val confirmedByParty: Boolean, val gate: Gate) : CaptureSheet

    /** Notice of the recording (article 18): read aloud, shown, or handed over. */
    data class Notice(
        val title: Sentence,
        val text: String,
        val channels: List<Choice>,
        val channel: String?,
        val responses: List<Choice>,
        val response: String?,
        val gate: Gate,
    ) : CaptureSheet

    /** Closing the activity: what stands in the way, and what may be explained. */
    data class Close(val steps: List<ExplainLine>, val gate: Gate) : CaptureSheet

    /** The activity is closed. */
    data class Closed(val sentence: Sentence) : CaptureSheet
}

/** A certificate as shown to the party. */
data class CertificateLine(val name: String, val certNo: String, val unit: String)

/** A step that is not met, with the explanation being written. */
data class ExplainLine(val code: String, val label: Sentence, val missing: List<Need>, val explainable: Boolean, val explanation: String)
