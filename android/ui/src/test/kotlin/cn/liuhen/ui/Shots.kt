package cn.liuhen.ui

import androidx.compose.runtime.Composable

/** One screen in one state, as it is drawn. */
internal class Shot(val screen: String, val state: String, val sideways: Boolean = false, val content: @Composable () -> Unit) {
    val name: String = "$screen-$state"
}

/** Every screen in every state. */
internal val AllShots: List<Shot> =
    startShots() + enrolShots() + signInShots() + todayShots() + sessionOpenShots() + captureShots() + recorderShots() + documentsShots() +
        reviewShots() + signShots() + sheetShots() + syncShots() + settingsShots()
