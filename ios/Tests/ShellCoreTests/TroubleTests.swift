import CoreBindings
import Foundation
import Testing

@testable import ShellCore

/// Every way in which a screen can be in trouble, with the real core behind it.
@MainActor @Suite(.serialized)
final class TroubleTests {
    private let folder: Folder
    private let bureau: Bureau
    private let phone: TestPhone
    private let hand: Hand

    init() async throws {
        folder = try Folder()
        bureau = try Bureau(folder.at("bureau"))
        phone = try TestPhone(folder.at("phone"))
        hand = Hand(phone: phone)
        try await phone.live()
    }

    private func joined() async throws {
        try await hand.enrol(bureau)
        try await hand.signIn()
    }

    private func opened() async throws {
        try await joined()
        phone.shell.navigator.to(.sessionOpen)
        try await hand.openSession()
    }

    private func noticed() async throws -> CaptureModel {
        try await opened()
        let capture = try await hand.capture()
        try await hand.showCertificates(capture)
        try await hand.giveNotice(capture)
        return capture
    }

    private func ended() async {
        await phone.die()
        bureau.close()
    }

    @Test func joiningWithACodeThatIsNoneIsNotOfferedAndWhatWasTypedOutlivesTheProcess() async throws {
        let screen = phone.open(EnrolModel.init)
        screen.send(.setUrl(bureau.url))
        screen.send(.setCode("no code"))
        screen.send(.setDeviceNo("TEL-0007"))
        let state = try await screen.until("entered") { !$0.deviceNo.isEmpty && !$0.gate.missing.isEmpty }
        #expect(!state.gate.allowed)
        screen.gone()
        try await phone.restart()
        let again = phone.open(EnrolModel.init)
        #expect(try await again.until("again") { $0.deviceNo == "TEL-0007" }.code == "no code")
        await ended()
    }

    @Test func joiningAnAddressWhereNobodyAnswersFailsAndCanBeTriedAgain() async throws {
        let screen = phone.open(EnrolModel.init)
        screen.send(.scanned("http://127.0.0.1:9#\(bureau.enrolCode)"))
        screen.send(.setDeviceNo("TEL-0007"))
        try await screen.until("may join") { $0.gate.allowed }
        screen.send(.join)
        let failed = try await screen.refused("nobody there")
        #expect(failed.retryable && !failed.why.zh.isEmpty && !failed.why.en.isEmpty)
        await ended()
    }

    @Test func whoeverWasAwayForLongSignsInAgainAndGoesOnWhereThePhoneWasLeft() async throws {
        _ = try await noticed()
        func away(secs: Int64) async {
            await phone.shell.seen(false)
            phone.clock.pass(secs: secs)
            await phone.shell.seen(true)
        }
        phone.shell.navigator.to(.gapSheet)
        await away(secs: 60)
        #expect(phone.top == .gapSheet, "a minute is not long")
        await away(secs: 600)
        #expect(phone.top == .signIn)
        try await hand.signIn()
        #expect(phone.top == .gapSheet)
        phone.shell.navigator.to(.review)
        await away(secs: 3_600)
        #expect(phone.top == .review, "the party reads as long as it takes")
        phone.shell.navigator.back()

        await phone.shell.seen(false)
        phone.clock.pass(secs: 600)
        try await phone.restart()
        #expect(phone.top == .gapSheet, "a process that nobody looks at asks nobody")
        await phone.shell.seen(true)
        #expect(phone.top == .signIn, "and asks whoever comes to look")
        await ended()
    }

    @Test func wrongPinsCostTimeAndSayHowMuch() async throws {
        try await joined()
        try await phone.shell.lock()
        let screen = phone.open(SignInModel.init)
        try await screen.until("the roster") { !$0.officers.isEmpty }
        screen.send(.choose(lead))
        for attempt in 1...5 {
            hand.type(screen, "864209")
            let failed = try await screen.refused("attempt \(attempt)")
            #expect(failed.why.zh.contains("PIN"))
            #expect(screen.state.digits == 0)
            screen.send(.choose(lead))
        }
        screen.send(.reload)
        #expect(try await screen.until("a wait") { $0.waitSecs > 0 }.waitSecs <= 30)
        screen.send(.digit(1))
        #expect(screen.state.digits == 0 && phone.top == .signIn)
        await ended()
    }

    @Test func whoeverDoesNotWantAnotherPinAfterAllGoesBackAndSignsInAsBefore() async throws {
        try await joined()
        _ = await phone.biometrics.keep(lead, pin: goodPin)
        func wantAnother() async throws -> SignInModel {
            phone.shell.navigator.to(.settings)
            let settings = phone.open(SettingsModel.init)
            try await settings.until("read") { !$0.loading }
            settings.send(.changePin)
            #expect(phone.top == .signIn)
            settings.gone()
            let screen = phone.open(SignInModel.init)
            try await screen.until("the old one is asked for") { $0.changing && $0.chosen?.officer == lead && !$0.biometric }
            return screen
        }
        let first = try await wantAnother()
        first.send(.chooseAnother)
        first.send(.reload)
        try await first.until("a colleague may set a first PIN") { $0.changing && $0.chosen == nil && $0.officers.count > 1 }
        first.send(.leave)
        #expect(phone.top == .settings, "there is a way back")
        first.gone()

        // Away for long in the middle of it: that ends it, and nothing leads around signing in.
        let second = try await wantAnother()
        hand.type(second)
        #expect(second.state.step == .chooseNew)
        await phone.shell.seen(false)
        phone.clock.pass(secs: 600)
        await phone.shell.seen(true)
        try await second.until("an ordinary sign-in") { !$0.changing && $0.step == .enter && $0.digits == 0 }
        second.send(.chooseAnother)
        #expect(phone.top == .signIn && second.state.chosen == nil)
        second.send(.choose(lead))
        #expect(second.state.biometric, "the finger is offered again")
        second.send(.useBiometric)
        try await phone.arrives(.settings)
        second.gone()

        // Locked in the middle of it.
        let third = try await wantAnother()
        try await phone.shell.lock()
        try await third.until("signed out") { !$0.changing }
        third.gone()
        try await hand.signIn()
        #expect(phone.top == .settings)
        await ended()
    }

    @Test func twoNewPinsThatDifferAreAskedForAgain() async throws {
        try await hand.enrol(bureau)
        let screen = phone.open(SignInModel.init)
        try await screen.until("the roster") { !$0.officers.isEmpty }
        screen.send(.choose(lead))
        hand.type(screen, "135790")
        hand.type(screen, "135791")
        #expect(try await screen.until("asked again") { $0.sentence != nil }.step == .chooseNew)
        await ended()
    }

    @Test func aCertificateThatHasExpiredIsSaidAndTheActivityIsNotOpened() async throws {
        try await joined()
        phone.shell.navigator.to(.sessionOpen)
        let screen = phone.open(SessionOpenModel.init)
        try await hand.check(screen)
        try await hand.fillMatter(screen)
        screen.send(.toggleOfficer(second))
        screen.send(.toggleOfficer("zhao-gang"))
        #expect(screen.state.officers.first { $0.officer == "zhao-gang" }?.whyNot != nil)
        screen.send(.check)
        try await screen.until("said above the screen") {
            $0.conditions.contains { if case .certificateExpired = $0 { true } else { false } }
        }
        try await screen.settled("checked") { $0.check?.passed == true }
        screen.send(.open)
        #expect(try await !screen.refused("not qualified").needs.isEmpty)
        #expect(phone.top == .sessionOpen)
        await ended()
    }

    @Test func whatAHalfFilledFormLacksIsSaidFieldByFieldInTheCoresWords() async throws {
        try await joined()
        phone.shell.navigator.to(.sessionOpen)
        let screen = phone.open(SessionOpenModel.init)
        try await hand.check(screen)
        try await screen.until("nothing is filled") { Set($0.problems.keys) == Set(OpenField.allCases) }
        try await hand.fillMatter(screen)
        try await screen.until("nothing is missing") { $0.gate.allowed && $0.problems.isEmpty }
        screen.send(.setPlace(" "))
        let state = try await screen.until("no place") { !$0.gate.allowed }
        #expect(Set(state.problems.keys) == [.place] && state.gate.missing.map(\.sentence) == Array(state.problems.values))
        screen.send(.setPlace("示例路1号"))
        screen.send(.setCauseText("拖欠工资"))
        #expect(screen.state.cause == nil)
        try await hand.open(screen)
        #expect(try await phone.host.ask { try await $0.session() }.causeName == "拖欠工资")
        await ended()
    }

    @Test func aLowBatteryIsSaidAndFailsTheCheckUntilSomebodyAnswersForIt() async throws {
        try await joined()
        phone.battery.level = 5
        let screen = phone.open(SessionOpenModel.init)
        try await screen.until("said") { $0.conditions.contains(.batteryLow(percent: 5)) }
        screen.send(.check)
        let failed = try await screen.settled("checked") { $0.check != nil }.check
        #expect(failed?.passed == false)
        for line in failed?.lines ?? [] where line.overridable { screen.send(.override(code: line.code, reason: "已接充电宝")) }
        let answered = try await screen.until("answered for") { $0.check?.passed == true }.check
        #expect(answered?.lines.contains { $0.tone == .attention && $0.reason == "已接充电宝" } == true)
        await ended()
    }

    @Test func withoutANetworkEverythingGoesOnAndWaitingIsExplained() async throws {
        let capture = try await noticed()
        phone.network.cut()
        try await hand.photo(capture)
        #expect(capture.state.conditions.contains(.offline))
        #expect(phone.schedule.count > 0, "the system was told that there is something to send")
        capture.gone()
        let status = phone.open(SyncStatusModel.init)
        status.send(.syncNow)
        let state = try await status.until("why it waits") { state in
            switch state.work {
            case .done, .failed: !state.loading
            default: false
            }
        }
        #expect(state.itemsNotStored > 0 && !state.sentence.zh.isEmpty && state.conditions.contains(.offline))
        await ended()
    }

    @Test func aDeniedCameraIsSaidAndTheShutterFailsWithoutHarm() async throws {
        let screen = try await noticed()
        phone.permissions.set(.camera, .deniedForGood)
        try await screen.until("said") { $0.conditions.contains(.denied(permission: .camera, forGood: true)) }
        screen.send(.askPermission(.camera))
        phone.media.failure = .denied
        screen.send(.shutter)
        #expect(try await screen.refused("denied").why == Texts.Capture.denied)
        #expect(phone.permissions.asked == [.camera])
        #expect(screen.state.items.isEmpty, "half a photograph is none")

        // A microphone needs no camera.
        screen.send(.setMode(.audio))
        try await screen.until("nothing is denied") { !$0.conditions.contains { if case .denied = $0 { true } else { false } } }
        phone.media.failure = nil
        screen.send(.dismissWork)
        try await hand.startSound(screen)
        try await hand.stopSound(screen)
        await ended()
    }

    @Test func theCameraIsMadeReadyAgainWhenTheOfficerAllowsItAfterAll() async throws {
        phone.permissions.set(.camera, .denied)
        let screen = try await noticed()
        try await screen.until("said") { $0.conditions.contains(.denied(permission: .camera, forGood: false)) }
        let before = phone.media.prepared.count
        phone.permissions.set(.camera, .granted)
        try await screen.until("nothing is denied") { $0.conditions.isEmpty }
        #expect(phone.media.prepared.count > before && phone.media.prepared.last == .photo)
        await ended()
    }

    @Test func whatWasBegunOnAScreenIsDoneAlthoughTheScreenGoesAtThatMoment() async throws {
        let screen = try await noticed()
        screen.send(.setMode(.photo))
        try await screen.until("a camera") { $0.mode == .photo && $0.capture.allowed }
        screen.send(.shutter)
        screen.gone()
        let again = try await hand.capture()
        try await again.until("the photograph") { $0.items.count == 1 }
        again.gone()
        phone.shell.navigator.to(.triggerSheet)
        let sheet = phone.open(TriggerSheetModel.init)
        try await sheet.until("the sheet") { !$0.loading }
        sheet.send(.setNote("有人员聚集"))
        sheet.gone()
        try await phone.draftIsKept("trigger") { $0["note"] == "有人员聚集" }
        await ended()
    }

    @Test func aRecordingThatAnotherAppBreaksOffIsKeptAndSaid() async throws {
        let screen = try await noticed()
        phone.media.breaksAfterPieces = 3
        screen.send(.setMode(.audio))
        screen.send(.shutter)
        #expect(try await screen.refused("broken off").why == Texts.Capture.taken)
        try await screen.until("kept") { $0.items.count == 1 && $0.recording == nil }
        phone.media.preview.set(.takenByOthers)
        try await screen.until("no picture") { $0.preview == .takenByOthers }
        await ended()
    }

    @Test func aFilmThatTheSystemEndsThoughNothingFailedIsKeptAndSaysWhyItEnded() async throws {
        let why: [(MediaFailure.Reason, Sentence)] = [
            (.leftScreen, Texts.Capture.leftScreen), (.overloaded, Texts.Capture.overloaded),
        ]
        let screen = try await noticed()
        for (number, (reason, sentence)) in why.enumerated() {
            screen.send(.setMode(.video))
            try await screen.until("a camera") { $0.mode == .video && $0.capture.allowed }
            screen.send(.shutter)
            try await phone.host.recording.state.until("something is filmed") { ($0?.status.safeBytes ?? 0) > 0 }
            phone.media.breakOff(reason)
            #expect(try await screen.refused("ended by the system").why == sentence)
            try await screen.until("kept") { $0.items.count == number + 1 && $0.recording == nil }
            screen.send(.dismissWork)
        }
        await ended()
    }

    @Test func aRecordingThatBreaksOffWithoutItsScreenIsSaidOnEveryOneThatComesUntilItIsDismissed() async throws {
        let screen = try await noticed()
        try await hand.startSound(screen)
        try await phone.host.recording.state.until("something is heard") { ($0?.status.safeBytes ?? 0) > 0 }
        screen.gone()
        try await phone.shell.lock()
        let asked = phone.schedule.count
        phone.media.breakOff(.takenByOthers)
        try await phone.host.recording.state.until("ended") { $0 == nil }
        #expect(phone.schedule.count > asked, "what was heard is sent")

        try await hand.signIn()
        #expect(phone.top == .capture)
        let again = try await hand.capture()
        #expect(try await again.refused("said to whoever comes").why == Texts.Capture.taken)
        try await again.until("kept") { $0.items.count == 1 && $0.recording == nil }
        again.send(.askClose)
        try await again.until("said again after something else was done") { state in
            if case .failed(let why, _, _) = state.work { why == Texts.Capture.taken && state.sheet?.close != nil } else { false }
        }
        again.send(.closeSheet)
        again.gone()

        let third = try await hand.capture()
        _ = try await third.refused("not dismissed yet")
        third.send(.dismissWork)
        #expect(third.state.work == .idle)
        third.gone()
        #expect(try await hand.capture().state.work == .idle, "dismissed")
        #expect(phone.host.recording.brokenOff.value == nil)
        await ended()
    }

    @Test func aVerbBeforeItsTimeIsRefusedWithWhatIsMissing() async throws {
        try await opened()
        let screen = try await hand.capture()
        #expect(screen.state.steps.contains { !$0.done })
        screen.send(.openReview)
        #expect(try await !screen.refused("too early").needs.isEmpty)
        #expect(phone.top == .capture)
        screen.send(.askClose)
        #expect(try await screen.until("what closing needs") { $0.sheet?.close != nil }.sheet?.close?.gate.allowed == false)
        await ended()
    }

    @Test func aRadioThatIsOffIsShownAndADeniedOneToo() async throws {
        try await joined()
        phone.permissions.set(.nearbyDevices, .denied)
        let screen = phone.open(RecorderModel.init)
        try await screen.until("said") { $0.conditions.contains(.denied(permission: .nearbyDevices, forGood: false)) }
        screen.send(.search)
        _ = try await screen.refused("off")
        #expect(screen.state.link == .radioOff)
        await ended()
    }

    @Test func aVaultInUseIsSaidInsteadOfACrash() async throws {
        let twin = try TestPhone(folder.at("phone"))
        guard case .failed(let why) = try await twin.live() else { throw Missed("it opened twice") }
        #expect(!why.zh.isEmpty)
        await twin.die()
        await ended()
    }

    @Test func partyModeEndsWithTheOfficersPinOnly() async throws {
        let capture = try await noticed()
        try await hand.photo(capture)
        capture.send(.openReview)
        try await phone.arrives(.review)
        capture.gone()
        let review = try await hand.review()
        review.send(.leave)
        for digit in [8, 6, 4, 2, 0, 9] { review.send(.leavingDigit(digit)) }
        _ = try await review.refused("a wrong PIN")
        #expect(review.state.leavingDigits == 0 && phone.pin.pinned.value && phone.top == .review)
        review.send(.dismissWork)
        for digit in [1, 3, 5, 7, 9, 0] { review.send(.leavingDigit(digit)) }
        try await phone.arrives(.capture)
        #expect(!phone.pin.pinned.value)
        await ended()
    }

    /// As it is when whoever began the review leaves the roster: nobody is signed in any more, and no digits stand for a PIN.
    @Test func digitsThatAreNobodysPinLeadOutOfTheReviewToSigningInOnly() async throws {
        let capture = try await noticed()
        try await hand.photo(capture)
        capture.send(.openReview)
        try await phone.arrives(.review)
        capture.gone()
        let review = try await hand.review()
        try await phone.host.ask { try await $0.lock() }
        review.send(.leave)
        for digit in [8, 6, 4, 2, 0, 9] { review.send(.leavingDigit(digit)) }
        try await phone.arrives(.signIn)
        review.gone()
        #expect(try await phone.host.ask { try await $0.signInScreen() }.signedIn == nil)
        try await hand.signIn()
        #expect(phone.top == .capture)
        await ended()
    }
}
