import Foundation

/// Dates and amounts as they are written in the office: the zone is the bureau's, wherever the phone believes to be.
public enum When {
    /// China has one zone and no summer time.
    private static let shanghai: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt
        return calendar
    }()
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Month, day and minute. `atMs`: Unix milliseconds.
    public static func minute(_ atMs: Int) -> Sentence {
        let at = parts(atMs)
        return Sentence("\(at.month)月\(at.day)日 \(at.clock)", "\(at.day) \(months[at.month - 1]) \(at.clock)")
    }

    /// Year, month, day and minute. `atMs`: Unix milliseconds.
    public static func full(_ atMs: Int) -> Sentence {
        let at = parts(atMs)
        let zh = "\(at.year)年\(at.month)月\(at.day)日 \(at.clock)"
        return Sentence(zh, "\(at.day) \(months[at.month - 1]) \(at.year), \(at.clock)")
    }

    /// A length as a clock shows it: 02:05, 1:02:05.
    public static func clock(_ lengthMs: Int) -> String {
        let secs = max(0, lengthMs) / 1000
        let (hours, minutes, seconds) = (secs / 3600, secs / 60 % 60, secs % 60)
        return (hours > 0 ? "\(hours):" : "") + two(minutes) + ":" + two(seconds)
    }

    /// A length in words, for ears.
    public static func spoken(_ lengthMs: Int) -> Sentence {
        let secs = max(0, lengthMs) / 1000
        return Sentence("\(secs / 60)分\(secs % 60)秒", "\(secs / 60) min \(secs % 60) s")
    }

    /// Minutes up to ten hours, hours beyond: a forecast is no more exact than that.
    public static func lasting(_ minutes: Int) -> Sentence {
        minutes < 600 ? Sentence("\(minutes) 分钟", "\(minutes) min") : Sentence("\(minutes / 60) 小时", "\(minutes / 60) h")
    }

    /// An amount of data, in powers of ten as phones say it.
    public static func bytes(_ bytes: Int) -> String {
        switch bytes {
        case 1_000_000_000...: "\(bytes / 1_000_000_000).\(bytes / 100_000_000 % 10) GB"
        case 1_000_000...: "\(bytes / 1_000_000) MB"
        case 1_000...: "\(bytes / 1_000) KB"
        default: "\(bytes) B"
        }
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static func parts(_ atMs: Int) -> (year: Int, month: Int, day: Int, clock: String) {
        let date = Date(timeIntervalSince1970: TimeInterval(atMs) / 1000)
        let at = shanghai.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        return (at.year ?? 0, at.month ?? 1, at.day ?? 1, two(at.hour ?? 0) + ":" + two(at.minute ?? 0))
    }
}
