import CoreBindings
import Foundation

/// The phone's clocks.
public final class PhoneClock: CoreBindings.Clock {
    private let bootId = PhoneClock.boot()

    public init() {}

    public func read() throws -> ClockNow {
        ClockNow(
            wallMs: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)),
            zoneMinutes: Int32(TimeZone.autoupdatingCurrent.secondsFromGMT() / 60),
            // Counts sleep; nobody can set it.
            monoMs: Int64(clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW) / 1_000_000),
            bootId: bootId)
    }

    /// The kernel's id of this boot. Without it two processes of one boot look like two boots: less is claimed, nothing wrong is.
    private static func boot() -> String {
        let name = "kern.bootsessionuuid"
        var lenBytes = 0
        guard sysctlbyname(name, nil, &lenBytes, nil, 0) == 0, lenBytes > 1 else { return process() }
        var text = [UInt8](repeating: 0, count: lenBytes)
        guard sysctlbyname(name, &text, &lenBytes, nil, 0) == 0 else { return process() }
        return "boot-" + String(decoding: text.prefix { $0 != 0 }, as: UTF8.self).lowercased()
    }

    private static func process() -> String {
        "process-" + UUID().uuidString.lowercased()
    }
}
