import CoreBindings
import Foundation
import Testing

@testable import ShellCore

/// The rules of the membrane as Swift sees them: panics, cancelling, and ports that are called.
@MainActor @Suite(.serialized)
struct MembraneTests {
    /// Functions that cannot throw: a panic in one of them would end the process. Each only reads or sets something small.
    private static let cannotThrow = [
        "cancel", "checkEnrolCode", "coreVersion", "discard", "lenBytes", "mediaType", "next", "onEvent", "recorderNo", "startReport",
        "status",
    ]

    @Test func everyVerbThatMayPanicThrowsAndTheRestIsListed() throws {
        let source = try Repository.text("ios/Sources/CoreBindings/LiuhenCore.swift")
        let declared = try NSRegularExpression(
            pattern: #"^(?:    |public )func (\w+)\([^\n]*\)([^\n{]*)$|^public func (\w+)\([^\n]*\)([^\n{]*)\{"#,
            options: .anchorsMatchLines)
        var found: Set<String> = []
        declared.enumerateMatches(in: source, range: NSRange(source.startIndex..., in: source)) { match, _, _ in
            guard let match else { return }
            func part(_ at: Int) -> String? { Range(match.range(at: at), in: source).map { String(source[$0]) } }
            let (name, rest) = (part(1) ?? part(3) ?? "", part(2) ?? part(4) ?? "")
            let isMachinery = name.hasPrefix("Ffi") || name.lowercased().hasPrefix("uniffi") || rest.contains("<")
            if !isMachinery && !rest.contains("throws") { found.insert(name) }
        }
        #expect(found.subtracting(["deallocate", "withLock", "insert", "remove", "get"]) == Set(Self.cannotThrow))
    }

    /// A panic's own type is private to the bindings, so whatever a verb throws that nobody knows is shown as one.
    @Test func aPanicOfTheCoreIsShownAndTheScreenGoesOn() async throws {
        struct Panic: Error {}
        final class PanickingCore: Core, @unchecked Sendable {
            private let calls = Counter()

            override func startReport() -> StartReport { StartReport(quarantined: nil, recovered: []) }
            override func enrolment() async throws -> EnrolmentView {
                EnrolmentView(enrolled: false, deviceNo: nil, device: nil, bureau: nil, bureauUrl: nil, sentence: Text(zh: "", en: ""))
            }
            override func syncStatus() async throws -> SyncView { throw calls.next() == 0 ? Panic() : Self.panicked }
            override func prepareSuspend() async throws {}

            private static let panicked = CoreFailure.Failed(
                kind: .internal, code: "panic", sentence: Text(zh: "程序内部错误", en: "the core failed"), missing: [])
        }
        let folder = try Folder()
        let phone = try TestPhone(folder.at("phone"))
        phone.between = { _ in PanickingCore(noHandle: Core.NoHandle()) }
        try await phone.live()
        let screen = phone.open(SyncStatusModel.init)
        let first = try await screen.refused("a panic")
        #expect(first.why == Texts.notDone && first.retryable)
        screen.send(.dismissWork)
        phone.host.changed()
        let second = try await screen.refused("a panic that the core caught")
        #expect(second.why == Sentence("程序内部错误", "the core failed") && second.retryable)
        await phone.die()
    }

    @Test func aVaultThatCouldNotBeTakenUpOnceIsSaidAndTheNextTryTakesItUp() async throws {
        let folder = try Folder()
        let phone = try TestPhone(folder.at("phone"))
        let core = TiredCore(noHandle: Core.NoHandle())
        phone.between = { _ in core }
        try await phone.live()
        #expect(await phone.host.putAway())
        core.fails("resume")
        do {
            _ = try await phone.host.ask { try await $0.enrolment() }
            Issue.record("it answered out of a vault that is put away")
        } catch let refused as NotOpen {
            #expect(refused.why == Sentence("磁盘坏了", "the disk is broken"))
        }
        #expect(phone.host.state.value == .failed(why: Sentence("磁盘坏了", "the disk is broken")))
        guard case .open = try await phone.shell.start() else { throw Missed("the next try is shown as failed, too") }
        _ = try await phone.host.ask { try await $0.enrolment() }
        #expect(core.asked == ["suspend", "resume", "resume", "enrolment", "enrolment"])
        await phone.die()
    }

    @Test func aVaultThatCouldNotBePutAwayCleanlyIsTakenUpBeforeItIsAsked() async throws {
        let folder = try Folder()
        let phone = try TestPhone(folder.at("phone"))
        let core = TiredCore(noHandle: Core.NoHandle())
        phone.between = { _ in core }
        try await phone.live()
        core.fails("suspend")
        #expect(await phone.host.putAway() == false)
        _ = try await phone.host.ask { try await $0.enrolment() }
        #expect(core.asked == ["suspend", "resume", "enrolment"])
        guard case .open = phone.host.state.value else { throw Missed("it lies open") }
        await phone.die()
    }

    /// Real panics of the real core, on its own thread while it has the phone, and in the call itself.
    @Test(arguments: [PlantedPanic.inVerb, .inCall])
    func aPanicPlantedInTheRealCoreIsShownAndThePhoneGoesOn(place: PlantedPanic) async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try await TestPhone.joined(bureau, in: folder)
        let screen = phone.open(SyncStatusModel.init)
        try await screen.until("read") { !$0.loading }
        screen.work(Texts.working) { model in
            try await model.ask { try await $0.plantPanic(place: place) }
            return nil
        }
        let shown = try await screen.refused("a panic")
        #expect(shown.retryable && !shown.why.zh.isEmpty && !shown.why.en.isEmpty)
        #expect((shown.why == Texts.notDone) == (place == .inCall), "the core's own sentence where the core could still say one")
        screen.send(.dismissWork)
        try await Hand(phone: phone).signIn()
        #expect(phone.top == .today, "the next verb is done")
        await phone.die()
    }

    /// A task that is cancelled does not take back what it had begun: the core ends it.
    @Test func whatTheCoreHasBegunIsDoneAlthoughTheCallerIsCancelled() async throws {
        let folder = try Folder()
        let phone = try TestPhone(folder.at("phone"))
        try await phone.live()
        let core = try await phone.host.ask { $0 }
        let caller = Task { try await core.keepDraft(screen: "cancelled", content: "it is kept") }
        caller.cancel()
        _ = await caller.result
        #expect(try await core.draft(screen: "cancelled") == "it is kept")
        await phone.die()
    }

    @Test func cancellingTheCallerStopsTheJobAndNothingIsDroppedHalfWay() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        let phone = try await TestPhone.joined(bureau, in: folder)
        // Somebody who takes the connection and never answers stands where the bureau was.
        let port = try #require(UInt16(bureau.url.split(separator: ":").last?.prefix(while: \.isNumber) ?? ""))
        bureau.close()
        let silent = try SilentServer(port)
        let sync = Task { try await phone.host.sync.run(asked: true) }
        try await silent.isAsked()
        phone.host.sync.stop()
        #expect(try await sync.value.code == "stopped")

        // The same by a task that is cancelled: the job ends by its own end, and the next one begins.
        let again = Task { try await phone.host.sync.run(asked: true) }
        try await silent.isAsked()
        await phone.host.sync.letGo()
        #expect(try await again.value.code == "stopped")
        silent.close()
        await phone.die()
    }

    @Test func aSchedulerThatTakesItsTimeBackStopsTheSynchronisationAndWaitsForItsEnd() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        let phone = try await TestPhone.joined(bureau, in: folder)
        let port = try #require(UInt16(bureau.url.split(separator: ":").last?.prefix(while: \.isNumber) ?? ""))
        bureau.close()
        let silent = try SilentServer(port)
        let scheduled = Task { await phone.host.sync.runScheduled() }
        try await silent.isAsked()
        scheduled.cancel()
        #expect(await scheduled.value == false)
        #expect(phone.host.sync.state.value == nil, "it has ended")

        // A person waits for the same one: it is begun again.
        let person = Task { try await phone.host.sync.run(asked: true) }
        try await silent.isAsked()
        let joined = Task { await phone.host.sync.runScheduled() }
        joined.cancel()
        #expect(await joined.value == false)
        try await silent.isAsked()
        phone.host.sync.stop()
        #expect(try await person.value.code == "stopped")
        silent.close()
        await phone.die()
    }

    @Test func whatComesBitByBitEndsWithNothingAndGoesOnEndingWithNothing() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try await TestPhone.joined(bureau, in: folder)
        let core = try await phone.host.ask { $0 }
        let job = try await core.startSync(request: SyncGiven(asked: true, shellCarriesPieces: false))
        while await job.next() != nil {}
        #expect(await job.next() == nil)
        #expect(try await !job.outcome().sentence.zh.isEmpty)
        await phone.die()
    }

    @Test func aChunkOverAMebibyteDoesNotCross() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try await TestPhone.joined(bureau, in: folder)
        let hand = Hand(phone: phone)
        let capture = try await hand.begin()
        let given = CaptureGiven(
            mediaType: "image/jpeg", source: .phone, sourceNo: nil, originalName: nil, label: nil, bytesPerSec: nil)
        let photo = try await phone.host.ask { try await $0.beginPhoto(request: given) }
        do {
            try await photo.add(chunk: Data(count: (1 << 20) + 1))
            Issue.record("a longer chunk crossed")
        } catch CoreFailure.Failed(_, let code, _, _) {
            #expect(code == "chunk")
        }
        photo.discard()
        await phone.die()
    }

    /// The core holds the ports, and no port the core: when the phone's process ends nothing of either is left.
    @Test func theCoreAndItsPortsAreLetGoWithThePhone() async throws {
        weak var core: Core?
        weak var network: SwitchedNetwork?
        let folder = try Folder()
        try await {
            let phone = try TestPhone(folder.at("phone"))
            try await phone.live()
            core = try await phone.host.ask { $0 } as? Core
            network = phone.network
            #expect(core != nil && network != nil)
            await phone.die()
        }()
        #expect(core == nil, "the core is let go")
        #expect(network == nil, "and so are the ports that it held")
    }

    @Test func aKeystoreThatThrowsWhatNobodyKnowsIsSaidAndTheVaultOpensNextTime() async throws {
        let folder = try Folder()
        let phone = try TestPhone(folder.at("phone"))
        phone.keystore.breaks(true)
        guard case .failed(let why) = try await phone.live() else { throw Missed("it opened without keys") }
        #expect(why != Texts.notDone && !why.zh.isEmpty, "the core says what it was")
        phone.keystore.breaks(false)
        guard case .open = try await phone.shell.start() else { throw Missed("it does not open again") }
        await phone.die()
    }

    @Test func aPortThatThrowsWhatNobodyKnowsIsAFailureOfOurs() async throws {
        struct Odd: Error {}
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try await TestPhone.joined(bureau, in: folder)
        let asked = Counter()
        phone.network.whenAsked {
            _ = asked.next()
            throw Odd()
        }
        let view = try await phone.host.ask { try await $0.syncStatus() }
        #expect(asked.next() > 0)
        #expect(!view.sentence.zh.isEmpty, "a network that cannot be asked is none, and no crash")
        phone.network.whenAsked(nil)
        await phone.die()
    }

    @Test func aPortIsCalledOnAThreadOfTheCoreAndWhatItAsksTheCoreIsAnsweredAfterwards() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try await TestPhone.joined(bureau, in: folder)
        let core = try await phone.host.ask { $0 }
        let (heard, hears) = AsyncStream<Heard>.makeStream()
        phone.network.whenAsked {
            let isMain = Thread.isMainThread
            // A port returns at once: waiting here for the core would be waiting for itself.
            Task {
                let isEnrolled = try? await core.enrolment().enrolled
                hears.yield(Heard(isMain: isMain, isEnrolled: isEnrolled))
            }
        }
        _ = try await core.syncStatus()
        var first: Heard?
        for await one in heard {
            first = one
            break
        }
        #expect(first?.isMain == false && first?.isEnrolled == true)
        phone.network.whenAsked(nil)
        await phone.die()
    }
}

/// A core that is put away and taken up again, and fails in it when a test says so.
private final class TiredCore: Core, @unchecked Sendable {
    private let lock = NSLock()
    private var failing: String?
    private var log: [String] = []

    /// What it was asked since it was first put away, in order.
    var asked: [String] { lock.withLock { Array(log.drop { $0 != "suspend" }) } }

    /// Fails the next time that it is asked for this.
    func fails(_ verb: String) {
        lock.withLock { failing = verb }
    }

    private func note(_ verb: String) throws {
        try lock.withLock {
            log.append(verb)
            guard failing == verb else { return }
            failing = nil
            throw CoreFailure.Failed(kind: .storage, code: "vault", sentence: Text(zh: "磁盘坏了", en: "the disk is broken"), missing: [])
        }
    }

    override func startReport() -> StartReport { StartReport(quarantined: nil, recovered: []) }

    override func enrolment() async throws -> EnrolmentView {
        try note("enrolment")
        return EnrolmentView(enrolled: false, deviceNo: nil, device: nil, bureau: nil, bureauUrl: nil, sentence: Text(zh: "", en: ""))
    }

    override func prepareSuspend() async throws { try note("suspend") }

    override func resume() async throws { try note("resume") }
}

/// What a port noticed.
private struct Heard: Sendable {
    let isMain: Bool
    let isEnrolled: Bool?
}

/// Counts.
private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    func next() -> Int {
        lock.withLock {
            defer { count += 1 }
            return count
        }
    }
}
