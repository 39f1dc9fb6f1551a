package cn.liuhen.platform

import android.content.Context
import android.Manifest
import android.util.Size
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** The camera as a recording needs it. */
internal interface Filmed {
    /** The size of a moving picture that suits best. @throws DeviceFailure */
    fun videoSize(): Size

    /** By how much what the sensor sees is to be turned to stand upright. */
    fun uprightDegrees(): Int

    /** Draws on this as well, or no more. @throws DeviceFailure */
    suspend fun feed(recorder: android.view.Surface?)
}

/**
 * Camera and microphone as fragmented MP4 in memory, handed over a group of pictures at a time. Whatever ends it — the
 * camera lost, an encoder broken, a core that takes no more — lets encoder and microphone go, and what was encoded until
 * then was handed over, except to a core that refused.
 */
internal class VideoRecorder(
    private val context: Context,
    private val camera: Filmed,
    private val microphone: Microphone,
    private val io: CoroutineDispatcher = Dispatchers.IO,
    private val encoder: (Size) -> PictureEncoder = { AvcEncoder(it, BITS_PER_SEC, FRAMES_PER_SEC) },
) {
    @Volatile
    private var stopping = false

    @Volatile
    private var broken: DeviceFailure? = null

    /** Ends the recording under way after what was seen until now. */
    fun stop() {
        stopping = true
    }

    /** The camera or the microphone is gone: the recording under way ends with this. */
    fun lost(why: DeviceFailure) {
        broken = broken ?: why
    }

    /** Records until [stop]. @throws DeviceFailure when it ends otherwise. */
    suspend fun record(sink: ByteSink): Unit = withContext(io) {
        context.demand(Manifest.permission.CAMERA)
        context.demand(Manifest.permission.RECORD_AUDIO)
        stopping = false
        broken = null
        val size = camera.videoSize()
        encoder(size).use { pictures ->
            pictures.start()
            val film = Film(size, camera.uprightDegrees(), sink)
            try {
                camera.feed(pictures.surface)
                coroutineScope { run(pictures, film) }
            } finally {
                letCameraGo()
            }
        }
        broken?.let { throw it }
    }

    /** The camera goes on without the encoder, whose surface is gone in a moment. */
    private suspend fun letCameraGo() {
        try {
            withContext(kotlinx.coroutines.NonCancellable) { camera.feed(null) }
        } catch (gone: DeviceFailure) {
            lost(gone)
        }
    }

    private suspend fun CoroutineScope.run(pictures: PictureEncoder, film: Film) {
        val sounds = Channel<AacFrame>(SOUNDS)
        val hearing = launch {
            try {
                microphone.frames(sounds::send)
            } catch (failure: DeviceFailure) {
                lost(failure)
            }
        }
        try {
            watch(pictures, film, sounds)
        } catch (failure: DeviceFailure) {
            lost(failure)
        } finally {
            end(hearing, sounds, film)
        }
        film.end()
    }

    private suspend fun watch(pictures: PictureEncoder, film: Film, sounds: Channel<AacFrame>) {
        var triesLeft: Int? = null
        while (triesLeft != 0) {
            currentCoroutineContext().ensureActive()
            when (val next = pictures.next()) {
                is Encoded.Config -> film.config = next
                is Encoded.Picture -> film.picture(next)
                Encoded.End -> return
                Encoded.Later -> Unit
            }
            film.hear(sounds)
            if (triesLeft != null) {
                triesLeft -= 1
            } else if (stopping || broken != null) {
                microphone.stop()
                pictures.endOfInput()
                triesLeft = END_TRIES
            }
        }
    }

    private suspend fun end(hearing: Job, sounds: Channel<AacFrame>, film: Film) = withContext(kotlinx.coroutines.NonCancellable) {
        microphone.stop()
        // It may have begun after it was told to stop.
        withTimeoutOrNull(END_MS) {
            while (hearing.isActive) {
                film.hear(sounds)
                microphone.stop()
                withTimeoutOrNull(SHORT_MS) { hearing.join() }
            }
        } ?: hearing.cancelAndJoin()
        film.hear(sounds)
    }

    /** What is encoded becomes pieces of a file. Time begins with the first picture. */
    private class Film(private val size: Size, private val turn: Int, private val sink: ByteSink) {
        var config: Encoded.Config? = null
        private var mp4: FragmentedMp4? = null
        private var zeroUs = 0L
        private val early = ArrayDeque<AacFrame>()
        private var levelPermille = 0

        suspend fun picture(picture: Encoded.Picture) {
            val to = mp4 ?: begin(picture) ?: return
            val ticks = (picture.timeUs - zeroUs) * Mp4Head.VIDEO_HZ / MICROS
            to.picture(Mp4Sample(AnnexB.sample(picture.stream), ticks, picture.sync))?.let { handOver(it) }
        }

        private suspend fun begin(picture: Encoded.Picture): FragmentedMp4? {
            val said = config
            if (said == null || !picture.sync) return null
            zeroUs = picture.timeUs
            val video = AvcTrack(said.sps, said.pps, size.width, size.height, turn)
            val begun = FragmentedMp4(video, AacTrack(AAC_LC_48_KHZ_MONO, Microphone.RATE_HZ, 1, Microphone.BITS_PER_SEC))
            mp4 = begun
            handOver(begun.head)
            early.forEach { sound(begun, it) }
            early.clear()
            return begun
        }

        fun hear(sounds: Channel<AacFrame>) {
            while (true) {
                val frame = sounds.tryReceive().getOrNull() ?: return
                levelPermille = maxOf(levelPermille, frame.levelPermille)
                val to = mp4
                if (to != null) {
                    sound(to, frame)
                } else {
                    // Nothing is seen yet; only the newest can still belong to the first picture.
                    early += frame
                    if (early.size > SOUNDS) early.removeFirst()
                }
            }
        }

        private fun sound(to: FragmentedMp4, frame: AacFrame) {
            val ticks = (frame.sinceNanos / NANOS_PER_MICRO - zeroUs) * Microphone.RATE_HZ / MICROS + frame.atSamples
            if (ticks >= 0) to.sound(Mp4Sample(frame.payload, ticks, sync = true))
        }

        /** What is left becomes the last fragment. */
        suspend fun end() {
            mp4?.end()?.let { handOver(it) }
        }

        private suspend fun handOver(bytes: ByteArray) {
            for (from in bytes.indices step PIECE_BYTES) {
                sink.push(bytes.copyOfRange(from, minOf(from + PIECE_BYTES, bytes.size)), levelPermille.also { levelPermille = 0 })
            }
        }
    }

    companion object {
        /** With the sound: what the core reckons with for a recorder as well. */
        const val BITS_PER_SEC: Int = 5_800_000
        const val FRAMES_PER_SEC: Int = 25

        /** Five seconds of frames. */
        private const val SOUNDS = 256
        private const val END_TRIES = 100
        private const val END_MS = 3_000L
        private const val SHORT_MS = 50L
        private const val MICROS = 1_000_000L
        private const val NANOS_PER_MICRO = 1_000L

        /** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): object type 2, rate index 3, one channel. */
        private val AAC_LC_48_KHZ_MONO = byteArrayOf(0x11, 0x88.toByte())
    }
}
