package cn.liuhen.app

import cn.liuhen.platform.PartyMode
import cn.liuhen.shell.port.ScreenPin
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * Pinning of the one activity. The wish outlives the activity: after a process death the shell wishes before there is one,
 * and whoever ended the pinning by the system's own gesture finds it again the next time the app comes to the front.
 */
class PinnedScreen(private val front: Front) : ScreenPin {
    private val now = MutableStateFlow(false)
    private var isWished = false
    override val pinned: StateFlow<Boolean> = now.asStateFlow()

    override fun pin() {
        isWished = true
        look()
    }

    override fun unpin() {
        isWished = false
        party()?.unpin()
        now.value = party()?.pinned ?: false
    }

    /** Makes true what is wished, as far as the system lets it. */
    fun look() {
        val party = party()
        // The system pins what is seen, and refuses otherwise.
        if (isWished && front.isSeen) party?.pin()
        now.value = party?.pinned ?: false
    }

    private fun party(): PartyMode? = front.activity?.let(::PartyMode)
}
