import CoreBindings
import Foundation

@testable import ShellCore

/// A phone in a test: the real core over the ports of this machine. `die` ends its process as a system does that needs the memory;
/// `live` starts it again over the same disk, the same saved state, and the same transfer service.
@MainActor
final class TestPhone {
    let network = SwitchedNetwork()
    let clock = ComputerClock()
    let media: DemoMedia
    let player = ReadingPlayer()
    let permissions = SwitchedPermissions()
    let battery = SetBattery()
    let pin = SeenPin()
    let biometrics = KeptBiometrics()
    let folders = GivenFolder()
    let schedule = CountedSchedule()
    let saved = KeptState()
    let preferences = KeptState()
    let time = TurnedStopwatch()
    /// The system's transfer service; without one the core sends pieces itself.
    var service: TransferSimulator?
    /// Lets a test stand between the host and the core.
    var between: (any CoreProtocol) -> any CoreProtocol = { $0 }

    private let dir: URL
    let keystore: FileKeystore
    private var screens: [Life] = []
    private(set) var shell: Shell

    init(_ dir: URL) throws {
        self.dir = dir
        media = try DemoMedia()
        keystore = try FileKeystore(dir.appendingPathComponent("keys"))
        // Replaced by `live`.
        shell = try Shell.closed(dir)
    }

    var host: CoreHost { shell.host }

    var top: ShellCore.Place { shell.navigator.route.value.top }

    var vault: URL { dir.appendingPathComponent("vault") }

    var ports: PhonePorts {
        PhonePorts(keystore: keystore, location: DoorLocation(), network: network, clock: clock)
    }

    var device: Device {
        Device(
            media: media, player: player, permissions: permissions, battery: battery, pin: pin, biometrics: biometrics,
            folders: folders, schedule: schedule, saved: saved, preferences: preferences, radio: RadioOff(), time: time)
    }

    /// A phone that has joined a bureau.
    static func joined(_ bureau: Bureau, in folder: Folder) async throws -> TestPhone {
        let phone = try TestPhone(folder.at("phone"))
        try await phone.live()
        try await Hand(phone: phone).enrol(bureau)
        return phone
    }

    /// Starts the process.
    @discardableResult
    func live() async throws -> HostState {
        let config = CoreConfig(dir: vault.path, phoneName: "测试手机", allowSimulatedRecorder: true, rootsPem: nil)
        let between = between
        let host = CoreHost(config: config, ports: ports, service: service) { config, ports in
            between(try await openCore(config: config, ports: ports))
        }
        shell = Shell(host: host, device: device)
        return try await shell.start()
    }

    /// Ends the process: every object of this side is dropped; a recording is not ended.
    func die() async {
        for screen in screens { screen.end() }
        screens = []
        await shell.host.end()
    }

    /// Dies and lives again.
    @discardableResult
    func restart() async throws -> HostState {
        await die()
        return try await live()
    }

    /// A screen comes up.
    func open<Model: ScreenModel>(_ model: (Shell) -> Model) -> Model {
        let opened = model(shell)
        screens.append(opened.life)
        return opened
    }

    /// Waits until the route leads to a place.
    func arrives(_ place: ShellCore.Place) async throws {
        try await shell.navigator.route.until("at \(place)") { $0.top == place }
    }

    /// Waits until the core holds what a screen keeps, so that the death that follows proves something.
    func draftIsKept(_ name: String, _ holds: ([String: String]) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !holds(Draft.decoded(try await host.ask { try await $0.draft(screen: name) } ?? "")) {
            if ContinuousClock.now > deadline { throw Missed("the draft \(name) was not kept") }
            await Task.yield()
        }
    }
}

extension ScreenModel {
    /// The screen goes; after it another may come.
    func gone() {
        life.end()
    }
}

extension Shell {
    /// A phone that was never started.
    fileprivate static func closed(_ dir: URL) throws -> Shell {
        let phone = PhonePorts(
            keystore: try FileKeystore(dir.appendingPathComponent("keys")), location: DoorLocation(), network: SwitchedNetwork(), clock: nil
        )
        let config = CoreConfig(dir: dir.path, phoneName: "", allowSimulatedRecorder: false, rootsPem: nil)
        let device = Device(
            media: try DemoMedia(), player: ReadingPlayer(), permissions: SwitchedPermissions(), battery: SetBattery(), pin: SeenPin(),
            biometrics: KeptBiometrics(), folders: GivenFolder(), schedule: CountedSchedule(), saved: KeptState(),
            preferences: KeptState(), radio: RadioOff())
        return Shell(host: CoreHost(config: config, ports: phone), device: device)
    }
}
