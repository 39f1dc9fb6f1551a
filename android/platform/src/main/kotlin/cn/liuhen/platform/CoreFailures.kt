package cn.liuhen.platform

import cn.liuhen.core.PlatformFailure

/** A failure of the phone in the core's words. What has none is [PlatformFailure.Unexpected] with its reason. */
internal fun DeviceFailure.forCore(): PlatformFailure = when (this) {
    // Gone for good is no less gone than never there: the core says what follows from it.
    is DeviceFailure.KeyMissing, is DeviceFailure.KeyInvalidated -> PlatformFailure.KeyMissing()
    is DeviceFailure.KeyLocked -> PlatformFailure.KeyLocked()
    is DeviceFailure.WrappedBroken -> PlatformFailure.WrappedBroken()
    is DeviceFailure.RadioOff -> PlatformFailure.RadioOff()
    is DeviceFailure.NotConnected -> PlatformFailure.NotConnected()
    is DeviceFailure.NotPaired -> PlatformFailure.NotPaired()
    is DeviceFailure.NotAllowed -> PlatformFailure.NotAllowed()
    is DeviceFailure.Att -> PlatformFailure.Att(code.toUByte())
    is DeviceFailure.TooLong -> PlatformFailure.TooLong(maxBytes.toUInt())
    is DeviceFailure.TimedOut -> PlatformFailure.TimedOut()
    is DeviceFailure.Denied, is DeviceFailure.TakenByOthers, is DeviceFailure.Broken -> PlatformFailure.Unexpected(message.orEmpty())
}

/** Does [what], and tells a failure in the core's words. */
internal inline fun <T> forCore(what: () -> T): T = try {
    what()
} catch (failure: DeviceFailure) {
    throw failure.forCore()
}
