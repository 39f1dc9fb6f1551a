import CoreBindings
import Foundation
import Network

/// The network as the system sees it. Its name is not asked for: that needs an entitlement and the exact place, and the bureau proves
/// itself by its key.
public final class NetworkFacts: CoreBindings.Network, @unchecked Sendable {
    private let monitor = NWPathMonitor()
    private let lock = NSLock()
    private var now = NetworkNow(reach: .none, metered: false, internet: .unknown, ssid: nil)
    private let changed: @MainActor @Sendable () -> Void

    /// - Parameter changed: told whenever another network is used.
    public init(changed: @escaping @MainActor @Sendable () -> Void) {
        self.changed = changed
        monitor.pathUpdateHandler = { [weak self] path in self?.note(path) }
        monitor.start(queue: DispatchQueue(label: "cn.liuhen.network"))
    }

    public func state() throws -> NetworkNow {
        lock.withLock { now }
    }

    private func note(_ path: NWPath) {
        var reach = Reach.none
        if path.status == .satisfied {
            if path.usesInterfaceType(.wifi) {
                reach = .wifi
            } else if path.usesInterfaceType(.wiredEthernet) {
                reach = .wired
            } else {
                reach = .cellular
            }
        }
        let seen = NetworkNow(reach: reach, metered: path.isExpensive || path.isConstrained, internet: .unknown, ssid: nil)
        let isAnother = lock.withLock {
            defer { now = seen }
            return now != seen
        }
        let changed = changed
        if isAnother { Task { @MainActor in changed() } }
    }

    deinit {
        monitor.cancel()
    }
}
