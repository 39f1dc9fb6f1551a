package cn.liuhen.shell.host

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.SyncGiven
import cn.liuhen.core.SyncJob
import cn.liuhen.core.SyncOutcomeView
import cn.liuhen.core.SyncProgress
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.withContext

/** The synchronisation under way. One at a time; whoever comes second waits for the first one's outcome. */
class LiveSync internal constructor(private val host: CoreHost, private val scope: CoroutineScope) {
    private val now = MutableStateFlow<SyncProgress?>(null)
    private var job: SyncJob? = null
    private var running: Deferred<SyncOutcomeView>? = null

    /** How far it is; absent while none is under way. */
    val state: StateFlow<SyncProgress?> = now.asStateFlow()

    /**
     * Synchronises until there is no more to do or something stands in the way.
     *
     * @param asked a person pressed the button, or a network appeared; else the system's scheduler.
     * @throws CoreFailure.Failed
     */
    suspend fun run(asked: Boolean): SyncOutcomeView = withContext(host.ui) {
        val mine = running?.takeIf { it.isActive } ?: scope.async { once(asked) }.also { running = it }
        mine.await()
    }

    private suspend fun once(asked: Boolean): SyncOutcomeView {
        val begun = host.ask { it.startSync(SyncGiven(asked, shellCarriesPieces = false)) }
        job = begun
        try {
            // Screens do not read again at every step: an officer's verb goes first, and a synchronisation that is
            // asked about all the time would step aside all the time.
            while (true) now.value = begun.next() ?: break
            return begun.outcome()
        } finally {
            job = null
            now.value = null
            begun.close()
            host.changed()
        }
    }

    /** Stops; what was sent stays sent. */
    fun stop() {
        job?.cancel()
    }

    internal suspend fun letGo() {
        stop()
        running?.join()
        running = null
    }
}
