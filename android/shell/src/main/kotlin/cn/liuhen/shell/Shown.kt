package cn.liuhen.shell

/** A language for people. */
enum class Lang { ZH, EN }

/** A finished sentence or label as the core says it, or a person's own words in both places. */
data class Sentence(val zh: String, val en: String) {
    /** The sentence in a language. */
    fun text(lang: Lang): String = if (lang == Lang.ZH) zh else en

    /** The same of [count] things where English says of one [one]. */
    fun orOne(count: Number, one: String): Sentence = if (count.toLong() == 1L) copy(en = one) else this

    companion object {
        /** Words that are the same in every language: names, numbers, what somebody typed. */
        fun of(words: String): Sentence = Sentence(words, words)
    }
}

/** One of several answers; [code] goes back to the core as it came. */
data class Choice(val code: String, val label: Sentence)

/** One thing that is missing, as the core names it; [code] is a field's or a step's name. */
data class Need(val code: String, val sentence: Sentence)

/** Whether a button may be pressed and, if not, everything that stands in the way. */
data class Gate(val allowed: Boolean, val missing: List<Need> = emptyList()) {
    companion object {
        /** Nothing stands in the way. */
        val OPEN: Gate = Gate(true)
    }
}

/** How a line is coloured and which sign stands before it. It carries no meaning that its text does not carry. */
enum class Tone { PLAIN, WORKING, GOOD, ATTENTION, BAD }

/** A sort of media, for its sign. */
enum class Media { PHOTO, AUDIO, VIDEO, OTHER }

/** Something that takes time: what the officer started last on this screen. */
sealed interface Work {
    /** Nothing under way. */
    data object Idle : Work

    /** Under way. [permille] is absent when nobody can tell how far it is. */
    data class Running(val what: Sentence, val permille: Int? = null, val cancellable: Boolean = false) : Work

    /** It failed and has changed nothing. [needs] name what is missing. */
    data class Failed(val why: Sentence, val needs: List<Need> = emptyList(), val retryable: Boolean = false) : Work

    /** It is done, and this is to be said once. */
    data class Done(val what: Sentence) : Work
}

/** Something that the phone may not do until the officer allows it in the system's settings. */
enum class Permission { CAMERA, MICROPHONE, LOCATION, NEARBY_DEVICES, NOTIFICATIONS }

/** A circumstance that is shown above a screen for as long as it lasts. */
sealed interface Condition {
    /** No network at all; everything that does not need one goes on. */
    data object Offline : Condition

    /** A permission is denied. [forGood]: only the system's settings can grant it now. */
    data class Denied(val permission: Permission, val forGood: Boolean) : Condition

    /** Space runs short; the sentence of the core's forecast. [full]: nothing more can be recorded. */
    data class StorageLow(val sentence: Sentence, val full: Boolean) : Condition

    /** The phone's battery runs low. */
    data class BatteryLow(val percent: Int) : Condition

    /** A paired recorder is out of reach. */
    data class RecorderLost(val sentence: Sentence) : Condition

    /** An officer's certificate does not allow recording any more. */
    data class CertificateExpired(val sentence: Sentence) : Condition

    /** Why things are not at the bureau yet. */
    data class Waiting(val sentence: Sentence) : Condition

    /** Anything else that the core wants said: a recovered capture, a store set aside, a clock that is wrong. */
    data class Said(val sentence: Sentence, val tone: Tone) : Condition
}

/** Encoded bytes of a small picture (JPEG or PNG); equal when [key] is equal, so that a State stays comparable. */
class Picture(val key: String, val bytes: ByteArray) {
    override fun equals(other: Any?): Boolean = other is Picture && other.key == key

    override fun hashCode(): Int = key.hashCode()

    override fun toString(): String = "Picture($key, ${bytes.size} bytes)"
}

/** A captured file in a list. */
data class ItemLine(
    val item: String,
    val media: Media,
    val label: Sentence,
    /** When it was recorded, Unix milliseconds. */
    val recordedAtMs: Long,
    /** Length of a recording, milliseconds. */
    val durationMs: Long? = null,
    /** How far it has come, in words. */
    val stage: Sentence,
    val tone: Tone,
    /** Why it matters now: overdue, must be sent before noon. */
    val remark: Sentence? = null,
    val thumbnail: Picture? = null,
)

/** A person of the roster. */
data class OfficerLine(
    val officer: String,
    val name: String,
    val unit: String,
    /** Number of the enforcement certificate. */
    val certNo: String?,
    /** Why this person may not record now; absent when the person may. */
    val whyNot: Sentence? = null,
    /** Whether a PIN was set on this phone. */
    val hasPin: Boolean = true,
)

/** How much can still be recorded. */
data class StorageLine(
    val freeBytes: Long,
    val audioMinutesLeft: Long,
    val videoMinutesLeft: Long,
    val sentence: Sentence,
    val tone: Tone,
)

/** A page of a document, exactly as the core filled it. */
data class PageLine(
    val n: Int,
    val text: String,
    /** Whether it has been on the screen long enough to count as shown. */
    val seen: Boolean = false,
)

/** A point of handwriting: 1/100 mm from the pad's upper left corner, milliseconds since the pad was first touched, pressure in thousandths. */
data class StrokePoint(val x: Int, val y: Int, val tMs: Int, val pressure: Int)

/** One movement of the pen between down and up. */
data class Stroke(val points: List<StrokePoint>)
