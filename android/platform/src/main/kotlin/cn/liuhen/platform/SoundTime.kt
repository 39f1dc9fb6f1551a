package cn.liuhen.platform

/**
 * When samples were heard, by the clock of System.nanoTime. The system keeps as many samples as [bufferSamples] for a
 * reader that is late, and drops what comes after them without a word: only the clock shows it.
 */
internal class SoundTime(private val rateHz: Int, private val bufferSamples: Int) {
    private var heard = 0L

    /** When the first sample was heard. */
    var sinceNanos = 0L
        private set

    /** Samples that the system dropped until now. */
    var lostSamples = 0L
        private set

    /** These samples were read at this time. */
    fun read(samples: Int, nowNanos: Long) {
        if (heard == 0L) sinceNanos = nowNanos - nanos(samples.toLong())
        heard += samples
        val behind = (nowNanos - sinceNanos) * rateHz / NANOS - heard - lostSamples
        // As many as fit wait to be read, and are not lost.
        if (behind > bufferSamples + rateHz / SLACK) lostSamples += behind - bufferSamples
    }

    private fun nanos(samples: Long) = samples * NANOS / rateHz

    private companion object {
        const val NANOS = 1_000_000_000L

        /** A quarter of a second, by which two clocks and two threads may disagree. */
        const val SLACK = 4
    }
}
