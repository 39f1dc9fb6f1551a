package cn.liuhen.ui.start

import androidx.compose.runtime.Composable
import cn.liuhen.shell.Sentence
import cn.liuhen.shell.Texts
import cn.liuhen.shell.Tone
import cn.liuhen.ui.MainButton
import cn.liuhen.ui.Screen
import cn.liuhen.ui.Signs
import cn.liuhen.ui.ToneBar
import cn.liuhen.ui.say

/** Before everything else: the store is being opened, or could not be and [failed] says why. Nothing is lost by that. */
@Composable
fun StartScreen(failed: Sentence?, onRetry: () -> Unit) {
    Screen(
        title = say(Texts.AppName),
        loading = failed == null,
        bottom = { MainButton(say(Texts.Retry), onRetry) },
    ) { if (failed != null) item { ToneBar(Signs.Error, Tone.BAD, say(failed)) } }
}
