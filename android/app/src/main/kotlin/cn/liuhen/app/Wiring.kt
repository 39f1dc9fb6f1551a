package cn.liuhen.app

import cn.liuhen.platform.AndroidKeystore
import cn.liuhen.platform.CardFolder
import cn.liuhen.platform.CoreClock
import cn.liuhen.platform.CoreKeystore
import cn.liuhen.platform.CoreLocation
import cn.liuhen.platform.CoreNetwork
import cn.liuhen.platform.CoreRadio
import cn.liuhen.platform.FingerUnlock
import cn.liuhen.platform.FingerWords
import cn.liuhen.platform.GattRadio
import cn.liuhen.platform.NetworkFacts
import cn.liuhen.platform.PhoneClock
import cn.liuhen.platform.PhoneMedia
import cn.liuhen.platform.PlaceSource
import cn.liuhen.platform.SealedPlayer
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.capture.CaptureMode

/** Which adapter of the platform stands behind which port. Each is made once for the process. */
internal fun hardware(phone: Phone): Hardware {
    val context = phone.context
    val places = PlaceSource(context)
    val networks = NetworkFacts(context).apply { start() }
    val radio = GattRadio(context).apply { watch() }
    val media = PhoneMedia(context) { mode -> phone.recordingWords(mode) }
    val player = SealedPlayer()
    // The system's dialog speaks the language in which the process began.
    val words = Shell.langIn(phone.preferences).let { FingerWords(Texts.SignIn.Biometric.text(it), Texts.Cancel.text(it)) }
    val unlock = FingerUnlock(context, words) { phone.front.activity }
    val folder = CardFolder(context) { phone.front.activity }
    return Hardware(
        keystore = CoreKeystore(AndroidKeystore(context)),
        location = CoreLocation(places),
        network = CoreNetwork(networks),
        connected = { networks.changed = it },
        clock = CoreClock(PhoneClock(context)),
        radio = CoreRadio(radio),
        media = media,
        player = player,
        biometrics = unlock,
        folders = folder,
        listen = { isWanted -> if (isWanted) places.start() else places.stop() },
        awake = { isAwake -> if (isAwake) media.resume() else media.pause() },
        showCamera = media::show,
        cameraView = media::view,
        showVideo = player::show,
        videoShape = player.shape,
        answered = { request, result, data -> folder.onResult(request, result, data) || unlock.onResult(request, result) },
    )
}

/** What the notification of a running recording says. */
private fun Phone.recordingWords(mode: CaptureMode): String =
    (if (mode == CaptureMode.VIDEO) Texts.Capture.VideoRuns else Texts.Capture.SoundRuns).text(shell.lang.value)
