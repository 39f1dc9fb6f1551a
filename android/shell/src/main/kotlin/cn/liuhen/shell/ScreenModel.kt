package cn.liuhen.shell

import cn.liuhen.core.CoreFailure
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.FailureKind
import cn.liuhen.shell.host.NotOpen
import cn.liuhen.shell.port.MediaFailure
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * What a screen shows and what it can be told; nothing else.
 *
 * @param shell the core, the phone, the route.
 * @param scope lives as long as the screen; runs on the main thread.
 */
abstract class ScreenModel<S : Any, A : Any>(protected val shell: Shell, private val scope: CoroutineScope, initial: S) {
    private val states = MutableStateFlow(initial)

    /** Everything that the screen shows. */
    val state: StateFlow<S> = states.asStateFlow()

    /** Something that the person did. */
    fun send(action: A) {
        scope.launch { on(action) }
    }

    protected abstract fun on(action: A)

    /** The state with what is under way. */
    protected abstract fun S.with(work: Work): S

    protected val now: S get() = states.value

    protected fun set(change: S.() -> S): Unit = states.update(change)

    protected fun launch(block: suspend () -> Unit): Job = scope.launch { loading(block) }

    protected suspend fun <T> ask(question: suspend (CoreInterface) -> T): T = shell.host.ask(question)

    protected suspend fun <T> tell(verb: suspend (CoreInterface) -> T): T = shell.host.tell(verb)

    /** Calls [load] now and whenever the core or the phone changed. */
    protected fun follow(load: suspend () -> Unit) {
        watch(shell.host.changes) { load() }
        watch(shell.device.permissions.granted) { if (!isFirst(it)) load() }
    }

    private val first = shell.device.permissions.granted.value

    private fun isFirst(value: Any): Boolean = value === first

    /** Calls [each] with every value; what fails is shown, and the next value comes all the same. */
    protected fun <T> watch(values: Flow<T>, each: suspend (T) -> Unit): Job = scope.launch { values.collect { loading { each(it) } } }

    private suspend fun loading(load: suspend () -> Unit) {
        try {
            load()
        } catch (failure: Exception) {
            set { with(failure.told()) }
        }
    }

    /** Shows [what] while [block] runs, then nothing, what it gave, or why it failed. */
    protected fun work(what: Sentence, cancellable: Boolean = false, block: suspend () -> Sentence?): Job = scope.launch {
        set { with(Work.Running(what, cancellable = cancellable)) }
        val end = try {
            block()?.let { Work.Done(it) } ?: Work.Idle
        } catch (failure: Exception) {
            failure.told()
        }
        set { with(end) }
    }
}

/** A failure as it is shown. Being cancelled is none. */
internal fun Exception.told(): Work.Failed = when (this) {
    is CancellationException -> throw this
    is CoreFailure.Failed -> Work.Failed(sentence.said(), missing.map { it.said() }, retryable = kind in AGAIN)
    is NotOpen -> Work.Failed(why, retryable = true)
    is MediaFailure -> Work.Failed(
        when (reason) {
            MediaFailure.Reason.DENIED -> Texts.Capture.Denied
            MediaFailure.Reason.TAKEN_BY_OTHERS -> Texts.Capture.Taken
            MediaFailure.Reason.BROKEN -> Texts.Capture.Broken
        },
        retryable = true,
    )
    else -> Work.Failed(Texts.NotDone, retryable = true)
}

private val AGAIN = setOf(FailureKind.BUREAU, FailureKind.RECORDER, FailureKind.STORAGE, FailureKind.CANCELLED, FailureKind.IN_USE, FailureKind.INTERNAL)
