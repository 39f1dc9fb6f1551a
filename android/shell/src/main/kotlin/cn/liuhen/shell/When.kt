package cn.liuhen.shell

import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.util.Locale

/** Dates and amounts as they are written in the office: the zone is the bureau's, wherever the phone believes to be. */
object When {
    private val Shanghai: ZoneId = ZoneId.of("Asia/Shanghai")
    private val MinuteZh = DateTimeFormatter.ofPattern("M月d日 HH:mm", Locale.ROOT)
    private val MinuteEn = DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH)
    private val DayZh = DateTimeFormatter.ofPattern("yyyy年M月d日 HH:mm", Locale.ROOT)
    private val DayEn = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.ENGLISH)

    /** Month, day and minute. [atMs]: Unix milliseconds. */
    fun minute(atMs: Long): Sentence = both(atMs, MinuteZh, MinuteEn)

    /** Year, month, day and minute. [atMs]: Unix milliseconds. */
    fun full(atMs: Long): Sentence = both(atMs, DayZh, DayEn)

    /** A length as a clock shows it: 2:05, 1:02:05. */
    fun clock(lengthMs: Long): String {
        val secs = lengthMs.coerceAtLeast(0) / 1000
        val (hours, minutes, seconds) = Triple(secs / 3600, secs / 60 % 60, secs % 60)
        return if (hours > 0) "%d:%02d:%02d".format(Locale.ROOT, hours, minutes, seconds)
        else "%02d:%02d".format(Locale.ROOT, minutes, seconds)
    }

    /** A length in words, for ears. */
    fun spoken(lengthMs: Long): Sentence {
        val secs = lengthMs.coerceAtLeast(0) / 1000
        return Sentence("${secs / 60}分${secs % 60}秒", "${secs / 60} min ${secs % 60} s")
    }

    /** Minutes up to ten hours, hours beyond: a forecast is no more exact than that. */
    fun lasting(minutes: Long): Sentence =
        if (minutes < 600) Sentence("$minutes 分钟", "$minutes min") else Sentence("${minutes / 60} 小时", "${minutes / 60} h")

    /** An amount of data, in powers of ten as phones say it. */
    fun bytes(bytes: Long): String = when {
        bytes >= 1_000_000_000 -> "%.1f GB".format(Locale.ROOT, bytes / 1e9)
        bytes >= 1_000_000 -> "${bytes / 1_000_000} MB"
        bytes >= 1_000 -> "${bytes / 1_000} KB"
        else -> "$bytes B"
    }

    private fun both(atMs: Long, zh: DateTimeFormatter, en: DateTimeFormatter): Sentence {
        val at = Instant.ofEpochMilli(atMs).atZone(Shanghai)
        return Sentence(zh.format(at), en.format(at))
    }
}
