package cn.liuhen.shell

import cn.liuhen.core.CoreFailure
import kotlinx.coroutines.CoroutineScope
import java.net.URLDecoder
import java.net.URLEncoder

/** A half-filled form, kept in the vault as it is typed, so that the process may die at any moment. */
internal class Draft(private val shell: Shell, scope: CoroutineScope, private val name: String) {
    private val newest = Newest<Map<String, String>>(scope) { fields -> shell.host.ask { it.keepDraft(name, encoded(fields)) } }

    /** What was kept; empty when nothing was. */
    suspend fun read(): Map<String, String> = try {
        decoded(shell.host.ask { it.draft(name) }.orEmpty())
    } catch (_: CoreFailure) {
        emptyMap()
    }

    /** Keeps these fields in place of those before. */
    fun keep(fields: Map<String, String>) {
        newest.want(fields.filterValues { it.isNotEmpty() })
    }

    /** Forgets the form: it was sent. */
    suspend fun forget() {
        newest.want(emptyMap())
        shell.host.ask { it.keepDraft(name, "") }
    }

    companion object {
        /** Fields as lines of `name=value`, both percent-encoded. */
        fun encoded(fields: Map<String, String>): String = fields.entries.joinToString("\n") { (name, value) ->
            URLEncoder.encode(name, "UTF-8") + "=" + URLEncoder.encode(value, "UTF-8")
        }

        /** The fields in a text that [encoded] made; lines that are none are left out. */
        fun decoded(text: String): Map<String, String> = text.lines().filter { '=' in it }.associate { line ->
            URLDecoder.decode(line.substringBefore('='), "UTF-8") to URLDecoder.decode(line.substringAfter('='), "UTF-8")
        }
    }
}
