import Foundation

#if canImport(Glibc)
    import Glibc

    private let stream = Int32(SOCK_STREAM.rawValue)
#else
    import Darwin

    private let stream = SOCK_STREAM
#endif

/// Somebody who takes connections on this machine and never answers.
final class SilentServer: @unchecked Sendable {
    private let listening: Int32
    private let asked: AsyncStream<Void>

    init(_ port: UInt16) throws {
        let socket = socket(AF_INET, stream, 0)
        listening = socket
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard bound == 0, listen(socket, 16) == 0 else { throw Missed("port \(port) could not be taken") }
        let (asked, asks) = AsyncStream<Void>.makeStream()
        self.asked = asked
        Thread.detachNewThread {
            // Connections stay open, and silent, until the process ends.
            while accept(socket, nil, nil) >= 0 { asks.yield() }
        }
    }

    /// Waits until somebody has connected once more.
    func isAsked() async throws {
        for await _ in asked { return }
        throw Missed("nobody asked")
    }

    func close() {
        shutdown(listening, Int32(2))
    }
}
