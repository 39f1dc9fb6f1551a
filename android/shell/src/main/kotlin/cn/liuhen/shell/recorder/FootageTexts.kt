package cn.liuhen.shell.recorder

import cn.liuhen.shell.Sentence

/** The part of the catalogue that speaks of footage without an activity. */
object FootageTexts {
    val Unassigned = Sentence("未归属执法活动的资料", "Footage of no activity")
    val ByHand = Sentence("人工归属的资料", "Footage assigned by hand")
    val Assign = Sentence("人工归属", "Assign by hand")
    val Lead = Sentence("原文件和原登记不变；归属由执法人员认定，理由记入执法记录。", "The file and what is on record of it stay as they are; an officer says where it belongs, and why.")
    val Session = Sentence("归属到哪次执法活动", "To which activity")
    val Nowhere = Sentence("不属于任何一次（撤销归属）", "To none: take the assignment back")
    val Officer = Sentence("认定人", "Who says so")
    val Reason = Sentence("认定理由", "Why it belongs there")
    val Assigned = Sentence("归属已记录", "The assignment is on record")
    fun more(count: Long) = Sentence("另有 $count 个文件未列出", "$count more files are not listed").orOne(count, "$count more file is not listed")
}
