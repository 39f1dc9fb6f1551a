import CoreBindings
import CoreLocation
import Foundation
import ShellCore

/// The phone's own place. It listens only while it is told to; what is known then grows stale, and the core makes an old place so.
@MainActor
public final class PlaceSource: NSObject, CoreBindings.Location {
    /// As wide as a county: the system did not tell.
    private nonisolated static let unknownAccuracyCm: Int64 = 10_000_000

    private let locator = CLLocationManager()
    private let seen = Guarded(Seen())
    private var isWanted = false
    /// Told whenever the officer allowed it or took it back.
    var changed: () -> Void = {}

    private struct Seen: Sendable {
        var newest: Position?
        var isFeigned = false
        var standing = CLAuthorizationStatus.notDetermined
        var isListening = false
    }

    /// - Parameter accuracyM: how exact a place is wanted, metres; the system has names for its best.
    public init(accuracyM: CLLocationAccuracy = kCLLocationAccuracyBest) {
        super.init()
        locator.desiredAccuracy = accuracyM
        // It tells at once how the permission stands.
        locator.delegate = self
    }

    /// Begins or ends listening; does nothing while it is not allowed.
    public func listen(_ isWanted: Bool) {
        self.isWanted = isWanted
        settle()
    }

    /// Has the system ask the officer; it does so once.
    func ask() {
        locator.requestWhenInUseAuthorization()
    }

    /// How the permission stands. A coarse place is a place.
    var grant: Grant {
        switch locator.authorizationStatus {
        case .authorizedWhenInUse, .authorizedAlways: .granted
        case .notDetermined: .notAsked
        default: .deniedForGood
        }
    }

    private func settle() {
        let standing = locator.authorizationStatus
        let isListening = isWanted && (standing == .authorizedWhenInUse || standing == .authorizedAlways)
        seen.with {
            $0.standing = standing
            $0.isListening = isListening
        }
        if isListening { locator.startUpdatingLocation() } else { locator.stopUpdatingLocation() }
        changed()
    }

    public nonisolated func place() throws -> CoreBindings.Place {
        let now = seen.value
        switch now.standing {
        // With the whole service off the system says that it is denied.
        case .denied, .restricted: return CLLocationManager.locationServicesEnabled() ? .denied : .absent(reason: .off)
        case .notDetermined: return .absent(reason: .notAsked)
        default: break
        }
        guard let newest = now.newest else { return .absent(reason: now.isListening ? .noSignal : .notAsked) }
        return now.isFeigned ? .mock(position: newest) : .fixed(position: newest)
    }
}

extension PlaceSource: CLLocationManagerDelegate {
    public nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        guard let heard = locations.last else { return }
        let position = Position(
            latE7: Int64((heard.coordinate.latitude * 1e7).rounded()), lonE7: Int64((heard.coordinate.longitude * 1e7).rounded()),
            accuracyCm: heard.horizontalAccuracy < 0 ? Self.unknownAccuracyCm : Int64((heard.horizontalAccuracy * 100).rounded()),
            fixedAtMs: Int64((heard.timestamp.timeIntervalSince1970 * 1000).rounded()))
        let isFeigned = heard.sourceInformation?.isSimulatedBySoftware == true
        seen.with {
            $0.newest = position
            $0.isFeigned = isFeigned
        }
    }

    public nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        Task { @MainActor in settle() }
    }

    /// The next place says it; until then the last one grows stale.
    public nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {}
}
