import ShellCore
import UIKit

/// What the officer allowed, asked for where it is first needed and never at the start. iOS asks once for each; afterwards only its
/// settings can change the answer.
@MainActor
public final class AskedPermissions: Permissions {
    public let granted = Watched<[Permission: Grant]>([:])
    private let camera = CaptureGrant(.camera)
    private let microphone = CaptureGrant(.microphone)
    private let notices = NoticeGrant()
    private let places: PlaceSource
    private let radio: BluetoothRadio
    private var askedAt: Set<Place> = []

    public init(places: PlaceSource, radio: BluetoothRadio) {
        self.places = places
        self.radio = radio
        places.changed = { [weak self] in self?.tell() }
        radio.allowed = { [weak self] in self?.tell() }
        look()
    }

    /// Reads again; called whenever the app comes to the front, because the system's settings may have been open.
    public func look() {
        Task {
            await notices.look()
            tell()
        }
    }

    public func ask(_ permission: Permission) {
        if granted.value[permission] == .deniedForGood {
            if let settings = URL(string: UIApplication.openSettingsURLString) { UIApplication.shared.open(settings) }
            return
        }
        Task { await request(permission) }
    }

    /// Asks for what a screen needs and was never asked for.
    public func askOnce(_ place: Place) {
        guard askedAt.insert(place).inserted else { return }
        Task {
            for permission in Self.needed(at: place) where granted.value[permission] == .notAsked { await request(permission) }
        }
    }

    private func request(_ permission: Permission) async {
        switch permission {
        case .camera: await camera.ask()
        case .microphone: await microphone.ask()
        case .notifications: await notices.ask()
        // These two tell by themselves.
        case .location: places.ask()
        case .nearbyDevices: radio.ask()
        }
        tell()
    }

    private func tell() {
        granted.set([
            .camera: camera.grant, .microphone: microphone.grant, .location: places.grant, .nearbyDevices: radio.grant,
            .notifications: notices.grant,
        ])
    }

    /// What a screen cannot do its work without.
    private static func needed(at place: Place) -> [Permission] {
        switch place {
        case .capture: [.camera, .microphone, .location, .notifications]
        case .recorder: [.nearbyDevices]
        default: []
        }
    }
}
