// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation

public let kSecClass: CFString = ""
public let kSecClassGenericPassword: CFString = ""
public let kSecAttrService: CFString = ""
public let kSecAttrAccount: CFString = ""
public let kSecReturnData: CFString = ""
public let kSecUseAuthenticationContext: CFString = ""
public let kSecValueData: CFString = ""
public let kSecAttrAccessible: CFString = ""
public let kSecAttrAccessControl: CFString = ""
public let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly: CFString = ""
public let kSecAttrAccessibleWhenUnlockedThisDeviceOnly: CFString = ""
public let errSecSuccess: OSStatus = 0
public let errSecItemNotFound: OSStatus = 1
public let errSecInteractionNotAllowed: OSStatus = 2
public let errSecParam: OSStatus = 3
public func SecItemCopyMatching(_ q: CFDictionary, _ r: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus { 0 }
public func SecItemAdd(_ q: CFDictionary, _ r: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus { 0 }
@discardableResult public func SecItemDelete(_ q: CFDictionary) -> OSStatus { 0 }
public final class SecAccessControl {}
public final class SecCertificate {}
public struct SecAccessControlCreateFlags: OptionSet, Sendable {
    public var rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let biometryCurrentSet = Self(rawValue: 1), privateKeyUsage = Self(rawValue: 2)
}
public func SecAccessControlCreateWithFlags(
    _ a: AnyObject?, _ p: CFString, _ f: SecAccessControlCreateFlags, _ e: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> SecAccessControl? { nil }
public func SecTrustCopyCertificateChain(_ t: SecTrust) -> NSArray? { nil }
public func SecCertificateCopyData(_ c: SecCertificate) -> NSData { fatalError() }
