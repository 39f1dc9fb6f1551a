import AVFAudio
import Foundation
import ShellCore

/// Sound as the microphone gives it becomes frames of AAC-LC at 48 kHz, one channel. The microphone may become another one in the
/// middle (a headset is plugged in): the frames go on as they were.
///
/// Used by one thread at a time.
final class SoundEncoder {
    /// Samples in a second.
    static let rateHz = 48_000
    /// Speech in a street stays intelligible, and an hour is 29 MB.
    static let bitsPerSec = 64_000

    private let pcm: AVAudioFormat
    private let encoder: AVAudioConverter
    private let frames: AVAudioCompressedBuffer
    private var resampler: AVAudioConverter?

    init() throws {
        let settings: [String: Any] = [AVFormatIDKey: kAudioFormatMPEG4AAC, AVSampleRateKey: Self.rateHz, AVNumberOfChannelsKey: 1]
        guard let pcm = AVAudioFormat(standardFormatWithSampleRate: Double(Self.rateHz), channels: 1),
            let aac = AVAudioFormat(settings: settings), let encoder = AVAudioConverter(from: pcm, to: aac)
        else { throw MediaFailure(.broken) }
        encoder.bitRate = Self.bitsPerSec
        self.pcm = pcm
        self.encoder = encoder
        frames = AVAudioCompressedBuffer(format: aac, packetCapacity: 8, maximumPacketSize: encoder.maximumOutputPacketSize)
    }

    /// Takes what was heard; gives the frames that came out, each with its header, and the loudest of it.
    func take(_ heard: AVAudioPCMBuffer) throws -> Piece {
        guard let sound = try resampled(heard) else { return Piece(bytes: Data(), levelPermille: nil) }
        return Piece(bytes: try encoded(sound), levelPermille: Self.peak(sound))
    }

    /// Has the encoder give up what it holds.
    func end() throws -> Data {
        try encoded(nil)
    }

    private func resampled(_ heard: AVAudioPCMBuffer) throws -> AVAudioPCMBuffer? {
        if heard.frameLength == 0 { return nil }
        if heard.format == pcm { return heard }
        if resampler?.inputFormat != heard.format { resampler = AVAudioConverter(from: heard.format, to: pcm) }
        let room = AVAudioFrameCount((Double(heard.frameLength) * pcm.sampleRate / heard.format.sampleRate).rounded(.up)) + 64
        guard let resampler, let made = AVAudioPCMBuffer(pcmFormat: pcm, frameCapacity: room) else { throw MediaFailure(.broken) }
        let given = Given(heard, atEnd: .noDataNow)
        var failure: NSError?
        let status = resampler.convert(to: made, error: &failure) { _, status in given.next(status) }
        if status == .error { throw MediaFailure(.broken) }
        return made.frameLength == 0 ? nil : made
    }

    /// - Parameter sound: absent at the end.
    private func encoded(_ sound: AVAudioPCMBuffer?) throws -> Data {
        let given = Given(sound, atEnd: sound == nil ? .endOfStream : .noDataNow)
        var stream = Data()
        while true {
            frames.packetCount = 0
            frames.byteLength = 0
            var failure: NSError?
            let status = encoder.convert(to: frames, error: &failure) { _, status in given.next(status) }
            if status == .error { throw MediaFailure(.broken) }
            try append(to: &stream)
            if status != .haveData || frames.packetCount == 0 { return stream }
        }
    }

    private func append(to stream: inout Data) throws {
        guard let packets = frames.packetDescriptions else { return }
        for number in 0..<Int(frames.packetCount) {
            let packet = packets[number]
            let lenBytes = Int(packet.mDataByteSize)
            guard let header = Adts.header(payloadBytes: lenBytes, rateHz: Self.rateHz, channels: 1) else { throw MediaFailure(.broken) }
            stream.append(header)
            stream.append(Data(bytes: frames.data + Int(packet.mStartOffset), count: lenBytes))
        }
    }

    private static func peak(_ sound: AVAudioPCMBuffer) -> Int {
        guard let samples = sound.floatChannelData?[0] else { return 0 }
        var peak: Float = 0
        for at in 0..<Int(sound.frameLength) { peak = max(peak, abs(samples[at])) }
        return min(1000, Int(peak * 1000))
    }
}

/// One buffer for a converter that asks until there is no more.
private final class Given: @unchecked Sendable {
    private var buffer: AVAudioBuffer?
    private let atEnd: AVAudioConverterInputStatus

    init(_ buffer: AVAudioBuffer?, atEnd: AVAudioConverterInputStatus) {
        self.buffer = buffer
        self.atEnd = atEnd
    }

    func next(_ status: UnsafeMutablePointer<AVAudioConverterInputStatus>) -> AVAudioBuffer? {
        let given = buffer
        buffer = nil
        status.pointee = given == nil ? atEnd : .haveData
        return given
    }
}
