// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
@_exported import AVFAudio
import AppleFoundation
import UIKit
import UniformTypeIdentifiers

public typealias CMTimeValue = Int64
public struct CMTime: Sendable, Comparable {
    public init(value: CMTimeValue, timescale: Int32) {}
    public static let zero = CMTime(value: 0, timescale: 1), invalid = CMTime(value: 0, timescale: 1)
    public var isValid: Bool { true }
    public var seconds: Double { 0 }
    public static func < (a: CMTime, b: CMTime) -> Bool { false }
    public static func - (a: CMTime, b: CMTime) -> CMTime { a }
}
public struct CMVideoDimensions: Sendable { public var width: Int32, height: Int32 }
public final class CMFormatDescription {
    public var dimensions: CMVideoDimensions { fatalError() }
    public var audioStreamBasicDescription: AudioStreamBasicDescription? { nil }
}
public final class CMBlockBuffer { public func dataBytes() throws -> Data { Data() } }
public struct CMSampleTimingInfo {
    public init(duration: CMTime, presentationTimeStamp: CMTime, decodeTimeStamp: CMTime) { fatalError() }
    public var duration: CMTime, presentationTimeStamp: CMTime, decodeTimeStamp: CMTime
}
public final class CMSampleBuffer {
    public init(copying: CMSampleBuffer, withNewTiming: [CMSampleTimingInfo]) throws {}
    public func sampleTimingInfos() throws -> [CMSampleTimingInfo] { [] }
    public var formatDescription: CMFormatDescription? { nil }
    public var presentationTimeStamp: CMTime { .zero }
    public var dataBuffer: CMBlockBuffer? { nil }
}
public struct AVMediaType: Sendable, Hashable { public static let video = AVMediaType(), audio = AVMediaType() }
public struct AVFileType: Sendable {
    public static let mp4 = AVFileType()
    public var rawValue: String { "" }
}
public struct AVFileTypeProfile: Sendable { public static let mpeg4AppleHLS = AVFileTypeProfile() }
public struct AVVideoCodecType: Sendable { public static let jpeg = AVVideoCodecType(), h264 = AVVideoCodecType() }
public let AVVideoCodecKey = ""
public let AVVideoWidthKey = ""
public let AVVideoHeightKey = ""
public let AVVideoCompressionPropertiesKey = ""
public let AVVideoAverageBitRateKey = ""
public let AVVideoMaxKeyFrameIntervalDurationKey = ""
public let AVVideoProfileLevelKey = ""
public let AVVideoProfileLevelH264HighAutoLevel = ""
public enum AVAuthorizationStatus: Int, Sendable { case notDetermined, restricted, denied, authorized }
open class AVCaptureDevice: NSObject {
    public enum Position: Int, Sendable { case back, front }
    public enum TorchMode: Int, Sendable { case off, on, auto }
    public enum FlashMode: Int, Sendable { case off, on }
    public struct DeviceType: Sendable { public static let builtInWideAngleCamera = DeviceType() }
    public class func authorizationStatus(for: AVMediaType) -> AVAuthorizationStatus { .denied }
    public class func requestAccess(for: AVMediaType, completionHandler: @escaping @Sendable (Bool) -> Void) {}
    public class func requestAccess(for: AVMediaType) async -> Bool { true }
    public class func `default`(_ t: DeviceType, for: AVMediaType?, position: Position) -> AVCaptureDevice? { nil }
    public class func `default`(for: AVMediaType) -> AVCaptureDevice? { nil }
    public var hasTorch: Bool { true }
    public func isTorchModeSupported(_ m: TorchMode) -> Bool { true }
    public func lockForConfiguration() throws {}
    public func unlockForConfiguration() {}
    public var torchMode: TorchMode = .off
    open class RotationCoordinator: NSObject {
        public init(device: AVCaptureDevice, previewLayer: CALayer?) {}
        public var videoRotationAngleForHorizonLevelCapture: CGFloat { 0 }
    }
}
open class AVCaptureInput: NSObject {}
open class AVCaptureDeviceInput: AVCaptureInput { public init(device: AVCaptureDevice) throws {} }
open class AVCaptureConnection: NSObject {
    public func isVideoRotationAngleSupported(_ a: CGFloat) -> Bool { true }
    public var videoRotationAngle: CGFloat = 0
}
open class AVCaptureOutput: NSObject { public func connection(with: AVMediaType) -> AVCaptureConnection? { nil } }
public enum AVCapturePhotoQ: Int, Sendable { case speed, balanced, quality }
open class AVCapturePhotoSettings: NSObject {
    public init(format: [String: Any]?) {}
    public var photoQualityPrioritization: AVCapturePhotoQ = .balanced
    public var flashMode: AVCaptureDevice.FlashMode = .off
}
open class AVCaptureResolvedPhotoSettings: NSObject {}
open class AVCapturePhoto: NSObject { public func fileDataRepresentation() -> Data? { nil } }
public protocol AVCapturePhotoCaptureDelegate: NSObjectProtocol {
    func photoOutput(_ output: AVCapturePhotoOutput, didFinishProcessingPhoto photo: AVCapturePhoto, error: (any Error)?)
    func photoOutput(
        _ output: AVCapturePhotoOutput, didFinishCaptureFor resolvedSettings: AVCaptureResolvedPhotoSettings, error: (any Error)?)
}
open class AVCapturePhotoOutput: AVCaptureOutput {
    public override init() {}
    public func capturePhoto(with: AVCapturePhotoSettings, delegate: any AVCapturePhotoCaptureDelegate) {}
}
public protocol AVCaptureVideoDataOutputSampleBufferDelegate: NSObjectProtocol {
    func captureOutput(_ output: AVCaptureOutput, didOutput sampleBuffer: CMSampleBuffer, from connection: AVCaptureConnection)
}
public protocol AVCaptureAudioDataOutputSampleBufferDelegate: NSObjectProtocol {
    func captureOutput(_ output: AVCaptureOutput, didOutput sampleBuffer: CMSampleBuffer, from connection: AVCaptureConnection)
}
open class AVCaptureVideoDataOutput: AVCaptureOutput {
    public override init() {}
    public func setSampleBufferDelegate(_ d: (any AVCaptureVideoDataOutputSampleBufferDelegate)?, queue: (any AnyQueue)?) {}
}
open class AVCaptureAudioDataOutput: AVCaptureOutput {
    public override init() {}
    public func setSampleBufferDelegate(_ d: (any AVCaptureAudioDataOutputSampleBufferDelegate)?, queue: (any AnyQueue)?) {}
}
open class AVMetadataObject: NSObject { public struct ObjectType: Sendable, Equatable { public static let qr = ObjectType() } }
open class AVMetadataMachineReadableCodeObject: AVMetadataObject { public var stringValue: String? { nil } }
public protocol AVCaptureMetadataOutputObjectsDelegate: NSObjectProtocol {
    func metadataOutput(
        _ output: AVCaptureMetadataOutput, didOutput metadataObjects: [AVMetadataObject], from connection: AVCaptureConnection)
}
open class AVCaptureMetadataOutput: AVCaptureOutput {
    public override init() {}
    public func setMetadataObjectsDelegate(_ d: (any AVCaptureMetadataOutputObjectsDelegate)?, queue: DispatchQueue?) {}
    public var availableMetadataObjectTypes: [AVMetadataObject.ObjectType] { [] }
    public var metadataObjectTypes: [AVMetadataObject.ObjectType]! = []
}
public let AVCaptureSessionInterruptionReasonKey = ""
open class AVCaptureSession: NSObject {
    public override init() {}
    public struct Preset: Sendable { public static let photo = Preset(), high = Preset(), hd1920x1080 = Preset() }
    public enum InterruptionReason: Int, Sendable {
        case videoDeviceNotAvailableInBackground = 1
        case audioDeviceInUseByAnotherClient, videoDeviceInUseByAnotherClient, videoDeviceNotAvailableWithMultipleForegroundApps,
            videoDeviceNotAvailableDueToSystemPressure
    }
    public class var wasInterruptedNotification: NSNotification.Name { NSNotification.Name("") }
    public class var interruptionEndedNotification: NSNotification.Name { NSNotification.Name("") }
    public class var runtimeErrorNotification: NSNotification.Name { NSNotification.Name("") }
    public var sessionPreset = Preset.high
    public func canSetSessionPreset(_ p: Preset) -> Bool { true }
    public func beginConfiguration() {}
    public func commitConfiguration() {}
    public var inputs: [AVCaptureInput] { [] }
    public var outputs: [AVCaptureOutput] { [] }
    public func addInput(_ i: AVCaptureInput) {}
    public func removeInput(_ i: AVCaptureInput) {}
    public func addOutput(_ i: AVCaptureOutput) {}
    public func removeOutput(_ i: AVCaptureOutput) {}
    public func canAddInput(_ i: AVCaptureInput) -> Bool { true }
    public func canAddOutput(_ i: AVCaptureOutput) -> Bool { true }
    public func startRunning() {}
    public func stopRunning() {}
    public var isRunning: Bool { true }
    public var isInterrupted: Bool { true }
}
public struct AVLayerVideoGravity: Sendable { public static let resizeAspect = Self(), resizeAspectFill = Self() }
open class AVCaptureVideoPreviewLayer: CALayer {
    public var session: AVCaptureSession?
    public var videoGravity = AVLayerVideoGravity.resizeAspect
    public var connection: AVCaptureConnection? { nil }
}
open class AVPlayerLayer: CALayer {
    public var player: AVPlayer?
    public var videoGravity = AVLayerVideoGravity.resizeAspect
}
public enum AVAssetSegmentType: Int, Sendable { case initialization, separable }
public protocol AVAssetWriterDelegate: NSObjectProtocol, Sendable {
    func assetWriter(_ writer: AVAssetWriter, didOutputSegmentData segmentData: Data, segmentType: AVAssetSegmentType)
}
open class AVAssetWriterInput: NSObject {
    public init(mediaType: AVMediaType, outputSettings: [String: Any]?) {}
    public var expectsMediaDataInRealTime = false
    public var isReadyForMoreMediaData: Bool { true }
    public func append(_ b: CMSampleBuffer) -> Bool { true }
    public func markAsFinished() {}
}
open class AVAssetWriter: NSObject {
    public enum Status: Int, Sendable { case unknown, writing, completed, failed, cancelled }
    public init(contentType: UTType) {}
    public var outputFileTypeProfile: AVFileTypeProfile?
    public var preferredOutputSegmentInterval = CMTime.zero
    public var initialSegmentStartTime = CMTime.zero
    public weak var delegate: (any AVAssetWriterDelegate)?
    public var status: Status { .writing }
    public func canAdd(_ i: AVAssetWriterInput) -> Bool { true }
    public func add(_ i: AVAssetWriterInput) {}
    public func startWriting() -> Bool { true }
    public func startSession(atSourceTime: CMTime) {}
    public func finishWriting(completionHandler: @escaping @Sendable () -> Void) {}
}
open class AVAssetResourceLoadingContentInformationRequest: NSObject {
    public var contentType: String?
    public var contentLength: Int64 = 0
    public var isByteRangeAccessSupported = false
}
open class AVAssetResourceLoadingDataRequest: NSObject {
    public var requestedOffset: Int64 { 0 }
    public var requestedLength: Int { 0 }
    public var requestsAllDataToEndOfResource: Bool { true }
    public var currentOffset: Int64 { 0 }
    public func respond(with: Data) {}
}
open class AVAssetResourceLoadingRequest: NSObject {
    public var isFinished: Bool { false }
    public var contentInformationRequest: AVAssetResourceLoadingContentInformationRequest? { nil }
    public var dataRequest: AVAssetResourceLoadingDataRequest? { nil }
    public func finishLoading() {}
    public func finishLoading(with: (any Error)?) {}
}
public protocol AVAssetResourceLoaderDelegate: NSObjectProtocol {
    func resourceLoader(
        _ resourceLoader: AVAssetResourceLoader, shouldWaitForLoadingOfRequestedResource loadingRequest: AVAssetResourceLoadingRequest
    ) -> Bool
    func resourceLoader(_ resourceLoader: AVAssetResourceLoader, didCancel loadingRequest: AVAssetResourceLoadingRequest)
}
open class AVAssetResourceLoader: NSObject { public func setDelegate(_ d: (any AVAssetResourceLoaderDelegate)?, queue: DispatchQueue?) {} }
public struct AVAsyncProperty<T: Sendable>: Sendable {}
extension AVAsyncProperty where T == Bool {
    public static var isPlayable: Self { fatalError() }
}
open class AVAsset: NSObject, @unchecked Sendable {
    public func load<T>(_ property: AVAsyncProperty<T>) async throws -> T { fatalError() }
}
public final class AVURLAsset: AVAsset, @unchecked Sendable {
    public init(url: URL, options: [String: Any]? = nil) {}
    public var resourceLoader: AVAssetResourceLoader { fatalError() }
}
@MainActor open class AVPlayerItem: NSObject {
    public enum Status: Int, Sendable { case unknown, readyToPlay, failed }
    public init(asset: AVAsset) {}
    public nonisolated var status: Status { .unknown }
}
extension NSNotification.Name {
    public static let AVPlayerItemDidPlayToEndTime = NSNotification.Name("")
    public static let AVPlayerItemFailedToPlayToEndTime = NSNotification.Name("")
}
@MainActor open class AVPlayer: NSObject {
    public nonisolated override init() {}
    public var allowsExternalPlayback: Bool {
        get { true }
        set {}
    }
    public var preventsDisplaySleepDuringVideoPlayback: Bool {
        get { true }
        set {}
    }
    public func replaceCurrentItem(with: AVPlayerItem?) {}
    public var currentItem: AVPlayerItem? { nil }
    public func play() {}
    public func pause() {}
    public func seek(to: CMTime, toleranceBefore: CMTime, toleranceAfter: CMTime) {}
    public nonisolated func addPeriodicTimeObserver(forInterval: CMTime, queue: DispatchQueue?, using: @escaping @Sendable (CMTime) -> Void)
        -> Any
    { 0 }
    public nonisolated func removeTimeObserver(_ o: Any) {}
}
