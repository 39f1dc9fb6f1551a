package cn.liuhen.platform

import android.app.Activity
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.DocumentsContract
import android.provider.DocumentsContract.Document
import cn.liuhen.core.CardEntrySort
import cn.liuhen.core.PlatformFailure
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class CardFolderTest {
    @get:Rule
    val folder = TemporaryFolder()
    private val resolver = RuntimeEnvironment.getApplication().contentResolver
    private val tree: Uri = DocumentsContract.buildTreeDocumentUri(AUTHORITY, CARD)
    private val card by lazy { DocumentCard(resolver, tree) }

    /** A provider of documents over a folder. */
    class Documents : ContentProvider() {
        override fun onCreate() = true

        override fun query(uri: Uri, projection: Array<String>?, s: String?, a: Array<String>?, o: String?): Cursor {
            if (pulledOut) throw IllegalArgumentException("no such root")
            val rows = MatrixCursor(projection)
            val document = file(uri)
            if (document.name == "LOST") throw SecurityException("not yours")
            val shown = if (uri.lastPathSegment == "children") document.listFiles().orEmpty().sorted() else listOf(document)
            for (file in shown) {
                val type = if (file.isDirectory) Document.MIME_TYPE_DIR else "video/mp4"
                rows.addRow(arrayOf<Any?>(CARD + file.relativeTo(root).path, file.name, type, file.length(), 1_700_000_000_000))
            }
            return rows
        }

        override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
            check(mode == "r") { "a card is only read" }
            return ParcelFileDescriptor.open(file(uri), ParcelFileDescriptor.MODE_READ_ONLY)
        }

        override fun getType(uri: Uri): String? = null
        override fun insert(uri: Uri, values: ContentValues?): Uri = error("a card is only read")
        override fun delete(uri: Uri, s: String?, a: Array<String>?): Int = error("a card is only read")
        override fun update(uri: Uri, v: ContentValues?, s: String?, a: Array<String>?): Int = error("a card is only read")
    }

    @Before
    fun insert() {
        root = folder.root
        pulledOut = false
        Robolectric.setupContentProvider(Documents::class.java, AUTHORITY)
        File(root, "DCIM/100").mkdirs()
        File(root, "LOST").mkdirs()
        File(root, "DCIM/100/A.MP4").writeBytes(ByteArray(300_000) { (it % 251).toByte() })
        File(root, "ID.TXT").writeText("210001")
    }

    @Test
    fun `everything on the card is found with its path, and what cannot be looked at is said`() {
        val entries = card.entries().associateBy { it.path.joinToString("/") }
        assertEquals(setOf("ID.TXT", "DCIM/100/A.MP4", "LOST"), entries.keys)
        assertEquals(CardEntrySort.File(300_000u, 1_700_000_000_000), entries.getValue("DCIM/100/A.MP4").sort)
        assertEquals(CardEntrySort.Unreadable, entries.getValue("LOST").sort)
    }

    @Test
    fun `a file is read in bounded pieces, whole and in order`() {
        card.entries()
        val path = listOf("DCIM", "100", "A.MP4")
        var all = ByteArray(0)
        while (true) {
            val piece = card.read(path, all.size.toULong(), 70_000u)
            assertTrue(piece.size <= 70_000)
            if (piece.isEmpty()) break
            all += piece
        }
        assertArrayEquals(File(root, "DCIM/100/A.MP4").readBytes(), all)
    }

    @Test
    fun `a card that is pulled out is told, and is there no more`() {
        card.entries()
        assertTrue(card.isThere())
        pulledOut = true
        assertFalse(card.isThere())
        assertThrows(PlatformFailure.Unexpected::class.java) { card.entries() }
        assertThrows(PlatformFailure.Unexpected::class.java) { card.look(listOf("ID.TXT")) }
    }

    @Test
    fun `a file that is gone is told as such`() {
        card.entries()
        File(root, "ID.TXT").delete()
        assertThrows(PlatformFailure.Unexpected::class.java) { card.read(listOf("ID.TXT"), 0u, 10u) }
        assertThrows(PlatformFailure.Unexpected::class.java) { card.read(listOf("NEVER"), 0u, 10u) }
    }

    @Test
    fun `the officer chooses in the system's chooser, and nothing chosen is nothing`() {
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        val picker = CardFolder(activity) { activity }
        for ((result, expected) in listOf(Activity.RESULT_OK to tree, Activity.RESULT_CANCELED to null)) {
            val chosen = runBlocking {
                val asking = async(start = CoroutineStart.UNDISPATCHED) { picker.ask() }
                val asked = shadowOf(activity).nextStartedActivityForResult
                assertEquals(Intent.ACTION_OPEN_DOCUMENT_TREE, asked.intent.action)
                assertFalse(picker.onResult(asked.requestCode + 1, result, null))
                assertTrue(picker.onResult(asked.requestCode, result, Intent().setData(tree)))
                asking.await()
            }
            assertEquals(expected, chosen)
        }
    }

    @Test
    fun `without a screen nothing can be chosen`() {
        assertNull(runBlocking { CardFolder(RuntimeEnvironment.getApplication()) { null }.ask() })
    }

    private companion object {
        const val AUTHORITY = "cn.liuhen.test.documents"

        /** As the system names a card: its volume, a colon, and the path on it. */
        const val CARD = "1A2B-3C4D:"
        lateinit var root: File

        fun file(uri: Uri) = File(root, DocumentsContract.getDocumentId(uri).removePrefix(CARD))
        var pulledOut = false
    }
}
