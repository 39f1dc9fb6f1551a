package cn.liuhen.shell.sync

import cn.liuhen.shell.Condition
import cn.liuhen.shell.ItemLine
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work

/** What is at the bureau, what is not, and why. */
data class SyncStatusState(
    val conditions: List<Condition> = emptyList(),
    val loading: Boolean = false,
    /** Always there: the state in a sentence. */
    val sentence: Sentence = Sentence("", ""),
    val tone: Tone = Tone.PLAIN,
    /** A synchronisation under way. */
    val running: SyncRunning? = null,
    val unsentRecords: Long = 0,
    val itemsNotStored: Long = 0,
    val bytesToSend: Long = 0,
    /** When the last one ended, Unix milliseconds. */
    val lastEndedMs: Long? = null,
    /** Items whose storage is not proved yet. */
    val items: List<ItemLine> = emptyList(),
    /** Pieces that waiting alone will not send. */
    val parked: List<ParkedLine> = emptyList(),
    val work: Work = Work.Idle,
)

/** A synchronisation under way. */
data class SyncRunning(val stage: Sentence, val done: Long, val total: Long, val permille: Int?)

/** A piece that cannot be sent without somebody looking. */
data class ParkedLine(val item: String, val sentence: Sentence)
