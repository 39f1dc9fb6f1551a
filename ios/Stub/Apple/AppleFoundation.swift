// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
@_exported import Foundation
@_exported import FoundationNetworking

public let CLOCK_MONOTONIC_RAW: UInt32 = 4
public func clock_gettime_nsec_np(_ clock: UInt32) -> UInt64 { 0 }
public func sysctlbyname(
    _ name: UnsafePointer<CChar>, _ old: UnsafeMutableRawPointer?, _ len: UnsafeMutablePointer<Int>?, _ new: UnsafeMutableRawPointer?,
    _ newLen: Int
) -> Int32 { 0 }
extension URL {
    public func startAccessingSecurityScopedResource() -> Bool { false }
    public func stopAccessingSecurityScopedResource() {}
}
extension URLSessionConfiguration {
    public static func background(withIdentifier identifier: String) -> URLSessionConfiguration { .default }
    public var sessionSendsLaunchEvents: Bool {
        get { false }
        set {}
    }
    public var isDiscretionary: Bool {
        get { false }
        set {}
    }
    public var allowsExpensiveNetworkAccess: Bool {
        get { false }
        set {}
    }
    public var allowsConstrainedNetworkAccess: Bool {
        get { false }
        set {}
    }
}
extension URLRequest {
    public var allowsExpensiveNetworkAccess: Bool {
        get { false }
        set {}
    }
    public var allowsConstrainedNetworkAccess: Bool {
        get { false }
        set {}
    }
}
extension URLSession { public var allTasks: [URLSessionTask] { get async { [] } } }
extension URLSessionTask {
    public var countOfBytesClientExpectsToSend: Int64 {
        get { 0 }
        set {}
    }
}
extension URLError.Code { public static let appTransportSecurityRequiresSecureConnection = URLError.Code(rawValue: -1022) }
extension URLProtectionSpace { public var serverTrust: SecTrust? { nil } }
public final class SecTrust {}
extension URLCredential { public convenience init(trust: SecTrust) { self.init(user: "", password: "", persistence: .none) } }
public let NSURLAuthenticationMethodServerTrust = "s"
public typealias CFTypeRef = AnyObject
public final class CFString: Hashable, ExpressibleByStringLiteral, @unchecked Sendable {
    public init(stringLiteral: String) {}
    public static func == (a: CFString, b: CFString) -> Bool { true }
    public func hash(into h: inout Hasher) {}
}
public typealias CFDictionary = NSDictionary
public typealias CFError = NSError
public typealias OSStatus = Int32
public typealias NSErrorPointer = UnsafeMutablePointer<NSError?>?
public protocol AnyQueue: Sendable {}
extension DispatchQueue: AnyQueue {}
public final class DispatchSerialQueue: AnyQueue, SerialExecutor, @unchecked Sendable {
    public init(label: String) {}
    public func enqueue(_ job: consuming ExecutorJob) {}
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
