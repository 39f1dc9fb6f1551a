import CoreBindings
import Foundation
import Testing

@testable import ShellCore

/// An officer's day, driven through the models over the real core and a real bureau, with deaths in it.
@MainActor @Suite(.serialized)
struct PatrolTests {
    private static let form = "on_site_inspection_record"

    @Test func aWholePatrolIsStoredAtTheBureauAlthoughThePhoneDiesInTheMiddle() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try TestPhone(folder.at("phone"))
        phone.service = TransferSimulator(folder.at("pieces"))
        let hand = Hand(phone: phone)
        try await phone.live()
        #expect(phone.top == .enrol)
        try await hand.enrol(bureau)
        try await hand.signIn()
        #expect(phone.top == .today)

        try await begin(phone)
        try await openWithDeathInTheForm(phone, hand)
        try await recordWithDeathInARecording(phone, hand)
        try await useRecorder(phone)
        try await fillWithDeathInTheForm(phone, hand)
        try await reviewWithDeathOnAPage(phone, hand)
        try await signWithDeathBetweenStrokes(phone, hand)
        try await takeBack(phone, hand)
        try await close(phone, hand)
        try await sendWithDeathWhileTheSystemCarries(phone)
        await phone.die()
    }

    @Test func aPartyThatWillNotSignIsNotedBeforeAWitness() async throws {
        let folder = try Folder()
        let bureau = try Bureau(folder.at("bureau"))
        defer { bureau.close() }
        let phone = try TestPhone(folder.at("phone"))
        let hand = Hand(phone: phone)
        try await phone.live()
        try await hand.enrol(bureau)
        try await hand.signIn()
        try await begin(phone)
        try await hand.openSession()
        let capture = try await hand.capture()
        try await hand.showCertificates(capture)
        try await hand.giveNotice(capture)
        try await hand.photo(capture)
        capture.send(.openReview)
        try await phone.arrives(.review)
        capture.gone()

        let review = try await hand.review()
        review.send(.noSignature)
        try await phone.arrives(.sign)
        review.gone()
        try await refuse(phone, hand)
        try await takeBack(phone, hand)
        try await close(phone, hand)
        try await syncUntilStored(phone)
        await phone.die()
    }

    private func begin(_ phone: TestPhone) async throws {
        let today = phone.open(TodayModel.init)
        try await today.until("may begin") { $0.openSession.allowed && !$0.loading }
        today.send(.begin)
        try await phone.arrives(.sessionOpen)
        today.gone()
    }

    private func openWithDeathInTheForm(_ phone: TestPhone, _ hand: Hand) async throws {
        let screen = phone.open(SessionOpenModel.init)
        try await hand.check(screen)
        try await hand.fillMatter(screen)
        try await phone.draftIsKept("session_open") { $0["place"] == "示例路1号" }
        screen.gone()
        try await phone.restart()
        #expect(phone.top == .sessionOpen)

        let again = phone.open(SessionOpenModel.init)
        let restored = try await again.until("the form again") { $0.placeText == "示例路1号" && !$0.loading }
        #expect(restored.chosenOfficers == [lead, second])
        #expect(restored.representative == "王平")
        #expect(restored.check?.passed == true, "the check is on record and still fresh")
        try await hand.open(again)
    }

    private func recordWithDeathInARecording(_ phone: TestPhone, _ hand: Hand) async throws {
        let screen = try await hand.capture()
        try await hand.showCertificates(screen)
        try await hand.giveNotice(screen)
        try await hand.photo(screen)
        try await hand.startSound(screen)
        try await phone.host.recording.state.until("safe on disk") { ($0?.status.safeBytes ?? 0) > 0 }
        screen.gone()

        guard case .open(let said) = try await phone.restart() else { throw Missed("the core did not open") }
        #expect(!said.isEmpty, "the recovered recording is told")
        #expect(phone.top == .capture)
        let again = try await hand.capture()
        try await again.until("the recovered recording is an item") { $0.items.count { $0.media == .audio } == 1 }
        try await hand.startSound(again)

        // Another screen in the middle of a recording: the recording goes on.
        again.gone()
        let other = try await hand.capture()
        try await other.until("still recording") { $0.recording != nil }
        #expect(await phone.host.putAway() == false, "a vault that is being recorded into stays open")
        try await hand.stopSound(other)
        try await other.until("both recordings") { $0.items.count { $0.media == .audio } == 2 }
        other.gone()
    }

    private func useRecorder(_ phone: TestPhone) async throws {
        phone.shell.navigator.to(.recorder)
        let screen = phone.open(RecorderModel.init)
        try await screen.until("the register") { !$0.loading }
        screen.send(.openIssue)
        var form = try await screen.settled("the form") { $0.issue != nil }.issue ?? IssueForm()
        form.recorderNo = "ZFY-0007"
        form.serial = "SIM0001"
        form.officer = lead
        form.configuredOfficerNo = "210001"
        form.issuedBy = "赵保管"
        form.condition = form.conditions.first?.code
        screen.send(.setIssue(form))
        screen.send(.issue)
        try await screen.settled("issued") { $0.recorders.contains { $0.recorderNo == "ZFY-0007" } }
        try await phone.host.recorder.take { try await $0.connectSimulatedRecorder(seed: 7, recorderNo: "ZFY-0007") }
        try await screen.until("connected") { $0.link == .connected && $0.live != nil }
        screen.send(.startRecording)
        try await screen.settled("recording") { $0.live?.recording == true }
        screen.send(.mark)
        try await screen.settled("marked") { $0.live?.recording == true }
        screen.send(.stopRecording)
        try await screen.settled("stopped") { $0.live?.recording == false }
        screen.send(.release)
        try await screen.settled("released") { $0.live == nil && $0.link == .none }
        screen.send(.back)
        try await phone.arrives(.capture)
        screen.gone()
    }

    private func fillWithDeathInTheForm(_ phone: TestPhone, _ hand: Hand) async throws {
        phone.shell.navigator.to(.documents)
        let screen = phone.open(DocumentsModel.init)
        try await hand.fill(screen, Self.form, Hand.inspection.filter { $0.key != "party_opinion" })
        try await phone.draftIsKept("document") {
            $0["f.site_contact_title"] != nil && $0["f.findings"] != nil && $0["f.site_contact"] != nil
        }
        screen.gone()
        try await phone.restart()
        let again = phone.open(DocumentsModel.init)
        let restored = try await again.until("the half-filled form") { $0.form?.kept == true }
        #expect(restored.form?.fields.first { $0.name == "site_contact" }?.value == "王平")
        try await hand.fill(again, Self.form, Hand.inspection)
        again.send(.fill)
        let made = try await again.settled("the document") { $0.form == nil && $0.reading != nil }
        #expect(made.reading?.pages.contains { $0.text.contains("示例公司") } == true)
        again.send(.closeReading)
        again.send(.back)
        try await phone.arrives(.capture)
        again.gone()
    }

    private func reviewWithDeathOnAPage(_ phone: TestPhone, _ hand: Hand) async throws {
        let capture = try await hand.capture()
        capture.send(.openReview)
        try await phone.arrives(.review)
        capture.gone()
        #expect(phone.pin.pinned.value, "everything else is out of reach")
        let screen = try await hand.review()
        let first = screen.state.items[0].line.item
        screen.send(.seen(first))
        try await screen.settled("seen") { $0.items.first { $0.line.item == first }?.seen == true }
        screen.send(.setObjection("对加班时间的记录有异议。"))
        screen.send(.openDocument(screen.state.documents[0].document))
        try await screen.until("a page") { $0.open != nil }
        try await coreHasHeard(phone, "the objection") { !$0.objection.isEmpty }
        screen.gone()

        phone.pin.unpin()
        try await phone.restart()
        #expect(phone.top == .review, "the phone is still in the party's hand")
        #expect(phone.pin.pinned.value, "and pinned again")
        let again = try await hand.review()
        let restored = try await again.until("where it was") { $0.open != nil && !$0.objection.isEmpty }
        #expect(restored.items.first { $0.line.item == first }?.seen == true)
        try await hand.lookAtEverything(again)
        try await again.until("everything was seen") { $0.prepare.allowed }
        again.send(.prepare)
        try await again.settled("the confirmation") { _ in phone.top == .sign }
        again.gone()
    }

    private func coreHasHeard(_ phone: TestPhone, _ what: String, _ holds: (ReviewView) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !holds(try await phone.host.ask { try await $0.review() }) {
            if ContinuousClock.now > deadline { throw Missed("the core was never told \(what)") }
            await Task.yield()
        }
    }

    private func signWithDeathBetweenStrokes(_ phone: TestPhone, _ hand: Hand) async throws {
        let screen = phone.open(SignModel.init)
        let paper = try await screen.until("the paper") { !$0.pages.isEmpty && !$0.pads.isEmpty }
        for page in 1...paper.pages.count {
            phone.time.ms += 3_000
            let isLast = page == paper.pages.count
            screen.send(isLast ? .goTo(.people) : .turnTo(page + 1))
            try await screen.settled("page \(page) leaves") { isLast ? $0.step == .people : $0.page == page + 1 }
        }
        try await screen.settled("read") { $0.pages.allSatisfy(\.seen) }
        let party = try Hand.strokes("party")
        try await hand.write(screen, 0, Array(party.prefix(2)))
        try await screen.settled("two strokes") { $0.pads[0].strokes.count == 2 }
        screen.gone()

        try await phone.restart()
        let again = phone.open(SignModel.init)
        let restored = try await again.until("the strokes again") { !$0.pads.isEmpty && $0.step == .pad }
        #expect(restored.pads[0].strokes == Array(party.prefix(2)))
        try await hand.write(again, 0, Array(party.dropFirst(2)))
        try await again.settled("the party's") { $0.pads[0].strokes == party && $0.pads[0].fit.allowed }
        again.send(.undo)
        try await again.settled("one back") { $0.pads[0].strokes == party.dropLast() }
        try await hand.write(again, 0, Array(party.suffix(1)))
        try await again.settled("and again") { $0.pads[0].strokes == party }
        let officers = restored.pads.indices.filter { restored.pads[$0].pad.hasPrefix("officer") }
        #expect(officers.count == 2)
        for (number, pad) in officers.enumerated() {
            try await hand.write(again, pad, try Hand.strokes("officer-\(number + 1)"))
            try await again.settled("officer \(number)") { $0.pads[pad].fit.allowed }
        }
        again.send(.setName("王平"))
        try await again.until("may be signed") { $0.sign.allowed && $0.name == "王平" }
        again.send(.confirm)
        try await again.settled("signed") { $0.ended != nil }
        again.gone()
        try await giveBack(phone, Texts.Sign.kept)
        #expect(try await phone.host.ask { try await $0.signInScreen() }.signedIn == nil, "locked before it is handed back")
    }

    /// The process dies before the phone is given back: that it is signed or noted is said again, and the way out is there.
    private func giveBack(_ phone: TestPhone, _ said: Sentence) async throws {
        try await phone.restart()
        #expect(phone.top == .sign, "still in the party's hand")
        let screen = phone.open(SignModel.init)
        #expect(try await screen.settled("how it ended") { !$0.loading && $0.ended != nil }.ended == said)
        screen.send(.finish)
        try await phone.arrives(.signIn)
        screen.gone()
    }

    private func refuse(_ phone: TestPhone, _ hand: Hand) async throws {
        let screen = phone.open(SignModel.init)
        let shown = try await screen.until("the form") { !$0.refusal.states.isEmpty && !$0.pads.isEmpty }
        #expect(shown.way == .noSignature)
        var form = shown.refusal
        form.state = form.states[0].code
        form.reason = form.reasons[0].code
        form.note = "认为记录与其无关。"
        form.witnessName = "陈社区"
        form.witnessUnit = "示例社区居委会"
        form.witnessPhone = "02288886666"
        screen.send(.setRefusal(form))
        try await phone.draftIsKept("sign") { $0["witness_unit"] != nil }
        for pad in shown.pads.indices where shown.pads[pad].pad != "party" {
            let officer = shown.pads[...pad].count { $0.pad.hasPrefix("officer") }
            let name = shown.pads[pad].pad == "witness" ? "witness" : "officer-\(officer)"
            try await hand.write(screen, pad, try Hand.strokes(name))
            try await screen.settled("\(name) has signed") { $0.pads[pad].fit.allowed }
        }
        screen.gone()
        try await phone.restart()
        let again = phone.open(SignModel.init)
        let restored = try await again.until("the refusal again") { $0.refusal.witnessName == "陈社区" && !$0.pads.isEmpty }
        #expect(restored.refusal.reason == form.reason)
        again.send(.refuse)
        try await again.settled("noted") { $0.ended != nil }
        again.gone()
        try await giveBack(phone, Texts.Sign.noted)
    }

    private func takeBack(_ phone: TestPhone, _ hand: Hand) async throws {
        try await phone.pin.pinned.until("unpinned") { !$0 }
        try await hand.signIn()
        #expect(phone.top == .capture)
    }

    private func close(_ phone: TestPhone, _ hand: Hand) async throws {
        let screen = try await hand.capture()
        screen.send(.askClose)
        let sheet = try await screen.settled("what closing needs") { $0.sheet?.close != nil }.sheet?.close
        for step in sheet?.steps ?? [] { screen.send(.explain(code: step.code, reason: "本次巡查无需办理。")) }
        try await screen.until("may be closed") { $0.sheet?.close?.gate.allowed == true }
        screen.send(.close)
        try await screen.settled("closed") { if case .closed = $0.sheet { true } else { false } }
        screen.send(.closeSheet)
        try await phone.arrives(.today)
        screen.gone()
    }

    /// The system carries every piece while the app has no process, and the officer synchronises afterwards.
    private func sendWithDeathWhileTheSystemCarries(_ phone: TestPhone) async throws {
        let service = try #require(phone.service)
        let today = phone.open(TodayModel.init)
        try await today.until("the day") { !$0.loading && $0.itemCount > 0 }
        today.send(.syncNow)
        let waiting = try await today.settled("handed to the system") { _ in true }
        #expect(waiting.counts.stored == 0)
        let handed = await service.underWay()
        #expect(handed.count >= waiting.items.count, "every piece at once")
        today.gone()
        await phone.die()
        try await service.carry()
        try await phone.live()
        await service.deliver()
        try await syncUntilStored(phone)
        #expect(await service.underWay().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: service.pieces.path).isEmpty, "no piece lies about")
    }

    private func syncUntilStored(_ phone: TestPhone) async throws {
        let today = phone.open(TodayModel.init)
        try await today.until("the day") { !$0.loading && $0.itemCount > 0 }
        let deadline = ContinuousClock.now + .seconds(120)
        while !today.state.isStored {
            if ContinuousClock.now > deadline { throw Missed("never stored; last: \(today.state)") }
            // The bureau checks what came before it proves it.
            today.send(.syncNow)
            try await today.settled("synchronised") { !$0.loading }
            let turn = phone.host.changes.value
            today.send(.reload)
            try await today.settled("read again") { _ in phone.host.changes.value >= turn }
        }
        today.gone()
        let status = phone.open(SyncStatusModel.init)
        try await status.until("nothing is left") {
            !$0.loading && $0.itemsNotStored == 0 && $0.unsentRecords == 0 && $0.bytesToSend == 0 && $0.items.isEmpty
        }
        status.gone()
    }
}

extension TodayState {
    var isStored: Bool {
        counts.onDevice == 0 && counts.uploading == 0 && counts.stored > 0 && items.allSatisfy { $0.tone == .good }
    }
}
