package cn.liuhen.shell.enrol

import cn.liuhen.shell.Condition
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Work

/** Joining a bureau: scan or type the code, then see whom one has joined. */
data class EnrolState(
    val conditions: List<Condition> = emptyList(),
    /** Whether the camera looks for a code. */
    val scanning: Boolean = false,
    /** Address of the bureau's server. */
    val url: String = "",
    val code: String = "",
    /** Number that the bureau gave this phone (执法记录设备编号). */
    val deviceNo: String = "",
    /** The bureau's own authority, PEM, when the scanned code carries one. */
    val authorityPem: String? = null,
    /** Whether what is entered can be sent. */
    val gate: Gate = Gate(false),
    val work: Work = Work.Idle,
    /** Present once the phone has joined. */
    val joined: Joined? = null,
)

/** The bureau that this phone belongs to. */
data class Joined(val bureau: String, val deviceNo: String, val sentence: Sentence)
