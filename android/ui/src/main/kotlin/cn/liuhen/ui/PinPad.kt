package cn.liuhen.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import cn.liuhen.shell.Texts

private val Key = RoundedCornerShape(16.dp)

/** Digits under the thumb. The digits are never shown, and no keyboard of another maker sees them. */
@Composable
internal fun PinPad(enabled: Boolean, onDigit: (Int) -> Unit, onErase: () -> Unit, onBiometric: (() -> Unit)?) {
    Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        listOf(listOf(1, 2, 3), listOf(4, 5, 6), listOf(7, 8, 9)).forEach { row ->
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) { row.forEach { DigitKey(it, enabled, onDigit) } }
        }
        Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            if (onBiometric != null) SignKey(Signs.Finger, say(Texts.SignIn.Biometric), enabled, onBiometric)
            else Box(Modifier.weight(1f))
            DigitKey(0, enabled, onDigit)
            SignKey(Signs.Erase, say(Texts.SignIn.Erase), enabled, onErase)
        }
    }
}

/** How many digits are typed. */
@Composable
internal fun PinDots(count: Int, of: Int) {
    val label = say(Texts.SignIn.digits(count, of))
    val ink = MaterialTheme.colorScheme.onSurface
    Row(Modifier.semantics { contentDescription = label }, horizontalArrangement = Arrangement.spacedBy(16.dp)) {
        repeat(of) { n ->
            val dot = Modifier.size(18.dp).clip(CircleShape)
            Box(if (n < count) dot.background(ink) else dot.border(2.dp, ink, CircleShape))
        }
    }
}

@Composable
private fun RowScope.DigitKey(digit: Int, enabled: Boolean, onDigit: (Int) -> Unit) {
    KeyBox(enabled, say(Texts.SignIn.digit(digit)), { onDigit(digit) }) {
        Text("$digit", style = MaterialTheme.typography.headlineMedium)
    }
}

@Composable
private fun RowScope.SignKey(sign: ImageVector, label: String, enabled: Boolean, onClick: () -> Unit) {
    KeyBox(enabled, label, onClick) { Icon(sign, null, Modifier.size(30.dp)) }
}

@Composable
private fun RowScope.KeyBox(enabled: Boolean, label: String, onClick: () -> Unit, content: @Composable () -> Unit) {
    Box(
        Modifier.weight(1f).heightIn(min = MainTouch).clip(Key).background(MaterialTheme.colorScheme.surfaceContainerHigh)
            .clickable(enabled = enabled, role = Role.Button, onClick = onClick).semantics { contentDescription = label },
        contentAlignment = Alignment.Center,
    ) { content() }
}
