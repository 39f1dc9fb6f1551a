import CoreBindings
import CoreBluetooth
import Foundation

/// What Bluetooth says, in the words of the core.
enum RadioFailure {
    /// Why something was not done. The errors of the attribute protocol are those of Core 5.4, vol. 3, part F, §3.4.1.1.
    static func told(_ error: any Error, maxBytes: Int) -> PlatformFailure {
        if let refused = error as? CBATTError {
            switch refused.code {
            case .insufficientAuthentication, .insufficientAuthorization, .insufficientEncryption, .insufficientEncryptionKeySize:
                return .NotPaired
            case .readNotPermitted, .writeNotPermitted, .requestNotSupported: return .NotAllowed
            case .invalidAttributeValueLength: return .TooLong(maxBytes: UInt32(maxBytes))
            default: return .Att(code: UInt8(clamping: refused.errorCode))
            }
        }
        guard let failed = error as? CBError else { return .Unexpected(reason: "\(error)") }
        switch failed.code {
        case .peerRemovedPairingInformation, .encryptionTimedOut: return .NotPaired
        case .connectionTimeout: return .TimedOut
        case .notConnected, .peripheralDisconnected, .connectionFailed, .unknownDevice, .invalidHandle: return .NotConnected
        case .operationNotSupported, .uuidNotAllowed: return .NotAllowed
        default: return .Unexpected(reason: "\(failed)")
        }
    }

    /// Why a connection ended; without an error it was ended here.
    static func lost(_ error: (any Error)?) -> RadioLost {
        guard let error else { return .local }
        switch (error as? CBError)?.code {
        case .connectionTimeout: return .timedOut
        case .peripheralDisconnected: return .remote
        case .peerRemovedPairingInformation, .encryptionTimedOut: return .authentication
        default: return .unknown
        }
    }

    /// A UUID in full, lower case, as the core writes it (Core 5.4, vol. 3, part B, §2.5.1).
    static func full(_ uuid: CBUUID) -> String {
        let short = uuid.uuidString.lowercased()
        switch short.count {
        case 4: return "0000" + short + "-0000-1000-8000-00805f9b34fb"
        case 8: return short + "-0000-1000-8000-00805f9b34fb"
        default: return short
        }
    }
}
