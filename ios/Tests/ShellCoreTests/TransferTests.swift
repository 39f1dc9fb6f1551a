import CoreBindings
import Foundation
import Testing

@testable import ShellCore

/// Pieces that the system carries, over a service that misbehaves as the real one is known to.
@MainActor @Suite(.serialized)
final class TransferTests {
    private let folder: Folder
    private let bureau: Bureau
    private let phone: TestPhone
    private let service: TransferSimulator

    /// A phone with three photographs whose activity goes on, and a bureau that has none of them.
    init() async throws {
        folder = try Folder()
        bureau = try Bureau(folder.at("bureau"))
        phone = try TestPhone(folder.at("phone"))
        service = TransferSimulator(folder.at("pieces"))
        phone.service = service
        let hand = Hand(phone: phone)
        try await phone.live()
        try await hand.enrol(bureau)
        let capture = try await hand.begin()
        for _ in 1...3 { try await hand.photo(capture) }
        capture.gone()
    }

    private func handOver() async throws -> [String] {
        _ = try await phone.host.sync.run(asked: true)
        return await service.underWay()
    }

    private var enqueued: Int {
        service.events.count { if case .enqueued = $0 { true } else { false } }
    }

    private func syncUntilStored() async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try await phone.host.ask({ try await $0.syncStatus() }).itemsNotStored > 0 {
            if ContinuousClock.now > deadline { throw Missed("never stored") }
            _ = try await phone.host.sync.run(asked: true)
            try await service.carry()
            await service.deliver()
        }
    }

    private func ended() async {
        await phone.die()
        bureau.close()
    }

    @Test func allMissingPiecesAreHandedOverAtOnceAsFilesOfTheirOwn() async throws {
        let handed = try await handOver()
        #expect(handed.count >= 3)
        #expect(enqueued == handed.count)
        #expect(try FileManager.default.contentsOfDirectory(atPath: service.pieces.path).count == handed.count)
        #expect(try await handOver() == handed, "what is under way is not handed over twice")
        #expect(enqueued == handed.count)
        await ended()
    }

    @Test func resultsThatCameWithoutAProcessAreToldToTheCoreOfTheNextOne() async throws {
        let handed = try await handOver()
        await phone.die()
        try await service.carry()
        await service.deliver()
        #expect(!service.events.contains { if case .told = $0 { true } else { false } }, "nobody was there")
        try await phone.live()
        await service.deliver()
        #expect(service.events.count { if case .told = $0 { true } else { false } } == handed.count)
        #expect(await service.underWay().isEmpty)
        try await syncUntilStored()
        #expect(enqueued == handed.count, "no piece was sent a second time")
        await ended()
    }

    @Test func aRequestSentTwiceALostAnswerAndALostRequestEndInOneStoredItemEach() async throws {
        _ = try await handOver()
        service.misbehave(.sendsTwice, .losesAnswer, .losesRequest)
        try await service.carry()
        await service.deliver()
        try await syncUntilStored()
        let today = try await phone.host.ask { try await $0.today() }
        #expect(today.counts.stored == 3)
        await ended()
    }

    @Test func afterTheLastPieceTheBureauIsAskedForItsReceiptsWithoutAnybodyAskingForIt() async throws {
        _ = try await handOver()
        try await service.carry()
        await service.deliver()
        let deadline = ContinuousClock.now + .seconds(60)
        while try await phone.host.ask({ try await $0.syncStatus() }).itemsNotStored > 0 {
            if ContinuousClock.now > deadline { throw Missed("all pieces arrived, and nobody asked for the receipts") }
            await Task.yield()
        }
        await ended()
    }

    @Test func aBureauThatWantsToBeLeftAloneIsSentNothingByTheSchedulerBeforeItsTime() async throws {
        let handed = try await handOver()
        for _ in handed { service.misbehave(.busy) }
        try await service.carry()
        await service.deliver()
        // A new process has tried nothing yet.
        try await phone.restart()
        #expect(await !phone.host.sync.runScheduled())
        #expect(enqueued == handed.count, "it said: in ten minutes")
        #expect(try await handOver().count == handed.count, "a person who asks does not wait for that")
        await ended()
    }

    @Test func whatTheSystemForgotWhenTheAppWasClosedForGoodIsHandedOverAgain() async throws {
        let handed = try await handOver()
        await phone.die()
        service.forget()
        try await phone.live()
        #expect(try await Set(handOver()) == Set(handed))
        #expect(enqueued == 2 * handed.count)
        try await syncUntilStored()
        await ended()
    }

    @Test func aVaultPutAwayLiesOpenNowhereAndIsTakenUpByTheFirstResult() async throws {
        _ = try await handOver()
        #expect(await phone.host.putAway())
        #expect(openFiles() == [], "a file that lies open when the system holds the process still has it killed")
        try await service.carry()
        await service.deliver()
        #expect(await service.underWay().isEmpty, "the results were told")
        try await syncUntilStored()
        #expect(await phone.host.putAway())
        #expect(openFiles() == [])
        let today = phone.open(TodayModel.init)
        try await today.until("the day again") { !$0.loading && $0.itemCount == 3 }
        await ended()
    }

    /// Files of the vault that this process has open.
    private func openFiles() -> [String] {
        let links = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let files = links.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0) }
        return files.filter { $0.hasPrefix(phone.vault.path) }
    }
}

@MainActor
struct SettlingTests {
    private let folder: Folder
    private let phone: TestPhone
    private let core = HandingCore(noHandle: Core.NoHandle())
    private let service: TransferSimulator
    private let body: URL

    init() async throws {
        folder = try Folder()
        phone = try TestPhone(folder.at("phone"))
        service = TransferSimulator(folder.at("pieces"))
        body = folder.at("body")
        try Data([1]).write(to: body)
        phone.service = service
        let core = core
        phone.between = { _ in core }
        try await phone.live()
    }

    private func lastPieceArrives() async throws {
        let url = try #require(URL(string: "https://bureau.example"))
        let piece = PieceRequest(
            key: "piece/1", method: "POST", url: url, headers: [:], file: body, lenBytes: 1, tlsPin: nil, allowMetered: false)
        try await service.enqueue(piece)
        // Whatever became of it, nothing is on its way any more.
        service.misbehave(.losesRequest)
        try await service.carry()
        await service.deliver()
    }

    private func begun(_ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while core.begun < count {
            if ContinuousClock.now > deadline { throw Missed("\(count) synchronisations; there were \(core.begun)") }
            await Task.yield()
        }
    }

    @Test func aSynchronisationThatHadAskedForReceiptsWhenTheLastPieceArrivedIsFollowedByAnother() async throws {
        let first = Task { try await phone.host.sync.run(asked: true) }
        try await begun(1)
        try await lastPieceArrives()
        core.goesOn()
        _ = try await first.value
        try await begun(2)
        // And another piece arrives before that one has ended.
        try await lastPieceArrives()
        core.goesOn()
        try await begun(3)
        core.goesOn()
        await phone.die()
    }

    @Test func aSynchronisationThatIsStoppedIsFollowedByNoneThatWouldTakeTheVaultUpAgain() async throws {
        let first = Task { try await phone.host.sync.run(asked: true) }
        try await begun(1)
        let settling = Task { await phone.host.sync.runScheduled(anew: true) }
        #expect(await phone.host.putAway())
        _ = await first.result
        #expect(await settling.value == false)
        #expect(core.begun == 1)
        await phone.die()
    }
}

/// A core whose synchronisations have asked for everything and still hand out pieces, until a test lets them go on.
private final class HandingCore: Core, @unchecked Sendable {
    private let lock = NSLock()
    private let (waiting, opens) = AsyncStream<Void>.makeStream()
    private var count = 0

    var begun: Int { lock.withLock { count } }

    func goesOn() {
        opens.yield()
    }

    override func startReport() -> StartReport { StartReport(quarantined: nil, recovered: []) }

    override func enrolment() async throws -> EnrolmentView {
        EnrolmentView(enrolled: false, deviceNo: nil, device: nil, bureau: nil, bureauUrl: nil, sentence: Text(zh: "", en: ""))
    }

    override func transfersWoken(running: [String]) async throws -> UInt32 { 0 }

    override func transferUnanswered(key: String) async throws {}

    override func startSync(request: SyncGiven) async throws -> SyncJob { AskedSync(noHandle: SyncJob.NoHandle()) }

    override func handOutTransfers(transfer: any Transfer, asked: Bool) async throws -> UInt32 {
        lock.withLock { count += 1 }
        for await _ in waiting { break }
        return 0
    }

    override func prepareSuspend() async throws {}
}

/// A synchronisation of which everything was asked.
private final class AskedSync: SyncJob, @unchecked Sendable {
    override func next() async -> SyncProgress? { nil }

    override func outcome() async throws -> SyncOutcomeView {
        SyncOutcomeView(
            recordsSent: 0, piecesSent: 0, bytesSent: 0, itemsStored: 0, freed: 0, complete: false, sentence: Text(zh: "", en: ""),
            code: nil)
    }

    override func cancel() {}
}

struct PieceFilesTests {
    @Test func aPieceIsCutFromItsItemAndNothingElse() throws {
        let folder = try Folder()
        let source = folder.at("sealed.age")
        try Data((0..<200).map { UInt8($0) }).write(to: source)
        let files = PieceFiles(folder.at("cut"))
        let made = try files.make(key: "piece/1", source: source, offset: 50, lenBytes: 100)
        #expect(try Data(contentsOf: made) == Data((50..<150).map { UInt8($0) }))
        #expect(try files.make(key: "piece/1", source: source, offset: 50, lenBytes: 100) == made)
        #expect(throws: (any Error).self) { try files.make(key: "piece/2", source: source, offset: 150, lenBytes: 100) }
        files.keep(only: [])
        #expect(!FileManager.default.fileExists(atPath: made.path))
    }
}
