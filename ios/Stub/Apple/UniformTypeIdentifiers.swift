// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation

public struct UTType: Sendable {
    public static let folder = UTType(), mpeg4Movie = UTType()
    public var identifier: String { "" }
    init() {}
    public init?(mimeType: String) { nil }
}
