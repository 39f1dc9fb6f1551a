package cn.liuhen.shell.recorder

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
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
data class FoundLine(val peer: String, val name: String, val protocol: String, val rssiDbm: Int?)

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
