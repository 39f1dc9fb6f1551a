package cn.liuhen.app

import android.content.Context
import android.util.Size
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.viewinterop.AndroidView
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place

/** The camera's picture. */
@Composable
internal fun Viewfinder(modifier: Modifier, hardware: Hardware) {
    val view = remember { hardware.cameraView() }
    Drawn(modifier, view?.shape, view?.size, hardware.showCamera)
}

/** A video being played. */
@Composable
internal fun Film(modifier: Modifier, hardware: Hardware) {
    val shape by hardware.videoShape.collectAsState()
    Drawn(modifier, shape, null, hardware.showVideo)
}

/**
 * What the system itself draws, as large as it fits. It fills whatever surface it is given: the surface has the picture's shape.
 *
 * @param shape width by height; the whole place is filled until it is known.
 * @param size of the surface's memory, pixels; as large as it is drawn when absent.
 * @param show told of the surface, and of its end.
 */
@Composable
private fun Drawn(modifier: Modifier, shape: Float?, size: Size?, show: (Surface?) -> Unit) {
    Box(modifier, contentAlignment = Alignment.Center) {
        AndroidView(
            { context ->
                SurfaceView(context).apply {
                    if (size != null) holder.setFixedSize(size.width, size.height)
                    holder.addCallback(Follow(show))
                }
            },
            if (shape == null) Modifier.fillMaxSize() else Modifier.aspectRatio(shape),
        )
    }
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
