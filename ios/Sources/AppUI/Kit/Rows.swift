import ShellCore
import SwiftUI

/// A captured file in a list.
struct ItemRow: View {
    let item: ItemLine

    var body: some View {
        HStack(spacing: 8) {
            Image(systemName: item.media.symbol).accessibilityHidden(true)
            VStack(alignment: .leading, spacing: 4) {
                Said(item.label).font(.headline)
                Said(When.minute(item.recordedAtMs)).font(.caption).foregroundStyle(.secondary)
                if let length = item.durationMs {
                    Text(verbatim: When.clock(length)).font(.caption)
                }
                Sign(item.stage, item.tone).font(.caption)
                if let remark = item.remark {
                    Said(remark).font(.caption).foregroundStyle(item.tone.color)
                }
            }
        }
        .accessibilityElement(children: .combine)
    }
}

/// Files under a heading; nothing when there are none.
struct ItemSection: View {
    let title: Sentence
    let items: [ItemLine]
    @Environment(\.lang) private var lang

    var body: some View {
        if !items.isEmpty {
            Section(title[lang]) {
                ForEach(items, id: \.item) { ItemRow(item: $0) }
            }
        }
    }
}

extension Media {
    var symbol: String {
        switch self {
        case .photo: "photo"
        case .audio: "waveform"
        case .video: "video"
        case .other: "doc"
        }
    }
}

/// How much can still be recorded.
struct StorageRow: View {
    let storage: StorageLine

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Sign(storage.sentence, storage.tone)
            Text(verbatim: When.bytes(storage.freeBytes)).font(.caption).foregroundStyle(.secondary)
        }
    }
}

/// A value with its name.
struct Fact: View {
    let name: Sentence
    let value: Sentence

    init(_ name: Sentence, _ value: Sentence) {
        self.name = name
        self.value = value
    }

    init(_ name: Sentence, _ value: String) {
        self.init(name, Sentence(of: value))
    }

    var body: some View {
        HStack(spacing: 8) {
            Said(name).foregroundStyle(.secondary)
            Spacer()
            Said(value)
        }
        .accessibilityElement(children: .combine)
    }
}

/// A page of a document, exactly as the core filled it.
struct PageView: View {
    let pages: [PageLine]
    let page: Int
    let turn: (Int) -> Void
    /// For eyes that need it, whatever the size of the system's letters.
    @State private var isLarge = false
    @Environment(\.lang) private var lang

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            if pages.indices.contains(page - 1) {
                AreaButton(title: (isLarge ? Texts.Documents.reduce : Texts.Documents.enlarge)[lang]) { isLarge.toggle() }
                Text(verbatim: pages[page - 1].text).font(isLarge ? .title : .body)
                Sign(pages[page - 1].seen ? Texts.Review.seen : Texts.Review.notSeen, pages[page - 1].seen ? .good : .plain)
            }
            Said(Texts.Documents.page(page, of: pages.count)).font(.caption)
            HStack(spacing: 8) {
                AreaButton(title: Texts.Documents.previous[lang]) { turn(page - 1) }.disabled(page <= 1)
                AreaButton(title: Texts.Documents.next[lang]) { turn(page + 1) }.disabled(page >= pages.count)
            }
        }
    }
}

/// Digits of a PIN; how many are typed is shown, which ones is not.
struct PinPad: View {
    let typed: Int
    let length: Int
    let digit: (Int) -> Void
    let erase: () -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        VStack(spacing: 12) {
            HStack(spacing: 8) {
                ForEach(Array(0..<length), id: \.self) { at in
                    Image(systemName: at < typed ? "circle.fill" : "circle")
                }
            }
            .accessibilityElement(children: .ignore)
            .accessibilityLabel(Texts.SignIn.digits(typed, of: length)[lang])
            ForEach([[1, 2, 3], [4, 5, 6], [7, 8, 9]], id: \.self) { row in
                HStack(spacing: 12) {
                    ForEach(row, id: \.self) { number in key(number) }
                }
            }
            HStack(spacing: 12) {
                key(0)
                AreaButton(title: Texts.SignIn.erase[lang], minHeight: 64) { erase() }
            }
        }
    }

    private func key(_ number: Int) -> some View {
        AreaButton(title: String(number), minHeight: 64) { digit(number) }.font(.title)
    }
}
