package androidx.activity

import android.app.Activity

/** Stands for the androidx class of this name. */
open class ComponentActivity : Activity()

/** Stands for the androidx function of this name. */
fun ComponentActivity.enableEdgeToEdge(): Unit = check(!isFinishing)
