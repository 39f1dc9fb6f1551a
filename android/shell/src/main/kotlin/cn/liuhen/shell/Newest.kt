package cn.liuhen.shell

import cn.liuhen.core.CoreFailure
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/**
 * Writes what is typed: one write at a time, always of the newest, so that fast typing is not slowed down by the disk. What is
 * wanted when the screen goes is still written.
 */
internal class Newest<T : Any>(scope: CoroutineScope, private val write: suspend (T) -> Unit) {
    private val wanted = MutableStateFlow<T?>(null)
    private var written: T? = null

    /** What is wanted; absent until something was typed. */
    val value: T? get() = wanted.value

    init {
        scope.launch {
            try {
                wanted.collect { it?.let { newest -> put(newest) } }
            } finally {
                withContext(NonCancellable) { value?.let { newest -> if (newest !== written) put(newest) } }
            }
        }
    }

    /** Wants this in place of what was wanted before. */
    fun want(newest: T) {
        wanted.value = newest
    }

    private suspend fun put(newest: T) {
        try {
            write(newest)
        } catch (_: CoreFailure) {
            // What was typed is on the screen; a full disk is told by what the officer does next.
        }
        written = newest
    }
}
