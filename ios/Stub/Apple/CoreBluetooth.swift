// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation

open class CBUUID: NSObject {
    public init(string: String) {}
    public var uuidString: String { "" }
}
public struct CBError: Error {
    public enum Code: Int, Sendable {
        case unknown, invalidParameters, invalidHandle, notConnected, outOfSpace, operationCancelled, connectionTimeout,
            peripheralDisconnected, uuidNotAllowed, alreadyAdvertising, connectionFailed, connectionLimitReached, unknownDevice,
            operationNotSupported, peerRemovedPairingInformation, encryptionTimedOut, tooManyLEPairedDevices
    }
    public var code: Code { .unknown }
}
public struct CBATTError: Error {
    public enum Code: Int, Sendable {
        case success, invalidHandle, readNotPermitted, writeNotPermitted, invalidPdu, insufficientAuthentication, requestNotSupported,
            invalidOffset, insufficientAuthorization, prepareQueueFull, attributeNotFound, attributeNotLong, insufficientEncryptionKeySize,
            invalidAttributeValueLength, unlikelyError, insufficientEncryption
    }
    public var code: Code { .success }
    public var errorCode: Int { 0 }
}
public enum CBManagerState: Int, Sendable { case unknown, resetting, unsupported, unauthorized, poweredOff, poweredOn }
public enum CBManagerAuthorization: Int, Sendable { case notDetermined, restricted, denied, allowedAlways }
open class CBManager: NSObject {
    public var state: CBManagerState { .unknown }
    public class var authorization: CBManagerAuthorization { .denied }
}
public let CBCentralManagerOptionRestoreIdentifierKey = ""
public let CBCentralManagerOptionShowPowerAlertKey = ""
public let CBCentralManagerRestoredStatePeripheralsKey = ""
public let CBAdvertisementDataLocalNameKey = ""
public let CBAdvertisementDataServiceUUIDsKey = ""
open class CBCentralManager: CBManager {
    public init(delegate: (any CBCentralManagerDelegate)?, queue: DispatchQueue?, options: [String: Any]? = nil) {}
    public func scanForPeripherals(withServices: [CBUUID]?, options: [String: Any]? = nil) {}
    public func stopScan() {}
    public func connect(_ p: CBPeripheral, options: [String: Any]? = nil) {}
    public func cancelPeripheralConnection(_ p: CBPeripheral) {}
    public func retrievePeripherals(withIdentifiers: [UUID]) -> [CBPeripheral] { [] }
}
public protocol CBCentralManagerDelegate: NSObjectProtocol {
    func centralManagerDidUpdateState(_ central: CBCentralManager)
    func centralManager(_ central: CBCentralManager, willRestoreState dict: [String: Any])
    func centralManager(
        _ central: CBCentralManager, didDiscover peripheral: CBPeripheral, advertisementData: [String: Any], rssi RSSI: NSNumber)
    func centralManager(_ central: CBCentralManager, didConnect peripheral: CBPeripheral)
    func centralManager(_ central: CBCentralManager, didFailToConnect peripheral: CBPeripheral, error: (any Error)?)
    func centralManager(_ central: CBCentralManager, didDisconnectPeripheral peripheral: CBPeripheral, error: (any Error)?)
}
public enum CBPeripheralState: Int, Sendable { case disconnected, connecting, connected, disconnecting }
public enum CBCharacteristicWriteType: Int, Sendable { case withResponse, withoutResponse }
open class CBPeer: NSObject { public var identifier: UUID { fatalError() } }
open class CBPeripheral: CBPeer {
    public weak var delegate: (any CBPeripheralDelegate)?
    public var name: String? { nil }
    public var state: CBPeripheralState { .connected }
    public var services: [CBService]? { nil }
    public var canSendWriteWithoutResponse: Bool { true }
    public func discoverServices(_ s: [CBUUID]?) {}
    public func discoverCharacteristics(_ c: [CBUUID]?, for: CBService) {}
    public func readValue(for: CBCharacteristic) {}
    public func maximumWriteValueLength(for: CBCharacteristicWriteType) -> Int { 0 }
    public func writeValue(_ d: Data, for: CBCharacteristic, type: CBCharacteristicWriteType) {}
    public func setNotifyValue(_ e: Bool, for: CBCharacteristic) {}
}
open class CBAttribute: NSObject { public var uuid: CBUUID { fatalError() } }
open class CBService: CBAttribute { public var characteristics: [CBCharacteristic]? { nil } }
public struct CBCharacteristicProperties: OptionSet, Sendable {
    public var rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let read = Self(rawValue: 1), write = Self(rawValue: 2), writeWithoutResponse = Self(rawValue: 4),
        notify = Self(rawValue: 8), indicate = Self(rawValue: 16)
}
open class CBCharacteristic: CBAttribute {
    public var properties: CBCharacteristicProperties { [] }
    public var value: Data? { nil }
    public var isNotifying: Bool { false }
}
public protocol CBPeripheralDelegate: NSObjectProtocol {
    func peripheral(_ peripheral: CBPeripheral, didDiscoverServices error: (any Error)?)
    func peripheral(_ peripheral: CBPeripheral, didDiscoverCharacteristicsFor service: CBService, error: (any Error)?)
    func peripheral(_ peripheral: CBPeripheral, didUpdateValueFor characteristic: CBCharacteristic, error: (any Error)?)
    func peripheral(_ peripheral: CBPeripheral, didWriteValueFor characteristic: CBCharacteristic, error: (any Error)?)
    func peripheralIsReady(toSendWriteWithoutResponse peripheral: CBPeripheral)
    func peripheral(_ peripheral: CBPeripheral, didUpdateNotificationStateFor characteristic: CBCharacteristic, error: (any Error)?)
    func peripheral(_ peripheral: CBPeripheral, didModifyServices invalidatedServices: [CBService])
}
