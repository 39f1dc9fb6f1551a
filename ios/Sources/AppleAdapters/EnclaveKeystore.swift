import CoreBindings
import Foundation
import Security

/// Keys that never leave the Secure Enclave, usable after the first unlock so that sending goes on in a pocket.
///
/// Wrapping is ECIES with AES-GCM under a second key of the Enclave: it keeps no symmetric keys.
public final class EnclaveKeystore: Keystore {
    private static let tag = "cn.liuhen.key."
    private static let wrapping = SecKeyAlgorithm.eciesEncryptionCofactorVariableIVX963SHA256AESGCM

    public init() {}

    public func makeSigningKey(name: String) throws -> Data {
        try make(name)
        return try publicKey(name: name)
    }

    public func publicKey(name: String) throws -> Data {
        guard let open = SecKeyCopyPublicKey(try key(name)), let info = SubjectPublicKeyInfo.of(open) else {
            throw PlatformFailure.KeyMissing
        }
        return info
    }

    public func sign(name: String, payload: Data) throws -> Data {
        let key = try key(name)
        return try done { SecKeyCreateSignature(key, .ecdsaSignatureMessageX962SHA256, payload as CFData, $0) }
    }

    public func makeWrappingKey(name: String) throws {
        try make(name)
    }

    public func wrap(name: String, plain: Data) throws -> Data {
        guard let open = SecKeyCopyPublicKey(try key(name)) else { throw PlatformFailure.KeyMissing }
        return try done { SecKeyCreateEncryptedData(open, Self.wrapping, plain as CFData, $0) }
    }

    public func unwrap(name: String, wrapped: Data) throws -> Data {
        guard let plain = SecKeyCreateDecryptedData(try key(name), Self.wrapping, wrapped as CFData, nil) else {
            throw PlatformFailure.WrappedBroken
        }
        return plain as Data
    }

    public func erase(name: String) throws {
        SecItemDelete(query(name) as CFDictionary)
    }

    public func kind() throws -> KeystoreKind { .secureEnclave }

    private func query(_ name: String) -> [CFString: Any] {
        [
            kSecClass: kSecClassKey, kSecAttrApplicationTag: Data((Self.tag + name).utf8), kSecAttrKeyType: kSecAttrKeyTypeECSECPrimeRandom,
        ]
    }

    private func key(_ name: String) throws -> SecKey {
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query(name).merging([kSecReturnRef: true]) { $1 } as CFDictionary, &found)
        switch status {
        case errSecSuccess: break
        case errSecInteractionNotAllowed: throw PlatformFailure.KeyLocked
        default: throw PlatformFailure.KeyMissing
        }
        guard let found, CFGetTypeID(found) == SecKeyGetTypeID() else { throw PlatformFailure.KeyMissing }
        return unsafeDowncast(found, to: SecKey.self)
    }

    /// Keeps an existing key.
    private func make(_ name: String) throws {
        if (try? key(name)) != nil { return }
        guard
            let access = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage, nil)
        else { throw PlatformFailure.KeyLocked }
        let own: [CFString: Any] = [
            kSecAttrIsPermanent: true, kSecAttrApplicationTag: Data((Self.tag + name).utf8), kSecAttrAccessControl: access,
        ]
        let wanted: [CFString: Any] = [
            kSecAttrKeyType: kSecAttrKeyTypeECSECPrimeRandom, kSecAttrKeySizeInBits: 256, kSecAttrTokenID: kSecAttrTokenIDSecureEnclave,
            kSecPrivateKeyAttrs: own,
        ]
        guard SecKeyCreateRandomKey(wanted as CFDictionary, nil) != nil else { throw PlatformFailure.KeyLocked }
    }

    private func done(_ work: (UnsafeMutablePointer<Unmanaged<CFError>?>) -> CFData?) throws -> Data {
        var failure: Unmanaged<CFError>?
        if let made = work(&failure) { return made as Data }
        throw PlatformFailure.Unexpected(reason: failure.map { "\($0.takeRetainedValue())" } ?? "the key did nothing")
    }
}
