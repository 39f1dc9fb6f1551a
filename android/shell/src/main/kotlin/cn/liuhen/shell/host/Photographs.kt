package cn.liuhen.shell.host

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.CoreFailure
import cn.liuhen.core.ItemLine
import cn.liuhen.core.ItemReader
import cn.liuhen.shell.port.MediaSource
import cn.liuhen.shell.port.SealedBytes

/** Takes a photograph straight into the core. What fails half-way leaves nothing behind. */
internal suspend fun CoreHost.photograph(given: CaptureGiven, source: MediaSource): ItemLine {
    val begun = ask { it.beginPhoto(given) }
    var isSealed = false
    try {
        source.photo { piece, _ -> begun.add(piece) }
        val item = tell { begun.seal() }
        isSealed = true
        return item
    } finally {
        if (!isSealed) begun.discard()
        begun.close()
    }
}

/** Makes the small picture of a photograph that is safe already. It may be missing. */
internal suspend fun CoreHost.makeThumbnail(item: String) {
    try {
        tell { it.makeThumbnail(item) }
    } catch (_: CoreFailure) {
        // The photograph itself is kept; its small picture is a convenience.
    }
}

/** An item's bytes, to be closed by whoever plays them. */
internal suspend fun CoreHost.sealedBytes(item: String): SealedBytes = Opened(ask { it.openItem(item) })

private class Opened(private val reader: ItemReader) : SealedBytes {
    override val lenBytes: Long = reader.lenBytes().toLong()
    override val mediaType: String = reader.mediaType()

    override suspend fun read(offset: Long, maxBytes: Int): ByteArray = reader.read(offset.toULong(), maxBytes.toUInt())

    override fun close(): Unit = reader.close()
}
