package cn.liuhen.shell.review

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.ItemLine
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Shell
import cn.liuhen.shell.host.sealedBytes
import cn.liuhen.shell.port.PlayerState
import cn.liuhen.shell.port.SealedBytes
import cn.liuhen.shell.said
import java.io.ByteArrayOutputStream
import kotlin.time.TimeMark
import cn.liuhen.core.Media as CoreMedia
import cn.liuhen.core.ReviewDocument as CoreDocument
import cn.liuhen.shell.Texts

/** What lies open in the review: read from sealed bytes, and let go when it is closed. */
internal class OpenPieces(private val shell: Shell) {
    private var playing: SealedBytes? = null
    private var since: TimeMark = shell.time.markNow()

    /** Counts what was opened and closed: an answer to an earlier question is not wanted any more. */
    var turn = 0
        private set

    /** A photograph or a recording; absent when the party closed it or opened something else before its bytes came. */
    suspend fun item(line: ItemLine): OpenPiece? {
        close()
        val mine = turn
        val piece = if (line.media == CoreMedia.PHOTO) photo(line) else playing(line, mine)
        return piece.takeIf { turn == mine }
    }

    /** At full size. */
    private suspend fun photo(line: ItemLine): OpenPiece.Photo {
        val bytes = try {
            shell.host.sealedBytes(line.item)
        } catch (_: CoreFailure) {
            // Its bytes are gone or damaged; the screen offers the waiver.
            null
        }
        val picture = bytes?.let { Picture("full ${line.item}", it.whole()) }
        return OpenPiece.Photo(line.item, line.label.said(), picture)
    }

    private suspend fun SealedBytes.whole(): ByteArray = try {
        val all = ByteArrayOutputStream(lenBytes.coerceAtMost(MOST_BYTES).toInt())
        while (all.size() < MOST_BYTES) {
            val piece = read(all.size().toLong(), PIECE_BYTES)
            if (piece.isEmpty()) break
            all.write(piece)
        }
        all.toByteArray()
    } finally {
        close()
    }

    /** Paused at its start. */
    private suspend fun playing(line: ItemLine, mine: Int): OpenPiece.Playing? {
        val isVideo = line.media == CoreMedia.VIDEO
        val piece = OpenPiece.Playing(line.item, line.label.said(), isVideo, playing = false, positionMs = 0, durationMs = line.durationMs ?: 0)
        return try {
            val bytes = shell.host.sealedBytes(line.item)
            if (turn != mine) {
                bytes.close()
                return null
            }
            playing = bytes
            shell.device.player.open(bytes, isVideo)
            piece
        } catch (failure: CoreFailure.Failed) {
            piece.copy(failed = failure.sentence.said())
        }
    }

    /** The open piece with what the player says. */
    fun followed(open: OpenPiece?, state: PlayerState): OpenPiece? = when (open) {
        is OpenPiece.Playing -> if (playing == null) open else open.copy(
            playing = state.playing,
            positionMs = state.positionMs,
            durationMs = if (state.durationMs > 0) state.durationMs else open.durationMs,
            frame = state.frame,
            failed = if (state.failed) Texts.Review.CannotPlay else null,
        )
        else -> open
    }

    /** The open page with what the core says was seen. */
    fun marked(open: OpenPiece?, documents: List<CoreDocument>): OpenPiece? = when (open) {
        is OpenPiece.Page -> documents.find { it.document == open.document }?.let { open.copy(pages = it.shown().pages) } ?: open
        else -> open
    }

    fun pageComes() {
        close()
        since = shell.time.markNow()
    }

    /** How long the page has been shown; the same time is told once, however often the page is turned. */
    fun takeShownMs(): Long {
        val shownMs = since.elapsedNow().inWholeMilliseconds
        since = shell.time.markNow()
        return shownMs
    }

    fun close() {
        turn += 1
        if (playing == null) return
        shell.device.player.close()
        playing?.close()
        playing = null
    }

    private companion object {
        const val PIECE_BYTES = 1 shl 20

        /** A photograph larger than this is shown cut off rather than exhausting the memory. */
        const val MOST_BYTES = 64L shl 20
    }
}
