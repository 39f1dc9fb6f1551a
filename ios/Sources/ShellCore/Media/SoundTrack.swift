import Foundation

/// The track of a recording that is nothing but frames of AAC-LC.
enum SoundTrack {
    private static let trackId = 1
    private static let matrix = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]

    /// A track without samples, of sound as this frame has it; nothing when boxes of it cannot be made.
    static func track(_ frame: Adts.Frame) -> MovieTrack? {
        var boxes = Mp4Writer()
        boxes.full("tkhd", flags: 7) {
            $0.u32(0, 0, trackId, 0, 0, 0, 0)
            $0.u16(0, 0, 0x100, 0)
            for value in matrix { $0.u32(value) }
            $0.u32(0, 0)
        }
        boxes.full("mdhd") {
            $0.u32(0, 0, frame.rateHz, 0)
            // No language is known (ISO 639-2 "und").
            $0.u16(0x55C4, 0)
        }
        boxes.full("hdlr") {
            $0.u32(0)
            $0.text("soun")
            $0.u32(0, 0, 0)
            $0.number(0, 1)
        }
        boxes.full("smhd") { $0.u16(0, 0) }
        boxes.box("dinf") { info in
            info.full("dref") {
                $0.u32(1)
                // In this file.
                $0.full("url ", flags: 1) { _ in }
            }
        }
        boxes.full("stsd") { describe(frame, to: &$0) }
        let made = Mp4Box.all(in: boxes.bytes)
        guard made.count == 6 else { return nil }
        return MovieTrack(
            id: trackId, ticksPerSec: frame.rateHz, header: made[0], mediaHeader: made[1], handler: made[2].whole,
            mediaInfo: made[3].whole + made[4].whole, description: made[5].whole)
    }

    /// ISO/IEC 14496-14, 5.6, and 14496-1, 7.2.6: sound of MPEG-4, with the configuration of 14496-3, 1.6.2.1.
    private static func describe(_ frame: Adts.Frame, to table: inout Mp4Writer) {
        let lowComplexity = 2
        let configuration = lowComplexity << 11 | frame.rateIndex << 7 | frame.channels << 3
        table.u32(1)
        table.box("mp4a") { entry in
            entry.u32(0)
            entry.u16(0, 1)
            entry.u32(0, 0)
            entry.u16(frame.channels, 16, 0, 0)
            entry.u32(frame.rateHz << 16)
            entry.full("esds") {
                $0.number(0x03, 1)
                $0.number(25, 1)
                $0.u16(0)
                $0.number(0, 1)
                $0.number(0x04, 1)
                $0.number(17, 1)
                // AAC, a stream of sound.
                $0.number(0x40, 1)
                $0.number(0x15, 1)
                $0.number(0, 3)
                $0.u32(0, 0)
                $0.number(0x05, 1)
                $0.number(2, 1)
                $0.u16(configuration)
                $0.number(0x06, 1)
                $0.number(1, 1)
                $0.number(0x02, 1)
            }
        }
    }
}
