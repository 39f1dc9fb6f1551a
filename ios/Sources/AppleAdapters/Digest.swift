import CryptoKit
import Foundation

enum Digest {
    static func sha256(_ bytes: Data) -> Data {
        Data(SHA256.hash(data: bytes))
    }
}
