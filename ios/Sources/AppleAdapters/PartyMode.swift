import ShellCore
import UIKit

/// Guided access for the time that the phone is in the party's hand. iOS lets an app begin it by itself only on a supervised phone whose
/// profile names this app (autonomous single app mode); elsewhere the screen says that it could not be locked, and an officer stays beside.
@MainActor
public final class PartyMode: ScreenPin {
    public let pinned = Watched(false)

    public init() {}

    public func pin() {
        Task { await set(true) }
    }

    public func unpin() {
        Task { await set(false) }
    }

    private func set(_ on: Bool) async {
        _ = await UIAccessibility.requestGuidedAccessSession(enabled: on)
        pinned.set(UIAccessibility.isGuidedAccessEnabled)
    }
}

/// The phone's battery.
public struct PhoneBattery: Battery {
    @MainActor public init() {
        UIDevice.current.isBatteryMonitoringEnabled = true
    }

    public func percent() -> Int {
        let level = UIDevice.current.batteryLevel
        // A simulator has none.
        return level < 0 ? 100 : Int((level * 100).rounded())
    }
}
