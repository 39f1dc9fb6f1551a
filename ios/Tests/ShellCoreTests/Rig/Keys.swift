import CoreBindings
import Foundation

#if canImport(CryptoKit)
    import CryptoKit
#else
    import TestKeys
#endif

/// A keystore in a folder, so that keys outlive a phone's process.
final class FileKeystore: Keystore, @unchecked Sendable {
    private let dir: URL
    private let lock = NSLock()
    private var isBroken = false

    /// What the core knows nothing of.
    private struct Odd: Error {}

    /// Whether every question is answered with an error that the core knows nothing of.
    func breaks(_ broken: Bool) {
        lock.withLock { isBroken = broken }
    }

    init(_ dir: URL) throws {
        self.dir = dir
        try FileManager.default.createDirectory(at: dir, withIntermediateDirectories: true)
    }

    private func file(_ name: String, _ kind: String) -> URL {
        dir.appendingPathComponent(name + "." + kind)
    }

    private func read(_ name: String, _ kind: String) throws -> Data {
        if lock.withLock({ isBroken }) { throw Odd() }
        guard let bytes = try? Data(contentsOf: file(name, kind)) else { throw PlatformFailure.KeyMissing }
        return bytes
    }

    private func has(_ name: String, _ kind: String) -> Bool {
        FileManager.default.fileExists(atPath: file(name, kind).path)
    }

    func makeSigningKey(name: String) throws -> Data {
        if !has(name, "public") {
            let made = try Software.makeKey()
            try made.secret.write(to: file(name, "private"))
            try made.open.write(to: file(name, "public"))
        }
        return try publicKey(name: name)
    }

    func publicKey(name: String) throws -> Data {
        try read(name, "public")
    }

    func sign(name: String, payload: Data) throws -> Data {
        try Software.sign(try read(name, "private"), payload)
    }

    func makeWrappingKey(name: String) throws {
        if lock.withLock({ isBroken }) { throw Odd() }
        if has(name, "secret") { return }
        var source = SystemRandomNumberGenerator()
        try Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &source) }).write(to: file(name, "secret"))
    }

    func wrap(name: String, plain: Data) throws -> Data {
        try Software.seal(try read(name, "secret"), plain)
    }

    func unwrap(name: String, wrapped: Data) throws -> Data {
        guard let plain = Software.open(try read(name, "secret"), wrapped) else { throw PlatformFailure.WrappedBroken }
        return plain
    }

    func erase(name: String) throws {
        for kind in ["private", "public", "secret"] { try? FileManager.default.removeItem(at: file(name, kind)) }
    }

    func kind() throws -> KeystoreKind { .software }
}

/// SHA-256 by the system's library.
func sha256(_ bytes: Data) -> Data {
    #if canImport(CryptoKit)
        return Data(SHA256.hash(data: bytes))
    #else
        var digest = [UInt8](repeating: 0, count: 32)
        _ = keys_sha256([UInt8](bytes), bytes.count, &digest)
        return Data(digest)
    #endif
}

/// P-256 and AES-256-GCM by the system's library.
private enum Software {
    #if canImport(CryptoKit)
        static func makeKey() throws -> (secret: Data, open: Data) {
            let key = P256.Signing.PrivateKey()
            return (key.rawRepresentation, key.publicKey.derRepresentation)
        }

        static func sign(_ secret: Data, _ payload: Data) throws -> Data {
            try P256.Signing.PrivateKey(rawRepresentation: secret).signature(for: payload).derRepresentation
        }

        static func seal(_ key: Data, _ plain: Data) throws -> Data {
            guard let sealed = try AES.GCM.seal(plain, using: SymmetricKey(data: key)).combined else { throw PlatformFailure.KeyMissing }
            return sealed
        }

        static func open(_ key: Data, _ sealed: Data) -> Data? {
            guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
            return try? AES.GCM.open(box, using: SymmetricKey(data: key))
        }
    #else
        static func makeKey() throws -> (secret: Data, open: Data) {
            var (secret, open) = ([UInt8](repeating: 0, count: 512), [UInt8](repeating: 0, count: 512))
            var (secretLength, openLength) = (0, 0)
            guard keys_make(&secret, &secretLength, &open, &openLength) == 1 else { throw PlatformFailure.KeyMissing }
            return (Data(secret.prefix(secretLength)), Data(open.prefix(openLength)))
        }

        static func sign(_ secret: Data, _ payload: Data) throws -> Data {
            var signature = [UInt8](repeating: 0, count: 128)
            var length = 0
            let (key, message) = ([UInt8](secret), [UInt8](payload))
            guard keys_sign(key, key.count, message, message.count, &signature, &length) == 1 else { throw PlatformFailure.KeyMissing }
            return Data(signature.prefix(length))
        }

        static func seal(_ key: Data, _ plain: Data) throws -> Data {
            var sealed = [UInt8](repeating: 0, count: plain.count + 28)
            guard keys_seal([UInt8](key), [UInt8](plain), plain.count, &sealed) == 1 else { throw PlatformFailure.KeyMissing }
            return Data(sealed)
        }

        static func open(_ key: Data, _ sealed: Data) -> Data? {
            var plain = [UInt8](repeating: 0, count: max(sealed.count, 28))
            guard keys_open([UInt8](key), [UInt8](sealed), sealed.count, &plain) == 1 else { return nil }
            return Data(plain.prefix(sealed.count - 28))
        }
    #endif
}
