package cn.liuhen.shell.trigger

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Work

/** Marking a circumstance for long-term keeping (article 12). */
data class TriggerSheetState(
    val loading: Boolean = false,
    val triggers: List<Choice> = emptyList(),
    val chosen: String? = null,
    val note: String = "",
    /** What in the activity points to one, by code. */
    val suggestions: Map<String, Sentence> = emptyMap(),
    val marked: List<Sentence> = emptyList(),
    val gate: Gate = Gate(false),
    val work: Work = Work.Idle,
)
