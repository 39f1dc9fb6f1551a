package cn.liuhen.shell.host

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.SyncGiven
import cn.liuhen.core.SyncJob
import cn.liuhen.core.SyncOutcomeView
import cn.liuhen.core.SyncProgress
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.withContext

/** The synchronisation under way. One at a time; whoever comes second waits for the first one's outcome. */
class LiveSync internal constructor(private val host: CoreHost, private val scope: CoroutineScope) {
    private val now = MutableStateFlow<SyncProgress?>(null)
    private var session: SyncSession? = null

    /** How far it is; absent while none is under way. */
    val state: StateFlow<SyncProgress?> = now.asStateFlow()

    /**
     * Synchronises until there is no more to do or something stands in the way. One that the system's scheduler took back is begun again
     * for a person: the core says by itself what stands in the way now.
     *
     * @param asked a person pressed the button, or a network appeared; else the system's scheduler.
     * @throws CoreFailure.Failed
     */
    suspend fun run(asked: Boolean): SyncOutcomeView = withContext(host.ui) {
        var mine = joined(asked)
        var outcome = mine.outcome.await()
        while (asked && mine.isTakenBack) {
            mine = joined(asked)
            outcome = mine.outcome.await()
        }
        outcome
    }

    /**
     * As [run], for the system's scheduler: it learns only whether nothing is left. Cancelled, because the system took the time or the
     * network back, it has the synchronisation stopped and ends only when that has ended; what was sent stays sent.
     *
     * @param hasNetwork the scheduler's job had a network, which went: what synchronises is stopped then, whoever asked for it. Otherwise
     * what a person asked for goes on.
     */
    suspend fun runScheduled(hasNetwork: Boolean): Boolean = try {
        run(asked = false).complete
    } catch (cancelled: CancellationException) {
        withContext(NonCancellable + host.ui) { takeBack(hasNetwork) }
        throw cancelled
    } catch (_: CoreFailure) {
        // The screen of the synchronisation says it; the scheduler asks again.
        false
    } catch (_: NotOpen) {
        false
    }

    private suspend fun takeBack(hasNetwork: Boolean) {
        val going = session ?: return
        if (going.outcome.isCompleted || going.isAsked && !hasNetwork) return
        going.isTakenBack = true
        going.stop()
        going.outcome.join()
    }

    /** The one under way, or a new one. */
    private fun joined(asked: Boolean): SyncSession {
        session?.takeUnless { it.outcome.isCompleted }?.let { going ->
            going.isAsked = going.isAsked || asked
            return going
        }
        val begun = SyncSession(asked)
        // Begun only when it is kept: whoever is told of its first step may ask for one, too.
        begun.outcome = scope.async(start = CoroutineStart.LAZY) { once(begun) }
        session = begun
        begun.outcome.start()
        return begun
    }

    private suspend fun once(mine: SyncSession): SyncOutcomeView {
        val begun = host.ask { it.startSync(SyncGiven(mine.isAsked, shellCarriesPieces = false)) }
        mine.began(begun)
        try {
            // Screens do not read again at every step: an officer's verb goes first, and a synchronisation that is
            // asked about all the time would step aside all the time.
            while (true) now.value = begun.next() ?: break
            return begun.outcome()
        } finally {
            mine.ended()
            now.value = null
            begun.close()
            host.changed()
        }
    }

    /** Stops; what was sent stays sent. */
    fun stop() {
        session?.stop()
    }

    internal suspend fun letGo() {
        val going = session ?: return
        going.stop()
        going.outcome.join()
        session = null
    }
}

/** One synchronisation, from when it was asked for. */
private class SyncSession(var isAsked: Boolean) {
    lateinit var outcome: Deferred<SyncOutcomeView>

    /** The system's scheduler took its time or its network back. */
    var isTakenBack = false
    private var job: SyncJob? = null
    private var isStopped = false

    fun began(begun: SyncJob) {
        job = begun
        // It was stopped while the core still began it.
        if (isStopped) begun.cancel()
    }

    fun ended() {
        job = null
    }

    fun stop() {
        isStopped = true
        job?.cancel()
    }
}
