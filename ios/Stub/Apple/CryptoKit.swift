// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation
import Security

public enum SHA256 {
    public struct Digest: Sequence { public func makeIterator() -> AnyIterator<UInt8> { fatalError() } }
    public static func hash(data: Data) -> Digest { fatalError() }
}
public struct SymmetricKey: Sendable {}
public struct SharedSecret: Sendable {
    public func hkdfDerivedSymmetricKey(using: SHA256.Type, salt: Data, sharedInfo: Data, outputByteCount: Int) -> SymmetricKey {
        fatalError()
    }
}
public enum AES {
    public enum GCM {
        public struct SealedBox: Sendable {
            public init(combined: Data) throws { fatalError() }
            public let combined: Data?
        }
        public static func seal(_ m: Data, using: SymmetricKey, authenticating: Data) throws -> SealedBox { fatalError() }
        public static func open(_ b: SealedBox, using: SymmetricKey, authenticating: Data) throws -> Data { fatalError() }
    }
}
public enum P256 {
    public enum Signing {
        public struct PublicKey: Sendable { public var derRepresentation: Data { fatalError() } }
        public struct ECDSASignature: Sendable { public var derRepresentation: Data { fatalError() } }
    }
    public enum KeyAgreement {
        public struct PublicKey: Sendable {
            public var x963Representation: Data { fatalError() }
            public init(x963Representation: Data) throws { fatalError() }
        }
        public struct PrivateKey: Sendable {
            public init(compactRepresentable: Bool = true) {}
            public var publicKey: PublicKey { fatalError() }
            public func sharedSecretFromKeyAgreement(with: PublicKey) throws -> SharedSecret { fatalError() }
        }
    }
}
public enum SecureEnclave {
    public enum P256 {
        public enum Signing {
            public struct PrivateKey: Sendable {
                public init(compactRepresentable: Bool = true, accessControl: SecAccessControl, authenticationContext: AnyObject? = nil)
                    throws
                {}
                public init(dataRepresentation: Data, authenticationContext: AnyObject? = nil) throws {}
                public var dataRepresentation: Data { fatalError() }
                public var publicKey: CryptoKit.P256.Signing.PublicKey { fatalError() }
                public func signature(for d: Data) throws -> CryptoKit.P256.Signing.ECDSASignature { fatalError() }
            }
        }
        public enum KeyAgreement {
            public struct PrivateKey: Sendable {
                public init(compactRepresentable: Bool = true, accessControl: SecAccessControl, authenticationContext: AnyObject? = nil)
                    throws
                {}
                public init(dataRepresentation: Data, authenticationContext: AnyObject? = nil) throws {}
                public var dataRepresentation: Data { fatalError() }
                public var publicKey: CryptoKit.P256.KeyAgreement.PublicKey { fatalError() }
                public func sharedSecretFromKeyAgreement(with: CryptoKit.P256.KeyAgreement.PublicKey) throws -> SharedSecret {
                    fatalError()
                }
            }
        }
    }
}
