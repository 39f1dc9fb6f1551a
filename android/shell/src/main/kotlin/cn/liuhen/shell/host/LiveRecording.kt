package cn.liuhen.shell.host

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.RecordingCapture
import cn.liuhen.core.RecordingStatus
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.port.MediaSource
import cn.liuhen.shell.port.SyncSchedule
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

/** The recording under way: from the microphone or camera into the core, whatever screen is shown. */
class LiveRecording internal constructor(private val host: CoreHost, private val scope: CoroutineScope) {
    private val now = MutableStateFlow<LiveNow?>(null)
    private val last = MutableStateFlow<Exception?>(null)
    private var capture: RecordingCapture? = null
    private var starting: Deferred<Unit>? = null
    private var job: Job? = null

    /** What it looks like; absent while nothing is recorded. Time passes also when nothing is told: ask [look]. */
    val state: StateFlow<LiveNow?> = now.asStateFlow()

    /** What broke the last recording off; absent when nothing did, once it was [dismissed][dismiss], and when the next begins. */
    internal val broken: StateFlow<Exception?> = last.asStateFlow()

    /** What is done when one has ended, whatever screen is shown. */
    internal var ended: suspend () -> Unit = {}

    /** The officer knows what broke. */
    internal fun dismiss() {
        last.value = null
    }

    /**
     * Begins, and returns once the core took the first step; the recording goes on by itself, also without the screen that began
     * it. Nothing else begins while one is under way; whoever asks while it begins waits for the same beginning.
     *
     * @param schedule told when it ended, however it ended.
     * @throws cn.liuhen.core.CoreFailure.Failed
     */
    internal suspend fun start(mode: CaptureMode, given: CaptureGiven, source: MediaSource, schedule: SyncSchedule) {
        if (job?.isActive == true) return
        val begins = starting?.takeIf { it.isActive } ?: scope.async { begin(mode, given, source, schedule) }.also { starting = it }
        begins.await()
    }

    private suspend fun begin(mode: CaptureMode, given: CaptureGiven, source: MediaSource, schedule: SyncSchedule) {
        val begun = host.tell { it.beginRecording(given) }
        last.value = null
        capture = begun
        now.value = LiveNow(mode, begun.status())
        job = scope.launch { run(begun, mode, source, schedule) }
    }

    private suspend fun run(begun: RecordingCapture, mode: CaptureMode, source: MediaSource, schedule: SyncSchedule) {
        var broken: Exception? = null
        try {
            source.record(mode) { piece, level ->
                begun.push(piece, level?.toUInt())
                look()
                if (now.value?.status?.interrupted != null) source.stop()
            }
        } catch (failure: Exception) {
            // A process that ends leaves it as it is: the next start of the core recovers it.
            currentCoroutineContext().ensureActive()
            source.stop()
            broken = failure
        }
        // Whatever else ended it: what was taken is kept.
        try {
            host.ask { begun.finish() }
        } catch (failure: Exception) {
            currentCoroutineContext().ensureActive()
            broken = broken ?: failure
        } finally {
            capture = null
            job = null
            now.value = null
            begun.close()
        }
        schedule.somethingToSend()
        last.value = broken
        host.changed()
        ended()
    }

    /** Reads time, level and space again. */
    internal fun look() {
        val live = now.value ?: return
        val status = capture?.status() ?: return
        now.value = live.copy(status = status)
    }

    /** Leaves the recording as it is; the next start of the core recovers it. */
    internal suspend fun letGo() {
        starting?.cancelAndJoin()
        job?.cancelAndJoin()
        job = null
        capture?.close()
        capture = null
        now.value = null
    }
}

/** A recording at one moment. */
data class LiveNow(val mode: CaptureMode, val status: RecordingStatus)
