package cn.liuhen.app

import android.Manifest
import cn.liuhen.shell.rig.Repository
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** Gradle is not run here: this says at least that its files and the manifest speak of what there is. */
class GradleFilesTest {
    private val here = File(Repository.root, "android")
    private val res = File(here, "app/src/main/res")

    private fun xml(file: File): Element =
        DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }.newDocumentBuilder().parse(file).documentElement

    private fun Element.all(name: String): List<Element> =
        getElementsByTagName(name).let { nodes -> (0 until nodes.length).map { nodes.item(it) as Element } }

    private fun Element.android(name: String): String = getAttributeNS("http://schemas.android.com/apk/res/android", name)

    private val manifest = xml(File(here, "app/src/main/AndroidManifest.xml"))
    private val catalogue = File(here, "gradle/libs.versions.toml").readLines().takeWhile { it != "[libraries]" }
        .mapNotNull { Regex("""(\w+) = "(.*)"""").matchEntire(it)?.destructured }.associate { (name, version) -> name to version }

    @Test
    fun `versions that both builds name are the same`() {
        val pom = xml(File(here, "pom.xml")).all("properties").first()
        val named = mapOf(
            "kotlin" to "kotlin.version", "coroutines" to "coroutines.version", "jna" to "jna.version", "zxing" to "zxing.version",
            "robolectric" to "robolectric.version", "junit" to "junit4.version", "jupiter" to "junit.version", "gson" to "gson.version",
        )
        for ((name, property) in named) assertEquals(name, pom.all(property).single().textContent, catalogue[name])
    }

    @Test
    fun `both builds have the same modules`() {
        val maven = xml(File(here, "pom.xml")).all("module").map { it.textContent } - setOf("compose-desktop", "androidx-test-shim")
        val gradle = Regex("\":(\\w+)\"").findAll(File(here, "settings.gradle.kts").readText()).map { it.groupValues[1] }.toList()
        assertEquals(maven.toSet(), gradle.toSet())
        for (module in gradle) {
            val file = File(here, "$module/build.gradle.kts")
            assertTrue("$file", file.exists())
            val alias = Regex("""libs\.(?:plugins\.)?([a-z.0-9]+)""").findAll(file.readText()).map { it.groupValues[1].trimEnd('.').replace('.', '-') }
            val defined = File(here, "gradle/libs.versions.toml").readLines().map { it.substringBefore(" =") }
            for (name in alias) assertTrue("$module asks for libs.$name", name in defined)
        }
    }

    @Test
    fun `the manifest names classes that exist, and only the activity may be started by others`() {
        for (kind in listOf("application", "activity", "service", "receiver", "provider")) {
            for (component in manifest.all(kind)) {
                Class.forName(component.android("name"), false, javaClass.classLoader)
                if (kind != "application") assertEquals(component.android("name"), (kind == "activity").toString(), component.android("exported"))
            }
        }
        assertEquals(listOf("cn.liuhen.app.MainActivity"), manifest.all("activity").map { it.android("name") })
        val services = File(here, "platform/src/main/kotlin").walk().filter { it.name.endsWith("Service.kt") || it.name == "SyncJobs.kt" }
            .flatMap { Regex("""class (\w+Service) : (?:Job)?Service\(""").findAll(it.readText()).map { found -> "cn.liuhen.platform." + found.groupValues[1] } }
        assertEquals(services.toSet(), manifest.all("service").map { it.android("name") }.toSet())
    }

    @Test
    fun `the manifest asks for permissions that exist, and for every one that the sources demand`() {
        val asked = manifest.all("uses-permission").map { it.android("name").removePrefix("android.permission.") }
        val known = Manifest.permission::class.java.fields.map { it.name }
        for (name in asked) assertTrue(name, name in known)
        val sources = listOf("platform", "app").flatMap { File(here, "$it/src/main/kotlin").walk().filter { file -> file.extension == "kt" } }
        val used = sources.flatMap { Regex("""Manifest\.permission\.([A-Z_]+)""").findAll(it.readText()).map { found -> found.groupValues[1] } }.toSet()
        assertEquals(emptySet<String>(), used - asked.toSet())
        // A service of a type in the foreground needs the permission of that type (Android 14).
        for (type in manifest.all("service").flatMap { it.android("foregroundServiceType").split('|') }.filter { it.isNotEmpty() }) {
            val name = "FOREGROUND_SERVICE_" + type.replace(Regex("(?<=[a-z])(?=[A-Z])"), "_").uppercase()
            assertTrue(name, name in asked)
        }
    }

    @Test
    fun `no service has a type that the system ends after six hours`() {
        val types = manifest.all("service").flatMap { it.android("foregroundServiceType").split('|') }.filter { it.isNotEmpty() }
        assertEquals(setOf("microphone", "camera"), types.toSet())
    }

    @Test
    fun `nothing of the app goes into a backup or to another phone`() {
        val application = manifest.all("application").single()
        assertEquals("false", application.android("allowBackup"))
        assertEquals("false", application.android("fullBackupContent"))
        val rules = xml(File(res, "xml/data_extraction_rules.xml"))
        for (way in listOf("cloud-backup", "device-transfer")) {
            val excluded = rules.all(way).single().all("exclude").map { it.getAttribute("domain") }
            assertEquals(way, setOf("root", "file", "database", "sharedpref", "external"), excluded.toSet())
        }
    }

    @Test
    fun `what the system shows is there in both languages, Chinese being the one that everybody else sees`() {
        fun names(folder: String) = xml(File(res, "$folder/strings.xml")).all("string").associate { it.getAttribute("name") to it.textContent }
        assertEquals(names("values").keys, names("values-en").keys)
        assertTrue(names("values").values.all { text -> text.any { it.code in 0x4E00..0x9FFF } })
        assertEquals(listOf("zh-CN", "en"), xml(File(res, "xml/locales_config.xml")).all("locale").map { it.android("name") })
    }
}
