import AVFoundation
import Foundation
import ShellCore
import UniformTypeIdentifiers

/// What camera and microphone give becomes fragmented MP4 in memory, a second at a time (ISO/IEC 14496-12, 8.8): a film that is cut
/// anywhere still plays. The system's writer writes no file in this mode.
///
/// Everything but `pieces` and the writer's own callbacks happens on the queue of the camera.
final class Film: NSObject, @unchecked Sendable {
    /// With the sound: what the core reckons with for a recorder as well.
    static let bitsPerSec = 5_800_000
    /// How much a kill may take away.
    private static let segment = CMTime(value: 1, timescale: 1)

    /// The film: its head, then a second in each piece.
    let pieces: Pieces
    private let out: Pieces.Continuation
    private let levelPermille = Guarded(0)
    private var writer: AVAssetWriter?
    private var pictures: AVAssetWriterInput?
    private var sounds: AVAssetWriterInput?
    private var began = CMTime.zero
    private var isEnding = false
    private let isTall: Bool

    /// - Parameter isTall: whether its pictures are higher than wide.
    init(isTall: Bool) {
        self.isTall = isTall
        (pieces, out) = Pieces.makeStream()
        super.init()
    }

    /// Ends it after what was seen until now; with a failure when something broke it off.
    func end(_ failure: MediaFailure?) {
        if isEnding { return }
        isEnding = true
        guard let writer, writer.status == .writing else {
            out.finish(throwing: failure ?? (writer == nil ? nil : MediaFailure(.broken)))
            return
        }
        pictures?.markAsFinished()
        sounds?.markAsFinished()
        writer.finishWriting { [self] in
            let isWhole = self.writer?.status == .completed
            out.finish(throwing: failure ?? (isWhole ? nil : MediaFailure(.broken)))
        }
    }

    /// Time begins with the first picture.
    private func begin(_ first: CMSampleBuffer, _ size: CMVideoDimensions) throws {
        let made = AVAssetWriter(contentType: .mpeg4Movie)
        made.outputFileTypeProfile = .mpeg4AppleHLS
        made.preferredOutputSegmentInterval = Self.segment
        made.initialSegmentStartTime = .zero
        made.delegate = self
        let pictures = AVAssetWriterInput(mediaType: .video, outputSettings: Self.pictureSettings(size))
        let sounds = AVAssetWriterInput(mediaType: .audio, outputSettings: Self.soundSettings)
        for input in [pictures, sounds] {
            input.expectsMediaDataInRealTime = true
            guard made.canAdd(input) else { throw MediaFailure(.broken) }
            made.add(input)
        }
        guard made.startWriting() else { throw MediaFailure(.broken) }
        made.startSession(atSourceTime: .zero)
        (writer, self.pictures, self.sounds, began) = (made, pictures, sounds, first.presentationTimeStamp)
    }

    private static func pictureSettings(_ size: CMVideoDimensions) -> [String: Any] {
        let compression: [String: Any] = [
            AVVideoAverageBitRateKey: bitsPerSec, AVVideoMaxKeyFrameIntervalDurationKey: 1,
            AVVideoProfileLevelKey: AVVideoProfileLevelH264HighAutoLevel,
        ]
        return [
            AVVideoCodecKey: AVVideoCodecType.h264, AVVideoWidthKey: Int(size.width), AVVideoHeightKey: Int(size.height),
            AVVideoCompressionPropertiesKey: compression,
        ]
    }

    private static var soundSettings: [String: Any] {
        [
            AVFormatIDKey: kAudioFormatMPEG4AAC, AVSampleRateKey: SoundEncoder.rateHz, AVNumberOfChannelsKey: 1,
            AVEncoderBitRateKey: SoundEncoder.bitsPerSec,
        ]
    }

    /// The sample as it is, by a clock that began with the first picture; nothing for sound that was heard before.
    private func moved(_ sample: CMSampleBuffer) throws -> CMSampleBuffer? {
        if sample.presentationTimeStamp < began { return nil }
        let timings = try sample.sampleTimingInfos().map { timing in
            CMSampleTimingInfo(
                duration: timing.duration, presentationTimeStamp: timing.presentationTimeStamp - began,
                decodeTimeStamp: timing.decodeTimeStamp.isValid ? timing.decodeTimeStamp - began : .invalid)
        }
        return try CMSampleBuffer(copying: sample, withNewTiming: timings)
    }

    /// Of samples of 16 bits, which is what the microphone of a phone gives.
    private func listen(_ sample: CMSampleBuffer) {
        guard sample.formatDescription?.audioStreamBasicDescription?.mBitsPerChannel == 16, let bytes = try? sample.dataBuffer?.dataBytes()
        else { return }
        let peak = bytes.withUnsafeBytes { $0.bindMemory(to: Int16.self).reduce(0) { max($0, abs(Int($1))) } }
        levelPermille.with { $0 = max($0, peak * 1000 / 32_768) }
    }
}

extension Film: AVCaptureVideoDataOutputSampleBufferDelegate, AVCaptureAudioDataOutputSampleBufferDelegate {
    func captureOutput(_ output: AVCaptureOutput, didOutput sampleBuffer: CMSampleBuffer, from connection: AVCaptureConnection) {
        if isEnding { return }
        let isPicture = output is AVCaptureVideoDataOutput
        do {
            if writer == nil {
                guard isPicture, let size = sampleBuffer.formatDescription?.dimensions, (size.height > size.width) == isTall else { return }
                try begin(sampleBuffer, size)
            }
            if !isPicture { listen(sampleBuffer) }
            // An encoder that cannot follow loses a picture, not the film.
            guard let input = isPicture ? pictures : sounds, input.isReadyForMoreMediaData else { return }
            guard let sample = try moved(sampleBuffer) else { return }
            if !input.append(sample) { end(MediaFailure(.broken)) }
        } catch {
            end((error as? MediaFailure) ?? MediaFailure(.broken))
        }
    }
}

extension Film: AVAssetWriterDelegate {
    func assetWriter(_ writer: AVAssetWriter, didOutputSegmentData segmentData: Data, segmentType: AVAssetSegmentType) {
        let level = levelPermille.with { level in
            defer { level = 0 }
            return level
        }
        out.yield(Piece(bytes: segmentData, levelPermille: level))
    }
}
