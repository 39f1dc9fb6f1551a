package cn.liuhen.platform

import android.media.AudioAttributes
import android.media.MediaDataSource
import android.media.MediaPlayer
import android.view.Surface
import cn.liuhen.shell.port.Player
import cn.liuhen.shell.port.PlayerState
import cn.liuhen.shell.port.SealedBytes
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** The system's player over sealed recordings. Used on the main thread; a film is drawn where [show] says. */
class SealedPlayer internal constructor(
    private val main: CoroutineDispatcher,
    private val io: CoroutineDispatcher,
    private val source: (SealedBytes) -> MediaDataSource,
) : Player {
    constructor(main: CoroutineDispatcher = Dispatchers.Main) : this(main, Dispatchers.IO, ::SealedSource)

    private val scope = CoroutineScope(SupervisorJob() + main)
    private val states = MutableStateFlow(PlayerState())
    private val shapes = MutableStateFlow<Float?>(null)
    private var player: MediaPlayer? = null
    private var playing: MediaDataSource? = null
    private var opening: Job? = null
    private var ticking: Job? = null
    private var surface: Surface? = null
    private var isReady = false
    private var isWanted = false

    override val state: StateFlow<PlayerState> = states.asStateFlow()

    /** Width by height of the film that is open, upright; absent until that is known. */
    val shape: StateFlow<Float?> = shapes.asStateFlow()

    /** Draws films here from now on, or nowhere when the surface is about to go. */
    fun show(surface: Surface?) {
        this.surface = surface
        player?.setSurface(surface)
    }

    override fun open(bytes: SealedBytes, video: Boolean) {
        close()
        opening = scope.launch {
            val opened = try {
                // The index of a film is read from its fragments.
                withContext(io) { source(bytes) }
            } catch (_: Exception) {
                // Closed while it was being opened, its bytes are gone: that is no failure, and another may play already.
                ensureActive()
                return@launch fail()
            }
            begin(opened, video)
        }
    }

    private fun begin(opened: MediaDataSource, video: Boolean) {
        val made = MediaPlayer()
        player = made
        playing = opened
        val use = if (video) AudioAttributes.CONTENT_TYPE_MOVIE else AudioAttributes.CONTENT_TYPE_SPEECH
        made.setAudioAttributes(AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_MEDIA).setContentType(use).build())
        made.setOnPreparedListener { if (player === made) ready(made) }
        made.setOnCompletionListener { if (player === made) ended(made) }
        made.setOnVideoSizeChangedListener { _, width, height ->
            if (player === made && width > 0 && height > 0) shapes.value = width.toFloat() / height
        }
        made.setOnErrorListener { _, _, _ ->
            if (player === made) fail()
            true
        }
        try {
            made.setDataSource(opened)
            if (video) made.setSurface(surface)
            made.prepareAsync()
        } catch (_: IllegalStateException) {
            fail()
        } catch (_: java.io.IOException) {
            fail()
        }
    }

    private fun ready(made: MediaPlayer) {
        isReady = true
        states.update { it.copy(durationMs = made.duration.coerceAtLeast(0).toLong()) }
        if (isWanted) play()
    }

    private fun ended(made: MediaPlayer) {
        ticking?.cancel()
        isWanted = false
        states.update { it.copy(playing = false, positionMs = made.duration.coerceAtLeast(0).toLong()) }
    }

    private fun fail() {
        release()
        states.value = PlayerState(failed = true)
    }

    override fun play() {
        isWanted = true
        val now = player?.takeIf { isReady } ?: return
        now.start()
        states.update { it.copy(playing = true) }
        ticking?.cancel()
        ticking = scope.launch {
            while (true) {
                states.update { it.copy(positionMs = now.currentPosition.toLong()) }
                delay(TICK_MS)
            }
        }
    }

    override fun pause() {
        isWanted = false
        ticking?.cancel()
        val now = player?.takeIf { isReady } ?: return
        if (now.isPlaying) now.pause()
        states.update { it.copy(playing = false, positionMs = now.currentPosition.toLong()) }
    }

    override fun seek(positionMs: Long) {
        val now = player?.takeIf { isReady } ?: return
        val to = positionMs.coerceIn(0, now.duration.coerceAtLeast(0).toLong())
        now.seekTo(to, MediaPlayer.SEEK_CLOSEST)
        states.update { it.copy(positionMs = to) }
    }

    override fun close() {
        release()
        states.value = PlayerState()
    }

    private fun release() {
        opening?.cancel()
        ticking?.cancel()
        isReady = false
        isWanted = false
        shapes.value = null
        val old = player ?: return
        player = null
        old.release()
        // What was opened of the recording is forgotten.
        playing?.close()
        playing = null
    }

    private companion object {
        const val TICK_MS = 200L
    }
}
