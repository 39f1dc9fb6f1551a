import CoreBindings
import Foundation
import ShellCore
import UIKit

/// The phone and the core, joined once for the whole process: which adapter stands behind which port.
@MainActor
public final class Phone {
    /// An address and a code are far shorter; whatever another app sends is not kept beyond this.
    private static let invitationMaxChars = 1_024
    private static let link = "liuhen:"
    /// Where records are made that say where.
    private static let atWork: Set<ShellCore.Place> = [
        .sessionOpen, .capture, .recorder, .documents, .review, .sign, .gapSheet, .faultSheet, .triggerSheet,
    ]

    /// The core behind the screens.
    public let shell: Shell
    /// Camera and microphone; a view draws what they see.
    public let media: PhoneMedia
    /// Plays recordings; a view draws films.
    public let player = SealedPlayer()
    /// The text of an invitation that opened the app; nothing when none waits.
    public let invitation = Watched<String?>(nil)

    private let places = PlaceSource()
    private let radio = BluetoothRadio()
    private let permissions: AskedPermissions
    private let party = PartyMode()
    private let uploads: BackgroundUploads
    private let sending: Sending
    private let evening = EveningNotice()
    private let breaking = BreakNotice()
    private var isSeen = false

    /// Throws when the app's folders cannot be made: the disk is full or the phone was never unlocked.
    public init() throws {
        let folders = try Folders()
        let preferences = KeptState("preferences")
        media = PhoneMedia { UIApplication.shared.isIdleTimerDisabled = $0 }
        permissions = AskedPermissions(places: places, radio: radio)
        uploads = BackgroundUploads(pieces: folders.pieces)
        let sending = Sending()
        self.sending = sending
        let ports = PhonePorts(
            keystore: EnclaveKeystore(), location: places, network: NetworkFacts { sending.look() }, clock: PhoneClock())
        let config = CoreConfig(
            dir: folders.vault.path, phoneName: UIDevice.current.name, allowSimulatedRecorder: false,
            // The core asks the system by itself here.
            rootsPem: nil)
        let unlock = FingerUnlock(kept: KeptState("finger")) {
            let reason = Texts.SignIn.biometric
            return Shell.lang(in: preferences) == .zh ? reason.zh : reason.en
        }
        let device = Device(
            media: media, player: player, permissions: permissions, battery: PhoneBattery(), pin: party, biometrics: unlock,
            folders: CardFolder(), schedule: sending, saved: KeptState("screens"), preferences: preferences, radio: radio)
        shell = Shell(host: CoreHost(config: config, ports: ports, service: uploads), device: device)
        sending.host = shell.host
    }

    /// Called once, when the process starts, whether a finger or the system started it.
    public func begin() {
        radio.begin()
        SyncTasks.register { [weak self] in await self?.synchronise() ?? true }
        let route = shell.navigator.route
        Task { [weak self] in
            for await now in route.values() { self?.shows(now.top) }
        }
        let recording = shell.host.recording.state
        Task { [weak self] in
            // A recording that ended while nobody looks: the vault may be put away now.
            for await live in recording.values() where live == nil && BackgroundTime.isNow { self?.leave() }
        }
        let brokenOff = shell.host.recording.brokenOff
        Task { [weak self] in
            for await told in brokenOff.values() { self?.brokeOff(told) }
        }
    }

    /// The app came to the front, or left it. A sound recording goes on.
    public func seen(_ isSeen: Bool) {
        if isSeen == self.isSeen { return }
        self.isSeen = isSeen
        media.seen(isSeen)
        listen()
        sending.isInFront = isSeen
        if isSeen {
            permissions.look()
            party.look()
            sending.look()
            Task { await shell.seen(true) }
        } else {
            leave()
        }
    }

    /// Off the screen. A synchronisation under way is let hand its pieces to the system's transfer service; then the vault is closed, before
    /// the process is held still (one that lies open has it killed, 0xdead10cc), and the evening's notice is set.
    private func leave() {
        SyncTasks.ask()
        BackgroundTime.use("put away") { [self] in
            if !isSeen { await shell.seen(false) }
            if sending.isRunning { _ = await shell.host.sync.runScheduled() }
            await settleEvening()
            if !isSeen { await shell.host.putAway() }
        }
    }

    /// The system gave some time; `anew` as in `LiveSync`.
    private func synchronise(anew: Bool = false) async -> Bool {
        let isComplete = await shell.host.sync.runScheduled(anew: anew)
        await settleEvening()
        if !isSeen { await shell.host.putAway() }
        if !isComplete { SyncTasks.ask() }
        return isComplete
    }

    /// A recording broke off; the capture screen says it to whoever comes back, too.
    private func brokeOff(_ told: Work?) {
        if case .failed(let why, _, _) = told, !isSeen {
            breaking.settle(shell.lang.value == .zh ? why.zh : why.en)
        } else if told == nil, isSeen {
            // Dismissed on the screen. A process that only begins takes nothing back.
            breaking.settle(nil)
        }
    }

    private func settleEvening() async {
        do {
            let waiting = try await shell.waiting()
            evening.settle(waiting.map { shell.lang.value == .zh ? $0.zh : $0.en })
        } catch {
            // A vault that is not open says nothing: what was said before stays.
        }
    }

    /// The system started the app, or woke it, because pieces were sent; `done` is called when all was told to the core.
    public func woken(_ done: @escaping @MainActor @Sendable () -> Void) {
        uploads.woken { [self] in
            BackgroundTime.use("receipts") { [self] in
                _ = await synchronise(anew: true)
                done()
            }
        }
        // Opening it has the results told.
        Task { await shell.host.open() }
    }

    /// A link opened the app. It does nothing but fill in a form, and only there.
    public func told(_ url: URL) {
        let text = url.absoluteString
        guard text.hasPrefix(Self.link) else { return }
        let code = String(text.dropFirst(Self.link.count)).removingPercentEncoding?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        if !code.isEmpty && code.count <= Self.invitationMaxChars { invitation.set(code) }
    }

    private func shows(_ place: ShellCore.Place) {
        // Joining works without a camera: it asks when a code is to be scanned.
        if place != .enrol && isSeen { permissions.askOnce(place) }
        listen()
    }

    private func listen() {
        places.listen(isSeen && Self.atWork.contains(shell.navigator.route.value.top))
    }
}
