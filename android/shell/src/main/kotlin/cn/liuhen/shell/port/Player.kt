package cn.liuhen.shell.port

import cn.liuhen.shell.Picture
import kotlinx.coroutines.flow.StateFlow

/** Plays a recording from sealed bytes; nothing is unpacked to a file. */
interface Player {
    /** Where it stands. */
    val state: StateFlow<PlayerState>

    /** Begins with another recording, paused at its start. */
    fun open(bytes: SealedBytes, video: Boolean)

    fun play()

    fun pause()

    fun seek(positionMs: Long)

    /** Lets the recording and the sound device go. */
    fun close()
}

/** Where playing stands. */
data class PlayerState(
    val playing: Boolean = false,
    val positionMs: Long = 0,
    val durationMs: Long = 0,
    /** The picture of a video, when it is not drawn by the system itself. */
    val frame: Picture? = null,
    /** The recording cannot be played. */
    val failed: Boolean = false,
)

/** Random access to an item's bytes. */
interface SealedBytes {
    val lenBytes: Long
    val mediaType: String

    /** Up to [maxBytes] (at most 1 MiB) from [offset]; empty at the end. May be called from any thread. */
    suspend fun read(offset: Long, maxBytes: Int): ByteArray

    /** Lets the item go. */
    fun close()
}
