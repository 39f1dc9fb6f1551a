package cn.liuhen.shell.sessionopen

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.StorageLine
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work

/** Before an activity: the equipment (article 19), who, whom, what about, where. */
data class SessionOpenState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    val step: OpenStep = OpenStep.EQUIPMENT,
    /** Minutes of recording planned; the space needed follows from it. */
    val plannedMinutes: Int = 60,
    val check: CheckShown? = null,
    val storage: StorageLine? = null,
    /** Recorders that can be part of the check. */
    val recorders: List<Choice> = emptyList(),
    val recorder: String? = null,
    val activities: List<Choice> = emptyList(),
    val activity: String? = null,
    val officers: List<OfficerLine> = emptyList(),
    /** Ids of the chosen officers, the lead first. */
    val chosenOfficers: List<String> = emptyList(),
    val partyKinds: List<Choice> = emptyList(),
    val partyKind: String? = null,
    val partyName: String = "",
    /** 统一社会信用代码 */
    val uscc: String = "",
    val representative: String = "",
    val causes: List<Choice> = emptyList(),
    val cause: String? = null,
    /** A cause that is not among [causes], as it is typed; it takes the place of a chosen one. */
    val causeText: String = "",
    val placeText: String = "",
    /** What each field lacks, in the core's words. */
    val problems: Map<OpenField, Sentence> = emptyMap(),
    /** Whether the activity may be opened with what is entered. */
    val gate: Gate = Gate(false),
    val work: Work = Work.Idle,
)

/** The parts of the form, in order. */
enum class OpenStep { EQUIPMENT, PEOPLE, MATTER }

/** The fields without which no activity is opened, and where they are. */
enum class OpenField(val step: OpenStep) {
    ACTIVITY(OpenStep.PEOPLE),
    OFFICERS(OpenStep.PEOPLE),
    PARTY_KIND(OpenStep.MATTER),
    PARTY_NAME(OpenStep.MATTER),
    CAUSE(OpenStep.MATTER),
    PLACE(OpenStep.MATTER),
}

/** The check before use as made. */
data class CheckShown(
    val sentence: Sentence,
    val tone: Tone,
    val lines: List<CheckLine>,
    /** Whether it is recent enough and good enough to go on. */
    val passed: Boolean,
)

/** One measured value. */
data class CheckLine(
    val code: String,
    val label: Sentence,
    val tone: Tone,
    /** The officer's reason for using it all the same, once given. */
    val reason: String? = null,
    /** Whether a reason can be given. */
    val overridable: Boolean = false,
)
