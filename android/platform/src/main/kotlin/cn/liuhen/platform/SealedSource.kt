package cn.liuhen.platform

import android.media.MediaDataSource
import cn.liuhen.shell.port.SealedBytes
import kotlinx.coroutines.runBlocking
import java.io.IOException

/**
 * A sealed recording as the system's player reads it. Bytes are opened block by block in memory and never lie anywhere
 * else; the core finds a changed one. A film in fragments is shown with an index of them.
 *
 * The player reads on threads of its own that may wait.
 */
internal class SealedSource(private val sealed: SealedBytes) : MediaDataSource() {
    private val blocks = object : LinkedHashMap<Long, ByteArray>(BLOCKS, 0.75f, true) {
        override fun removeEldestEntry(eldest: Map.Entry<Long, ByteArray>): Boolean = size > BLOCKS
    }
    private var closed = false
    private val index: FragmentIndex? = if (sealed.mediaType in FRAGMENTED) FragmentIndex.of(sealed.lenBytes, ::inner) else null

    override fun getSize(): Long = sealed.lenBytes + (index?.box?.size ?: 0)

    @Synchronized
    override fun readAt(position: Long, buffer: ByteArray, offset: Int, size: Int): Int {
        if (size == 0) return 0
        if (closed || position !in 0 until getSize()) return END
        val bytes = try {
            shown(position, size)
        } catch (broken: Exception) {
            // A changed or missing byte, or a vault that was closed: the player stops with an error.
            throw IOException("the recording cannot be read", broken)
        }
        bytes.copyInto(buffer, offset)
        return if (bytes.isEmpty()) END else bytes.size
    }

    /** Bytes of the file with its index, up to a border between the two. */
    private fun shown(position: Long, size: Int): ByteArray {
        val extra = index ?: return inner(position, size)
        val after = extra.at + extra.box.size
        return when {
            position < extra.at -> inner(position, minOf(size.toLong(), extra.at - position).toInt())
            position < after -> extra.box.copyOfRange((position - extra.at).toInt(), minOf(position - extra.at + size, extra.box.size.toLong()).toInt())
            else -> inner(position - extra.box.size, size)
        }
    }

    private fun inner(position: Long, size: Int): ByteArray {
        val wanted = minOf(size.toLong(), sealed.lenBytes - position).coerceAtLeast(0).toInt()
        val bytes = ByteArray(wanted)
        var got = 0
        while (got < wanted) {
            val at = position + got
            val block = block(at / BLOCK_BYTES)
            val from = (at % BLOCK_BYTES).toInt()
            val take = minOf(block.size - from, wanted - got)
            if (take <= 0) throw IOException("the recording is shorter than it says")
            block.copyInto(bytes, got, from, from + take)
            got += take
        }
        return bytes
    }

    private fun block(number: Long): ByteArray = blocks[number] ?: runBlocking {
        sealed.read(number * BLOCK_BYTES, BLOCK_BYTES)
    }.also { blocks[number] = it }

    /** The item itself is let go by whoever opened it. */
    @Synchronized
    override fun close() {
        closed = true
        blocks.values.forEach { it.fill(0) }
        blocks.clear()
    }

    private companion object {
        const val END = -1
        const val BLOCK_BYTES = 256 shl 10
        const val BLOCKS = 16
        val FRAGMENTED = setOf("video/mp4")
    }
}
