package cn.liuhen.shell.fault

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Work

/** Reporting equipment out of order (article 20). */
data class FaultSheetState(
    val loading: Boolean = false,
    val devices: List<Choice> = emptyList(),
    val device: String? = null,
    val symptom: String = "",
    /** Whether recordings are still on the device. */
    val dataOnDevice: Boolean = true,
    val gate: Gate = Gate(false),
    val work: Work = Work.Idle,
)
