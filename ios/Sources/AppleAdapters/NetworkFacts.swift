import CoreBindings
import Foundation
import Network

/// The network as the system sees it. Its name is not asked for: that needs an entitlement and the exact place, and the bureau proves
/// itself by its key.
public final class NetworkFacts: CoreBindings.Network, @unchecked Sendable {
    private let monitor = NWPathMonitor()
    private let lock = NSLock()
    private var now = NetworkNow(reach: .none, metered: false, internet: .unknown, ssid: nil)

    public init() {
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
        lock.withLock { now = seen }
    }

    deinit {
        monitor.cancel()
    }
}
