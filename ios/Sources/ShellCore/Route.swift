/// A screen or a sheet.
public enum Place: String, CaseIterable, Sendable {
    case enrol
    case signIn = "sign_in"
    case today
    case sessionOpen = "session_open"
    case capture
    case recorder
    case documents
    case review
    case sign
    case gapSheet = "gap_sheet"
    case faultSheet = "fault_sheet"
    case triggerSheet = "trigger_sheet"
    case syncStatus = "sync_status"
    case settings

    /// In the party's hand: nothing else can be reached from here without an officer.
    public var isPartys: Bool {
        self == .review || self == .sign
    }
}

/// Where the officer is and how to get back: the only navigation state. It has one place at least.
public struct Route: Equatable, Sendable {
    public let places: [Place]

    /// A route that begins at `first`.
    public init(_ first: Place, _ further: Place...) {
        places = [first] + further
    }

    private init(_ places: [Place]) {
        self.places = places
    }

    /// The screen that is shown.
    public var top: Place { places[places.count - 1] }

    /// One screen further; a screen that is already under way is gone back to.
    public func to(_ place: Place) -> Route {
        guard let at = places.firstIndex(of: place) else { return Route(places + [place]) }
        return Route(Array(places.prefix(at + 1)))
    }

    /// One screen back; the first one stays.
    public func back() -> Route {
        places.count > 1 ? Route(Array(places.dropLast())) : self
    }

    /// The route without some places, and with another at its end.
    func without(_ left: Set<Place>, then last: Place) -> Route {
        let kept = places.filter { !left.contains($0) }
        return Route((kept.isEmpty ? [.today] : kept) + [last])
    }

    /// The route as a short text.
    public func saved() -> String {
        places.map(\.rawValue).joined(separator: "/")
    }

    /// The route in a text that `saved` made; nothing when it is none.
    public static func restored(_ text: String?) -> Route? {
        guard let names = text?.split(separator: "/", omittingEmptySubsequences: false), !names.isEmpty else { return nil }
        let places = names.compactMap { Place(rawValue: String($0)) }
        return places.count == names.count ? Route(places) : nil
    }
}

/// Moves along the route and keeps it, so that the process may die at any moment.
@MainActor
public final class Navigator {
    private static let key = "route"
    private let saved: any SavedState

    /// Where the officer is.
    public let route: Watched<Route>

    public init(_ saved: any SavedState) {
        self.saved = saved
        route = Watched(Route.restored(saved[Self.key]) ?? Route(.today))
    }

    /// Goes to a screen.
    public func to(_ place: Place) {
        set(route.value.to(place))
    }

    /// Goes back.
    public func back() {
        set(route.value.back())
    }

    /// Begins anew; there is no way back from it.
    public func only(_ route: Route) {
        set(route)
    }

    private func set(_ next: Route) {
        saved[Self.key] = next.saved()
        route.set(next)
    }

    /// Puts the route right after a start: who has not joined joins, who is not signed in signs in (and goes on where the phone was
    /// left), and a phone that was in the party's hand still is.
    public func settle(enrolled: Bool, signedIn: Bool) {
        let now = route.value
        if !enrolled {
            set(Route(.enrol))
        } else if now.top.isPartys {
            set(now)
        } else if !signedIn {
            set(now.without([.enrol, .signIn], then: .signIn))
        } else if now.top == .enrol || now.top == .signIn {
            set(Route(.today))
        }
    }
}
