package cn.liuhen.shell

import cn.liuhen.core.CoreFailure
import cn.liuhen.shell.host.CoreHost
import cn.liuhen.core.ItemLine as CoreItem
import cn.liuhen.core.Media as CoreMedia

/** Small pictures of items, read once. Used on the screens' thread only. */
internal class Pictures(private val host: CoreHost) {
    private val kept = object : LinkedHashMap<String, Picture>(16, 0.75f, true) {
        override fun removeEldestEntry(eldest: Map.Entry<String, Picture>): Boolean = size > MOST
    }

    /** The lines with the pictures that are there already. */
    fun lines(items: List<CoreItem>): List<ItemLine> = items.map { it.said(kept[it.item]) }

    /** Reads the pictures that the first lines lack; tells whether there were any. */
    suspend fun read(items: List<CoreItem>): Boolean {
        var read = false
        for (item in items.take(SHOWN)) {
            if (item.media != CoreMedia.PHOTO || !item.readable || item.item in kept) continue
            val bytes = try {
                host.ask { it.thumbnail(item.thumbnail ?: item.item) }
            } catch (_: CoreFailure) {
                // A line without its picture is complete.
                null
            }
            if (bytes != null) {
                kept[item.item] = Picture(item.item, bytes)
                read = true
            }
        }
        return read
    }

    private companion object {
        /** Lines that a screen shows without being scrolled far. */
        const val SHOWN = 40
        const val MOST = 200
    }
}
