import Foundation
import Security

/// Small secrets in the system's keychain, on this phone only: no backup and no other phone gets them.
struct Keychain: Sendable {
    /// When a secret can be read.
    enum Lock {
        /// After the first unlock since the phone was switched on, so that sending goes on in a pocket.
        case firstUnlock
        /// After finger or face, of those that were known when it was written; another one makes it unreadable for good.
        case presentFinger
    }

    /// What the keychain did not do.
    struct Failure: Error {
        let status: OSStatus

        /// The phone was not unlocked yet.
        var isLocked: Bool { status == errSecInteractionNotAllowed }
    }

    private let service: String

    /// - Parameter service: keeps secrets apart from others.
    init(_ service: String) {
        self.service = service
    }

    /// The secret of this name; nothing when there is none.
    ///
    /// - Parameter confirmed: what the system gave when finger or face was shown.
    func read(_ name: String, confirmed: AnyObject? = nil) throws -> Data? {
        var wanted = query(name)
        wanted[kSecReturnData] = true
        if let confirmed { wanted[kSecUseAuthenticationContext] = confirmed }
        var found: CFTypeRef?
        let status = SecItemCopyMatching(wanted as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let secret = found as? Data else { throw Failure(status: status) }
        return secret
    }

    /// Keeps a secret in place of the one before.
    func write(_ name: String, _ secret: Data, _ lock: Lock) throws {
        erase(name)
        var item = query(name)
        item[kSecValueData] = secret
        switch lock {
        case .firstUnlock: item[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        case .presentFinger:
            item[kSecAttrAccessControl] = try Self.access(kSecAttrAccessibleWhenUnlockedThisDeviceOnly, .biometryCurrentSet)
        }
        let status = SecItemAdd(item as CFDictionary, nil)
        guard status == errSecSuccess else { throw Failure(status: status) }
    }

    /// Erases a secret; one that is not there is erased already.
    func erase(_ name: String) {
        SecItemDelete(query(name) as CFDictionary)
    }

    /// How a key of the Enclave may be used: by this app, after the first unlock.
    static func keyAccess() throws -> SecAccessControl {
        try access(kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage)
    }

    private static func access(_ protection: CFString, _ flags: SecAccessControlCreateFlags) throws -> SecAccessControl {
        var failure: Unmanaged<CFError>?
        guard let access = SecAccessControlCreateWithFlags(nil, protection, flags, &failure) else {
            failure?.release()
            throw Failure(status: errSecParam)
        }
        return access
    }

    private func query(_ name: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: name]
    }
}
