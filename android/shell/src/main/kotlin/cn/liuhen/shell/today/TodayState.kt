package cn.liuhen.shell.today

import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.ItemLine
import cn.liuhen.shell.OfficerLine
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.StorageLine
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work

/** The first screen: the open activity, today's items and how far they have come, and the end of the day (article 10). */
data class TodayState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    /** The day, said in full. */
    val day: Sentence = Sentence("", ""),
    val officer: OfficerLine? = null,
    val deviceNo: String? = null,
    /** The activity under way. */
    val session: SessionCard? = null,
    /** Whether a new activity may be begun. */
    val openSession: Gate = Gate.OPEN,
    val counts: DayCounts = DayCounts(),
    /** The counts in words. */
    val countsSentence: Sentence = Sentence("", ""),
    val sync: SyncStrip = SyncStrip(Sentence("", ""), Tone.PLAIN),
    /** Items that are late, longest first. */
    val overdue: List<ItemLine> = emptyList(),
    /** Not stored first, then newest. */
    val items: List<ItemLine> = emptyList(),
    /** Items in all; the list may be shorter. */
    val itemCount: Long = 0,
    val storage: StorageLine? = null,
    val work: Work = Work.Idle,
    /** What ending the day found; shown until dismissed. */
    val dayEnd: DayEnd? = null,
)

/** The activity under way. */
data class SessionCard(
    val activity: Sentence,
    val partyName: String,
    val placeText: String,
    val opened: Sentence,
    /** The next thing to do, as the core names it. */
    val next: Sentence? = null,
)

/** Today's items by where they are. */
data class DayCounts(val onDevice: Long = 0, val uploading: Long = 0, val stored: Long = 0, val handedOver: Long = 0)

/** The state of synchronisation in one line. */
data class SyncStrip(val sentence: Sentence, val tone: Tone, val permille: Int? = null)

/** What ending the day found. */
data class DayEnd(val sentences: List<Sentence>, val notStored: Long)
