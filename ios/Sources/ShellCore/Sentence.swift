import Foundation

/// A finished sentence or label as the core says it, or a person's own words in both places.
public struct Sentence: Equatable, Hashable, Sendable {
    public var zh: String
    public var en: String

    public init(_ zh: String, _ en: String) {
        self.zh = zh
        self.en = en
    }

    /// Words that are the same in every language: names, numbers, what somebody typed.
    public init(of words: String) {
        self.init(words, words)
    }

    /// The sentence in a language.
    public func text(_ lang: Lang) -> String {
        lang == .zh ? zh : en
    }
}

/// Whether a button may be pressed and, if not, everything that stands in the way.
public struct Gate: Equatable, Sendable {
    public var allowed: Bool
    public var missing: [Need]

    public init(_ allowed: Bool, _ missing: [Need] = []) {
        self.allowed = allowed
        self.missing = missing
    }

    /// Nothing stands in the way.
    public static let open = Gate(true)
}

/// Encoded bytes of a small picture (JPEG or PNG); equal when `key` is equal, so that a State stays comparable.
public struct Picture: Equatable, Sendable, CustomStringConvertible {
    public let key: String
    public let bytes: Data

    public init(key: String, bytes: Data) {
        self.key = key
        self.bytes = bytes
    }

    public static func == (one: Picture, other: Picture) -> Bool {
        one.key == other.key
    }

    public var description: String {
        "Picture(\(key), \(bytes.count) bytes)"
    }
}

/// A State that shows what is under way.
public protocol WorkShown: Sendable {
    var work: Work { get set }
}
