package androidx.activity.compose

import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionContext

/** What the activity wants drawn; a test may draw it. */
var content: (@Composable () -> Unit)? = null

/** Stands for the androidx function of this name. */
fun ComponentActivity.setContent(parent: CompositionContext? = null, content: @Composable () -> Unit) {
    check(parent == null && !isFinishing)
    androidx.activity.compose.content = content
}

/** Stands for the androidx function of this name. */
@Composable
fun BackHandler(enabled: Boolean = true, onBack: () -> Unit) {
    if (enabled) backs += onBack
}

/** What the way back would do, newest last. */
val backs: MutableList<() -> Unit> = mutableListOf()
