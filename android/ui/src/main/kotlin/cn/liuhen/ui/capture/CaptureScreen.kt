package cn.liuhen.ui.capture

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts
import cn.liuhen.shell.capture.CaptureAction
import cn.liuhen.shell.capture.CaptureState
import cn.liuhen.ui.CappedFontScale
import cn.liuhen.ui.ConditionBar
import cn.liuhen.ui.LoadingBlock
import cn.liuhen.ui.Missing
import cn.liuhen.ui.QuietButton
import cn.liuhen.ui.TopBar
import cn.liuhen.ui.WorkBar
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** The open activity. [viewfinder] draws the camera's picture. */
@Composable
fun CaptureScreen(state: CaptureState, send: (CaptureAction) -> Unit, viewfinder: @Composable (Modifier) -> Unit = {}) {
    val sheet = state.sheet
    if (sheet != null) return CaptureSheets(state, sheet, send)
    BoxWithConstraints(Modifier.fillMaxSize().safeDrawingPadding()) {
        if (maxWidth > maxHeight) Sideways(state, send, viewfinder) else Upright(state, send, viewfinder)
    }
}

@Composable
private fun Upright(state: CaptureState, send: (CaptureAction) -> Unit, viewfinder: @Composable (Modifier) -> Unit) {
    Column(Modifier.fillMaxSize()) {
        Head(state, send)
        if (state.loading) return@Column LoadingBlock()
        Conditions(state, send)
        Scene(state, send, Modifier.weight(1f).fillMaxWidth(), viewfinder)
        Work(state, send)
        Column(Modifier.fillMaxWidth().padding(horizontal = 12.dp, vertical = 8.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
            Missing(state.capture.missing)
            Hands(state, send)
        }
    }
}

/** What the thumb needs: modes, shutter, tools. */
@Composable
private fun Hands(state: CaptureState, send: (CaptureAction) -> Unit) {
    CappedFontScale {
        Modes(state, send)
        ShutterRow(state, send)
        Tools(send)
    }
}

@Composable
private fun Sideways(state: CaptureState, send: (CaptureAction) -> Unit, viewfinder: @Composable (Modifier) -> Unit) {
    Row(Modifier.fillMaxSize()) {
        Scene(state, send, Modifier.weight(1f).fillMaxHeight(), viewfinder)
        Column(
            Modifier.width(320.dp).fillMaxHeight().background(MaterialTheme.colorScheme.surface).verticalScroll(rememberScrollState()),
            verticalArrangement = Arrangement.spacedBy(8.dp),
            horizontalAlignment = Alignment.CenterHorizontally,
        ) {
            Head(state, send)
            if (state.loading) return@Column LoadingBlock()
            SidewaysControls(state, send)
        }
    }
}

@Composable
private fun ColumnScope.SidewaysControls(state: CaptureState, send: (CaptureAction) -> Unit) {
    Conditions(state, send)
    Work(state, send)
    Column(Modifier.fillMaxWidth().padding(horizontal = 12.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Missing(state.capture.missing)
        Hands(state, send)
    }
}

@Composable
private fun Head(state: CaptureState, send: (CaptureAction) -> Unit) {
    val done = state.steps.count { it.done }
    TopBar(
        title = state.partyName,
        subtitle = say(state.activity) + "　" + say(state.elapsed),
        onBack = { send(CaptureAction.Leave) },
        actions = {
            if (state.steps.isNotEmpty()) QuietButton(say(Texts.Capture.stepsDone(done, state.steps.size)), { send(CaptureAction.OpenSteps) })
        },
    )
}

/** What lasts lies above the picture; at large letters it scrolls in its own room, so that the shutter stays where it is. */
@Composable
private fun Conditions(state: CaptureState, send: (CaptureAction) -> Unit) {
    if (state.conditions.isEmpty()) return
    Column(
        Modifier.fillMaxWidth().heightIn(max = 200.dp).verticalScroll(rememberScrollState()).padding(8.dp),
        verticalArrangement = Arrangement.spacedBy(8.dp),
    ) { state.conditions.forEach { condition -> ConditionBar(condition) { send(CaptureAction.AskPermission(it)) } } }
}

@Composable
private fun Work(state: CaptureState, send: (CaptureAction) -> Unit) {
    WorkBar(state.work, WorkHandlers(dismiss = { send(CaptureAction.DismissWork) }, retry = { send(CaptureAction.Shutter) }))
}
