package cn.liuhen.ui

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Switch
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Choice
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone

private val Corner = RoundedCornerShape(14.dp)

/** The one thing to do on a screen. */
@Composable
internal fun MainButton(
    text: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
    enabled: Boolean = true,
    sign: ImageVector? = null,
    danger: Boolean = false,
) {
    val colors = MaterialTheme.colorScheme
    Button(
        onClick = onClick,
        modifier = modifier.fillMaxWidth().heightIn(min = MainTouch),
        enabled = enabled,
        shape = Corner,
        contentPadding = PaddingValues(horizontal = 16.dp, vertical = 10.dp),
        colors = ButtonDefaults.buttonColors(
            containerColor = if (danger) colors.error else colors.primary,
            contentColor = if (danger) colors.onError else colors.onPrimary,
            disabledContainerColor = colors.surfaceContainerHighest,
            disabledContentColor = colors.onSurfaceVariant,
        ),
    ) { ButtonWords(text, sign) }
}

/** Something else that can be done. */
@Composable
internal fun OtherButton(text: String, onClick: () -> Unit, modifier: Modifier = Modifier, enabled: Boolean = true, sign: ImageVector? = null) {
    val colors = MaterialTheme.colorScheme
    OutlinedButton(
        onClick = onClick,
        modifier = modifier.heightIn(min = Touch),
        enabled = enabled,
        shape = Corner,
        border = BorderStroke(1.5.dp, if (enabled) colors.outline else colors.outlineVariant),
        contentPadding = PaddingValues(horizontal = 14.dp, vertical = 8.dp),
        colors = ButtonDefaults.outlinedButtonColors(contentColor = colors.primary, disabledContentColor = colors.onSurfaceVariant),
    ) { ButtonWords(text, sign) }
}

@Composable
private fun ButtonWords(text: String, sign: ImageVector?) {
    Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(10.dp)) {
        if (sign != null) Icon(sign, null, Modifier.size(24.dp))
        Text(text, style = MaterialTheme.typography.labelLarge, textAlign = TextAlign.Center)
    }
}

/** Something that can be done inside a bar or a row. */
@Composable
internal fun QuietButton(text: String, onClick: () -> Unit, modifier: Modifier = Modifier, color: Color = MaterialTheme.colorScheme.primary) {
    TextButton(
        onClick = onClick,
        modifier = modifier.heightIn(min = Touch),
        colors = ButtonDefaults.textButtonColors(contentColor = color),
    ) { Text(text, style = MaterialTheme.typography.labelLarge) }
}

/** A sign that can be touched; [label] is what TalkBack says. */
@Composable
internal fun SignButton(
    sign: ImageVector,
    label: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
    tint: Color = MaterialTheme.colorScheme.onSurface,
    enabled: Boolean = true,
) {
    Box(
        modifier.size(Touch).clip(Corner).clickable(enabled = enabled, role = Role.Button, onClick = onClick)
            .semantics { contentDescription = label },
        contentAlignment = Alignment.Center,
    ) { Icon(sign, null, Modifier.size(28.dp), tint = if (enabled) tint else MaterialTheme.colorScheme.outline) }
}

/** Two buttons side by side, equally high, or one above the other when the letters are large. */
@Composable
internal fun Pair(first: @Composable (Modifier) -> Unit, second: @Composable (Modifier) -> Unit) {
    if (fontIsLarge()) {
        Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
            first(Modifier.fillMaxWidth())
            second(Modifier.fillMaxWidth())
        }
    } else {
        Row(Modifier.height(IntrinsicSize.Max), horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            first(Modifier.weight(1f).fillMaxHeight())
            second(Modifier.weight(1f).fillMaxHeight())
        }
    }
}

/** One answer out of several, all of them visible: nothing to unfold with gloves on. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
internal fun Choices(
    label: String,
    choices: List<Choice>,
    chosen: String?,
    onChoose: (String) -> Unit,
    modifier: Modifier = Modifier,
    lacks: Sentence? = null,
) {
    Column(modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        if (label.isNotEmpty()) Heading(label)
        FieldNeed(lacks)
        FlowRow(
            Modifier.fillMaxWidth().selectableGroup(),
            horizontalArrangement = Arrangement.spacedBy(8.dp),
            verticalArrangement = Arrangement.spacedBy(8.dp),
        ) {
            choices.forEach { choice -> ChoiceTile(say(choice.label), choice.code == chosen) { onChoose(choice.code) } }
        }
    }
}

/** One answer. */
@Composable
internal fun ChoiceTile(text: String, chosen: Boolean, modifier: Modifier = Modifier, onClick: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Surface(
        modifier = modifier.clip(Corner).selectable(selected = chosen, role = Role.RadioButton, onClick = onClick),
        shape = Corner,
        color = if (chosen) colors.primary else colors.surface,
        contentColor = if (chosen) colors.onPrimary else colors.onSurface,
        border = BorderStroke(1.5.dp, if (chosen) colors.primary else colors.outline),
    ) {
        Row(
            Modifier.defaultMinSize(minWidth = 72.dp, minHeight = Touch).padding(horizontal = 16.dp, vertical = 10.dp),
            verticalAlignment = Alignment.CenterVertically,
            horizontalArrangement = Arrangement.spacedBy(8.dp, Alignment.CenterHorizontally),
        ) {
            if (chosen) Icon(Signs.Check, null, Modifier.size(20.dp))
            Text(text, style = MaterialTheme.typography.labelLarge)
        }
    }
}

/** Something that is or is not so; the whole row is the target. */
@Composable
internal fun CheckRow(text: String, checked: Boolean, onChange: (Boolean) -> Unit, modifier: Modifier = Modifier, enabled: Boolean = true) {
    Row(
        modifier.fillMaxWidth().heightIn(min = Touch).clip(Corner)
            .toggleable(value = checked, enabled = enabled, role = Role.Switch, onValueChange = onChange).padding(vertical = 8.dp),
        verticalAlignment = Alignment.CenterVertically,
        horizontalArrangement = Arrangement.spacedBy(12.dp),
    ) {
        Text(text, Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge)
        Switch(checked = checked, onCheckedChange = null, enabled = enabled)
    }
}

/** How a value is typed. */
internal class Typing(val lines: Int = 1, val keyboard: KeyboardType = KeyboardType.Text)

/** A line or some lines to write. [lacks]: what is still to be written, said without alarm; [problem]: what is wrong with it. */
@Composable
internal fun Entry(
    label: String,
    value: String,
    onChange: (String) -> Unit,
    modifier: Modifier = Modifier,
    required: Boolean = false,
    hint: String? = null,
    problem: String? = null,
    lacks: Sentence? = null,
    locked: Boolean = false,
    typing: Typing = Typing(),
) {
    val large = fontIsLarge()
    val name = if (required) say(Sentence("$label（${Texts.Required.zh}）", "$label (${Texts.Required.en})")) else label
    val oneLine = typing.lines == 1
    Column(modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(4.dp)) {
        // A label that takes two lines lies over the frame of its field; large letters stand above it.
        if (large) Text(name, style = MaterialTheme.typography.labelMedium)
        OutlinedTextField(
            value = value,
            // A long name in large letters goes on in the next line, and stays one line.
            onValueChange = { typed -> onChange(if (oneLine) typed.replace("\n", "") else typed) },
            modifier = Modifier.fillMaxWidth().heightIn(min = MainTouch).semantics { if (large) contentDescription = name },
            readOnly = locked,
            label = if (large) null else { { Text(name, style = MaterialTheme.typography.labelMedium) } },
            supportingText = supporting(hint, problem, lacks, locked),
            isError = problem != null,
            singleLine = oneLine && !large,
            minLines = typing.lines,
            keyboardOptions = KeyboardOptions(keyboardType = typing.keyboard),
            textStyle = MaterialTheme.typography.bodyLarge,
            shape = Corner,
        )
    }
}

/** The line below a field. */
@Composable
private fun supporting(hint: String?, problem: String?, lacks: Sentence?, locked: Boolean): (@Composable () -> Unit)? {
    val note = problem ?: lacks?.let { say(it) } ?: hint ?: if (locked) say(Texts.LockedField) else return null
    val color = if (problem == null && lacks != null) toneColors(Tone.ATTENTION).mark else Color.Unspecified
    return { Text(note, color = color, style = MaterialTheme.typography.bodySmall) }
}

/** A less, the amount, a more. */
@Composable
internal fun Stepper(label: String, value: String, less: () -> Unit, more: () -> Unit) {
    if (fontIsLarge()) {
        Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(4.dp)) {
            Text(label, style = MaterialTheme.typography.bodyLarge)
            Steps(label, value, less, more)
        }
    } else {
        Row(Modifier.fillMaxWidth().heightIn(min = MainTouch), verticalAlignment = Alignment.CenterVertically) {
            Text(label, Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge)
            Steps(label, value, less, more)
        }
    }
}

@Composable
private fun Steps(label: String, value: String, less: () -> Unit, more: () -> Unit) {
    Row(verticalAlignment = Alignment.CenterVertically) {
        OtherButton("−", less, Modifier.semantics { contentDescription = "$label −" })
        Text(
            value,
            Modifier.padding(horizontal = 12.dp).semantics { stateDescription = value },
            style = MaterialTheme.typography.titleMedium,
        )
        OtherButton("+", more, Modifier.semantics { contentDescription = "$label +" })
    }
}

/** Whether letters are so large that things go one above the other. */
@Composable
internal fun fontIsLarge(): Boolean = LocalDensity.current.fontScale > 1.3f
