package cn.liuhen.shell.gap

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Work

/** Explaining holes in the recording (article 17). */
data class GapSheetState(
    val loading: Boolean = false,
    val holes: List<HoleLine> = emptyList(),
    val chosen: Int = 0,
    val reasons: List<Choice> = emptyList(),
    val reason: String? = null,
    val explanation: String = "",
    val gate: Gate = Gate(false),
    val work: Work = Work.Idle,
)

/** A hole that nobody has explained. Unix milliseconds. */
data class HoleLine(val fromMs: Long, val toMs: Long, val sentence: Sentence)
