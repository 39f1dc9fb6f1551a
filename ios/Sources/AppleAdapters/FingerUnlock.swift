import Foundation
import LocalAuthentication
import ShellCore

/// Finger or face in place of the PIN. The keychain gives the PIN for a finger or face only, of those that were known when it was kept:
/// when another one is added it is gone for good, and the officer types the PIN once more.
@MainActor
public final class FingerUnlock: Biometrics {
    private nonisolated static let secrets = Keychain("cn.liuhen.finger")

    private let kept: any SavedState
    private let reason: @MainActor () -> String

    /// - Parameters:
    ///   - kept: remembers of whom a PIN is kept: the keychain would ask for the finger to tell.
    ///   - reason: what the system's dialog says.
    public init(kept: any SavedState, reason: @escaping @MainActor () -> String) {
        self.kept = kept
        self.reason = reason
    }

    public var available: Bool {
        LAContext().canEvaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, error: nil)
    }

    public func keeps(_ officer: String) -> Bool {
        kept[officer] != nil
    }

    public func keep(_ officer: String, pin: String) async -> Bool {
        forget(officer)
        guard await Self.keep(officer, pin, reason()) else { return false }
        kept[officer] = "1"
        return true
    }

    public func pin(_ officer: String) async -> String? {
        guard keeps(officer) else { return nil }
        switch await Self.read(officer, reason()) {
        case .given(let pin): return pin
        case .refused: return nil
        case .gone:
            forget(officer)
            return nil
        }
    }

    public func forget(_ officer: String) {
        kept[officer] = nil
        Self.secrets.erase(officer)
    }

    private enum Answer: Sendable {
        case given(String)
        case refused
        /// Fingers or faces of the phone changed, or its lock was removed.
        case gone
    }

    private nonisolated static func keep(_ officer: String, _ pin: String, _ reason: String) async -> Bool {
        let asked = LAContext()
        guard await confirmed(asked, reason) else { return false }
        return (try? secrets.write(officer, Data(pin.utf8), .presentFinger)) != nil
    }

    /// Asks first and reads then: reading itself would keep a thread waiting for the officer.
    private nonisolated static func read(_ officer: String, _ reason: String) async -> Answer {
        let asked = LAContext()
        guard await confirmed(asked, reason) else { return .refused }
        do {
            guard let secret = try secrets.read(officer, confirmed: asked) else { return .gone }
            return .given(String(decoding: secret, as: UTF8.self))
        } catch {
            return .gone
        }
    }

    private nonisolated static func confirmed(_ asked: LAContext, _ reason: String) async -> Bool {
        // The PIN is typed in the app, not in the system's dialog.
        asked.localizedFallbackTitle = ""
        return (try? await asked.evaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, localizedReason: reason)) ?? false
    }
}
