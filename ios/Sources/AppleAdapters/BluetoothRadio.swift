import CoreBindings
import CoreBluetooth
import Foundation
import ShellCore

/// The phone's Bluetooth Low Energy as a central with one peer, as the core wants it. The system keeps it when the app's process ends,
/// and starts the app again for it (state restoration); made at every start where it is allowed, else when it is first asked for.
///
/// The system pairs by itself when a protected characteristic is read, and does not tell how a peer stands.
public final class BluetoothRadio: NSObject, Radio, @unchecked Sendable {
    /// The name under which the system keeps it.
    private static let restoring = "cn.liuhen.recorder"
    private static let powerSecs = 5.0
    private static let connectSecs = 30.0
    /// The attribute protocol's own patience (Core 5.4, vol. 3, part F, §3.3.3) and a little.
    private static let answerSecs = 31.0
    /// What every connection carries, bytes (Core 5.4, vol. 3, part F, §5.2.1).
    private static let leastBytes = 20

    /// Told whenever the officer allowed it or took it back.
    @MainActor var allowed: () -> Void = {}

    // Everything below is touched on the queue only.
    private let queue = DispatchQueue(label: "cn.liuhen.bluetooth")
    private let power: RadioAnswer<Void>
    private let link: RadioAnswer<Void>
    private let discovery: RadioAnswer<[RadioCharacteristic]>
    private let reading: RadioAnswer<Data>
    private let writing: RadioAnswer<Void>
    private let switching: RadioAnswer<Void>
    private var central: CBCentralManager?
    private var events: RadioEvents?
    private var heard: [UUID: CBPeripheral] = [:]
    private var peer: CBPeripheral?
    private var restored: String?
    private var readFrom: CBCharacteristic?
    private var unsent: (to: CBCharacteristic, payload: Data)?
    private var undiscovered = 0

    public override init() {
        power = RadioAnswer(queue)
        link = RadioAnswer(queue)
        discovery = RadioAnswer(queue)
        reading = RadioAnswer(queue)
        writing = RadioAnswer(queue)
        switching = RadioAnswer(queue)
        super.init()
    }

    /// Takes up what the system kept. Called at every start of the app; asks nobody for anything.
    public func begin() {
        if CBManager.authorization == .allowedAlways { queue.async { [self] in _ = manager() } }
    }

    /// Making the first one has the system ask the officer.
    private func manager() -> CBCentralManager {
        if let central { return central }
        let options: [String: Any] = [
            CBCentralManagerOptionRestoreIdentifierKey: Self.restoring, CBCentralManagerOptionShowPowerAlertKey: false,
        ]
        let made = CBCentralManager(delegate: self, queue: queue, options: options)
        central = made
        return made
    }

    /// How the permission stands.
    var grant: Grant {
        switch CBManager.authorization {
        case .allowedAlways: .granted
        case .notDetermined: .notAsked
        default: .deniedForGood
        }
    }

    /// Has the system ask the officer; it does so once.
    func ask() {
        queue.async { [self] in _ = manager() }
    }

    public func listen(events: RadioEvents) throws {
        queue.async { [self] in
            self.events = events
            if let restored { events.onEvent(event: .restored(peer: restored)) }
            restored = nil
        }
    }

    public func scan(services: [String]) async throws {
        try await powered()
        queue.async { [self] in
            heard = [:]
            central?.scanForPeripherals(withServices: services.map { CBUUID(string: $0) }, options: nil)
        }
    }

    public func stopScan() async throws {
        queue.async { [self] in
            if central?.state == .poweredOn { central?.stopScan() }
        }
    }

    public func connect(peer: String) async throws {
        try await powered()
        do {
            try await link.ask(patienceSecs: Self.connectSecs) { [self] in try begin(peer) }
        } catch {
            // Without this the system goes on trying for ever.
            queue.async { [self] in letGo() }
            throw error
        }
    }

    private func begin(_ peer: String) throws {
        guard let central, let id = UUID(uuidString: peer) else { throw PlatformFailure.NotConnected }
        central.stopScan()
        if self.peer?.identifier != id { letGo() }
        guard let found = heard[id] ?? central.retrievePeripherals(withIdentifiers: [id]).first else { throw PlatformFailure.NotConnected }
        self.peer = found
        found.delegate = self
        if found.state == .connected { link.end(.success(())) } else { central.connect(found, options: nil) }
    }

    public func disconnect() async throws {
        queue.async { [self] in
            if peer == nil { return }
            letGo()
            events?.onEvent(event: .disconnected(reason: .local))
        }
    }

    /// Forgets the peer; whatever was asked of it fails.
    private func letGo() {
        let old = peer
        peer = nil
        readFrom = nil
        unsent = nil
        old?.delegate = nil
        if let old, central?.state == .poweredOn { central?.cancelPeripheralConnection(old) }
        let gone = PlatformFailure.NotConnected
        link.end(.failure(gone))
        discovery.end(.failure(gone))
        reading.end(.failure(gone))
        writing.end(.failure(gone))
        switching.end(.failure(gone))
    }

    public func discover() async throws -> [RadioCharacteristic] {
        try await discovery.ask(patienceSecs: Self.answerSecs) { [self] in try connected().discoverServices(nil) }
    }

    public func read(characteristic: String) async throws -> Data {
        try await reading.ask(patienceSecs: Self.answerSecs) { [self] in
            let what = try find(characteristic)
            readFrom = what
            try connected().readValue(for: what)
        }
    }

    public func write(characteristic: String, payload: Data, withResponse: Bool) async throws {
        try await writing.ask(patienceSecs: Self.answerSecs) { [self] in
            let (to, what) = (try connected(), try find(characteristic))
            let maxBytes = to.maximumWriteValueLength(for: .withoutResponse)
            if payload.count > maxBytes { throw PlatformFailure.TooLong(maxBytes: UInt32(maxBytes)) }
            if withResponse {
                to.writeValue(payload, for: what, type: .withResponse)
            } else if to.canSendWriteWithoutResponse {
                to.writeValue(payload, for: what, type: .withoutResponse)
                writing.end(.success(()))
            } else {
                // The system would drop it now; it says when it has room again.
                unsent = (what, payload)
            }
        }
    }

    public func subscribe(characteristic: String) async throws {
        try await switching.ask(patienceSecs: Self.answerSecs) { [self] in
            let what = try find(characteristic)
            if what.properties.isDisjoint(with: [.notify, .indicate]) { throw PlatformFailure.NotAllowed }
            try connected().setNotifyValue(true, for: what)
        }
    }

    /// Asked on threads of the core, never on the queue.
    public func maxWriteBytes() throws -> UInt32 {
        queue.sync { UInt32(max(Self.leastBytes, peer?.maximumWriteValueLength(for: .withoutResponse) ?? 0)) }
    }

    public func bondState() async throws -> RadioBond { .unknown }

    /// There is no call for it: the first protected read has the system ask.
    public func requestBond() async throws {}

    /// Waits until the system has told whether the radio is on.
    private func powered() async throws {
        try await power.ask(patienceSecs: Self.powerSecs) { [self] in
            switch manager().state {
            case .poweredOn: power.end(.success(()))
            case .unknown, .resetting: break
            default: throw PlatformFailure.RadioOff
            }
        }
    }

    private func connected() throws -> CBPeripheral {
        guard let peer, peer.state == .connected else { throw PlatformFailure.NotConnected }
        return peer
    }

    private func find(_ characteristic: String) throws -> CBCharacteristic {
        let all = try connected().services?.flatMap { $0.characteristics ?? [] } ?? []
        guard let found = all.first(where: { RadioFailure.full($0.uuid) == characteristic }) else { throw PlatformFailure.NotAllowed }
        return found
    }

    private func failure(_ error: any Error) -> PlatformFailure {
        RadioFailure.told(error, maxBytes: peer?.maximumWriteValueLength(for: .withoutResponse) ?? Self.leastBytes)
    }

    private func result(_ error: (any Error)?) -> Result<Void, any Error> {
        error.map { .failure(failure($0)) } ?? .success(())
    }
}

extension BluetoothRadio: CBCentralManagerDelegate {
    public func centralManagerDidUpdateState(_ central: CBCentralManager) {
        let isOn = central.state == .poweredOn
        if central.state != .unknown && central.state != .resetting {
            power.end(isOn ? .success(()) : .failure(PlatformFailure.RadioOff))
        }
        if !isOn && peer != nil {
            letGo()
            events?.onEvent(event: .disconnected(reason: .unknown))
        }
        events?.onEvent(event: .adapter(on: isOn))
        Task { @MainActor in allowed() }
    }

    /// The system started the app again because of a peer that was connected before. Comes before anything else.
    public func centralManager(_ central: CBCentralManager, willRestoreState dict: [String: Any]) {
        let kept = dict[CBCentralManagerRestoredStatePeripheralsKey] as? [CBPeripheral] ?? []
        for peripheral in kept { heard[peripheral.identifier] = peripheral }
        guard let first = kept.first(where: { $0.state == .connected || $0.state == .connecting }) else { return }
        peer = first
        first.delegate = self
        let name = first.identifier.uuidString
        if let events { events.onEvent(event: .restored(peer: name)) } else { restored = name }
    }

    public func centralManager(
        _ central: CBCentralManager, didDiscover peripheral: CBPeripheral, advertisementData: [String: Any], rssi strength: NSNumber
    ) {
        heard[peripheral.identifier] = peripheral
        let name = advertisementData[CBAdvertisementDataLocalNameKey] as? String ?? peripheral.name
        let services = advertisementData[CBAdvertisementDataServiceUUIDsKey] as? [CBUUID] ?? []
        // 127 says that the strength is not known.
        let rssiDbm = strength.intValue == 127 ? nil : Int16(clamping: strength.intValue)
        events?.onEvent(
            event: .found(
                peer: peripheral.identifier.uuidString, name: name, services: services.map(RadioFailure.full), rssiDbm: rssiDbm))
    }

    public func centralManager(_ central: CBCentralManager, didConnect peripheral: CBPeripheral) {
        if peripheral == peer { link.end(.success(())) } else { central.cancelPeripheralConnection(peripheral) }
    }

    public func centralManager(_ central: CBCentralManager, didFailToConnect peripheral: CBPeripheral, error: (any Error)?) {
        if peripheral == peer { link.end(.failure(error.map(failure) ?? PlatformFailure.NotConnected)) }
    }

    public func centralManager(_ central: CBCentralManager, didDisconnectPeripheral peripheral: CBPeripheral, error: (any Error)?) {
        // One that was let go here was told already.
        guard peripheral == peer else { return }
        letGo()
        events?.onEvent(event: .disconnected(reason: RadioFailure.lost(error)))
    }
}

extension BluetoothRadio: CBPeripheralDelegate {
    public func peripheral(_ peripheral: CBPeripheral, didDiscoverServices error: (any Error)?) {
        guard error == nil, let services = peripheral.services, !services.isEmpty else {
            discovery.end(error.map { .failure(failure($0)) } ?? .success([]))
            return
        }
        undiscovered = services.count
        for service in services { peripheral.discoverCharacteristics(nil, for: service) }
    }

    public func peripheral(_ peripheral: CBPeripheral, didDiscoverCharacteristicsFor service: CBService, error: (any Error)?) {
        if let error { return discovery.end(.failure(failure(error))) }
        undiscovered -= 1
        if undiscovered > 0 { return }
        let all = peripheral.services?.flatMap { service in (service.characteristics ?? []).map { Self.entry(service, $0) } } ?? []
        discovery.end(.success(all))
    }

    private static func entry(_ service: CBService, _ what: CBCharacteristic) -> RadioCharacteristic {
        RadioCharacteristic(
            service: RadioFailure.full(service.uuid), uuid: RadioFailure.full(what.uuid), read: what.properties.contains(.read),
            write: what.properties.contains(.write), writeWithoutResponse: what.properties.contains(.writeWithoutResponse),
            notify: !what.properties.isDisjoint(with: [.notify, .indicate]))
    }

    /// The answer to a read, a notification, or both: the system does not tell them apart, and neither does the core.
    public func peripheral(_ peripheral: CBPeripheral, didUpdateValueFor characteristic: CBCharacteristic, error: (any Error)?) {
        let value = characteristic.value ?? Data()
        if reading.isAsked, readFrom == characteristic {
            readFrom = nil
            reading.end(error.map { .failure(failure($0)) } ?? .success(value))
        }
        if characteristic.isNotifying && error == nil {
            events?.onEvent(event: .value(characteristic: RadioFailure.full(characteristic.uuid), payload: value))
        }
    }

    public func peripheral(_ peripheral: CBPeripheral, didWriteValueFor characteristic: CBCharacteristic, error: (any Error)?) {
        writing.end(result(error))
    }

    public func peripheralIsReady(toSendWriteWithoutResponse peripheral: CBPeripheral) {
        guard let waiting = unsent else { return }
        unsent = nil
        peripheral.writeValue(waiting.payload, for: waiting.to, type: .withoutResponse)
        writing.end(.success(()))
    }

    public func peripheral(
        _ peripheral: CBPeripheral, didUpdateNotificationStateFor characteristic: CBCharacteristic, error: (any Error)?
    ) {
        switching.end(result(error))
    }

    /// Without this the system would not have this peer again as it was: services are discovered anew by whoever uses it.
    public func peripheral(_ peripheral: CBPeripheral, didModifyServices invalidatedServices: [CBService]) {}
}
