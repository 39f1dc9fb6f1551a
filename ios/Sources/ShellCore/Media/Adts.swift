import Foundation

/// Frames of AAC-LC that each stand for themselves (ISO/IEC 13818-7, 6.2): a recording cut anywhere still plays.
public enum Adts {
    /// Length of a header without checksum.
    public static let headerBytes = 7
    /// Samples in a frame of AAC-LC.
    public static let frameSamples = 1_024

    /// The longest frame that the 13 bits of its length can tell.
    private static let frameMaxBytes = (1 << 13) - 1
    private static let ratesHz = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350]

    /// Header of a frame with `payloadBytes` of one raw data block; nothing when such a frame cannot be told.
    public static func header(payloadBytes: Int, rateHz: Int, channels: Int) -> Data? {
        let frameBytes = payloadBytes + headerBytes
        guard let rate = ratesHz.firstIndex(of: rateHz), (1...7).contains(channels), frameBytes <= frameMaxBytes else { return nil }
        return Data([
            0xFF,
            0xF1,  // MPEG-4, no checksum
            UInt8(1 << 6 | rate << 2 | channels >> 2),  // profile 1: LC
            UInt8((channels & 3) << 6 | frameBytes >> 11),
            UInt8(frameBytes >> 3 & 0xFF),
            UInt8((frameBytes & 7) << 5 | 0x1F),  // fullness 0x7FF: variable rate
            0xFC,
        ])
    }

    /// A frame as its header tells it.
    struct Frame: Equatable {
        let headerBytes: Int
        let frameBytes: Int
        let rateHz: Int
        let rateIndex: Int
        let channels: Int
    }

    /// Reads a header; nothing when there is none.
    static func frame(_ bytes: Data) -> Frame? {
        guard bytes.count >= headerBytes else { return nil }
        let byte = bytes.prefix(headerBytes).map(Int.init)
        let rate = byte[2] >> 2 & 15
        guard byte[0] == 0xFF, byte[1] & 0xF6 == 0xF0, rate < ratesHz.count, byte[2] >> 6 == 1, byte[6] & 3 == 0 else { return nil }
        let hasChecksum = byte[1] & 1 == 0
        let frameBytes = (byte[3] & 3) << 11 | byte[4] << 3 | byte[5] >> 5
        let skipped = hasChecksum ? headerBytes + 2 : headerBytes
        guard frameBytes > skipped else { return nil }
        return Frame(
            headerBytes: skipped, frameBytes: frameBytes, rateHz: ratesHz[rate], rateIndex: rate,
            channels: (byte[2] & 1) << 2 | byte[3] >> 6)
    }
}
