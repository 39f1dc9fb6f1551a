// A stand-in for the part of Apple's framework of this name that AppleAdapters uses, so that their types can be checked on Linux. It is
// written from Apple's documentation as we know it, does nothing, and is never shipped: what it gets wrong, the check gets wrong.
import AppleFoundation

public let AVFormatIDKey = ""
public let AVSampleRateKey = ""
public let AVNumberOfChannelsKey = ""
public let AVEncoderBitRateKey = ""
public let kAudioFormatMPEG4AAC: UInt32 = 0
public typealias AVAudioFrameCount = UInt32
public typealias AVAudioPacketCount = UInt32
public struct AudioStreamPacketDescription: Sendable {
    public var mStartOffset: Int64
    public var mVariableFramesInPacket: UInt32
    public var mDataByteSize: UInt32
}
public struct AudioStreamBasicDescription: Sendable { public var mBitsPerChannel: UInt32 }
open class AVAudioFormat: NSObject {
    public init?(standardFormatWithSampleRate: Double, channels: UInt32) {}
    public init?(settings: [String: Any]) {}
    public var sampleRate: Double { 0 }
    public var channelCount: UInt32 { 1 }
}
open class AVAudioBuffer: NSObject { public var format: AVAudioFormat { fatalError() } }
open class AVAudioPCMBuffer: AVAudioBuffer {
    public init?(pcmFormat: AVAudioFormat, frameCapacity: AVAudioFrameCount) {}
    public var frameLength: AVAudioFrameCount = 0
    public var floatChannelData: UnsafePointer<UnsafeMutablePointer<Float>>? { nil }
}
open class AVAudioCompressedBuffer: AVAudioBuffer {
    public init(format: AVAudioFormat, packetCapacity: AVAudioPacketCount, maximumPacketSize: Int) {}
    public var packetCount: AVAudioPacketCount = 0
    public var byteLength: UInt32 = 0
    public var data: UnsafeMutableRawPointer { fatalError() }
    public var packetDescriptions: UnsafeMutablePointer<AudioStreamPacketDescription>? { nil }
}
public enum AVAudioConverterInputStatus: Int, Sendable { case haveData, noDataNow, endOfStream }
public enum AVAudioConverterOutputStatus: Int, Sendable { case haveData, inputRanDry, endOfStream, error }
public typealias AVAudioConverterInputBlock = @Sendable (AVAudioPacketCount, UnsafeMutablePointer<AVAudioConverterInputStatus>) ->
    AVAudioBuffer?
open class AVAudioConverter: NSObject {
    public init?(from: AVAudioFormat, to: AVAudioFormat) {}
    public var bitRate = 0
    public var maximumOutputPacketSize: Int { 0 }
    public var inputFormat: AVAudioFormat { fatalError() }
    public func convert(to: AVAudioBuffer, error: NSErrorPointer, withInputFrom: AVAudioConverterInputBlock) -> AVAudioConverterOutputStatus
    { .error }
}
open class AVAudioTime: NSObject {}
public typealias AVAudioNodeTapBlock = @Sendable (AVAudioPCMBuffer, AVAudioTime) -> Void
open class AVAudioNode: NSObject {
    public func outputFormat(forBus: Int) -> AVAudioFormat { fatalError() }
    public func installTap(onBus: Int, bufferSize: AVAudioFrameCount, format: AVAudioFormat?, block: @escaping AVAudioNodeTapBlock) {}
    public func removeTap(onBus: Int) {}
}
open class AVAudioInputNode: AVAudioNode {}
open class AVAudioEngine: NSObject {
    public override init() {}
    public var inputNode: AVAudioInputNode { fatalError() }
    public func prepare() {}
    public func start() throws {}
    public func stop() {}
}
extension NSNotification.Name { public static let AVAudioEngineConfigurationChange = NSNotification.Name("") }
public let AVAudioSessionInterruptionTypeKey = ""
open class AVAudioSession: NSObject {
    public class func sharedInstance() -> AVAudioSession { fatalError() }
    public struct Category: Sendable { public static let playAndRecord = Category(), playback = Category(), record = Category() }
    public struct Mode: Sendable { public static let `default` = Mode() }
    public struct CategoryOptions: OptionSet, Sendable {
        public var rawValue: UInt
        public init(rawValue: UInt) { self.rawValue = rawValue }
        public static let defaultToSpeaker = Self(rawValue: 1)
    }
    public struct SetActiveOptions: OptionSet, Sendable {
        public var rawValue: UInt
        public init(rawValue: UInt) { self.rawValue = rawValue }
        public static let notifyOthersOnDeactivation = Self(rawValue: 1)
    }
    public enum InterruptionType: UInt, Sendable { case ended, began }
    public enum ErrorCode: Int, Sendable { case none, isBusy, insufficientPriority, cannotInterruptOthers }
    public func setCategory(_ c: Category, mode: Mode, options: CategoryOptions = []) throws {}
    public func setActive(_ a: Bool, options: SetActiveOptions = []) throws {}
    public class var interruptionNotification: NSNotification.Name { NSNotification.Name("") }
    public class var mediaServicesWereResetNotification: NSNotification.Name { NSNotification.Name("") }
}
