package cn.liuhen.app

import android.content.Context
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.viewinterop.AndroidView
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place

/** What the system itself draws: the camera's picture or a video. [show] is told of the surface, and of its end. */
@Composable
internal fun Drawn(modifier: Modifier, show: (Surface?) -> Unit) {
    AndroidView({ context -> SurfaceView(context).apply { holder.addCallback(Follow(show)) } }, modifier)
}

/** The camera's picture while it looks for a code. */
@Composable
internal fun CodeFinder(modifier: Modifier, context: Context, permissions: AskedPermissions, found: (String) -> Unit) {
    LaunchedEffect(permissions) { permissions.askOnce(Place.ENROL) }
    val granted by permissions.granted.collectAsState()
    // Once it is allowed, another surface comes and the camera is opened on it.
    key(granted[Permission.CAMERA]) {
        val camera = remember { CodeCamera(context, found) }
        DisposableEffect(camera) { onDispose(camera::close) }
        AndroidView({ SurfaceView(it).apply { holder.addCallback(Follow { surface -> if (surface != null) camera.open(surface) }) } }, modifier)
    }
}

/** Tells of a surface that came, and of its end. */
private class Follow(private val show: (Surface?) -> Unit) : SurfaceHolder.Callback {
    override fun surfaceCreated(holder: SurfaceHolder) = show(holder.surface)

    override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

    override fun surfaceDestroyed(holder: SurfaceHolder) = show(null)
}
