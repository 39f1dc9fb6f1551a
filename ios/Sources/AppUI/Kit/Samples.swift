import ShellCore

/// What previews show.
enum Samples {
    static let said = Sentence("告知当事人", "give notice")
    static let day = Sentence("2025年11月25日 星期二", "Tuesday, 25 November 2025")
    static let need = Need(code: "notice_missing", sentence: Sentence("尚未告知当事人", "the party has not been told"))
    static let failed = Work.failed(why: Sentence("没有成功", "It did not work"), needs: [need], retryable: true)
    static let storage = StorageLine(
        freeBytes: 1 << 30, audioMinutesLeft: 2000, videoMinutesLeft: 120, sentence: Sentence("还可录像约2小时", "about 2 hours of video left"),
        tone: .plain)
    static let officers = [
        OfficerLine(officer: "li-wen", name: "李文", unit: "劳动保障监察科", certNo: "LN-0210-0031"),
        OfficerLine(
            officer: "zhao-gang", name: "赵刚", unit: "劳动保障监察科", certNo: "LN-0210-0032",
            whyNot: Sentence("执法证已到期", "the certificate has expired")),
    ]
    static let items = [
        ItemLine(
            item: "i1", media: .photo, label: Sentence("照片", "photograph"), recordedAtMs: 1_764_000_000_000,
            stage: Sentence("已封存，待上传", "sealed, not sent yet"), tone: .bad, remark: Sentence("已逾期3小时", "3 hours overdue")),
        ItemLine(
            item: "i2", media: .audio, label: Sentence("录音", "sound"), recordedAtMs: 1_764_000_000_000, durationMs: 61_000,
            stage: Sentence("已入库", "stored"), tone: .good),
    ]
    static let choices = [
        Choice(code: "a", label: Sentence("设备故障", "equipment failed")), Choice(code: "b", label: Sentence("其他", "other")),
    ]
    static let pages = [PageLine(n: 1, text: "第一页", seen: true), PageLine(n: 2, text: "第二页")]
}
