package cn.liuhen.shell.rig

import cn.liuhen.core.CoreConfig
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.PhonePorts
import cn.liuhen.core.RecorderCard
import cn.liuhen.core.openCore
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Work
import cn.liuhen.shell.host.CoreHost
import cn.liuhen.shell.host.HostState
import cn.liuhen.shell.port.Device
import cn.liuhen.shell.port.SavedState
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.io.File
import java.net.URLDecoder
import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

/**
 * A phone in a test: the real core over the ports of a Java machine. [die] ends its process as a system does that needs
 * the memory; [live] starts it again over the same disk and the same saved state.
 */
class TestPhone(private val dir: File, val saved: SavedState = MapState()) : AutoCloseable {
    private val screenThread = Executors.newSingleThreadExecutor { Thread(it, "screens").apply { isDaemon = true } }
    private val ui = screenThread.asCoroutineDispatcher()

    val network = SwitchedNetwork()
    val clock = MovableClock()
    val media = DemoMedia()
    val player = ReadingPlayer()
    val permissions = SwitchedPermissions()
    val battery = SetBattery()
    val pin = CountedPin()
    val biometrics = KeptBiometrics()
    val preferences = MapState()
    val time = TestTimeSource()

    /** What the officer chooses as a recorder's card. */
    var card: RecorderCard? = null

    /** The system's scheduler, as this process knows it. */
    var schedule = CountedSchedule()
        private set
    private val keystore = FileKeystore(File(dir, "keys"))

    /** Lets a test stand between the models and the core. */
    var between: (CoreInterface) -> CoreInterface = { it }

    lateinit var shell: Shell
        private set
    private var screens = CoroutineScope(SupervisorJob() + ui)

    val top: Place get() = shell.navigator.route.value.top

    /** Starts the process. */
    suspend fun live(): HostState {
        val config = CoreConfig(File(dir, "vault").path, "测试手机", true, null)
        val ports = PhonePorts(keystore, DoorLocation, network, clock)
        val host = CoreHost(config, ports, ui) { given, from -> between(openCore(given, from)) }
        schedule = CountedSchedule()
        val device = Device(media, player, permissions, battery, pin, biometrics, { card }, schedule, saved, preferences, RadioOff())
        shell = Shell(host, device, time)
        screens = CoroutineScope(SupervisorJob() + ui)
        return shell.start()
    }

    /** Ends the process: every object of this side is dropped; a recording is not ended. */
    suspend fun die() {
        screens.cancel()
        shell.host.end()
    }

    /** Dies and lives again. */
    suspend fun restart(): HostState {
        die()
        return live()
    }

    /** A screen comes up. */
    fun <M> open(model: (Shell, CoroutineScope) -> M): Screen<M> {
        val scope = CoroutineScope(SupervisorJob() + ui)
        return Screen(model(shell, scope), scope)
    }

    /** Waits until the route leads to a place. */
    suspend fun arrives(place: Place) {
        shell.navigator.route.until("at $place") { it.top == place }
    }

    /** Another process over the same disk. */
    fun twin(): TestPhone = TestPhone(dir)

    override fun close() {
        screenThread.shutdown()
    }
}

/** Waits until the core holds what a screen keeps, so that the death that follows proves something. */
suspend fun TestPhone.draftIsKept(name: String, condition: (String) -> Boolean) {
    val deadline = System.nanoTime() + 30.seconds.inWholeNanoseconds
    while (!condition(URLDecoder.decode(shell.host.ask { it.draft(name) }.orEmpty(), "UTF-8"))) {
        check(System.nanoTime() < deadline) { "the draft $name was not kept" }
        yield()
    }
}

/** A screen that is shown: its model, until the screen goes. */
class Screen<M>(val model: M, private val scope: CoroutineScope) {
    /** The screen goes; on a rotation another comes after it. */
    fun gone() = scope.cancel()
}

/** Waits for a value; says what came instead when it does not come. */
suspend fun <T> StateFlow<T>.until(what: String, condition: (T) -> Boolean): T = try {
    withTimeout(30.seconds) { first(condition) }
} catch (late: TimeoutCancellationException) {
    throw AssertionError("never: $what; last: $value", late)
}

/** Waits for a state that is neither being read nor being worked on, and fails when the work did. */
suspend fun <S : Any> ScreenModel<S, *>.settled(what: String, work: (S) -> Work, condition: (S) -> Boolean): S {
    val end = state.until(what) { condition(it) && work(it) !is Work.Running || work(it) is Work.Failed }
    (work(end) as? Work.Failed)?.let { throw AssertionError("$what failed: ${it.why.zh} ${it.needs}") }
    return end
}
