package cn.liuhen.app

import cn.liuhen.shell.rig.MovableClock
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.Keystore
import cn.liuhen.core.KeystoreKind
import cn.liuhen.core.PlatformFailure
import cn.liuhen.shell.rig.DoorLocation
import cn.liuhen.shell.rig.KeptBiometrics
import cn.liuhen.shell.rig.RadioOff
import cn.liuhen.shell.rig.ReadingPlayer
import cn.liuhen.shell.rig.DemoMedia
import cn.liuhen.shell.rig.SwitchedNetwork
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow

/** The app's process over a phone of which only the screens' side is asked for; its core is being opened until a test gives one. */
class TestApplication : LiuhenApplication() {
    val listened = mutableListOf<Boolean>()
    val woken = mutableListOf<Boolean>()
    val answers = mutableListOf<Int>()
    val network = SwitchedNetwork()
    val core = CompletableDeferred<CoreInterface>()

    /** Tells the app that the phone is connected otherwise. */
    var connected: () -> Unit = {}

    override fun made(): Phone = Phone(this, Dispatchers.Main.immediate, { hardware() }, { _, _ -> core.await() })

    private fun hardware() = Hardware(
        keystore = NoKeys,
        location = DoorLocation,
        network = network,
        connected = { connected = it },
        clock = MovableClock(),
        radio = RadioOff(),
        media = DemoMedia(),
        player = ReadingPlayer(),
        biometrics = KeptBiometrics(),
        folders = { null },
        listen = { listened += it },
        awake = { woken += it },
        showCamera = {},
        cameraView = { null },
        showVideo = {},
        videoShape = MutableStateFlow(null),
        answered = { request, _, _ -> answers += request },
    )
}

private object NoKeys : Keystore {
    override fun makeSigningKey(name: String): ByteArray = throw PlatformFailure.KeyMissing()

    override fun publicKey(name: String): ByteArray = throw PlatformFailure.KeyMissing()

    override fun sign(name: String, payload: ByteArray): ByteArray = throw PlatformFailure.KeyMissing()

    override fun makeWrappingKey(name: String): Unit = throw PlatformFailure.KeyMissing()

    override fun wrap(name: String, plain: ByteArray): ByteArray = throw PlatformFailure.KeyMissing()

    override fun unwrap(name: String, wrapped: ByteArray): ByteArray = throw PlatformFailure.KeyMissing()

    override fun erase(name: String) = Unit

    override fun kind(): KeystoreKind = KeystoreKind.SOFTWARE
}
