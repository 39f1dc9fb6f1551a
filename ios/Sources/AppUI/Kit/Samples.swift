import ShellCore

/// What previews show.
enum Samples {
    static let said = Sentence("告知当事人", "give notice")
    static let day = Sentence("2025年11月25日 星期二", "Tuesday, 25 November 2025")
    static let need = Need(code: "notice_missing", sentence: Sentence("尚未告知当事人", "the party has not been told"))
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

/// What can befall every screen, whatever else it shows; each preview shows all of it.
enum Circumstance: String, CaseIterable {
    case empty
    case loading
    case working
    case failed
    case done
    case offline
    case denied
    case deniedForGood
    case storageLow
    case storageFull
    case batteryLow
    case recorderLost
    case certificateExpired
    case waiting
    case said

    /// A State in this circumstance.
    func of<State: Circumstanced>(_ state: State) -> State {
        var state = state
        state.loading = self == .loading
        state.work = work
        state.conditions = conditions
        return state
    }

    private var work: Work {
        switch self {
        case .working: .running(what: Texts.working, permille: 400, cancellable: true)
        case .failed: .failed(why: Sentence("证据库正被另一个程序使用", "another program uses the vault"), needs: [Samples.need], retryable: true)
        case .done: .done(what: Sentence("已全部入库", "everything is stored"))
        default: .idle
        }
    }

    private var conditions: [Condition] {
        switch self {
        case .offline: [.offline]
        case .denied: [.denied(permission: .camera, forGood: false)]
        case .deniedForGood: [.denied(permission: .microphone, forGood: true)]
        case .storageLow: [.storageLow(sentence: Sentence("空间不足，还可录像约9分钟", "space runs short: about 9 minutes of video"), full: false)]
        case .storageFull: [.storageLow(sentence: Sentence("空间已满，不能再录制", "no space is left to record"), full: true)]
        case .batteryLow: [.batteryLow(percent: 9)]
        case .recorderLost: [.recorderLost(sentence: Texts.Recorder.lost)]
        case .certificateExpired: [.certificateExpired(sentence: Sentence("执法证已到期", "the certificate has expired"))]
        case .waiting: [.waiting(sentence: Sentence("等待办公室Wi-Fi", "waits for the office's Wi-Fi"))]
        case .said: [.said(sentence: Sentence("手机时钟不准", "the phone's clock is wrong"), tone: .attention)]
        case .empty, .loading, .working, .failed, .done: []
        }
    }
}

/// A State whose circumstances previews set.
protocol Circumstanced: WorkShown {
    var conditions: [Condition] { get set }
    var loading: Bool { get set }
}

extension SignInState: Circumstanced {}
extension TodayState: Circumstanced {}
extension SessionOpenState: Circumstanced {}
extension CaptureState: Circumstanced {}
extension RecorderState: Circumstanced {}
extension DocumentsState: Circumstanced {}
extension ReviewState: Circumstanced {}
extension SignState: Circumstanced {}
extension SyncStatusState: Circumstanced {}
extension SettingsState: Circumstanced {}

/// A form to join with has nothing to read.
extension EnrolState: Circumstanced {
    var loading: Bool {
        get { false }
        set {}
    }
}

/// What lasts is shown by the screen below a sheet.
protocol Sheet: Circumstanced {}

extension Sheet {
    var conditions: [Condition] {
        get { [] }
        set {}
    }
}

extension GapSheetState: Sheet {}
extension FaultSheetState: Sheet {}
extension TriggerSheetState: Sheet {}
