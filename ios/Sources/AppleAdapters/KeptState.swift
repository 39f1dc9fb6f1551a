import Foundation
import ShellCore

/// Small things that outlive the process, in the app's own defaults.
@MainActor
public final class KeptState: SavedState {
    private let defaults = UserDefaults.standard
    private let name: String

    /// - Parameter name: keeps what is kept apart from others.
    public init(_ name: String) {
        self.name = name + "."
    }

    public subscript(_ key: String) -> String? {
        get { defaults.string(forKey: name + key) }
        set { defaults.set(newValue, forKey: name + key) }
    }
}
