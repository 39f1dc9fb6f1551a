import CoreBindings
import Foundation

/// A phone that stands in front of the party's door.
final class DoorLocation: Location {
    func place() throws -> Place {
        .fixed(position: Position(latE7: 391_234_567, lonE7: 1_215_678_901, accuracyCm: 800, fixedAtMs: nowMs()))
    }
}

/// A network that a test turns on and off.
final class SwitchedNetwork: Network, @unchecked Sendable {
    private let lock = NSLock()
    private var now = NetworkNow(reach: .wifi, metered: false, internet: .unknown, ssid: "office")
    private var act: (@Sendable () throws -> Void)?

    func state() throws -> NetworkNow {
        let (now, act) = lock.withLock { (self.now, self.act) }
        try act?()
        return now
    }

    private func set(_ next: NetworkNow) {
        lock.withLock { now = next }
    }

    func cut() {
        set(NetworkNow(reach: .none, metered: false, internet: .unknown, ssid: nil))
    }

    func mobile() {
        set(NetworkNow(reach: .cellular, metered: true, internet: .reached, ssid: nil))
    }

    func office() {
        set(NetworkNow(reach: .wifi, metered: false, internet: .unknown, ssid: "office"))
    }

    /// Does something whenever the core asks.
    func whenAsked(_ act: (@Sendable () throws -> Void)?) {
        lock.withLock { self.act = act }
    }
}

/// The computer's clock, which a test can put ahead.
final class ComputerClock: Clock, @unchecked Sendable {
    private let lock = NSLock()
    private var aheadMs: Int64 = 0

    /// Lets time pass that nobody waits for.
    func pass(secs: Int64) {
        lock.withLock { aheadMs += secs * 1000 }
    }

    func read() throws -> ClockNow {
        let aheadMs = lock.withLock { self.aheadMs }
        let monoMs = Int64(ProcessInfo.processInfo.systemUptime * 1000) + aheadMs
        return ClockNow(wallMs: nowMs() + aheadMs, zoneMinutes: 480, monoMs: monoMs, bootId: "test-boot")
    }
}

func nowMs() -> Int64 {
    Int64(Date().timeIntervalSince1970 * 1000)
}

/// Bluetooth that is turned off.
final class RadioOff: Radio {
    func listen(events: RadioEvents) throws {}

    func scan(services: [String]) async throws { throw PlatformFailure.RadioOff }

    func stopScan() async throws {}

    func connect(peer: String) async throws { throw PlatformFailure.RadioOff }

    func disconnect() async throws {}

    func discover() async throws -> [RadioCharacteristic] { throw PlatformFailure.RadioOff }

    func read(characteristic: String) async throws -> Data { throw PlatformFailure.RadioOff }

    func write(characteristic: String, payload: Data, withResponse: Bool) async throws { throw PlatformFailure.RadioOff }

    func subscribe(characteristic: String) async throws { throw PlatformFailure.RadioOff }

    func maxWriteBytes() throws -> UInt32 { 20 }

    func bondState() async throws -> RadioBond { .unknown }

    func requestBond() async throws {}
}
