package cn.liuhen.platform

import android.Manifest
import android.content.Context
import android.media.AudioFormat
import android.media.AudioManager
import android.media.AudioRecord
import android.media.AudioRecordingConfiguration
import android.media.MediaRecorder
import android.os.Build
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.math.abs

/** A frame of AAC-LC: 1,024 samples from [atSamples] on, which were heard from [sinceNanos] of System.nanoTime on. */
internal class AacFrame(val payload: ByteArray, val sinceNanos: Long, val atSamples: Long, val levelPermille: Int)

/**
 * Sound from the microphone as AAC. Nothing is written to a file. [RecordingService] must run, so that the system keeps
 * the microphone open when the screen goes off.
 */
class Microphone internal constructor(
    private val context: Context,
    private val io: CoroutineDispatcher,
    private val silence: (AudioRecord, () -> Unit) -> AutoCloseable,
) {
    constructor(context: Context, io: CoroutineDispatcher = Dispatchers.IO) : this(context, io, ::silence)

    private val busy = AtomicBoolean()

    @Volatile
    private var stopping = false

    /** Ends the recording under way after what was heard until now. */
    fun stop() {
        stopping = true
    }

    /**
     * Records until [stop], in ADTS frames that each stand for themselves; returns when everything encoded was handed over.
     *
     * @throws DeviceFailure when it ends otherwise; what was heard until then was handed over all the same.
     */
    suspend fun record(sink: ByteSink) {
        val batch = Batch(sink)
        val broken = try {
            frames(batch::take)
            null
        } catch (failure: DeviceFailure) {
            failure
        }
        batch.handOver()
        if (broken != null) throw broken
    }

    /** As [record], but every frame by itself and without a header. */
    internal suspend fun frames(take: suspend (AacFrame) -> Unit): Unit = withContext(io) {
        context.demand(Manifest.permission.RECORD_AUDIO)
        check(busy.compareAndSet(false, true)) { "a recording is under way" }
        try {
            stopping = false
            val source = open()
            try {
                AacEncoder(RATE_HZ, BITS_PER_SEC).use { Hearing(source, it, take).run() }
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
        // The core may take its time with a piece.
        val bufferBytes = maxOf(leastBytes, RATE_HZ * AacEncoder.SAMPLE_BYTES * BUFFER_SECS)
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

    /** One recording: heard and encoded. */
    private inner class Hearing(
        private val source: AudioRecord,
        private val encoder: AacEncoder,
        private val take: suspend (AacFrame) -> Unit,
    ) {
        private val time = SoundTime(RATE_HZ, maxOf(source.bufferSizeInFrames, RATE_HZ * BUFFER_SECS))
        private var framed = 0L
        private var loudest = 0

        @Volatile
        private var isSilenced = false

        suspend fun run() {
            val broken = codec {
                encoder.start()
                silence(source) { isSilenced = true }.use {
                    source.startRecording()
                    if (source.recordingState != AudioRecord.RECORDSTATE_RECORDING) throw DeviceFailure.TakenByOthers()
                    listen().also { source.stop() }
                }
            }
            codec { encoder.end(::frame) }
            if (broken != null) throw broken
        }

        /** Listens until told to stop (null) or until the microphone breaks. */
        private suspend fun listen(): DeviceFailure? {
            val pcm = ByteArray(FragmentedMp4.FRAME_SAMPLES.toInt() * AacEncoder.SAMPLE_BYTES)
            while (!stopping) {
                currentCoroutineContext().ensureActive()
                val heardBytes = source.read(pcm, 0, pcm.size)
                when {
                    heardBytes == AudioRecord.ERROR_DEAD_OBJECT -> return DeviceFailure.TakenByOthers()
                    heardBytes < 0 -> return DeviceFailure.Broken("the microphone gave error $heardBytes")
                    isSilenced -> return DeviceFailure.TakenByOthers()
                }
                time.read(heardBytes / AacEncoder.SAMPLE_BYTES, System.nanoTime())
                loudest = maxOf(loudest, peak(pcm, heardBytes))
                encoder.feed(pcm, heardBytes, ::frame)
            }
            return null
        }

        private suspend fun frame(payload: ByteArray) {
            val at = framed * FragmentedMp4.FRAME_SAMPLES + time.lostSamples
            framed += 1
            val levelPermille = loudest * 1_000 / LOUDEST
            loudest = 0
            take(AacFrame(payload, time.sinceNanos, at, levelPermille))
        }
    }

    /** Frames on their way to the core, with the loudest of them. */
    private class Batch(private val sink: ByteSink) {
        private val bytes = ByteArrayOutputStream()
        private var levelPermille = 0

        suspend fun take(frame: AacFrame) {
            bytes.write(Adts.header(frame.payload.size, RATE_HZ, 1))
            bytes.write(frame.payload)
            levelPermille = maxOf(levelPermille, frame.levelPermille)
            if (bytes.size() >= BATCH_BYTES) handOver()
        }

        suspend fun handOver() {
            if (bytes.size() == 0) return
            val piece = bytes.toByteArray()
            bytes.reset()
            sink.push(piece, levelPermille.also { levelPermille = 0 })
        }
    }

    companion object {
        /** Samples in a second. */
        const val RATE_HZ: Int = 48_000

        /** Speech in a street stays intelligible, and an hour is 29 MB. */
        const val BITS_PER_SEC: Int = 64_000
        private const val BUFFER_SECS = 2

        /** About a quarter of a second. */
        private const val BATCH_BYTES = 2_048
        private const val LOUDEST = 32_768

        /**
         * Tells when the system gives a recording silence in place of sound, without any error: since Android 10 it does so to an
         * ordinary app during a call. Ends with what is returned.
         */
        private fun silence(source: AudioRecord, told: () -> Unit): AutoCloseable {
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.Q) return AutoCloseable {}
            // It hears of this recording only.
            val callback = object : AudioManager.AudioRecordingCallback() {
                override fun onRecordingConfigChanged(configs: List<AudioRecordingConfiguration>) {
                    if (configs.any { it.isClientSilenced }) told()
                }
            }
            source.registerAudioRecordingCallback(Runnable::run, callback)
            return AutoCloseable { source.unregisterAudioRecordingCallback(callback) }
        }

        internal fun peak(pcm: ByteArray, lenBytes: Int): Int {
            val samples = ByteBuffer.wrap(pcm, 0, lenBytes).order(ByteOrder.nativeOrder()).asShortBuffer()
            var peak = 0
            while (samples.hasRemaining()) peak = maxOf(peak, abs(samples.get().toInt()))
            return peak
        }

        /** What a codec or the microphone throws when the system takes it away. MediaCodec.CodecException is one of these. */
        private inline fun <T> codec(what: () -> T): T = try {
            what()
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (failed: IllegalStateException) {
            throw DeviceFailure.Broken("the recording broke", failed)
        }
    }
}
