package cn.liuhen.app

import android.Manifest
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import android.provider.Settings
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place
import cn.liuhen.shell.port.Grant
import cn.liuhen.shell.port.Permissions
import cn.liuhen.shell.port.SavedState
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * What the officer allowed, asked for where it is first needed and never at the start.
 *
 * @param kept remembers what was asked: the system does not tell "never asked" from "never again".
 */
class AskedPermissions(private val context: Context, private val front: Front, private val kept: SavedState) : Permissions {
    private val now = MutableStateFlow(read())
    override val granted: StateFlow<Map<Permission, Grant>> = now.asStateFlow()

    /** Reads again; called whenever the app comes to the front, because the system's settings may have been open. */
    fun look() {
        now.value = read()
    }

    override fun ask(permission: Permission) {
        if (now.value[permission] == Grant.DENIED_FOR_GOOD) openSettings() else request(listOf(permission))
    }

    /** Asks for what a screen needs and was never asked for. */
    fun askOnce(place: Place) {
        request(neededAt(place).filter { now.value[it] != Grant.GRANTED && kept[ASKED + it.name] == null })
    }

    private fun request(permissions: List<Permission>) {
        val activity = front.activity ?: return
        val names = permissions.flatMap(::names)
        if (names.isEmpty()) return
        for (permission in permissions) kept[ASKED + permission.name] = "1"
        activity.requestPermissions(names.toTypedArray(), REQUEST)
    }

    private fun openSettings() {
        val settings = Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null))
        front.activity?.startActivity(settings)
    }

    private fun read(): Map<Permission, Grant> = Permission.entries.associateWith(::grant)

    private fun grant(permission: Permission): Grant {
        val names = names(permission)
        return when {
            // A coarse place is a place.
            names.isEmpty() || names.any { context.checkSelfPermission(it) == PackageManager.PERMISSION_GRANTED } -> Grant.GRANTED
            kept[ASKED + permission.name] == null -> Grant.NOT_ASKED
            names.any { front.activity?.shouldShowRequestPermissionRationale(it) ?: true } -> Grant.DENIED
            else -> Grant.DENIED_FOR_GOOD
        }
    }

    companion object {
        /** Code of the request, for the activity's result. */
        const val REQUEST: Int = 0x11
        private const val ASKED = "asked."

        /** What a screen cannot do its work without. */
        internal fun neededAt(place: Place): List<Permission> = when (place) {
            Place.ENROL -> listOf(Permission.CAMERA)
            Place.CAPTURE -> listOf(Permission.CAMERA, Permission.MICROPHONE, Permission.LOCATION, Permission.NOTIFICATIONS)
            Place.RECORDER -> listOf(Permission.NEARBY_DEVICES)
            else -> emptyList()
        }

        /** The system's names; none where this Android asks nobody. */
        internal fun names(permission: Permission): List<String> = when (permission) {
            Permission.CAMERA -> listOf(Manifest.permission.CAMERA)
            Permission.MICROPHONE -> listOf(Manifest.permission.RECORD_AUDIO)
            Permission.LOCATION -> PLACE
            Permission.NEARBY_DEVICES ->
                if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
                    listOf(Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.BLUETOOTH_CONNECT)
                } else {
                    // Until Android 11 whoever scans could tell places.
                    PLACE
                }
            Permission.NOTIFICATIONS ->
                if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) listOf(Manifest.permission.POST_NOTIFICATIONS) else emptyList()
        }

        private val PLACE = listOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
    }
}
