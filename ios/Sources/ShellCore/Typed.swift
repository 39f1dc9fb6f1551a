import Foundation

extension String {
    /// What was typed, without the blanks around it.
    var trimmed: String {
        trimmingCharacters(in: .whitespacesAndNewlines)
    }

    var isBlank: Bool {
        trimmed.isEmpty
    }

    /// Nothing in place of no letter.
    var nonEmpty: String? {
        isEmpty ? nil : self
    }
}

extension Comparable {
    func clamped(_ least: Self, _ most: Self) -> Self {
        min(max(self, least), most)
    }
}
