import ShellCore
import SwiftUI

private struct LangKey: EnvironmentKey {
    static let defaultValue = Lang.zh
}

extension EnvironmentValues {
    /// The language that the officer chose in the app; core and catalogue say everything in both.
    public var lang: Lang {
        get { self[LangKey.self] }
        set { self[LangKey.self] = newValue }
    }
}

extension Sentence {
    subscript(_ lang: Lang) -> String {
        text(lang)
    }
}

/// A sentence in the officer's language.
struct Said: View {
    let sentence: Sentence
    @Environment(\.lang) private var lang

    init(_ sentence: Sentence) {
        self.sentence = sentence
    }

    var body: some View {
        Text(verbatim: sentence[lang])
    }
}

extension Tone {
    var color: Color {
        switch self {
        case .plain: .secondary
        case .working: .blue
        case .good: .green
        case .attention: .orange
        case .bad: .red
        }
    }

    /// The sign that stands before a line; what it means is said by the line itself.
    var symbol: String {
        switch self {
        case .plain: "circle"
        case .working: "arrow.triangle.2.circlepath"
        case .good: "checkmark.circle.fill"
        case .attention: "exclamationmark.triangle.fill"
        case .bad: "xmark.octagon.fill"
        }
    }
}

/// A sentence with its sign.
struct Sign: View {
    let sentence: Sentence
    let tone: Tone

    init(_ sentence: Sentence, _ tone: Tone) {
        self.sentence = sentence
        self.tone = tone
    }

    var body: some View {
        HStack(spacing: 8) {
            Image(systemName: tone.symbol).foregroundStyle(tone.color).accessibilityHidden(true)
            Said(sentence)
        }
    }
}
