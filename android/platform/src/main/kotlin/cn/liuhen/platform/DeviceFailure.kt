package cn.liuhen.platform

/** Why the phone did not do what it was asked. The core's own failures of ports have the same cases. */
sealed class DeviceFailure(message: String, cause: Throwable? = null) : Exception(message, cause) {
    /** The officer did not allow it in the system. */
    class Denied(val permission: String) : DeviceFailure("$permission is not granted")

    /** Another app, or a call, has the camera or the microphone. */
    class TakenByOthers(cause: Throwable? = null) : DeviceFailure("another app uses it", cause)

    /** The hardware or its driver gave up. */
    class Broken(what: String, cause: Throwable? = null) : DeviceFailure(what, cause)

    /** There is no key of this name. */
    class KeyMissing(name: String) : DeviceFailure("there is no key $name")

    /** The system took the key away for good: the screen lock was removed or a finger added. Nothing was erased. */
    class KeyInvalidated(name: String, cause: Throwable) : DeviceFailure("the system invalidated the key $name", cause)

    /** The key wants the officer's finger, face or screen lock first. */
    class KeyLocked(name: String, cause: Throwable) : DeviceFailure("the key $name is locked", cause)

    /** What was to be unwrapped was not wrapped by this key, or was changed. */
    class WrappedBroken(cause: Throwable) : DeviceFailure("the wrapped bytes are not authentic", cause)

    /** Bluetooth is off, absent or forbidden to the app. */
    class RadioOff : DeviceFailure("the radio is off")

    /** The peer was not found or is gone. */
    class NotConnected : DeviceFailure("the peer is not connected")

    /** The peer demands a pairing that does not exist or is no longer valid. */
    class NotPaired : DeviceFailure("the peer demands pairing")

    /** The peer has no such characteristic, or it does not allow this. */
    class NotAllowed : DeviceFailure("the characteristic does not allow this")

    /** The peer answered with this error of the attribute protocol (Core 5.4, vol. 3, part F, §3.4.1.1). */
    class Att(val code: Int) : DeviceFailure("attribute protocol error $code")

    /** The value does not fit into one write. */
    class TooLong(val maxBytes: Int) : DeviceFailure("the value is longer than $maxBytes bytes")

    /** No answer in time. */
    class TimedOut : DeviceFailure("no answer in time")
}

/** Takes encoded bytes in order. */
fun interface ByteSink {
    /** The next piece, at most [PIECE_BYTES], and how loud it is, 0 to 1000. Returns when another may follow. */
    suspend fun push(piece: ByteArray, levelPermille: Int?)
}

/** The longest piece that crosses into the core. */
const val PIECE_BYTES: Int = 1 shl 20
