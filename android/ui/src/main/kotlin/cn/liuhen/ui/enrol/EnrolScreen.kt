package cn.liuhen.ui.enrol

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.enrol.EnrolAction
import cn.liuhen.shell.enrol.EnrolState
import cn.liuhen.ui.Entry
import cn.liuhen.ui.Fact
import cn.liuhen.ui.Heading
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.BottomNeeds
import cn.liuhen.ui.OtherButton
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** Joining a bureau. [viewfinder] draws the camera's picture where the code is looked for. */
@Composable
fun EnrolScreen(state: EnrolState, send: (EnrolAction) -> Unit, viewfinder: @Composable (Modifier) -> Unit = {}) {
    val joined = state.joined
    Screen(
        title = say(Texts.Enrol.Title),
        conditions = state.conditions,
        onAsk = { send(EnrolAction.AskPermission) },
        work = state.work,
        handlers = WorkHandlers(cancel = { send(EnrolAction.Cancel) }, retry = { send(EnrolAction.Join) }, dismiss = { send(EnrolAction.Cancel) }),
        bottom = {
            if (joined != null) MainButton(say(Texts.GoOn), { send(EnrolAction.GoOn) })
            else {
                BottomNeeds(state.gate.missing)
                MainButton(say(Texts.Enrol.Join), { send(EnrolAction.Join) }, enabled = state.gate.allowed && state.work !is Work.Running)
            }
        },
    ) {
        if (joined != null) {
            item { ToneBar(Signs.Check, Tone.GOOD, say(joined.sentence)) }
            item { Fact(say(Texts.Settings.Bureau), joined.bureau) }
            item { Fact(say(Texts.Enrol.DeviceNo), joined.deviceNo) }
        } else {
            form(state, send, viewfinder)
        }
    }
}

private fun LazyListScope.form(state: EnrolState, send: (EnrolAction) -> Unit, viewfinder: @Composable (Modifier) -> Unit) {
    item { Text(say(Texts.Enrol.Lead), style = MaterialTheme.typography.bodyLarge) }
    item {
        if (state.scanning) {
            Scanner(viewfinder)
            OtherButton(say(Texts.Enrol.StopScan), { send(EnrolAction.StopScan) }, Modifier.fillMaxWidth().padding(top = 8.dp))
        } else {
            OtherButton(say(Texts.Enrol.Scan), { send(EnrolAction.StartScan) }, Modifier.fillMaxWidth(), sign = Signs.Scan)
        }
    }
    item { Heading(say(Texts.Enrol.ByHand)) }
    item { Entry(say(Texts.Enrol.Url), state.url, { send(EnrolAction.SetUrl(it)) }, required = true, typing = Typing(keyboard = KeyboardType.Uri)) }
    item { Entry(say(Texts.Enrol.Code), state.code, { send(EnrolAction.SetCode(it)) }, required = true) }
    item { Entry(say(Texts.Enrol.DeviceNo), state.deviceNo, { send(EnrolAction.SetDeviceNo(it)) }, required = true) }
}

@Composable
private fun Scanner(viewfinder: @Composable (Modifier) -> Unit) {
    val label = say(Texts.Enrol.Viewfinder)
    Box(Modifier.fillMaxWidth().height(260.dp).clip(RoundedCornerShape(14.dp)).semantics { contentDescription = label }) {
        viewfinder(Modifier.fillMaxSize())
        Box(Modifier.size(180.dp).align(Alignment.Center).border(4.dp, Color.White, RoundedCornerShape(18.dp)))
        Text(
            say(Texts.Enrol.Aim),
            Modifier.align(Alignment.BottomCenter).padding(8.dp).clip(RoundedCornerShape(10.dp)).background(Color(0xD0101418)).padding(horizontal = 12.dp, vertical = 6.dp),
            color = Color.White,
            style = MaterialTheme.typography.labelMedium,
        )
    }
}
