package cn.liuhen.ui

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.ColorScheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Typography
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.Immutable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.intl.LocaleList
import androidx.compose.ui.unit.sp
import cn.liuhen.shell.Lang
import cn.liuhen.shell.Picture
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Tone

/** The language in which everything below is said. */
val LocalLang = staticCompositionLocalOf { Lang.ZH }

/** Decodes a picture; the platform brings its own decoder. Absent when the bytes are no picture. */
val LocalPictures = staticCompositionLocalOf<(Picture) -> ImageBitmap?> { { null } }

/** The colours of a tone: a surface, what is written on it, and a mark that stands on the screen's own ground. */
@Immutable
data class ToneColors(val ground: Color, val text: Color, val mark: Color)

/** The colours that Material has no names for. */
@Immutable
data class Tones(
    val plain: ToneColors,
    val working: ToneColors,
    val good: ToneColors,
    val attention: ToneColors,
    val bad: ToneColors,
) {
    /** The colours of a tone. */
    fun of(tone: Tone): ToneColors = when (tone) {
        Tone.PLAIN -> plain
        Tone.WORKING -> working
        Tone.GOOD -> good
        Tone.ATTENTION -> attention
        Tone.BAD -> bad
    }
}

internal val LightTones = Tones(
    plain = ToneColors(Color(0xFFE9EDF2), Color(0xFF10151C), Color(0xFF46505E)),
    working = ToneColors(Color(0xFFDCE7F9), Color(0xFF06264F), Color(0xFF0A3A7E)),
    good = ToneColors(Color(0xFFDDF1E4), Color(0xFF063D20), Color(0xFF0B6132)),
    attention = ToneColors(Color(0xFFFFEFCF), Color(0xFF4A2D00), Color(0xFF7E4B00)),
    bad = ToneColors(Color(0xFFFBE1E0), Color(0xFF5A0709), Color(0xFFA11418)),
)

internal val DarkTones = Tones(
    plain = ToneColors(Color(0xFF232B35), Color(0xFFF2F5F9), Color(0xFFB4BECB)),
    working = ToneColors(Color(0xFF14305A), Color(0xFFE2ECFF), Color(0xFFA9C7FF)),
    good = ToneColors(Color(0xFF0D3A22), Color(0xFFDDF7E7), Color(0xFF7FDBA4)),
    attention = ToneColors(Color(0xFF4A3200), Color(0xFFFFEBC4), Color(0xFFFFC65C)),
    bad = ToneColors(Color(0xFF5A1113), Color(0xFFFFE3E1), Color(0xFFFFACA6)),
)

private val LocalTones = staticCompositionLocalOf { LightTones }

internal val LightColors: ColorScheme = lightColorScheme(
    primary = Color(0xFF0A3A7E), onPrimary = Color.White,
    primaryContainer = Color(0xFFDCE7F9), onPrimaryContainer = Color(0xFF06264F),
    secondary = Color(0xFF39465A), onSecondary = Color.White,
    secondaryContainer = Color(0xFFE1E7EF), onSecondaryContainer = Color(0xFF10151C),
    background = Color.White, onBackground = Color(0xFF10151C),
    surface = Color.White, onSurface = Color(0xFF10151C),
    surfaceVariant = Color(0xFFE9EDF2), onSurfaceVariant = Color(0xFF3A4350),
    surfaceContainerLowest = Color.White, surfaceContainerLow = Color(0xFFF7F9FB),
    surfaceContainer = Color(0xFFF1F4F8), surfaceContainerHigh = Color(0xFFE9EDF2),
    surfaceContainerHighest = Color(0xFFE1E7EF),
    outline = Color(0xFF5B6573), outlineVariant = Color(0xFFC3CAD4),
    error = Color(0xFFA11418), onError = Color.White,
    errorContainer = Color(0xFFFBE1E0), onErrorContainer = Color(0xFF5A0709),
)

internal val DarkColors: ColorScheme = darkColorScheme(
    primary = Color(0xFFA9C7FF), onPrimary = Color(0xFF06264F),
    primaryContainer = Color(0xFF14305A), onPrimaryContainer = Color(0xFFE2ECFF),
    secondary = Color(0xFFC2CCDA), onSecondary = Color(0xFF10151C),
    secondaryContainer = Color(0xFF2C3643), onSecondaryContainer = Color(0xFFF2F5F9),
    background = Color(0xFF0D1116), onBackground = Color(0xFFF2F5F9),
    surface = Color(0xFF0D1116), onSurface = Color(0xFFF2F5F9),
    surfaceVariant = Color(0xFF232B35), onSurfaceVariant = Color(0xFFC5CDD8),
    surfaceContainerLowest = Color(0xFF090C10), surfaceContainerLow = Color(0xFF12171D),
    surfaceContainer = Color(0xFF181E26), surfaceContainerHigh = Color(0xFF232B35),
    surfaceContainerHighest = Color(0xFF2C3643),
    outline = Color(0xFF97A2B1), outlineVariant = Color(0xFF3A4451),
    error = Color(0xFFFFACA6), onError = Color(0xFF5A0709),
    errorContainer = Color(0xFF5A1113), onErrorContainer = Color(0xFFFFE3E1),
)

/** Sizes for reading at arm's length in the sun: nothing below 14 sp; two weights, which every Chinese font has. */
private fun typography(family: FontFamily, lang: Lang): Typography {
    // The shapes of ideographs differ between languages that share a code point.
    val locale = LocaleList(if (lang == Lang.ZH) "zh-CN" else "en-GB,zh-CN")
    fun style(size: Int, line: Int, bold: Boolean = false) = TextStyle(
        fontFamily = family,
        fontWeight = if (bold) FontWeight.Bold else FontWeight.Normal,
        fontSize = size.sp,
        lineHeight = line.sp,
        localeList = locale,
    )
    return Typography(
        displayLarge = style(44, 52, true), displayMedium = style(36, 44, true), displaySmall = style(30, 38, true),
        headlineLarge = style(28, 36, true), headlineMedium = style(24, 32, true), headlineSmall = style(21, 28, true),
        titleLarge = style(20, 28, true), titleMedium = style(18, 26, true), titleSmall = style(16, 22, true),
        bodyLarge = style(17, 25), bodyMedium = style(16, 23), bodySmall = style(14, 20),
        labelLarge = style(18, 24, true), labelMedium = style(15, 20, true), labelSmall = style(14, 18),
    )
}

/** Everything drawn below it: colours, type, language. The screens draw on the safe part of the window. */
@Composable
fun LiuhenTheme(
    lang: Lang = Lang.ZH,
    dark: Boolean = isSystemInDarkTheme(),
    family: FontFamily = FontFamily.Default,
    pictures: (Picture) -> ImageBitmap? = { null },
    content: @Composable () -> Unit,
) {
    CompositionLocalProvider(
        LocalLang provides lang,
        LocalPictures provides pictures,
        LocalTones provides if (dark) DarkTones else LightTones,
    ) {
        MaterialTheme(
            colorScheme = if (dark) DarkColors else LightColors,
            typography = typography(family, lang),
        ) {
            Surface(color = MaterialTheme.colorScheme.background, content = content)
        }
    }
}

/** The colours of a tone in the theme in force. */
@Composable
@ReadOnlyComposable
internal fun toneColors(tone: Tone): ToneColors = LocalTones.current.of(tone)

/** A sentence in the language in force. */
@Composable
@ReadOnlyComposable
internal fun say(sentence: Sentence): String = sentence.text(LocalLang.current)
