package cn.liuhen.app

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.RememberObserver
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.text.font.FontFamily
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.capture.CaptureModel
import cn.liuhen.shell.documents.DocumentsModel
import cn.liuhen.shell.enrol.EnrolAction
import cn.liuhen.shell.enrol.EnrolModel
import cn.liuhen.shell.fault.FaultSheetModel
import cn.liuhen.shell.gap.GapSheetModel
import cn.liuhen.shell.host.HostState
import cn.liuhen.shell.recorder.RecorderModel
import cn.liuhen.shell.review.ReviewModel
import cn.liuhen.shell.sessionopen.SessionOpenModel
import cn.liuhen.shell.settings.SettingsModel
import cn.liuhen.shell.sign.SignModel
import cn.liuhen.shell.signin.SignInModel
import cn.liuhen.shell.sync.SyncStatusModel
import cn.liuhen.shell.today.TodayModel
import cn.liuhen.shell.trigger.TriggerSheetModel
import cn.liuhen.ui.LiuhenTheme
import cn.liuhen.ui.capture.CaptureScreen
import cn.liuhen.ui.documents.DocumentsScreen
import cn.liuhen.ui.enrol.EnrolScreen
import cn.liuhen.ui.fault.FaultSheet
import cn.liuhen.ui.gap.GapSheet
import cn.liuhen.ui.recorder.RecorderScreen
import cn.liuhen.ui.review.ReviewScreen
import cn.liuhen.ui.sessionopen.SessionOpenScreen
import cn.liuhen.ui.settings.SettingsScreen
import cn.liuhen.ui.sign.SignScreen
import cn.liuhen.ui.signin.SignInScreen
import cn.liuhen.ui.start.StartScreen
import cn.liuhen.ui.sync.SyncStatusScreen
import cn.liuhen.ui.today.TodayScreen
import cn.liuhen.ui.trigger.TriggerSheet
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.launch

/** What only a phone can draw, and what comes to the app from outside. */
class Outside(
    /** The camera's picture. */
    val viewfinder: @Composable (Modifier) -> Unit = {},
    /** A video being played. */
    val player: @Composable (Modifier) -> Unit = {},
    /** The camera's picture while it looks for a code, whose text is told. */
    val codeFinder: @Composable (Modifier, found: (String) -> Unit) -> Unit = { _, _ -> },
    /** Decodes a picture. */
    val pictures: (Picture) -> ImageBitmap? = { null },
    /** The letters. */
    val family: FontFamily = FontFamily.Default,
    /** The text of an invitation that another app handed over; null when none waits. */
    val invitation: MutableStateFlow<String?> = MutableStateFlow(null),
    /** Told whenever another screen is shown. */
    val onPlace: (Place) -> Unit = {},
)

/** The whole app: the store being opened, then the screen to which the route leads. */
@Composable
fun OfficerApp(shell: Shell, outside: Outside) {
    val lang by shell.lang.collectAsState()
    val host by shell.host.state.collectAsState()
    LiuhenTheme(lang, family = outside.family, pictures = outside.pictures) {
        val opened = host
        if (opened is HostState.Open) return@LiuhenTheme Arrived(shell, outside)
        val scope = rememberCoroutineScope()
        StartScreen((opened as? HostState.Failed)?.why) { scope.launch { shell.start() } }
    }
}

@Composable
private fun Arrived(shell: Shell, outside: Outside) {
    val route by shell.navigator.route.collectAsState()
    val place = route.top
    LaunchedEffect(place) { outside.onPlace(place) }
    key(place) { At(place, shell, outside) }
}

@Composable
private fun At(place: Place, shell: Shell, outside: Outside) {
    when (place) {
        Place.ENROL -> Live(shell, ::EnrolModel) { state, send ->
            val invitation by outside.invitation.collectAsState()
            LaunchedEffect(invitation) {
                invitation?.let { send(EnrolAction.Scanned(it)) }
                outside.invitation.value = null
            }
            EnrolScreen(state, send) { modifier -> outside.codeFinder(modifier) { send(EnrolAction.Scanned(it)) } }
        }
        Place.SIGN_IN -> Live(shell, ::SignInModel) { state, send -> SignInScreen(state, send) }
        Place.TODAY -> Live(shell, ::TodayModel) { state, send -> TodayScreen(state, send) }
        Place.SESSION_OPEN -> Live(shell, ::SessionOpenModel) { state, send -> SessionOpenScreen(state, send) }
        Place.CAPTURE -> Live(shell, ::CaptureModel) { state, send -> CaptureScreen(state, send, outside.viewfinder) }
        Place.RECORDER -> Live(shell, ::RecorderModel) { state, send -> RecorderScreen(state, send) }
        Place.DOCUMENTS -> Live(shell, ::DocumentsModel) { state, send -> DocumentsScreen(state, send) }
        Place.REVIEW -> Live(shell, ::ReviewModel) { state, send -> ReviewScreen(state, send, outside.player) }
        Place.SIGN -> Live(shell, ::SignModel) { state, send -> SignScreen(state, send) }
        Place.GAP_SHEET -> Live(shell, ::GapSheetModel) { state, send -> GapSheet(state, send) }
        Place.FAULT_SHEET -> Live(shell, ::FaultSheetModel) { state, send -> FaultSheet(state, send) }
        Place.TRIGGER_SHEET -> Live(shell, ::TriggerSheetModel) { state, send -> TriggerSheet(state, send) }
        Place.SYNC_STATUS -> Live(shell, ::SyncStatusModel) { state, send -> SyncStatusScreen(state, send) }
        Place.SETTINGS -> Live(shell, ::SettingsModel) { state, send -> SettingsScreen(state, send) }
    }
}

/** A screen with its model, which lives as long as the screen is shown; what it must not forget it has kept elsewhere. */
@Composable
private fun <S : Any, A : Any> Live(
    shell: Shell,
    model: (Shell, CoroutineScope) -> ScreenModel<S, A>,
    screen: @Composable (S, (A) -> Unit) -> Unit,
) {
    val shown = remember { Shown(shell, model) }
    val state by shown.model.state.collectAsState()
    screen(state, shown.model::send)
}

private class Shown<S : Any, A : Any>(shell: Shell, make: (Shell, CoroutineScope) -> ScreenModel<S, A>) : RememberObserver {
    private val scope = CoroutineScope(SupervisorJob() + shell.ui)
    val model: ScreenModel<S, A> = make(shell, scope)

    override fun onRemembered() = Unit

    override fun onForgotten() = scope.cancel()

    override fun onAbandoned() = scope.cancel()
}
