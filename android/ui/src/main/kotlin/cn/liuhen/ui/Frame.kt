package cn.liuhen.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.rememberLazyListState
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Condition
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Work

/** The least side of whatever can be touched: gloves. */
internal val Touch = 56.dp

/** The main action's height: it is found without looking. */
internal val MainTouch = 64.dp

/** Lines are not read across a whole landscape screen. */
internal val ReadingWidth = 680.dp

/**
 * What the system's own way back (a key, a gesture) does on the screen that is shown: the same as the arrow in its title. Absent: the
 * system's own meaning. The platform brings it.
 */
val LocalBackKey = staticCompositionLocalOf<@Composable ((() -> Unit)?) -> Unit> { {} }

/** What happens to the bar of [Work] when it is touched. */
internal class WorkHandlers(val dismiss: () -> Unit = {}, val cancel: (() -> Unit)? = null, val retry: (() -> Unit)? = null)

/** A window lower than this, held sideways, has no room for a bar of buttons below. */
private val LowWindow = 480.dp

/** Buttons that stand beside. */
private val SideWidth = 320.dp

/**
 * A screen: title above, what lasts (conditions) and what scrolls in the middle, work under way and the main action below, where the
 * thumb is; on a phone held sideways, beside.
 */
@Composable
internal fun Screen(
    title: String,
    subtitle: String? = null,
    onBack: (() -> Unit)? = null,
    actions: @Composable RowScope.() -> Unit = {},
    conditions: List<Condition> = emptyList(),
    onAsk: ((Permission) -> Unit)? = null,
    work: Work = Work.Idle,
    handlers: WorkHandlers = WorkHandlers(),
    loading: Boolean = false,
    party: Boolean = false,
    bottom: (@Composable ColumnScope.() -> Unit)? = null,
    content: LazyListScope.() -> Unit,
) {
    val list = rememberLazyListState()
    val foot = bottom.takeIf { !loading }
    BoxWithConstraints(Modifier.fillMaxSize().safeDrawingPadding()) {
        val sideways = maxWidth > maxHeight && maxHeight < LowWindow
        Column {
            TopBar(title, subtitle, onBack, party, actions)
            Row(Modifier.weight(1f)) {
                Column(Modifier.weight(1f), horizontalAlignment = Alignment.CenterHorizontally) {
                    LazyColumn(
                        modifier = Modifier.weight(1f).widthIn(max = ReadingWidth).fillMaxWidth(),
                        state = list,
                        contentPadding = PaddingValues(start = 16.dp, end = 16.dp, top = 12.dp, bottom = 24.dp),
                        verticalArrangement = Arrangement.spacedBy(12.dp),
                    ) {
                        conditions.forEach { condition -> item { ConditionBar(condition, onAsk) } }
                        if (loading) item { LoadingBlock() } else content()
                    }
                    WorkBar(work, handlers)
                }
                if (foot != null && sideways) SideBar(foot)
            }
            if (foot != null && !sideways) BottomBar(foot)
        }
    }
}

@Composable
private fun SideBar(content: @Composable ColumnScope.() -> Unit) {
    Column(
        Modifier.width(SideWidth).fillMaxHeight().verticalScroll(rememberScrollState()).padding(horizontal = 16.dp, vertical = 10.dp),
        verticalArrangement = Arrangement.spacedBy(8.dp, Alignment.Bottom),
        content = content,
    )
}

/** The title, with the way back before it. In party mode it is a band of colour: this is not the officer's phone now. */
@Composable
internal fun TopBar(
    title: String,
    subtitle: String?,
    onBack: (() -> Unit)?,
    party: Boolean = false,
    actions: @Composable RowScope.() -> Unit = {},
) {
    val ground = if (party) MaterialTheme.colorScheme.primary else MaterialTheme.colorScheme.surface
    val ink = if (party) MaterialTheme.colorScheme.onPrimary else MaterialTheme.colorScheme.onSurface
    // In the party's hand there is no way out of the app.
    LocalBackKey.current(onBack ?: if (party) ({}) else null)
    val style = if (halfWidths(title) > LONG_TITLE) MaterialTheme.typography.titleMedium else MaterialTheme.typography.headlineSmall
    Column(Modifier.fillMaxWidth().background(ground)) {
        CappedFontScale {
            Row(
                Modifier.fillMaxWidth().heightIn(min = 64.dp).padding(horizontal = 4.dp, vertical = 4.dp),
                verticalAlignment = Alignment.CenterVertically,
            ) {
                if (onBack != null) SignButton(Signs.Back, say(Texts.Back), onBack, tint = ink) else Spacer(Modifier.width(12.dp))
                Column(Modifier.weight(1f).padding(vertical = 4.dp)) {
                    Text(title, Modifier.semantics { heading() }, color = ink, style = style)
                    if (subtitle != null) Text(subtitle, color = ink, style = MaterialTheme.typography.bodySmall)
                }
                actions()
            }
        }
        if (!party) HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
    }
}

/** Widths of half an ideograph in a title beyond which it is set smaller. */
private const val LONG_TITLE = 19

private fun halfWidths(text: String): Int = text.sumOf { (if (it.code < 0x2E80) 1 else 2).toInt() }

/**
 * Large already, and in a room that does not scroll: titles and the signs around the shutter grow by a third at most, as Material's own
 * bars do. Everything that is read grows as far as the officer asked.
 */
@Composable
internal fun CappedFontScale(content: @Composable () -> Unit) {
    val density = LocalDensity.current
    val capped = Density(density.density, density.fontScale.coerceAtMost(1.35f))
    CompositionLocalProvider(LocalDensity provides capped, content = content)
}

/** Where the main action lives. */
@Composable
internal fun BottomBar(content: @Composable ColumnScope.() -> Unit) {
    Column(Modifier.fillMaxWidth().background(MaterialTheme.colorScheme.surface), horizontalAlignment = Alignment.CenterHorizontally) {
        HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
        Column(
            Modifier.widthIn(max = ReadingWidth).fillMaxWidth().padding(horizontal = 16.dp, vertical = 10.dp),
            verticalArrangement = Arrangement.spacedBy(8.dp),
            content = content,
        )
    }
}

/** Nothing is there yet: say what will be. */
@Composable
internal fun EmptyBlock(sign: ImageVector, title: String, lead: String? = null) {
    Column(
        Modifier.fillMaxWidth().padding(vertical = 32.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
        verticalArrangement = Arrangement.spacedBy(8.dp),
    ) {
        Icon(sign, null, Modifier.size(56.dp), tint = MaterialTheme.colorScheme.outline)
        Text(title, style = MaterialTheme.typography.titleMedium)
        if (lead != null) Quiet(lead)
    }
}

/** The first moments. */
@Composable
internal fun LoadingBlock() {
    Column(
        Modifier.fillMaxWidth().padding(vertical = 64.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
        verticalArrangement = Arrangement.spacedBy(16.dp),
    ) {
        Box(Modifier.width(160.dp)) { ProgressLine(null) }
        Text(say(Texts.Loading), style = MaterialTheme.typography.bodyLarge)
    }
}

/** Words of the second rank. */
@Composable
internal fun Quiet(text: String, modifier: Modifier = Modifier, color: Color = MaterialTheme.colorScheme.onSurfaceVariant) {
    Text(text, modifier, color = color, style = MaterialTheme.typography.bodyMedium)
}

/** A heading inside a screen. */
@Composable
internal fun Heading(text: String, modifier: Modifier = Modifier) {
    Text(
        text,
        modifier.padding(top = 8.dp).semantics { heading() },
        style = MaterialTheme.typography.titleMedium,
    )
}
