package cn.liuhen.platform

import android.media.MediaCodec
import android.media.MediaCodecInfo
import android.media.MediaFormat
import android.util.Size
import android.view.Surface
import java.io.IOException
import java.nio.ByteBuffer

/** What an encoder of pictures gives when it is asked for the next. */
internal sealed interface Encoded {
    /** Nothing yet. */
    data object Later : Encoded

    /** What it says of itself, units after start codes; once, before the first picture. */
    class Config(val sps: ByteArray, val pps: ByteArray) : Encoded

    /** A picture, units after start codes, at its time on the clock of System.nanoTime. */
    class Picture(val stream: ByteArray, val timeUs: Long, val sync: Boolean) : Encoded

    /** There is no more. */
    data object End : Encoded
}

/** Encodes what is drawn on its surface. */
internal interface PictureEncoder : AutoCloseable {
    val surface: Surface

    fun start()

    /** Waits a moment for the next. @throws DeviceFailure.Broken */
    fun next(): Encoded

    /** Nothing more is drawn. */
    fun endOfInput()
}

/** The phone's encoder of H.264, without pictures that come out of order. */
internal class AvcEncoder(size: Size, bitsPerSec: Int, framesPerSec: Int) : PictureEncoder {
    private val info = MediaCodec.BufferInfo()
    private val codec = create(size, bitsPerSec, framesPerSec)
    override val surface: Surface = try {
        codec.createInputSurface()
    } catch (refused: IllegalStateException) {
        codec.release()
        throw DeviceFailure.Broken("the encoder gave no surface", refused)
    }

    private fun create(size: Size, bitsPerSec: Int, framesPerSec: Int): MediaCodec {
        val format = MediaFormat.createVideoFormat(MediaFormat.MIMETYPE_VIDEO_AVC, size.width, size.height).apply {
            setInteger(MediaFormat.KEY_COLOR_FORMAT, MediaCodecInfo.CodecCapabilities.COLOR_FormatSurface)
            setInteger(MediaFormat.KEY_BIT_RATE, bitsPerSec)
            setInteger(MediaFormat.KEY_FRAME_RATE, framesPerSec)
            // A fragment begins with a key picture: this is how much a crash can take away.
            setInteger(MediaFormat.KEY_I_FRAME_INTERVAL, 1)
            // Older phones do not know the word and make none by themselves.
            setInteger(MediaFormat.KEY_MAX_B_FRAMES, 0)
        }
        val made = try {
            MediaCodec.createEncoderByType(MediaFormat.MIMETYPE_VIDEO_AVC)
        } catch (none: IOException) {
            throw DeviceFailure.Broken("no encoder for H.264", none)
        }
        try {
            made.configure(format, null, null, MediaCodec.CONFIGURE_FLAG_ENCODE)
            return made
        } catch (refused: IllegalStateException) {
            made.release()
            throw DeviceFailure.Broken("the encoder refused", refused)
        } catch (unknown: IllegalArgumentException) {
            made.release()
            throw DeviceFailure.Broken("the encoder does not make this", unknown)
        }
    }

    override fun start(): Unit = guarded { codec.start() }

    override fun endOfInput(): Unit = guarded { codec.signalEndOfInputStream() }

    override fun next(): Encoded = guarded {
        val slot = codec.dequeueOutputBuffer(info, WAIT_US)
        when {
            slot == MediaCodec.INFO_OUTPUT_FORMAT_CHANGED -> config(codec.outputFormat)
            slot < 0 -> Encoded.Later
            else -> {
                val isLast = info.flags and MediaCodec.BUFFER_FLAG_END_OF_STREAM != 0
                val isPicture = info.flags and MediaCodec.BUFFER_FLAG_CODEC_CONFIG == 0 && info.size > 0
                val stream = if (isPicture) codec.getOutputBuffer(slot)?.let(::copied) else null
                codec.releaseOutputBuffer(slot, false)
                when {
                    stream != null -> Encoded.Picture(stream, info.presentationTimeUs, info.flags and MediaCodec.BUFFER_FLAG_KEY_FRAME != 0)
                    isLast -> Encoded.End
                    else -> Encoded.Later
                }
            }
        }
    }

    private fun config(format: MediaFormat): Encoded {
        val sps = format.getByteBuffer("csd-0")?.let { AnnexB.sps(it.all()) }
        val pps = format.getByteBuffer("csd-1")?.let { AnnexB.pps(it.all()) }
        if (sps == null || pps == null) throw DeviceFailure.Broken("the encoder does not say what it makes")
        return Encoded.Config(sps, pps)
    }

    private fun ByteBuffer.all() = duplicate().let { bytes -> ByteArray(bytes.remaining()).also(bytes::get) }

    private fun copied(encoded: ByteBuffer) = ByteArray(info.size).also {
        encoded.position(info.offset)
        encoded.get(it)
    }

    private inline fun <T> guarded(what: () -> T): T = try {
        what()
    } catch (failed: IllegalStateException) {
        // MediaCodec.CodecException is one of these.
        throw DeviceFailure.Broken("the encoder broke", failed)
    }

    override fun close() {
        codec.release()
        surface.release()
    }

    private companion object {
        const val WAIT_US = 10_000L
    }
}
