import CoreBindings

/// Small pictures of items, read once.
@MainActor
final class Pictures {
    /// Lines that a screen shows without being scrolled far.
    private static let shown = 40
    private static let most = 200

    private let host: CoreHost
    private var kept: [String: Picture] = [:]
    private var order: [String] = []

    init(_ host: CoreHost) {
        self.host = host
    }

    /// The lines with the pictures that are there already.
    func lines(_ items: [CoreBindings.ItemLine]) -> [ItemLine] {
        items.map { $0.said(kept[$0.item]) }
    }

    /// Reads the pictures that the first lines lack; tells whether there were any.
    func read(_ items: [CoreBindings.ItemLine]) async -> Bool {
        var read = false
        for item in items.prefix(Self.shown) where item.media == .photo && item.readable && kept[item.item] == nil {
            // A line without its picture is complete.
            guard let bytes = try? await host.ask({ try await $0.thumbnail(item: item.thumbnail ?? item.item) }) else { continue }
            keep(Picture(key: item.item, bytes: bytes))
            read = true
        }
        return read
    }

    private func keep(_ picture: Picture) {
        if kept.updateValue(picture, forKey: picture.key) == nil { order.append(picture.key) }
        if order.count > Self.most { kept[order.removeFirst()] = nil }
    }
}
