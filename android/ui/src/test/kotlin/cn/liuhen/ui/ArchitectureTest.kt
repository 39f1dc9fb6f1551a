package cn.liuhen.ui

import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.recorder.FootageTexts
import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private class Source(val name: String, val text: String) {
    val lines: List<String> = text.lines()

    /** Text in quotes, outside comments. */
    val quoted: List<String> = lines.filterNot { it.trim().startsWith("*") || it.trim().startsWith("//") || it.trim().startsWith("/**") }
        .flatMap { line -> Regex("\"((?:[^\"\\\\]|\\\\.)*)\"").findAll(line).map { it.groupValues[1] } }
}

private fun sources(module: String): List<Source> = File(Story.root, "android/$module/src/main/kotlin").walkTopDown()
    .filter { it.extension == "kt" }.map { Source(it.name, it.readText()) }.toList()

/** What a screen may not know. */
private val Foreign = listOf(
    "cn.liuhen.core", "cn.liuhen.platform", "import android.", "stringResource", "painterResource", "LocalContext", "AndroidView",
)

/** Words that only a rule would speak of; the core decides and says, a screen shows. Codes of the record are text that the core gave. */
private val Rules = listOf(
    "isQualified", "minOfficers", "gapMs", "retention", "dueMinutes", "mayClose", "mustReview", "needsNotice", "isOverdue", "isStored", "sha256",
)

private fun foreign(source: Source): List<String> = Foreign.filter { it in source.text }.map { "${source.name} knows $it" }

private fun rules(source: Source): List<String> = Rules.filter { it in source.text }.map { "${source.name} speaks of $it" } +
    source.quoted.filter { it.matches(Regex("[a-z0-9]+(_[a-z0-9]+)+|[a-z]{3,}|T[1-4]")) && it != "yes" }.map { "${source.name} knows the code “$it”" }

private fun ownWords(source: Source): List<String> =
    source.quoted.filter { text -> text.any { it.code in 0x3400..0x9FFF } }.map { "${source.name} says “$it” by itself" }

private fun tooLong(source: Source): List<String> = if (source.lines.size <= 400) emptyList() else listOf("${source.name} has ${source.lines.size} lines")

private fun longFunctions(source: Source): List<String> {
    val starts = source.lines.indices.filter { source.lines[it].matches(Regex("(private |internal |public )?(suspend )?fun .*")) }
    return starts.mapNotNull { start ->
        val end = (start until source.lines.size).firstOrNull { source.lines[it] == "}" || (it > start && source.lines[it].isEmpty()) } ?: start
        if (end - start <= 60) null else "${source.name}:${start + 1} is ${end - start} lines long"
    }
}

/** The walls of the house, as far as screens are concerned. */
class ArchitectureTest {
    private val screens = sources("ui")

    @Test
    fun `no screen knows the core, the platform or Android's resources`() = assertEquals(emptyList<String>(), screens.flatMap(::foreign))

    @Test
    fun `no screen decides a rule or knows a code of the record`() = assertEquals(emptyList<String>(), screens.flatMap(::rules))

    @Test
    fun `a screen says nothing that is not in the catalogue`() = assertEquals(emptyList<String>(), screens.flatMap(::ownWords))

    @Test
    fun `files and functions stay short`() {
        val all = screens + sources("shell").filter { it.name.endsWith("State.kt") || it.name.endsWith("Action.kt") || it.name == "Texts.kt" }
        assertEquals(emptyList<String>(), all.flatMap(::tooLong) + screens.flatMap(::longFunctions))
    }

    @Test
    fun `what is forbidden is found`() {
        val planted = Source("X.kt", "import cn.liuhen.core.Core\nfun x() = if (code == \"signature_refused\") \"拒签\" else gapMs")
        assertEquals(listOf("X.kt knows cn.liuhen.core"), foreign(planted))
        assertEquals(listOf("X.kt speaks of gapMs", "X.kt knows the code “signature_refused”"), rules(planted))
        assertEquals(listOf("X.kt says “拒签” by itself"), ownWords(planted))
    }

    @Test
    fun `every text of the catalogue is there in both languages and the font has its characters`() {
        val all = catalogue(Texts) + catalogue(FootageTexts).mapKeys { "Footage.${it.key}" }
        assertTrue(all.size > 200, "${all.size}")
        val blank = all.filter { (_, text) -> text.zh.isBlank() || text.en.isBlank() }.keys
        val chineseInEnglish = all.filter { (name, text) -> name != "Chinese" && text.en.any { it.code in 0x3400..0x9FFF && it !in "问答" } }.keys
        assertEquals(emptySet<String>(), blank + chineseInEnglish)
        assertEquals(emptyList<String>(), missingGlyphs(all.values.flatMap { listOf(it.zh, it.en) }))
    }
}

/** Every sentence of the catalogue by the name of its property. */
private fun catalogue(holder: Any): Map<String, Sentence> {
    val own = holder.javaClass.methods.filter { it.returnType == Sentence::class.java && it.parameterCount == 0 }
        .associate { it.name.removePrefix("get") to it.invoke(holder) as Sentence }
    val inner = holder.javaClass.declaredClasses.mapNotNull { it.fields.firstOrNull { field -> field.name == "INSTANCE" }?.get(null) }
    return inner.fold(own) { all, part -> all + catalogue(part).mapKeys { (name, _) -> if (name == "Chinese") name else "${part.javaClass.simpleName}.$name" } }
}
