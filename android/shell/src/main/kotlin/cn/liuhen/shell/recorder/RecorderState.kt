package cn.liuhen.shell.recorder

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work

/** Body recorders: who has which, the one in use, and what is on its card. */
data class RecorderState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    /** Recorders issued through this phone. */
    val recorders: List<RecorderLine> = emptyList(),
    val chosen: String? = null,
    val link: Link = Link.NONE,
    /** Answers of a search, nearest first. */
    val found: List<FoundLine> = emptyList(),
    /** What the connected recorder says of itself. */
    val live: LiveRecorder? = null,
    /** The form for issuing one; present while it is filled. */
    val issue: IssueForm? = null,
    /** Copying its card. */
    val copying: Copying? = null,
    /** Files from cards that belong to no activity; [unassignedCount] in all. */
    val unassigned: List<FootageLine> = emptyList(),
    val unassignedCount: Long = 0,
    /** Files that somebody placed by hand. */
    val byHand: List<FootageLine> = emptyList(),
    /** The form that places one of them; present while it is filled. */
    val assigning: AssignForm? = null,
    val work: Work = Work.Idle,
)

/** The radio link. */
enum class Link { NONE, SEARCHING, CONNECTING, CONNECTED, LOST, RADIO_OFF }

/** A recorder in the register. */
data class RecorderLine(
    val recorderNo: String,
    val serial: String,
    val holder: String,
    val sentence: Sentence,
    val tone: Tone,
)

/** A recorder that answered a search. */
data class FoundLine(val peer: String, val name: String, val protocol: Sentence, val rssiDbm: Int?)

/** A file that the rules could place in no activity. */
data class FootageLine(
    val item: String,
    val recorderNo: String,
    /** Where it was on the card. */
    val path: String,
    val lenBytes: Long,
    /** When it was recorded, by the recorder's clock. */
    val claimed: Sentence?,
    /** Why the rules could not place it. */
    val why: Sentence,
    /** Whose word it follows now, and why. */
    val said: Sentence? = null,
)

/** Saying by hand where a file belongs. */
data class AssignForm(
    val file: FootageLine,
    val sessions: List<Choice> = emptyList(),
    val session: String? = null,
    val officers: List<Choice> = emptyList(),
    val officer: String? = null,
    val reason: String = "",
    val gate: Gate = Gate(false),
)

/** What the connected recorder says of itself. */
data class LiveRecorder(
    val recorderNo: String,
    val sentence: Sentence,
    val tone: Tone,
    val batteryPercent: Int?,
    val freeBytes: Long?,
    val minutesLeft: Long?,
    val recording: Boolean,
    val recordingSecs: Long?,
    val alarms: List<Sentence> = emptyList(),
    val events: List<Sentence> = emptyList(),
    val canControl: Boolean = true,
    val canMark: Boolean = true,
    val canList: Boolean = true,
    val files: Int? = null,
)

/** Issuing a recorder. */
data class IssueForm(
    val recorderNo: String = "",
    val serial: String = "",
    val officers: List<Choice> = emptyList(),
    val officer: String? = null,
    val configuredOfficerNo: String = "",
    val issuedBy: String = "",
    val conditions: List<Choice> = emptyList(),
    val condition: String? = null,
)

/** Copying a recorder's card into sealed items. */
data class Copying(val filesDone: Int, val filesTotal: Int, val bytesDone: Long, val bytesTotal: Long, val path: String)
