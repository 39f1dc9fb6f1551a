package cn.liuhen.platform

import android.media.MediaCodec
import android.media.MediaCodecInfo
import android.media.MediaFormat
import java.io.IOException
import java.nio.ByteBuffer

/** The phone's encoder of AAC-LC: samples in, frames of 1,024 samples out. One sound from [start] to [end]. */
internal class AacEncoder(private val rateHz: Int, private val bitsPerSec: Int) : AutoCloseable {
    private val info = MediaCodec.BufferInfo()
    private val codec = create()
    private var samples = 0L
    private var ended = false

    private fun create(): MediaCodec {
        val format = MediaFormat.createAudioFormat(MediaFormat.MIMETYPE_AUDIO_AAC, rateHz, 1).apply {
            setInteger(MediaFormat.KEY_AAC_PROFILE, MediaCodecInfo.CodecProfileLevel.AACObjectLC)
            setInteger(MediaFormat.KEY_BIT_RATE, bitsPerSec)
        }
        val made = try {
            MediaCodec.createEncoderByType(MediaFormat.MIMETYPE_AUDIO_AAC)
        } catch (none: IOException) {
            throw DeviceFailure.Broken("no encoder for AAC", none)
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

    fun start(): Unit = codec.start()

    /** Takes [lenBytes] of samples; frames that come out go to [take]. */
    suspend fun feed(pcm: ByteArray, lenBytes: Int, take: suspend (ByteArray) -> Unit) {
        var fedBytes = 0
        while (fedBytes < lenBytes) {
            drain(take)
            val slot = codec.dequeueInputBuffer(WAIT_US)
            if (slot < 0) continue
            val room = codec.getInputBuffer(slot) ?: continue
            val takenBytes = minOf(room.remaining(), lenBytes - fedBytes)
            room.put(pcm, fedBytes, takenBytes)
            codec.queueInputBuffer(slot, 0, takenBytes, nowUs(), 0)
            samples += takenBytes / SAMPLE_BYTES
            fedBytes += takenBytes
        }
        drain(take)
    }

    /** Has the encoder give up what it holds. */
    suspend fun end(take: suspend (ByteArray) -> Unit) {
        var told = false
        var tries = 0
        while (!ended && tries < END_TRIES) {
            if (!told) {
                val slot = codec.dequeueInputBuffer(WAIT_US)
                if (slot >= 0) {
                    codec.queueInputBuffer(slot, 0, 0, nowUs(), MediaCodec.BUFFER_FLAG_END_OF_STREAM)
                    told = true
                }
            }
            drain(take)
            tries += 1
        }
        codec.stop()
    }

    private fun nowUs() = samples * MICROS / rateHz

    private suspend fun drain(take: suspend (ByteArray) -> Unit) {
        while (!ended) {
            val slot = codec.dequeueOutputBuffer(info, 0)
            if (slot == MediaCodec.INFO_TRY_AGAIN_LATER) return
            if (slot < 0) continue
            // The codec's own configuration is known: it is the same for every recording.
            val isFrame = info.flags and MediaCodec.BUFFER_FLAG_CODEC_CONFIG == 0 && info.size > 0
            val frame = if (isFrame) codec.getOutputBuffer(slot)?.let(::copied) else null
            ended = info.flags and MediaCodec.BUFFER_FLAG_END_OF_STREAM != 0
            codec.releaseOutputBuffer(slot, false)
            frame?.let { take(it) }
        }
    }

    private fun copied(encoded: ByteBuffer) = ByteArray(info.size).also {
        encoded.position(info.offset)
        encoded.get(it)
    }

    override fun close(): Unit = codec.release()

    companion object {
        const val SAMPLE_BYTES = 2
        private const val WAIT_US = 10_000L
        private const val MICROS = 1_000_000L
        private const val END_TRIES = 100
    }
}
