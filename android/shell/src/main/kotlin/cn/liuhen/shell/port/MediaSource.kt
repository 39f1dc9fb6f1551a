package cn.liuhen.shell.port

import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.capture.Preview
import kotlinx.coroutines.flow.StateFlow

/** The phone's camera and microphone. Encoded bytes go to a sink piece by piece; no file is ever written. */
interface MediaSource {
    /** Whether the camera's picture can be drawn. */
    val preview: StateFlow<Preview>

    /** What the shutter makes from now on; the camera is opened or let go accordingly. */
    fun prepare(mode: CaptureMode)

    /** Lets camera and microphone go, unless a recording runs. */
    fun letGo()

    /** Turns the lamp on or off. */
    fun setTorch(on: Boolean)

    /** How a recording of this mode is encoded. */
    fun encoding(mode: CaptureMode): Encoding

    /**
     * Takes a photograph and hands its bytes to [sink], each piece at most 1 MiB; returns when all were taken.
     *
     * @throws MediaFailure when there is no photograph.
     */
    suspend fun photo(sink: MediaSink)

    /**
     * Records and hands the bytes to [sink] in order until [stop]; returns when everything encoded was handed over.
     *
     * @throws MediaFailure when it ends otherwise. What was handed over until then is to be kept.
     */
    suspend fun record(mode: CaptureMode, sink: MediaSink)

    /** Ends the recording under way. */
    fun stop()
}

/** Takes encoded bytes. */
fun interface MediaSink {
    /** The next piece, at most 1 MiB, and how loud it is, 0 to 1000. Returns when it may be followed by another. */
    suspend fun push(piece: ByteArray, levelPermille: Int?)
}

/** How media are encoded. */
data class Encoding(val mediaType: String, val bytesPerSec: Long?)

/** Camera or microphone failed. */
class MediaFailure(val reason: Reason, cause: Throwable? = null) : Exception(reason.name, cause) {
    /** Why. */
    enum class Reason { DENIED, TAKEN_BY_OTHERS, BROKEN }
}
