import CoreBindings
import CoreLocation
import Foundation

/// The best place known now, without waiting; the core makes an old one stale by itself.
public final class PlaceSource: NSObject, Location, CLLocationManagerDelegate, @unchecked Sendable {
    private let locator = CLLocationManager()
    private let lock = NSLock()
    private var newest: CLLocation?
    private var standing = CLAuthorizationStatus.notDetermined

    /// To be made on the main thread, as CoreLocation wants it.
    @MainActor public override init() {
        super.init()
        locator.delegate = self
        locator.desiredAccuracy = kCLLocationAccuracyBest
    }

    public func place() throws -> Place {
        let (newest, standing) = lock.withLock { (self.newest, self.standing) }
        switch standing {
        case .denied, .restricted: return .denied
        case .notDetermined: return .absent(reason: .notAsked)
        default: break
        }
        guard let newest else { return .absent(reason: .noSignal) }
        let position = Position(
            latE7: Int64((newest.coordinate.latitude * 1e7).rounded()), lonE7: Int64((newest.coordinate.longitude * 1e7).rounded()),
            accuracyCm: Int64((max(0, newest.horizontalAccuracy) * 100).rounded()),
            fixedAtMs: Int64((newest.timestamp.timeIntervalSince1970 * 1000).rounded()))
        if newest.sourceInformation?.isSimulatedBySoftware == true { return .mock(position: position) }
        return .fixed(position: position)
    }

    public func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        lock.withLock { newest = locations.last ?? newest }
    }

    public func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        let status = manager.authorizationStatus
        lock.withLock { standing = status }
        if status == .authorizedWhenInUse || status == .authorizedAlways { manager.startUpdatingLocation() }
    }

    public func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {}
}
