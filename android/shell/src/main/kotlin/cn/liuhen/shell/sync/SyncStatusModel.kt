package cn.liuhen.shell.sync

import cn.liuhen.core.ItemStage
import cn.liuhen.core.SyncPhase
import cn.liuhen.shell.Condition
import cn.liuhen.shell.ScreenModel
import cn.liuhen.shell.Shell
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work
import cn.liuhen.shell.said
import cn.liuhen.shell.tone
import kotlinx.coroutines.CoroutineScope

/** What is at the bureau, what is not, and why. */
class SyncStatusModel(shell: Shell, scope: CoroutineScope) :
    ScreenModel<SyncStatusState, SyncStatusAction>(shell, scope, SyncStatusState(loading = true)) {
    init {
        follow { load() }
        watch(shell.host.sync.state) { progress ->
            set { copy(running = progress?.run { SyncRunning(stage.said(), done.toLong(), total.toLong(), fractionPermille?.toInt()) }) }
        }
    }

    private suspend fun load() {
        val view = ask { it.syncStatus() }
        val today = ask { it.today() }
        val open = today.items.filter { it.stage !in PROVED }
        val conditions = shell.conditions() +
            listOfNotNull(view.takeIf { it.phase == SyncPhase.WAITING }?.let { Condition.Waiting(it.sentence.said()) })
        set {
            copy(
                conditions = conditions,
                loading = false,
                sentence = view.sentence.said(),
                tone = view.phase.tone(),
                unsentRecords = view.unsentRecords.toLong(),
                itemsNotStored = view.itemsNotStored.toLong(),
                bytesToSend = view.bytesToSend.toLong(),
                lastEndedMs = view.lastEndedMs,
                items = shell.pictures.lines(open),
                parked = view.parked.map { ParkedLine(it.item, it.sentence.said()) },
            )
        }
    }

    override fun SyncStatusState.with(work: Work): SyncStatusState = copy(work = work)

    override fun on(action: SyncStatusAction) {
        when (action) {
            SyncStatusAction.SyncNow -> work(Texts.Sync.Running, cancellable = true) { shell.syncNow().sentence.said() }
            SyncStatusAction.Stop -> shell.host.sync.stop()
            is SyncStatusAction.TryAgain -> work(Texts.Working) {
                tell { it.unpark(action.item) }
                shell.device.schedule.somethingToSend()
                null
            }
            SyncStatusAction.Back -> shell.navigator.back()
            SyncStatusAction.DismissWork -> set { copy(work = Work.Idle) }
        }
    }

    private companion object {
        val PROVED = setOf(ItemStage.STORED, ItemStage.HANDED_OVER)
    }
}
