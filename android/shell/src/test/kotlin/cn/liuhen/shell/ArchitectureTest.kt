package cn.liuhen.shell

import cn.liuhen.shell.rig.Repository
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.lang.reflect.Modifier

/** The walls of the shell, as its sources and classes show them. */
class ArchitectureTest {
    private val shell = sources("shell")
    private val models = shell.filter { it.name.endsWith("Model.kt") && it.name != "ScreenModel.kt" }

    private fun sources(module: String): List<File> =
        File(Repository.root, "android/$module/src/main/kotlin").walk().filter { it.extension == "kt" }.toList()

    private fun File.within(folder: String): Boolean = parentFile.name == folder

    /** Lines of code without comments. */
    private fun File.code(): List<String> = readLines().map { it.substringBefore("//").trim() }.filter { !it.startsWith("*") && !it.startsWith("/*") }

    @Test
    fun every_screen_has_a_state_an_action_and_a_model() {
        val screens = shell.filter { it.name.endsWith("State.kt") }.map { it.name.removeSuffix("State.kt") }.toSet()
        assertEquals(14, screens.size, "$screens")
        assertEquals(screens, shell.filter { it.name.endsWith("Action.kt") }.map { it.name.removeSuffix("Action.kt") }.toSet())
        assertEquals(screens, models.map { it.name.removeSuffix("Model.kt") }.toSet())
    }

    @Test
    fun a_model_exposes_state_and_send_and_nothing_else() {
        for (file in models) {
            val type = Class.forName("cn.liuhen.shell.${file.parentFile.name}.${file.nameWithoutExtension}")
            // Kotlin's `internal` is public to the virtual machine, under a name that says so.
            val open = type.methods.filter { it.declaringClass.name.startsWith("cn.liuhen") && !it.isSynthetic && '$' !in it.name }.map { it.name }
            assertEquals(setOf("getState", "send"), open.toSet(), type.name)
            val fields = type.declaredFields.filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic && it.name != "Companion" && it.declaringClass == type }
            assertTrue(fields.all { Modifier.isStatic(it.modifiers) }, "${type.name} has public fields: $fields")
        }
    }

    @Test
    fun only_the_host_and_the_models_know_an_object_of_the_core() {
        val object_ = Regex("""\b(${OBJECTS.joinToString("|")})\b""")
        val elsewhere = shell.filter { file -> !file.within("host") && file !in models && file.name !in MODELS_BASE }
        for (file in elsewhere) {
            val found = file.code().filter { "cn.liuhen.core" in it && object_.containsMatchIn(it) }
            assertTrue(found.isEmpty(), "${file.name}: $found")
        }
        // A model may hold a word of the core between two calls, but no object: those live in the host.
        for (file in models) {
            val kept = file.code().filter { Regex("""^(private |internal |protected )?(val|var|lateinit var) \w+: .*\b(${OBJECTS.joinToString("|")})\b""").containsMatchIn(it) }
            assertTrue(kept.isEmpty(), "${file.name} keeps $kept")
        }
    }

    @Test
    fun what_is_shown_and_what_is_done_know_nothing_of_the_core() {
        val facts = shell.filter { it.name.endsWith("State.kt") || it.name.endsWith("Action.kt") || it.name == "Shown.kt" }
        for (file in facts + sources("ui")) {
            assertTrue(file.code().none { "cn.liuhen.core" in it }, file.path)
        }
    }

    @Test
    fun no_condition_decides_a_rule_of_evidence() {
        val condition = Regex("""\b(if|when|while)\s*\(""")
        for (file in shell.filter { it.name != "Facts.kt" }) {
            for (line in file.code().filter { condition.containsMatchIn(it) }) {
                val asked = line.substring(condition.find(line)?.range?.first ?: 0)
                for (word in DOMAIN) assertTrue(!Regex("""(?i)\b$word""").containsMatchIn(asked), "${file.name} decides about $word: $line")
                assertTrue(!Regex("""\w+ [!=]= "[a-z_]+"""").containsMatchIn(asked), "${file.name} compares with a word of the record: $line")
            }
        }
    }

    @Test
    fun the_shell_knows_neither_android_nor_a_pixel() {
        for (file in shell) {
            assertTrue(file.code().none { it.startsWith("import android.") || it.startsWith("import androidx.") || "java.awt" in it }, file.path)
        }
    }

    @Test
    fun files_stay_small_enough_to_be_read() {
        for (file in shell) assertTrue(file.readLines().size <= 400, "${file.name} has ${file.readLines().size} lines")
    }

    private companion object {
        /** Objects of the membrane: they hold native memory and are closed by whoever made them. */
        val OBJECTS = listOf("Core", "CoreInterface", "PhotoCapture", "RecordingCapture", "ItemReader", "SyncJob", "ImportJob", "RecorderConnection", "RadioEvents", "openCore")

        /** What models are made of. */
        val MODELS_BASE = setOf("ScreenModel.kt")

        /** Words of the law and of the ledger; whoever needs one of them in a condition belongs into the core. */
        val DOMAIN = listOf(
            "qualified", "fresh", "overdue", "expired", "validTo", "validFrom", "inPost", "examPassed",
            "retention", "keepUntil", "custody", "sha256", "digest", "hash", "receipt", "proof", "verified", "manifest", "ledger", "chain",
            "legalBasis", "penalty", "coercion", "inquiry", "longTerm", "workingDay", "deadline", "dueAt", "gapMs", "holeMs",
            "ItemStage", "ItemStanding", "ReviewStage", "StepState", "SyncPhase.DONE",
        )
    }
}
