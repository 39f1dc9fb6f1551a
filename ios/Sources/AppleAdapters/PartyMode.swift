import ShellCore
import UIKit

/// Guided access for the time that the phone is in the party's hand. iOS lets an app begin it by itself only on a supervised phone whose
/// profile names this app (autonomous single app mode). Elsewhere the screen says that it is not locked; the officer can begin guided
/// access by hand (three presses of the side button), and stays beside.
@MainActor
public final class PartyMode: ScreenPin {
    public let pinned = Watched(UIAccessibility.isGuidedAccessEnabled)
    private var isWished = false
    /// Only what this app began it can end.
    private var isOurs = false
    private var listening: (any NSObjectProtocol)?

    public init() {
        listening = NotificationCenter.default.addObserver(
            forName: UIAccessibility.guidedAccessStatusDidChangeNotification, object: nil, queue: .main
        ) { [weak self] _ in
            Task { @MainActor [weak self] in self?.tell() }
        }
    }

    public func pin() {
        isWished = true
        look()
    }

    public func unpin() {
        isWished = false
        look()
    }

    /// Makes true what is wished, as far as the system lets it; called whenever the app comes to the front.
    public func look() {
        tell()
        let isPinned = UIAccessibility.isGuidedAccessEnabled
        if isWished == isPinned || (!isWished && !isOurs) { return }
        let isWished = isWished
        UIAccessibility.requestGuidedAccessSession(enabled: isWished) { @Sendable [weak self] isDone in
            Task { @MainActor [weak self] in
                if isDone { self?.isOurs = isWished }
                self?.tell()
            }
        }
    }

    private func tell() {
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
