package cn.liuhen.platform

import android.content.Context
import android.content.pm.PackageManager
import android.os.BatteryManager

/** Whether the officer allowed it. */
internal fun Context.allows(permission: String): Boolean =
    checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED

/** @throws DeviceFailure.Denied */
internal fun Context.demand(permission: String) {
    if (!allows(permission)) throw DeviceFailure.Denied(permission)
}

/** The phone's battery. */
class PhoneBattery(context: Context) {
    private val battery = context.getSystemService(BatteryManager::class.java)

    /** Charge, percent. */
    fun percent(): Int = battery.getIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY)
}
