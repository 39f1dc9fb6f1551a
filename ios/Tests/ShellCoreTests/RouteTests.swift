import Testing

@testable import ShellCore

@MainActor
struct RouteTests {
    @Test func aRouteComesBackFromItsSavedText() {
        let route = Route(.today, .capture, .gapSheet)
        #expect(route.saved() == "today/capture/gap_sheet")
        #expect(Route.restored(route.saved()) == route)
    }

    @Test func aTextThatIsNoRouteIsNone() {
        #expect(Route.restored(nil) == nil)
        #expect(Route.restored("") == nil)
        #expect(Route.restored("today/elsewhere") == nil)
    }

    @Test func goingToAScreenThatIsOpenGoesBackToIt() {
        let route = Route(.today).to(.capture).to(.review).to(.sign)
        #expect(route.to(.review) == Route(.today, .capture, .review))
        #expect(Route(.today).back() == Route(.today))
    }

    @Test func everyStepIsKeptAtOnce() {
        let saved = KeptState()
        let navigator = Navigator(saved)
        navigator.only(Route(.today))
        navigator.to(.capture)
        navigator.to(.documents)
        navigator.back()
        #expect(Navigator(saved).route.value.top == .capture)
    }

    @Test func whoeverIsNotSignedInSignsInAndGoesOnWhereThePhoneWasLeft() {
        let navigator = Navigator(KeptState())
        navigator.only(Route(.today, .capture))
        navigator.settle(enrolled: true, signedIn: false)
        #expect(navigator.route.value.top == .signIn)
        navigator.settle(enrolled: true, signedIn: false)
        navigator.back()
        #expect(navigator.route.value.top == .capture)
    }

    @Test(arguments: [Place.review, .sign], [true, false])
    func aPhoneInThePartysHandStaysThere(place: Place, signedIn: Bool) {
        let navigator = Navigator(KeptState())
        navigator.only(Route(.today, .capture, place))
        navigator.settle(enrolled: true, signedIn: signedIn)
        #expect(navigator.route.value.top == place)
    }

    @Test func aPhoneThatHasNotJoinedCanOnlyJoin() {
        let navigator = Navigator(KeptState())
        navigator.only(Route(.today, .settings))
        navigator.settle(enrolled: false, signedIn: false)
        #expect(navigator.route.value == Route(.enrol))
    }
}

@MainActor
struct DraftTests {
    @Test func fieldsComeBackAsTheyWereTyped() {
        let fields = ["f.findings": "第一行=12人\n第二行 % + &", "空 格": "=", "officers": "li-wen\nding-yi"]
        #expect(Draft.decoded(Draft.encoded(fields)) == fields)
    }

    @Test func nothingKeptIsNoField() {
        #expect(Draft.decoded("").isEmpty)
        #expect(Draft.encoded([:]).isEmpty)
    }
}

struct WhenTests {
    @Test func timesAreThoseOfTheOfficeAndAmountsAreRoundedDown() {
        #expect(When.minute(1_764_000_000_000) == Sentence("11月25日 00:00", "25 Nov 00:00"))
        #expect(When.full(1_764_000_000_000) == Sentence("2025年11月25日 00:00", "25 Nov 2025, 00:00"))
        #expect([0, 125_000, 3_725_000].map(When.clock) == ["00:00", "02:05", "1:02:05"])
        #expect([599, 600].map(When.lasting) == [Sentence("599 分钟", "599 min"), Sentence("10 小时", "10 h")])
        #expect([999, 1_999, 2_999_999, 1_950_000_000].map(When.bytes) == ["999 B", "1 KB", "2 MB", "1.9 GB"])
    }
}
