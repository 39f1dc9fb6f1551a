package cn.liuhen.shell.today

import cn.liuhen.core.TodayView
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Place
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Tone
import cn.liuhen.shell.Work
import cn.liuhen.shell.condition
import cn.liuhen.shell.said
import cn.liuhen.shell.tone
import cn.liuhen.core.SyncPhase
import cn.liuhen.shell.Texts
import kotlinx.coroutines.CoroutineScope

/** The first screen. */
class TodayModel(shell: Shell, scope: CoroutineScope) : ScreenModel<TodayState, TodayAction>(shell, scope, TodayState(loading = true)) {
    init {
        follow { load() }
        watch(shell.host.sync.state) { progress ->
            if (progress != null) set { copy(sync = SyncStrip(progress.stage.said(), Tone.WORKING, progress.fractionPermille?.toInt())) }
        }
    }

    private suspend fun load() {
        val view = ask { it.today() }
        show(view)
        if (shell.pictures.read(view.items)) show(view)
    }

    private fun show(view: TodayView) {
        val conditions = conditions(view)
        set {
            copy(
                conditions = conditions,
                loading = false,
                day = view.dayText.said(),
                officer = view.officer?.said(),
                deviceNo = view.deviceNo,
                session = view.session?.run { SessionCard(activity.said(), partyName, placeText, openedText.said(), view.nextStep?.said()) },
                openSession = view.openSession.said(),
                counts = view.counts.run { DayCounts(onDevice.toLong(), uploading.toLong(), stored.toLong(), handedOver.toLong()) },
                countsSentence = view.countsSentence.said(),
                sync = SyncStrip(view.sync.sentence.said(), view.sync.phase.tone(), shell.host.sync.state.value?.fractionPermille?.toInt()),
                overdue = shell.pictures.lines(view.overdue),
                items = shell.pictures.lines(view.items),
                itemCount = view.itemCount.toLong(),
                storage = view.storage.said(),
            )
        }
    }

    private fun conditions(view: TodayView): List<Condition> = shell.conditions() + listOfNotNull(
        view.storage.condition(),
        view.officer?.whyNot?.let { Condition.CertificateExpired(it.said()) },
        view.sync.takeIf { it.phase == SyncPhase.WAITING || it.phase == SyncPhase.TROUBLE }?.let { Condition.Waiting(it.sentence.said()) },
    ) + view.warnings.map { Condition.Said(it.said(), Tone.ATTENTION) }

    override fun TodayState.with(work: Work): TodayState = copy(work = work)

    override fun on(action: TodayAction) {
        when (action) {
            TodayAction.Begin -> shell.navigator.to(Place.SESSION_OPEN)
            TodayAction.GoOn -> shell.navigator.to(Place.CAPTURE)
            TodayAction.SyncNow -> work(Texts.Sync.Running, cancellable = true) { shell.syncNow().sentence.said() }
            TodayAction.OpenSync -> shell.navigator.to(Place.SYNC_STATUS)
            TodayAction.OpenSettings -> shell.navigator.to(Place.SETTINGS)
            TodayAction.OpenRecorder -> shell.navigator.to(Place.RECORDER)
            TodayAction.EndDay -> work(Texts.Today.EndingDay) {
                val end = tell { it.endDay() }
                set { copy(dayEnd = DayEnd(end.sentences.map { it.said() }, end.notStored.toLong())) }
                null
            }
            TodayAction.DismissDayEnd -> set { copy(dayEnd = null) }
            TodayAction.Lock -> work(Texts.Working) {
                shell.lock()
                null
            }
            TodayAction.Reload -> work(Texts.Working) {
                load()
                null
            }
            TodayAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }
}
