package cn.liuhen.ui.fault

import androidx.compose.runtime.Composable
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.fault.FaultSheetAction
import cn.liuhen.shell.fault.FaultSheetState
import cn.liuhen.ui.CheckRow
import cn.liuhen.ui.Choices
import cn.liuhen.ui.Entry
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Missing
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.Typing
import cn.liuhen.ui.WorkHandlers
import cn.liuhen.ui.say

/** Reporting equipment out of order. */
@Composable
fun FaultSheet(state: FaultSheetState, send: (FaultSheetAction) -> Unit) {
    Screen(
        title = say(Texts.Fault.Title),
        onBack = { send(FaultSheetAction.Close) },
        work = state.work,
        handlers = WorkHandlers(dismiss = { send(FaultSheetAction.Close) }, retry = { send(FaultSheetAction.Report) }),
        loading = state.loading,
        bottom = {
            Missing(state.gate.missing)
            val ready = state.gate.allowed && state.work !is Work.Running
            MainButton(say(Texts.Fault.Report), { send(FaultSheetAction.Report) }, enabled = ready, danger = true)
        },
    ) {
        item { ToneBar(Signs.Warning, Tone.ATTENTION, say(Texts.Fault.Lead)) }
        item { Choices(say(Texts.Fault.Device), state.devices, state.device, { send(FaultSheetAction.ChooseDevice(it)) }) }
        item { Entry(say(Texts.Fault.Symptom), state.symptom, { send(FaultSheetAction.SetSymptom(it)) }, required = true, typing = Typing(lines = 3)) }
        item { CheckRow(say(Texts.Fault.DataOnDevice), state.dataOnDevice, { send(FaultSheetAction.SetDataOnDevice(it)) }) }
    }
}
