import Foundation
import Testing

@testable import ShellCore

/// Frames of sound that each stand for themselves.
struct AdtsTests {
    @Test func aHeaderSaysHowLongItsFrameIsAndWhatIsInIt() throws {
        for payloadBytes in [1, 171, 4_096, 8_184] {
            let header = try #require(Adts.header(payloadBytes: payloadBytes, rateHz: 48_000, channels: 1))
            #expect(header.count == Adts.headerBytes)
            let frame = Adts.Frame(headerBytes: 7, frameBytes: payloadBytes + 7, rateHz: 48_000, rateIndex: 3, channels: 1)
            #expect(Adts.frame(header) == frame)
        }
    }

    /// The same bytes as the Android app writes (`Adts.kt`).
    @Test func aHeaderIsTheOneOfTheStandard() {
        #expect(Adts.header(payloadBytes: 171, rateHz: 48_000, channels: 1) == Data([0xFF, 0xF1, 0x4C, 0x40, 0x16, 0x5F, 0xFC]))
    }

    @Test func whatAHeaderCannotTellHasNone() {
        #expect(Adts.header(payloadBytes: 8_185, rateHz: 48_000, channels: 1) == nil)
        #expect(Adts.header(payloadBytes: 171, rateHz: 47_999, channels: 1) == nil)
        #expect(Adts.header(payloadBytes: 171, rateHz: 48_000, channels: 8) == nil)
    }

    @Test func whatIsNoHeaderIsNotTakenForOne() throws {
        let header = try #require(Adts.header(payloadBytes: 171, rateHz: 48_000, channels: 1))
        #expect(Adts.frame(header.dropLast()) == nil)
        for at in [0, 1] {
            var other = header
            other[at] ^= 0x80
            #expect(Adts.frame(other) == nil)
        }
    }
}
