import Foundation
import Security

/// Whether a server shows the one TLS key that was pinned.
enum TlsPin {
    /// - Parameter pin: SHA-256 of the `SubjectPublicKeyInfo`, 64 hexadecimal digits.
    static func isMet(by trust: SecTrust, _ pin: String) -> Bool {
        guard let key = SecTrustCopyKey(trust), let info = SubjectPublicKeyInfo.of(key) else { return false }
        return Digest.sha256(info).map { String(format: "%02x", $0) }.joined() == pin.lowercased()
    }
}

/// `SubjectPublicKeyInfo` (RFC 5280, RFC 5480) of keys on the curve P-256, as DER. Security gives the bare point.
enum SubjectPublicKeyInfo {
    private static let p256Head = Data([
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
        0x01, 0x07, 0x03, 0x42, 0x00,
    ])

    /// Nothing for a key of another sort.
    static func of(_ key: SecKey) -> Data? {
        guard let point = SecKeyCopyExternalRepresentation(key, nil) as Data?, point.count == 65, point.first == 0x04 else { return nil }
        return p256Head + point
    }
}
