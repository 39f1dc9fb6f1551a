package cn.liuhen.platform

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import cn.liuhen.core.RecorderCard
import cn.liuhen.shell.port.FolderPicker
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** Has the officer choose a card or a folder in the system's own chooser. What was chosen may be read and nothing else. */
class CardFolder(private val context: Context, private val activity: () -> Activity?) : FolderPicker {
    private var asking: CompletableDeferred<Uri?>? = null

    override suspend fun pick(): RecorderCard? {
        val chosen = withContext(Dispatchers.Main.immediate) { ask() } ?: return null
        return DocumentCard(context.contentResolver, chosen)
    }

    /** Asks; used on the main thread. */
    internal suspend fun ask(): Uri? {
        val now = activity() ?: return null
        asking?.complete(null)
        val answer = CompletableDeferred<Uri?>()
        asking = answer
        try {
            @Suppress("DEPRECATION") // The newer form needs androidx.
            now.startActivityForResult(Intent(Intent.ACTION_OPEN_DOCUMENT_TREE).addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION), REQUEST)
        } catch (_: ActivityNotFoundException) {
            // A phone without a chooser of documents has no way to a card.
            answer.complete(null)
        }
        return answer.await()
    }

    /** To be told of every result that the activity gets; whether it was meant for this. */
    fun onResult(requestCode: Int, resultCode: Int, data: Intent?): Boolean {
        if (requestCode != REQUEST) return false
        asking?.complete(data?.data?.takeIf { resultCode == Activity.RESULT_OK })
        asking = null
        return true
    }

    private companion object {
        const val REQUEST = 0x4C48
    }
}
