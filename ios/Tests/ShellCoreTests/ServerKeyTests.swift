import Foundation
import Testing

@testable import ShellCore

#if canImport(TestKeys)
    import TestKeys
#endif

/// Whether a server is the one whose key was pinned: what of it needs none of Apple's frameworks.
@MainActor @Suite(.serialized)
struct ServerKeyTests {
    /// The pin of the bureau's code, through enrolment and the core's queue, is met by the certificate that this bureau shows, and by no
    /// other.
    @Test func thePinOfEveryPieceIsMetByTheBureausOwnCertificateAndByNoOther() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"), tls: true)
        defer { bureau.close() }
        let other = try Bureau(folder.at("other"), tls: true)
        defer { other.close() }
        let phone = try TestPhone(folder.at("phone"))
        let service = TransferSimulator(folder.at("pieces"))
        phone.service = service
        let hand = Hand(phone: phone)
        try await phone.live()
        try await hand.enrol(bureau)
        let capture = try await hand.begin()
        try await hand.photo(capture)
        capture.gone()
        _ = try await phone.host.sync.run(asked: true)
        #expect(!service.requests.isEmpty)
        let (own, foreign) = (try certificate(bureau), try certificate(other))
        for piece in service.requests {
            #expect(piece.tlsPin != nil && piece.url.scheme == "https")
            #expect(ServerKey.verdict(pin: piece.tlsPin, certificate: own, sha256: sha256) == .trusted)
            #expect(ServerKey.verdict(pin: piece.tlsPin, certificate: foreign, sha256: sha256) == .refused)
        }
        await phone.die()
    }

    /// What the bureau shows in its handshake.
    private func certificate(_ bureau: Bureau) throws -> Data {
        let pem = try String(contentsOf: bureau.data.appendingPathComponent("keys/tls-certificate.pem"), encoding: .utf8)
        let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        return try #require(Data(base64Encoded: lines.joined()))
    }

    @Test func withoutAPinTheSystemDecidesAndAPinThatIsNoneRefusesEverybody() {
        let all: (Data) -> Data = { _ in Data(repeating: 0xab, count: 32) }
        let pin = String(repeating: "ab", count: 32)
        #expect(ServerKey.verdict(pin: nil, certificate: Data(), sha256: all) == .systemDecides)
        #expect(ServerKey.verdict(pin: pin, certificate: nil, sha256: all) == .refused)
        #expect(ServerKey.verdict(pin: pin, certificate: Data("no certificate".utf8), sha256: all) == .refused)
        for broken in ["", "ab", pin + "ab", String(pin.dropLast()) + "g"] {
            #expect(ServerKey.verdict(pin: broken, certificate: Data(), sha256: all) == .refused)
        }
    }

    #if canImport(TestKeys)
        @Test(arguments: [("P-256", 2), ("P-384", 2), ("RSA", 2), ("ED25519", 2), ("P-256", 0)])
        func theKeyIsFoundInACertificateWithAnySortOfKey(kind: String, version: Int) throws {
            let made = try Made(kind, version)
            #expect(ServerKey.info(ofCertificate: made.certificate) == made.info)
            #expect(ServerKey.info(ofCertificate: Data([0]) + made.certificate) == nil)
            let within = (Data([1, 2, 3]) + made.certificate).dropFirst(3)
            #expect(ServerKey.info(ofCertificate: within) == made.info, "bytes that do not begin at 0 are the same bytes")
            let pin = sha256(made.info).map { String(format: "%02X", $0) }.joined()
            #expect(ServerKey.verdict(pin: pin, certificate: made.certificate, sha256: sha256) == .trusted, "capitals are the same digits")
        }

        @Test func aCertificateThatWasCutOffAnywhereIsNone() throws {
            let whole = try Made("P-256", 2).certificate
            for length in 0..<whole.count { #expect(ServerKey.info(ofCertificate: whole.prefix(length)) == nil) }
        }

        /// A certificate that signs itself, and its key as OpenSSL writes it.
        private struct Made {
            let certificate: Data
            let info: Data

            init(_ kind: String, _ version: Int) throws {
                var (der, key) = ([UInt8](repeating: 0, count: 2048), [UInt8](repeating: 0, count: 512))
                var (length, keyLength) = (0, 0)
                try #require(keys_certificate(kind, version, &der, &length, &key, &keyLength) == 1)
                certificate = Data(der.prefix(length))
                info = Data(key.prefix(keyLength))
            }
        }
    #endif
}
