package cn.liuhen.shell.fault

import cn.liuhen.shell.Choice
import cn.liuhen.shell.Draft
import cn.liuhen.shell.Gate
import cn.liuhen.shell.Need
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import kotlinx.coroutines.CoroutineScope

/** Reporting equipment out of order. */
class FaultSheetModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<FaultSheetState, FaultSheetAction>(shell, scope, FaultSheetState(loading = true)) {
    private val draft = Draft(shell, scope, "fault")
    private var isRestored = false

    init {
        follow { load() }
    }

    private suspend fun load() {
        val view = ask { it.faultSheet() }
        if (!isRestored) {
            val kept = draft.read()
            set { copy(device = kept["device"], symptom = kept["symptom"].orEmpty(), dataOnDevice = kept["gone"] == null) }
            isRestored = true
        }
        set { copy(loading = false, devices = view.devices.map { Choice(it.deviceNo, it.label.said()) }).gated() }
    }

    private fun FaultSheetState.gated(): FaultSheetState {
        val needs = buildList {
            if (device == null) add(Need("device_no", Texts.Fault.ChooseDevice))
            if (symptom.isBlank()) add(Need("symptom", Texts.Fault.SaySymptom))
        }
        return copy(gate = Gate(needs.isEmpty(), needs))
    }

    override fun FaultSheetState.with(work: Work): FaultSheetState = copy(work = work)

    override fun on(action: FaultSheetAction) {
        when (action) {
            is FaultSheetAction.ChooseDevice -> edit { copy(device = action.code) }
            is FaultSheetAction.SetSymptom -> edit { copy(symptom = action.text) }
            is FaultSheetAction.SetDataOnDevice -> edit { copy(dataOnDevice = action.there) }
            FaultSheetAction.Report -> work(Texts.Fault.Reporting) {
                val form = now
                val sentence = tell { it.reportFault(form.device, form.symptom.trim(), form.dataOnDevice) }
                draft.forget()
                set { copy(device = null, symptom = "", dataOnDevice = true).gated() }
                sentence.said()
            }
            FaultSheetAction.Close -> shell.navigator.back()
        }
    }

    private fun edit(change: FaultSheetState.() -> FaultSheetState) {
        set { change().gated() }
        draft.keep(mapOf("device" to now.device.orEmpty(), "symptom" to now.symptom, "gone" to if (now.dataOnDevice) "" else "1"))
    }
}
