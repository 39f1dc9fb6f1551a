package cn.liuhen.shell.sign

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.PageLine
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Stroke
import cn.liuhen.shell.Work

/** Signing what was shown, or noting why nobody signs. */
data class SignState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    val pinned: Boolean = true,
    /** The confirmation (记录内容查阅确认书), exactly as the core filled it. */
    val title: Sentence = Sentence("", ""),
    val pages: List<PageLine> = emptyList(),
    val page: Int = 1,
    val objection: String = "",
    val step: SignStep = SignStep.READ,
    val way: SignWay = SignWay.SIGN,
    /** In which role somebody signs for the party. */
    val roles: List<Choice> = emptyList(),
    val role: String? = null,
    val name: String = "",
    /** Everybody who signs, in order. */
    val pads: List<PadLine> = emptyList(),
    /** Index of the pad on the screen. */
    val pad: Int = 0,
    val refusal: RefusalForm = RefusalForm(),
    val sign: Gate = Gate(false),
    val refuse: Gate = Gate(false),
    val work: Work = Work.Idle,
    /** It is signed, or noted. */
    val ended: Sentence? = null,
)

/** First the paper is read, then people sign. */
enum class SignStep { READ, PEOPLE, PAD }

/** How the review ends. */
enum class SignWay { SIGN, NO_SIGNATURE }

/** A place to sign. */
data class PadLine(
    /** Stable name of the pad. */
    val pad: String,
    val label: Sentence,
    val strokes: List<Stroke> = emptyList(),
    /** Size of the area on which the strokes were written, 1/100 mm. */
    val width: Int = 0,
    val height: Int = 0,
    /** Whether the handwriting can stand. */
    val fit: Gate = Gate(false),
)

/** Why nobody signs for the party. */
data class RefusalForm(
    /** Refused, unable, absent. */
    val states: List<Choice> = emptyList(),
    val state: String? = null,
    val reasons: List<Choice> = emptyList(),
    val reason: String? = null,
    val note: String = "",
    /** Whether somebody saw it. */
    val witnessPresent: Boolean = true,
    val witnessName: String = "",
    val witnessUnit: String = "",
    val witnessPhone: String = "",
    /** Why there is no witness. */
    val noWitnessWhy: String = "",
)
