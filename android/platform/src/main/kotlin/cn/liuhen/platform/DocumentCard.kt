package cn.liuhen.platform

import android.content.ContentResolver
import android.database.Cursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.DocumentsContract
import android.provider.DocumentsContract.Document
import cn.liuhen.core.CardEntryGiven
import cn.liuhen.core.CardEntrySort
import cn.liuhen.core.PlatformFailure
import cn.liuhen.core.RecorderCard
import java.io.FileInputStream
import java.io.IOException
import java.nio.ByteBuffer

/** A folder of the system's tree of documents as the core reads a recorder's card: walked once, files read where they lie. */
class DocumentCard(private val resolver: ContentResolver, private val tree: Uri) : RecorderCard {
    private val documents = HashMap<List<String>, String>()
    private var open: Open? = null

    private class Open(val path: List<String>, val descriptor: ParcelFileDescriptor, val stream: FileInputStream)

    private class Folder(val path: List<String>, val document: String)

    @Synchronized
    override fun entries(): List<CardEntryGiven> {
        documents.clear()
        val found = ArrayList<CardEntryGiven>()
        val folders = ArrayDeque(listOf(Folder(emptyList(), DocumentsContract.getTreeDocumentId(tree))))
        var seen = 0
        while (folders.isNotEmpty()) {
            val folder = folders.removeFirst()
            if (folder.path.size > DEPTH_MAX || seen > ENTRIES_MAX) {
                found += CardEntryGiven(folder.path, CardEntrySort.TooMany)
                continue
            }
            try {
                walk(folder) { path, row ->
                    seen += 1
                    if (row.isFolder) folders += Folder(path, row.document) else found += entry(path, row)
                }
            } catch (denied: PlatformFailure) {
                // The card itself must be readable; a folder on it need not be.
                if (folder.path.isEmpty()) throw denied
                found += CardEntryGiven(folder.path, CardEntrySort.Unreadable)
            }
        }
        return found
    }

    private fun walk(folder: Folder, take: (List<String>, Row) -> Unit) {
        val children = DocumentsContract.buildChildDocumentsUriUsingTree(tree, folder.document)
        query(children) { row -> take(folder.path + row.name, row) }
    }

    private fun entry(path: List<String>, row: Row): CardEntryGiven {
        documents[path] = row.document
        return CardEntryGiven(path, CardEntrySort.File(row.lenBytes.toULong(), row.modifiedMs))
    }

    @Synchronized
    override fun read(path: List<String>, offset: ULong, maxBytes: UInt): ByteArray = reading {
        val channel = opened(path).stream.channel.position(offset.toLong())
        val bytes = ByteBuffer.allocate(minOf(maxBytes.toInt(), PIECE_BYTES))
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) Unit
        bytes.array().copyOf(bytes.position())
    }

    /** One file is open at a time: a card is read from its beginning to its end. */
    private fun opened(path: List<String>): Open {
        open?.let { if (it.path == path) return it }
        letGo()
        val document = documents[path] ?: throw IOException("it is not on the card")
        val descriptor = resolver.openFileDescriptor(DocumentsContract.buildDocumentUriUsingTree(tree, document), "r")
            ?: throw IOException("it cannot be opened")
        return Open(path, descriptor, FileInputStream(descriptor.fileDescriptor)).also { open = it }
    }

    private fun letGo() {
        open?.stream?.close()
        open?.descriptor?.close()
        open = null
    }

    @Synchronized
    override fun look(path: List<String>): CardEntryGiven {
        // The core looks again when it is through with a file.
        reading { letGo() }
        val document = documents[path] ?: throw PlatformFailure.Unexpected("it is not on the card")
        var looked: CardEntryGiven? = null
        query(DocumentsContract.buildDocumentUriUsingTree(tree, document)) { looked = entry(path, it) }
        return looked ?: throw PlatformFailure.Unexpected("it is no longer on the card")
    }

    @Synchronized
    override fun isThere(): Boolean {
        var found = false
        try {
            query(DocumentsContract.buildDocumentUriUsingTree(tree, DocumentsContract.getTreeDocumentId(tree))) { found = true }
        } catch (_: PlatformFailure) {
            // Pulled out.
        }
        return found
    }

    private class Row(val document: String, val name: String, val isFolder: Boolean, val lenBytes: Long, val modifiedMs: Long?)

    private fun query(what: Uri, take: (Row) -> Unit) = reading {
        val cursor = resolver.query(what, COLUMNS, null, null, null) ?: throw IOException("the card does not answer")
        cursor.use { while (it.moveToNext()) take(row(it)) }
    }

    private fun row(cursor: Cursor) = Row(
        document = cursor.getString(0),
        name = cursor.getString(1).orEmpty(),
        isFolder = cursor.getString(2) == Document.MIME_TYPE_DIR,
        lenBytes = if (cursor.isNull(3)) 0 else cursor.getLong(3).coerceAtLeast(0),
        modifiedMs = if (cursor.isNull(4)) null else cursor.getLong(4),
    )

    /** What a provider of documents throws when a card is pulled out, or the officer took the permission back. */
    private inline fun <T> reading(what: () -> T): T = try {
        what()
    } catch (failed: IOException) {
        throw PlatformFailure.Unexpected(failed.toString())
    } catch (denied: SecurityException) {
        throw PlatformFailure.Unexpected(denied.toString())
    } catch (gone: IllegalArgumentException) {
        throw PlatformFailure.Unexpected(gone.toString())
    } catch (gone: IllegalStateException) {
        throw PlatformFailure.Unexpected(gone.toString())
    }

    private companion object {
        val COLUMNS = arrayOf(
            Document.COLUMN_DOCUMENT_ID,
            Document.COLUMN_DISPLAY_NAME,
            Document.COLUMN_MIME_TYPE,
            Document.COLUMN_SIZE,
            Document.COLUMN_LAST_MODIFIED,
        )

        /** As deep and as many as the core itself looks at in a folder. */
        const val DEPTH_MAX = 32
        const val ENTRIES_MAX = 200_000
    }
}
