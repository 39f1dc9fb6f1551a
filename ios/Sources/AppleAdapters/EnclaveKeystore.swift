import CoreBindings
import CryptoKit
import Foundation

/// Keys that never leave the Secure Enclave, usable after the first unlock so that sending goes on in a pocket. What the keychain holds
/// of a key is a blob that only this phone's Enclave can read.
///
/// The Enclave has no symmetric keys. A wrapping key is therefore a P-256 key of its own: a key made for one wrapping agrees with it
/// (ECDH), HKDF with SHA-256 makes an AES-256 key of that, and AES-GCM wraps. Wrapped are the public half of the key made for it
/// (65 bytes), nonce (12), ciphertext, and tag (16).
public final class EnclaveKeystore: Keystore {
    private static let wrapInfo = Data("cn.liuhen.wrap.v1".utf8)
    private static let openKeyBytes = 65
    private static let wrapKeyBytes = 32

    private let signing = Keychain("cn.liuhen.key.signing")
    private let wrapping = Keychain("cn.liuhen.key.wrapping")

    public init() {}

    public func makeSigningKey(name: String) throws -> Data {
        try told {
            if let blob = try signing.read(name) { return try Self.signingKey(blob).publicKey.derRepresentation }
            let made = try SecureEnclave.P256.Signing.PrivateKey(accessControl: try Keychain.keyAccess())
            try signing.write(name, made.dataRepresentation, .firstUnlock)
            return made.publicKey.derRepresentation
        }
    }

    public func publicKey(name: String) throws -> Data {
        try told { try Self.signingKey(signing.read(name)).publicKey.derRepresentation }
    }

    public func sign(name: String, payload: Data) throws -> Data {
        try told { try Self.signingKey(signing.read(name)).signature(for: payload).derRepresentation }
    }

    public func makeWrappingKey(name: String) throws {
        try told {
            if try wrapping.read(name) != nil { return }
            let made = try SecureEnclave.P256.KeyAgreement.PrivateKey(accessControl: try Keychain.keyAccess())
            try wrapping.write(name, made.dataRepresentation, .firstUnlock)
        }
    }

    public func wrap(name: String, plain: Data) throws -> Data {
        try told {
            let open = try Self.wrappingKey(wrapping.read(name)).publicKey
            let once = P256.KeyAgreement.PrivateKey()
            let head = once.publicKey.x963Representation
            let key = Self.wrapKey(try once.sharedSecretFromKeyAgreement(with: open), head)
            // It is absent only for nonces of other lengths than twelve.
            guard let sealed = try AES.GCM.seal(plain, using: key, authenticating: head).combined else {
                throw PlatformFailure.Unexpected(reason: "AES-GCM")
            }
            return head + sealed
        }
    }

    public func unwrap(name: String, wrapped: Data) throws -> Data {
        try told {
            let own = try Self.wrappingKey(wrapping.read(name))
            let head = Data(wrapped.prefix(Self.openKeyBytes))
            guard let once = try? P256.KeyAgreement.PublicKey(x963Representation: head),
                let sealed = try? AES.GCM.SealedBox(combined: Data(wrapped.dropFirst(Self.openKeyBytes)))
            else { throw PlatformFailure.WrappedBroken }
            let key = Self.wrapKey(try own.sharedSecretFromKeyAgreement(with: once), head)
            guard let plain = try? AES.GCM.open(sealed, using: key, authenticating: head) else { throw PlatformFailure.WrappedBroken }
            return plain
        }
    }

    /// Names of signing and of wrapping keys are apart here; the core knows no such difference.
    public func erase(name: String) throws {
        signing.erase(name)
        wrapping.erase(name)
    }

    public func kind() throws -> KeystoreKind { .secureEnclave }

    private static func wrapKey(_ secret: SharedSecret, _ salt: Data) -> SymmetricKey {
        secret.hkdfDerivedSymmetricKey(using: SHA256.self, salt: salt, sharedInfo: wrapInfo, outputByteCount: wrapKeyBytes)
    }

    /// A blob that this Enclave cannot read is of another phone: gone for good is no less gone than never there.
    private static func signingKey(_ blob: Data?) throws -> SecureEnclave.P256.Signing.PrivateKey {
        guard let blob, let key = try? SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: blob) else {
            throw PlatformFailure.KeyMissing
        }
        return key
    }

    private static func wrappingKey(_ blob: Data?) throws -> SecureEnclave.P256.KeyAgreement.PrivateKey {
        guard let blob, let key = try? SecureEnclave.P256.KeyAgreement.PrivateKey(dataRepresentation: blob) else {
            throw PlatformFailure.KeyMissing
        }
        return key
    }

    private func told<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let failure as PlatformFailure {
            throw failure
        } catch let failure as Keychain.Failure {
            throw failure.isLocked ? PlatformFailure.KeyLocked : PlatformFailure.Unexpected(reason: "keychain \(failure.status)")
        } catch {
            throw PlatformFailure.Unexpected(reason: "\(error)")
        }
    }
}
