package cn.liuhen.shell.host

import cn.liuhen.core.CaptureGiven
import cn.liuhen.core.ItemLine
import cn.liuhen.core.RecordingCapture
import cn.liuhen.core.RecordingStatus
import cn.liuhen.shell.capture.CaptureMode
import cn.liuhen.shell.port.MediaFailure
import cn.liuhen.shell.port.MediaSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

/** The recording under way: from the microphone or camera into the core, whatever screen is shown. */
class LiveRecording internal constructor(private val host: CoreHost, private val scope: CoroutineScope) {
    private val now = MutableStateFlow<LiveNow?>(null)
    private var capture: RecordingCapture? = null
    private var job: Job? = null

    /** What it looks like; absent while nothing is recorded. Time passes also when nothing is told: ask [look]. */
    val state: StateFlow<LiveNow?> = now.asStateFlow()

    /** Begins, and returns once the core took the first step; the recording goes on by itself. */
    internal suspend fun start(mode: CaptureMode, given: CaptureGiven, source: MediaSource) {
        check(job == null) { "a recording is under way" }
        val begun = host.tell { it.beginRecording(given) }
        capture = begun
        val ended = CompletableDeferred<Ended>()
        now.value = LiveNow(mode, begun.status(), ended)
        job = scope.launch { run(begun, mode, source, ended) }
    }

    private suspend fun run(begun: RecordingCapture, mode: CaptureMode, source: MediaSource, ended: CompletableDeferred<Ended>) {
        var broken: Throwable? = null
        try {
            source.record(mode) { piece, level ->
                begun.push(piece, level?.toUInt())
                look()
                if (now.value?.status?.interrupted != null) source.stop()
            }
        } catch (failure: MediaFailure) {
            broken = failure
        } catch (failure: cn.liuhen.core.CoreFailure) {
            source.stop()
            broken = failure
        }
        // Whatever ended it: what was taken is kept.
        val item = try {
            host.ask { begun.finish() }
        } catch (failure: Exception) {
            broken = broken ?: failure
            null
        } finally {
            capture = null
            job = null
            now.value = null
            begun.close()
        }
        ended.complete(Ended(item, broken))
        host.changed()
    }

    /** Reads time, level and space again. */
    internal fun look() {
        val live = now.value ?: return
        val status = capture?.status() ?: return
        now.value = live.copy(status = status)
    }

    /** Leaves the recording as it is; the next start of the core recovers it. */
    internal suspend fun letGo() {
        job?.cancelAndJoin()
        job = null
        capture?.close()
        capture = null
        now.value = null
    }
}

/** A recording at one moment. */
data class LiveNow(val mode: CaptureMode, val status: RecordingStatus, internal val ended: CompletableDeferred<Ended>)

/** How a recording ended: the item when there is one, and what broke when something did. */
class Ended(val item: ItemLine?, val broken: Throwable?)
