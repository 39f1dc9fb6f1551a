package cn.liuhen.platform

import android.Manifest
import android.content.Context
import android.media.AudioFormat
import android.media.AudioRecord
import android.media.MediaCodec
import android.media.MediaCodecInfo
import android.media.MediaFormat
import android.media.MediaRecorder
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.math.abs

/**
 * Sound from the microphone as AAC in ADTS frames. Nothing is written to a file. [RecordingService] must run, so that the
 * system keeps the microphone open when the screen goes off.
 */
class Microphone(private val context: Context, private val io: CoroutineDispatcher = Dispatchers.IO) {
    private val busy = AtomicBoolean()

    @Volatile
    private var stopping = false

    /** Ends the recording under way after what was heard until now. */
    fun stop() {
        stopping = true
    }

    /**
     * Records until [stop]; returns when everything encoded was handed over.
     *
     * @throws DeviceFailure when it ends otherwise; what was heard until then was handed over all the same.
     */
    suspend fun record(sink: ByteSink): Unit = withContext(io) {
        context.demand(Manifest.permission.RECORD_AUDIO)
        check(busy.compareAndSet(false, true)) { "a recording is under way" }
        try {
            stopping = false
            val source = open()
            try {
                val encoder = encoder()
                try {
                    AacStream(encoder, sink).run(source)
                } finally {
                    encoder.release()
                }
            } finally {
                source.release()
            }
        } finally {
            busy.set(false)
        }
    }

    @Suppress("MissingPermission") // Demanded above.
    private fun open(): AudioRecord {
        val leastBytes = AudioRecord.getMinBufferSize(RATE_HZ, AudioFormat.CHANNEL_IN_MONO, AudioFormat.ENCODING_PCM_16BIT)
        if (leastBytes <= 0) throw DeviceFailure.Broken("the microphone offers no 48 kHz")
        // Half a second: the core may take its time with a piece.
        val bufferBytes = maxOf(leastBytes, RATE_HZ * SAMPLE_BYTES / 2)
        val source = try {
            AudioRecord(
                MediaRecorder.AudioSource.MIC,
                RATE_HZ,
                AudioFormat.CHANNEL_IN_MONO,
                AudioFormat.ENCODING_PCM_16BIT,
                bufferBytes,
            )
        } catch (refused: IllegalArgumentException) {
            throw DeviceFailure.Broken("the microphone refused", refused)
        }
        if (source.state != AudioRecord.STATE_INITIALIZED) {
            source.release()
            throw DeviceFailure.TakenByOthers()
        }
        return source
    }

    private fun encoder(): MediaCodec {
        val format = MediaFormat.createAudioFormat(MediaFormat.MIMETYPE_AUDIO_AAC, RATE_HZ, 1).apply {
            setInteger(MediaFormat.KEY_AAC_PROFILE, MediaCodecInfo.CodecProfileLevel.AACObjectLC)
            setInteger(MediaFormat.KEY_BIT_RATE, BITS_PER_SEC)
        }
        val encoder = try {
            MediaCodec.createEncoderByType(MediaFormat.MIMETYPE_AUDIO_AAC)
        } catch (none: IOException) {
            throw DeviceFailure.Broken("no encoder for AAC", none)
        }
        try {
            encoder.configure(format, null, null, MediaCodec.CONFIGURE_FLAG_ENCODE)
            return encoder
        } catch (refused: IllegalStateException) {
            encoder.release()
            throw DeviceFailure.Broken("the encoder refused", refused)
        }
    }

    /** One recording: heard, encoded, framed, handed over. */
    private inner class AacStream(private val encoder: MediaCodec, private val sink: ByteSink) {
        private val info = MediaCodec.BufferInfo()
        private val batch = ByteArrayOutputStream()
        private var samples = 0L
        private var loudest = 0
        private var ended = false

        suspend fun run(source: AudioRecord) {
            try {
                encoder.start()
                source.startRecording()
                if (source.recordingState != AudioRecord.RECORDSTATE_RECORDING) throw DeviceFailure.TakenByOthers()
                val broken = listen(source)
                source.stop()
                end()
                if (broken != null) throw broken
            } catch (failed: IllegalStateException) {
                // MediaCodec.CodecException is one of these.
                throw DeviceFailure.Broken("the recording broke", failed)
            }
        }

        /** Listens until told to stop (null) or until the microphone breaks. */
        private suspend fun listen(source: AudioRecord): DeviceFailure? {
            val pcm = ByteArray(FRAME_SAMPLES * SAMPLE_BYTES)
            while (!stopping) {
                currentCoroutineContext().ensureActive()
                val heardBytes = source.read(pcm, 0, pcm.size)
                when {
                    heardBytes == AudioRecord.ERROR_DEAD_OBJECT -> return DeviceFailure.TakenByOthers()
                    heardBytes < 0 -> return DeviceFailure.Broken("the microphone gave error $heardBytes")
                }
                loudest = maxOf(loudest, peak(pcm, heardBytes))
                encode(pcm, heardBytes)
            }
            return null
        }

        private suspend fun encode(pcm: ByteArray, heardBytes: Int) {
            var fedBytes = 0
            while (fedBytes < heardBytes) {
                drain()
                val slot = encoder.dequeueInputBuffer(WAIT_US)
                if (slot < 0) continue
                val room = encoder.getInputBuffer(slot) ?: continue
                val takenBytes = minOf(room.remaining(), heardBytes - fedBytes)
                room.put(pcm, fedBytes, takenBytes)
                encoder.queueInputBuffer(slot, 0, takenBytes, samples * MICROS / RATE_HZ, 0)
                samples += takenBytes / SAMPLE_BYTES
                fedBytes += takenBytes
            }
            drain()
        }

        /** Has the encoder give up what it holds, and hands over the rest. */
        private suspend fun end() {
            var told = false
            var tries = 0
            while (!ended && tries < END_TRIES) {
                if (!told) {
                    val slot = encoder.dequeueInputBuffer(WAIT_US)
                    if (slot >= 0) {
                        encoder.queueInputBuffer(slot, 0, 0, samples * MICROS / RATE_HZ, MediaCodec.BUFFER_FLAG_END_OF_STREAM)
                        told = true
                    }
                }
                drain()
                tries += 1
            }
            handOver()
            encoder.stop()
        }

        private suspend fun drain() {
            while (!ended) {
                val slot = encoder.dequeueOutputBuffer(info, 0)
                if (slot == MediaCodec.INFO_TRY_AGAIN_LATER) return
                if (slot < 0) continue
                // The codec's own configuration is in every header already.
                if (info.flags and MediaCodec.BUFFER_FLAG_CODEC_CONFIG == 0 && info.size > 0) encoder.getOutputBuffer(slot)?.let(::frame)
                ended = info.flags and MediaCodec.BUFFER_FLAG_END_OF_STREAM != 0
                encoder.releaseOutputBuffer(slot, false)
                if (batch.size() >= BATCH_BYTES) handOver()
            }
        }

        private fun frame(encoded: ByteBuffer) {
            val payload = ByteArray(info.size)
            encoded.position(info.offset)
            encoded.get(payload)
            batch.write(Adts.header(payload.size, RATE_HZ, 1))
            batch.write(payload)
        }

        private suspend fun handOver() {
            if (batch.size() == 0) return
            val piece = batch.toByteArray()
            batch.reset()
            val levelPermille = loudest * 1_000 / LOUDEST
            loudest = 0
            sink.push(piece, levelPermille)
        }
    }

    companion object {
        /** Samples in a second. */
        const val RATE_HZ: Int = 48_000

        /** Speech in a street stays intelligible, and an hour is 29 MB. */
        const val BITS_PER_SEC: Int = 64_000
        private const val SAMPLE_BYTES = 2
        private const val FRAME_SAMPLES = 1_024

        /** About a quarter of a second. */
        private const val BATCH_BYTES = 2_048
        private const val WAIT_US = 10_000L
        private const val MICROS = 1_000_000L
        private const val END_TRIES = 100
        private const val LOUDEST = 32_768

        internal fun peak(pcm: ByteArray, lenBytes: Int): Int {
            val samples = ByteBuffer.wrap(pcm, 0, lenBytes).order(ByteOrder.nativeOrder()).asShortBuffer()
            var peak = 0
            while (samples.hasRemaining()) peak = maxOf(peak, abs(samples.get().toInt()))
            return peak
        }
    }
}
