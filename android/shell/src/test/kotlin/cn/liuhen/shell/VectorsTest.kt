package cn.liuhen.shell

import cn.liuhen.core.CoreConfig
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.InternetFound
import cn.liuhen.core.NetworkNow
import cn.liuhen.core.PhonePorts
import cn.liuhen.core.Reach
import cn.liuhen.core.StartReport
import cn.liuhen.shell.capture.CaptureModel
import cn.liuhen.shell.documents.DocumentsModel
import cn.liuhen.shell.enrol.EnrolModel
import cn.liuhen.shell.fault.FaultSheetModel
import cn.liuhen.shell.gap.GapSheetModel
import cn.liuhen.shell.host.CoreHost
import cn.liuhen.shell.port.Device
import cn.liuhen.shell.port.Grant
import cn.liuhen.shell.recorder.RecorderModel
import cn.liuhen.shell.review.ReviewModel
import cn.liuhen.shell.rig.CountedPin
import cn.liuhen.shell.rig.CountedSchedule
import cn.liuhen.shell.rig.DemoMedia
import cn.liuhen.shell.rig.DoorLocation
import cn.liuhen.shell.rig.FileKeystore
import cn.liuhen.shell.rig.KeptBiometrics
import cn.liuhen.shell.rig.MapState
import cn.liuhen.shell.rig.RadioOff
import cn.liuhen.shell.rig.ReadingPlayer
import cn.liuhen.shell.rig.Repository
import cn.liuhen.shell.rig.SetBattery
import cn.liuhen.shell.rig.SwitchedNetwork
import cn.liuhen.shell.rig.SwitchedPermissions
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.settings.SettingsModel
import cn.liuhen.shell.sign.SignModel
import cn.liuhen.shell.signin.SignInModel
import cn.liuhen.shell.sync.SyncStatusModel
import cn.liuhen.shell.today.TodayModel
import cn.liuhen.shell.trigger.TriggerSheetModel
import com.google.gson.FieldNamingPolicy
import com.google.gson.Gson
import com.google.gson.GsonBuilder
import com.google.gson.JsonDeserializer
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonSerializer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.lang.reflect.InvocationHandler
import java.lang.reflect.Method
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Proxy
import java.lang.reflect.Type
import java.lang.reflect.WildcardType

/**
 * tests/vectors/shell: for what the core says, what the State must carry. The shells of both systems read these files.
 * Names are snake_case; a State may carry more than a vector names, never something else.
 */
class VectorsTest {
    @TempDir
    lateinit var dir: File

    @TestFactory
    fun every_state_carries_the_facts_of_the_core(): List<DynamicTest> {
        val files = File(Repository.root, "tests/vectors/shell").listFiles { file -> file.extension == "json" }.orEmpty().sorted()
        assertEquals(SCREENS.keys, files.map { it.nameWithoutExtension }.toSet(), "each screen has its vectors")
        return files.flatMap { file ->
            val vector = JsonParser.parseString(file.readText()).asJsonObject
            vector["cases"].asJsonArray.map { it.asJsonObject }.map { case ->
                DynamicTest.dynamicTest("${file.nameWithoutExtension}: ${case["name"].asString}") { run(vector["screen"].asString, case) }
            }
        }
    }

    private fun run(screen: String, case: JsonObject) = runBlocking {
        val phone = case["phone"]?.asJsonObject ?: JsonObject()
        val network = SwitchedNetwork().apply { if (phone["network"]?.asString == "none") now = NetworkNow(Reach.NONE, false, InternetFound.UNKNOWN, null) }
        val permissions = SwitchedPermissions()
        for (denied in phone["denied"]?.asJsonArray.orEmpty()) permissions.set(Permission.valueOf(denied.asString.uppercase()), Grant.DENIED)
        val core = answering(case["core"].asJsonObject)
        val ports = PhonePorts(FileKeystore(dir), DoorLocation, network, null)
        val host = CoreHost(CoreConfig(dir.path, "", false, null), ports, Dispatchers.Unconfined) { _, _ -> core }
        val battery = SetBattery(phone["battery_percent"]?.asInt ?: 80)
        val device = Device(DemoMedia(), ReadingPlayer(), permissions, battery, CountedPin(), KeptBiometrics(), { null }, CountedSchedule(), MapState(), MapState(), RadioOff())
        host.open()
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Unconfined)
        val state = SCREENS.getValue(screen)(Shell(host, device), scope).state.value
        scope.cancel()
        covers(case["state"], OUT.toJsonTree(state), screen)
    }

    /** A core that answers each question with the vector's words, and refuses every other one. */
    private fun answering(words: JsonObject): CoreInterface {
        val answer = InvocationHandler { _: Any, method: Method, _: Array<Any?>? ->
            val name = SNAKE.replace(method.name.substringBefore('-')) { "_" + it.value.lowercase() }
            when {
                name == "start_report" -> StartReport(null, emptyList())
                name == "draft" -> null
                words.has(name) -> IN.fromJson<Any>(words[name], method.answers())
                else -> error("the vector says nothing of $name")
            }
        }
        return Proxy.newProxyInstance(javaClass.classLoader, arrayOf(CoreInterface::class.java), answer) as CoreInterface
    }

    /** What a suspending function gives: the argument of its continuation. */
    private fun Method.answers(): Type {
        val continuation = genericParameterTypes.lastOrNull() as? ParameterizedType ?: return genericReturnType
        val given = continuation.actualTypeArguments.single()
        return (given as? WildcardType)?.lowerBounds?.singleOrNull() ?: given
    }

    private fun covers(wanted: JsonElement, seen: JsonElement?, at: String) {
        when {
            wanted.isJsonObject -> for ((name, value) in wanted.asJsonObject.entrySet()) covers(value, (seen as? JsonObject)?.get(name), "$at.$name")
            wanted.isJsonArray -> {
                assertEquals(wanted.asJsonArray.size(), seen?.asJsonArray?.size(), "$at: $seen")
                for ((n, value) in wanted.asJsonArray.withIndex()) covers(value, seen?.asJsonArray?.get(n), "$at[$n]")
            }
            else -> assertEquals(wanted.toString(), (seen ?: NULL).toString(), at)
        }
    }

    private companion object {
        val SNAKE = Regex("[A-Z]")
        val NULL: JsonElement = com.google.gson.JsonNull.INSTANCE
        val SCREENS: Map<String, (Shell, CoroutineScope) -> ScreenModel<*, *>> = mapOf(
            "sign_in" to ::SignInModel,
            "today" to ::TodayModel,
            "capture" to ::CaptureModel,
            "gap_sheet" to ::GapSheetModel,
            "sign" to ::SignModel,
            "sync_status" to ::SyncStatusModel,
            "session_open" to ::SessionOpenModel,
            "documents" to ::DocumentsModel,
            "recorder" to ::RecorderModel,
            "review" to ::ReviewModel,
            "settings" to ::SettingsModel,
            "fault_sheet" to ::FaultSheetModel,
            "trigger_sheet" to ::TriggerSheetModel,
            "enrol" to ::EnrolModel,
        )

        /** The core's records; enumerations are lower-case words. */
        val IN: Gson = GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .registerTypeHierarchyAdapter(Enum::class.java, JsonDeserializer { json, type, _ -> (type as Class<*>).enumConstants.first { (it as Enum<*>).name.equals(json.asString, ignoreCase = true) } })
            .registerTypeAdapter(cn.liuhen.core.PadId::class.java, JsonDeserializer { json, _, _ -> pad(json.asString) })
            .registerTypeAdapter(UInt::class.java, JsonDeserializer { json, _, _ -> json.asInt.toUInt() })
            .create()

        fun pad(name: String): cn.liuhen.core.PadId = when {
            name == "party" -> cn.liuhen.core.PadId.Party
            name == "witness" -> cn.liuhen.core.PadId.Witness
            else -> cn.liuhen.core.PadId.Officer(name.substringAfter(' '))
        }

        private val plain: GsonBuilder = GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .registerTypeHierarchyAdapter(Enum::class.java, JsonSerializer<Enum<*>> { word, _, _ -> com.google.gson.JsonPrimitive(word.name.lowercase()) })

        /** States; what is one of several says which, as `kind`. */
        val OUT: Gson = plain.create().let { inner ->
            val told = JsonSerializer<Any> { value, _, _ ->
                inner.toJsonTree(value).asJsonObject.apply { addProperty("kind", SNAKE.replace(value::class.simpleName.orEmpty()) { "_" + it.value.lowercase() }.removePrefix("_")) }
            }
            plain.registerTypeHierarchyAdapter(Condition::class.java, told).registerTypeHierarchyAdapter(Work::class.java, told).create()
        }
    }
}

private fun com.google.gson.JsonArray?.orEmpty(): Iterable<JsonElement> = this ?: emptyList()
