package cn.liuhen.app

import android.content.Intent
import android.graphics.BitmapFactory
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.graphics.asImageBitmap
import cn.liuhen.platform.PartyMode
import cn.liuhen.ui.LocalBackKey

/** The only activity. It owns nothing: screens follow the shell's route, and whatever must survive it is kept elsewhere. */
class MainActivity : ComponentActivity() {
    private val phone: Phone get() = (application as LiuhenApplication).phone

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        PartyMode(this).keepPrivate()
        phone.front.comes(this)
        // A rotation brings the same intent again.
        if (savedInstanceState == null) phone.told(intent)
        val outside = Outside(
            viewfinder = { modifier -> Viewfinder(modifier, phone.hardware) },
            player = { modifier -> Film(modifier, phone.hardware) },
            codeFinder = { modifier, found -> CodeFinder(modifier, this, phone.permissions, found) },
            pictures = { picture -> BitmapFactory.decodeByteArray(picture.bytes, 0, picture.bytes.size)?.asImageBitmap() },
            invitation = phone.invitation,
            onPlace = phone::shows,
        )
        setContent {
            CompositionLocalProvider(LocalBackKey provides { onBack -> if (onBack != null) BackHandler(onBack = onBack) }) {
                OfficerApp(phone.shell, outside)
            }
        }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        phone.told(intent)
    }

    override fun onStart() {
        super.onStart()
        phone.hardware.awake(true)
    }

    override fun onStop() {
        phone.hardware.awake(false)
        super.onStop()
    }

    override fun onResume() {
        super.onResume()
        phone.seen(true)
    }

    override fun onPause() {
        phone.seen(false)
        super.onPause()
    }

    override fun onWindowFocusChanged(hasFocus: Boolean) {
        super.onWindowFocusChanged(hasFocus)
        // The system asks before it pins, and takes the focus for that.
        if (hasFocus) phone.pin.look()
    }

    override fun onDestroy() {
        phone.front.goes(this)
        super.onDestroy()
    }

    @Deprecated("The platform's own form, so that what follows it is testable without androidx")
    override fun onRequestPermissionsResult(requestCode: Int, permissions: Array<out String>, grantResults: IntArray) {
        super.onRequestPermissionsResult(requestCode, permissions, grantResults)
        phone.permissions.look()
    }

    @Deprecated("As above")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        super.onActivityResult(requestCode, resultCode, data)
        phone.hardware.answered(requestCode, resultCode, data)
    }
}
