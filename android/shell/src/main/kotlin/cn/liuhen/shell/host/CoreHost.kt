package cn.liuhen.shell.host

import cn.liuhen.core.CoreConfig
import cn.liuhen.core.CoreFailure
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.PhonePorts
import cn.liuhen.core.Reach
import cn.liuhen.core.StartReport
import cn.liuhen.core.openCore
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/** Whether the core is there. */
sealed interface HostState {
    data object Closed : HostState

    data object Opening : HostState

    /** Open; [said] is what opening found and is to be told once. */
    data class Open(val said: List<Sentence>) : HostState

    data class Failed(val why: Sentence) : HostState
}

/**
 * The only owner of the core's objects, one for the whole app. A recording, a synchronisation and a recorder in use live
 * here and outlive every screen; screens' models ask, and are told by flows.
 *
 * @param config where the vault is.
 * @param ports what the phone gives to the core.
 * @param ui where flows are changed and models run: the main thread.
 * @param open how a core comes to be; tests may give another.
 */
class CoreHost(
    private val config: CoreConfig,
    private val ports: PhonePorts,
    internal val ui: CoroutineDispatcher,
    private val open: suspend (CoreConfig, PhonePorts) -> CoreInterface = ::openCore,
) {
    private val scope = CoroutineScope(SupervisorJob() + ui)
    private val opening = Mutex()
    private var core: CoreInterface? = null
    private val states = MutableStateFlow<HostState>(HostState.Closed)
    private val turns = MutableStateFlow(0L)

    /** Whether the core is there. */
    val state: StateFlow<HostState> = states.asStateFlow()

    /** Counts up whenever something that a screen may show has changed. */
    val changes: StateFlow<Long> = turns.asStateFlow()

    /** The recording under way on the phone itself. */
    val recording = LiveRecording(this, scope)

    /** The synchronisation under way. */
    val sync = LiveSync(this, scope)

    /** The body recorder in use. */
    val recorder = LiveRecorder(this, scope)

    /** The network as the phone sees it now. */
    val offline: Boolean get() = ports.network.state().reach == Reach.NONE

    /** Opens the vault; does nothing when it is open. */
    suspend fun open(): HostState = withContext(ui) {
        opening.withLock {
            if (core == null) {
                states.value = HostState.Opening
                states.value = try {
                    val opened = open(config, ports)
                    core = opened
                    HostState.Open(opened.startReport().told())
                } catch (failure: CoreFailure.Failed) {
                    HostState.Failed(failure.sentence.said())
                }
                changed()
            }
            states.value
        }
    }

    /** Closes the vault and lets every object go: before the process ends, or before the system holds it still. */
    suspend fun close(): Unit = withContext(ui) {
        opening.withLock {
            recorder.letGo()
            sync.letGo()
            recording.letGo()
            val closing = core
            core = null
            states.value = HostState.Closed
            try {
                closing?.prepareSuspend()
            } finally {
                // Whatever stood in the way: the vault is free again only when nobody holds the core.
                (closing as? AutoCloseable)?.close()
            }
        }
    }

    /** Ends for good. */
    suspend fun end() {
        close()
        scope.cancel()
    }

    /** Asks the core for something. */
    internal suspend fun <T> ask(question: suspend (CoreInterface) -> T): T {
        if (core == null) open()
        return question(core ?: throw NotOpen((states.value as? HostState.Failed)?.why ?: Texts.NotDone))
    }

    /** Has the core do something, and tells everybody that it was done. */
    internal suspend fun <T> tell(verb: suspend (CoreInterface) -> T): T {
        val done = ask(verb)
        changed()
        return done
    }

    internal fun changed(): Unit = turns.update { it + 1 }
}

/** The core could not be opened. */
internal class NotOpen(val why: Sentence) : Exception("the core is not open")

private fun StartReport.told(): List<Sentence> = listOfNotNull(quarantined?.said()) + recovered.map { it.said() }
