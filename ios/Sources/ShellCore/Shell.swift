/// What all screens share: the core, the phone, and where the officer is.
@MainActor
public final class Shell {
    /// Phones warn at about this level.
    private static let batteryLowPercent = 15
    private static let langKey = "lang"

    /// The only owner of the core.
    public let host: CoreHost
    /// The phone.
    public let device: Device
    /// Where the officer is.
    public let navigator: Navigator
    /// The language of the screens; Chinese until another is chosen.
    public let lang: Watched<Lang>
    /// Small pictures of items.
    let pictures: Pictures
    private var isSeen = false

    public init(host: CoreHost, device: Device) {
        self.host = host
        self.device = device
        navigator = Navigator(device.saved)
        lang = Watched(Self.lang(in: device.preferences))
        pictures = Pictures(host)
        host.recording.ended = { [weak self] in await self?.recorded() }
    }

    /// Opens the core and puts the route right. Called at every start of the process.
    @discardableResult
    public func start() async throws -> HostState {
        let opened = await host.open()
        if case .open = opened {
            if isSeen { await presence() }
            let enrolled = try await host.ask { try await $0.enrolment() }.enrolled
            var signedIn = false
            if enrolled { signedIn = try await host.ask { try await $0.signInScreen() }.signedIn != nil }
            settle(enrolled: enrolled, signedIn: signedIn)
            if navigator.route.value.top.isPartys { device.pin.pin() }
        }
        return opened
    }

    /// The app is on the screen, or not any more. Whoever was away for long signs in again and goes on where the phone was left.
    public func seen(_ isSeen: Bool) async {
        self.isSeen = isSeen
        if case .open = host.state.value { await presence() }
    }

    /// A recording ended, and with it the time in which nobody is asked for the PIN.
    func recorded() async {
        if isSeen { await presence() }
    }

    /// A review stays with the party however long it takes; the way out of it asks for the PIN by itself.
    private func presence() async {
        if navigator.route.value.top.isPartys { return }
        do {
            if !isSeen {
                try await host.tell { try await $0.leaveScreen() }
            } else if try await host.tell({ try await $0.comeToScreen() }) {
                settle(enrolled: true, signedIn: false)
            }
        } catch {
            // Whatever the officer does next says what is wrong with the store.
        }
    }

    /// The language that was chosen; Chinese when none was.
    public static func lang(in preferences: any SavedState) -> Lang {
        preferences[langKey].flatMap(Lang.init(rawValue:)) ?? .zh
    }

    /// How synchronisation stands while something is not stored; absent when nothing waits.
    public func waiting() async throws -> Sentence? {
        let view = try await host.ask { try await $0.syncStatus() }
        return view.itemsNotStored > 0 ? view.sentence.said() : nil
    }

    func setLang(_ lang: Lang) {
        device.preferences[Self.langKey] = lang.rawValue
        self.lang.set(lang)
    }

    /// Signs out, keeping where the officer was. Nothing is wiped, and a recording goes on.
    func lock() async throws {
        try await host.tell { try await $0.lock() }
        settle(enrolled: true, signedIn: false)
    }

    /// Puts the route right; whoever was about to change the PIN begins again.
    private func settle(enrolled: Bool, signedIn: Bool) {
        device.saved[SignInModel.changing] = nil
        navigator.settle(enrolled: enrolled, signedIn: signedIn)
    }

    /// What every screen shows above itself.
    func conditions(_ needed: Permission...) -> [Condition] {
        conditions(needed)
    }

    /// What every screen shows above itself.
    func conditions(_ needed: [Permission]) -> [Condition] {
        var all: [Condition] = []
        if host.isOffline { all.append(.offline) }
        for permission in needed {
            switch device.permissions.granted.value[permission] ?? .notAsked {
            case .denied: all.append(.denied(permission: permission, forGood: false))
            case .deniedForGood: all.append(.denied(permission: permission, forGood: true))
            case .granted, .notAsked: break
            }
        }
        let percent = device.battery.percent()
        if percent < Self.batteryLowPercent { all.append(.batteryLow(percent: percent)) }
        if let seen = host.recorder.state.value, seen.lost { all.append(.recorderLost(sentence: seen.sentence.said())) }
        if case .open(let said) = host.state.value { all += said.map { .said(sentence: $0, tone: .attention) } }
        return all
    }
}
