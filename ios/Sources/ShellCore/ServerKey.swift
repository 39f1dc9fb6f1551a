import Foundation

/// The bureau's TLS key, which was pinned when the phone joined. The core holds its own connections to it; what the system sends by
/// itself is held to it here. Hashing and the system's trust stay with the adapter.
public enum ServerKey {
    /// What becomes of a connection.
    public enum Verdict: Equatable, Sendable {
        /// Nothing is pinned: the system's own rules are enough.
        case systemDecides
        /// It is the pinned key, whoever signed its certificate.
        case trusted
        /// It is another one, or the pin or the certificate cannot be read.
        case refused
    }

    private static let pinBytes = 32

    /// - Parameters:
    ///   - pin: SHA-256 of the only `SubjectPublicKeyInfo` that may answer, 64 hexadecimal digits.
    ///   - certificate: the server's own certificate, DER.
    ///   - fingerprint: SHA-256 of any bytes.
    public static func verdict(pin: String?, certificate: Data?, sha256 fingerprint: (Data) -> Data) -> Verdict {
        guard let pin else { return .systemDecides }
        guard let wanted = bytes(pin), let info = certificate.flatMap(info(ofCertificate:)) else { return .refused }
        return fingerprint(info) == wanted ? .trusted : .refused
    }

    /// The `SubjectPublicKeyInfo` of a certificate as it stands in it (RFC 5280, 4.1), whatever sort of key it is; nothing when the
    /// bytes are no certificate.
    public static func info(ofCertificate der: Data) -> Data? {
        guard let certificate = Element(der, at: der.startIndex, tag: Element.sequence),
            let signed = Element(der, at: certificate.content.lowerBound, tag: Element.sequence)
        else { return nil }
        var at = signed.content.lowerBound
        if let version = Element(der, at: at, tag: Element.version) { at = version.whole.upperBound }
        // Serial number, algorithm, issuer, validity, subject; then the key.
        for tag in [Element.integer, Element.sequence, Element.sequence, Element.sequence, Element.sequence] {
            guard let skipped = Element(der, at: at, tag: tag) else { return nil }
            at = skipped.whole.upperBound
        }
        guard let key = Element(der, at: at, tag: Element.sequence), key.whole.upperBound <= signed.content.upperBound else { return nil }
        return Data(der[key.whole])
    }

    private static func bytes(_ hex: String) -> Data? {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == 2 * pinBytes, hex.count == digits.count else { return nil }
        return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}

/// One element of DER (X.690): a tag, a length, and so many bytes.
private struct Element {
    static let integer: UInt8 = 0x02
    static let sequence: UInt8 = 0x30
    static let version: UInt8 = 0xa0
    /// Longest length that is read, bytes of it: a certificate has less than 4 GiB.
    private static let mostLengthBytes = 4

    let whole: Range<Int>
    let content: Range<Int>

    /// Nothing when there is no whole element with this tag.
    init?(_ der: Data, at start: Int, tag: UInt8) {
        guard start < der.endIndex - 1, der[start] == tag else { return nil }
        var at = start + 2
        var count = Int(der[start + 1])
        if count >= 0x80 {
            let lengthBytes = count & 0x7f
            guard (1...Self.mostLengthBytes).contains(lengthBytes), der.endIndex - at >= lengthBytes else { return nil }
            count = der[at..<at + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
            at += lengthBytes
        }
        guard der.endIndex - at >= count else { return nil }
        content = at..<at + count
        whole = start..<at + count
    }
}
