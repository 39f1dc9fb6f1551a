// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation

public enum LAPolicy: Int, Sendable { case deviceOwnerAuthenticationWithBiometrics }
open class LAContext: NSObject {
    public var localizedFallbackTitle: String?
    public func canEvaluatePolicy(_ p: LAPolicy, error: NSErrorPointer) -> Bool { false }
    public func evaluatePolicy(_ p: LAPolicy, localizedReason: String) async throws -> Bool { false }
}
