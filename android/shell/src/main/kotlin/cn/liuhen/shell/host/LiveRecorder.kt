package cn.liuhen.shell.host

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.FoundRecorder
import cn.liuhen.core.ImportJob
import cn.liuhen.core.ImportProgress
import cn.liuhen.core.Radio
import cn.liuhen.core.RecorderConnection
import cn.liuhen.core.RecorderState
import cn.liuhen.core.RecorderView
import cn.liuhen.core.Text
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

/** The body recorder in use: connected, looked after every few seconds, and let go. */
class LiveRecorder internal constructor(private val host: CoreHost, private val scope: CoroutineScope) {
    private val now = MutableStateFlow<RecorderView?>(null)
    private val copied = MutableStateFlow<ImportProgress?>(null)
    private var connection: RecorderConnection? = null
    private var watching: Job? = null
    private var import: ImportJob? = null

    /** What it says of itself; absent while none is connected. */
    val state: StateFlow<RecorderView?> = now.asStateFlow()

    /** How far copying its card is; absent while none is copied. */
    val copying: StateFlow<ImportProgress?> = copied.asStateFlow()

    /** Connects one that answered a search, sets its clock and looks after it. */
    internal suspend fun connect(radio: Radio, found: FoundRecorder, recorderNo: String): Unit =
        take { it.connectRecorder(radio, found, recorderNo) }

    /** Connects in whatever way; tests connect a simulated one. */
    suspend fun take(how: suspend (CoreInterface) -> RecorderConnection): Unit = scope.async { taken(how) }.await()

    private suspend fun taken(how: suspend (CoreInterface) -> RecorderConnection) {
        release()
        val made = host.ask(how)
        try {
            now.value = made.pair()
        } catch (failure: CoreFailure) {
            made.close()
            throw failure
        }
        connection = made
        host.changed()
        watching = scope.launch { watch(made) }
    }

    private suspend fun watch(made: RecorderConnection) {
        while (true) {
            delay(EVERY_MS)
            look(made)
        }
    }

    private suspend fun look(made: RecorderConnection) {
        val before = now.value
        val seen = try {
            made.watch()
        } catch (_: CoreFailure) {
            // The next look says what became of it; a lost link is told by the recorder's own view.
            return
        }
        // Released meanwhile: what it said last is not what it is.
        if (connection !== made) return
        now.value = seen
        if (seen.lost != before?.lost || seen.recording != before.recording || seen.events != before.events) host.changed()
    }

    /** Looks at it now. */
    suspend fun look() {
        connection?.let { look(it) }
    }

    /** What the check before use wants to know of it. */
    internal suspend fun stateForCheck(): RecorderState? = connection?.stateForCheck()

    /** Has it do something. */
    internal suspend fun command(verb: suspend (RecorderConnection) -> RecorderView) {
        val made = connection ?: return
        val seen = verb(made)
        if (connection === made) now.value = seen
        host.changed()
    }

    /** Copies a card into sealed items; goes on although the screen that began it goes. */
    internal suspend fun copy(start: suspend (CoreInterface) -> ImportJob): Text = scope.async { copied(start) }.await()

    private suspend fun copied(start: suspend (CoreInterface) -> ImportJob): Text {
        val begun = host.ask(start)
        import = begun
        try {
            while (true) copied.value = begun.next() ?: break
            return begun.outcome()
        } finally {
            import = null
            copied.value = null
            begun.close()
            host.changed()
        }
    }

    internal fun cancelCopy() {
        import?.cancel()
    }

    /** Ends its use. */
    internal suspend fun release() {
        watching?.cancelAndJoin()
        watching = null
        val made = connection ?: return
        connection = null
        now.value = null
        try {
            made.release()
        } finally {
            made.close()
            host.changed()
        }
    }

    internal suspend fun letGo() {
        cancelCopy()
        try {
            release()
        } catch (_: CoreFailure) {
            // It is out of reach already; its session ends with the link.
        }
    }

    private companion object {
        const val EVERY_MS = 3_000L
    }
}
