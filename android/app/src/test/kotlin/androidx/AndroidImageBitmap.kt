package androidx.compose.ui.graphics

import android.graphics.Bitmap

/** Stands for the androidx function of this name. */
fun Bitmap.asImageBitmap(): ImageBitmap = ImageBitmap(width, height)
