package cn.liuhen.platform

import android.Manifest
import android.bluetooth.BluetoothAdapter
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothGatt
import android.bluetooth.BluetoothGattCharacteristic
import android.bluetooth.BluetoothGattDescriptor
import android.bluetooth.BluetoothGattService
import android.bluetooth.BluetoothManager
import android.bluetooth.BluetoothProfile
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.util.UUID

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class GattRadioTest {
    private val app = RuntimeEnvironment.getApplication()
    private val adapter: BluetoothAdapter = app.getSystemService(BluetoothManager::class.java).adapter
    private val device: BluetoothDevice = adapter.getRemoteDevice(PEER)
    private val radio = GattRadio(app)
    private val news = ArrayList<RadioNews>()
    private val control = BluetoothGattCharacteristic(
        UUID.fromString(CONTROL),
        BluetoothGattCharacteristic.PROPERTY_WRITE or BluetoothGattCharacteristic.PROPERTY_NOTIFY,
        BluetoothGattCharacteristic.PERMISSION_WRITE,
    ).apply { addDescriptor(BluetoothGattDescriptor(UUID.fromString(CCCD), BluetoothGattDescriptor.PERMISSION_WRITE)) }

    @Before
    fun on() {
        shadowOf(app).grantPermissions(*NEEDED)
        shadowOf(adapter).setEnabled(true)
        radio.listen { news += it }
    }

    private fun gatt(): BluetoothGatt = shadowOf(device).bluetoothGatts.last()

    private fun callback() = shadowOf(gatt()).gattCallback

    /** Connects; the peer agrees to [mtu]. */
    private fun connect(mtu: Int = 247) = runBlocking {
        val connecting = async(start = CoroutineStart.UNDISPATCHED) { radio.connect(PEER) }
        shadowOf(gatt()).notifyConnection(PEER)
        callback().onConnectionStateChange(gatt(), BluetoothGatt.GATT_SUCCESS, BluetoothProfile.STATE_CONNECTED)
        val service = BluetoothGattService(UUID.fromString(SERVICE), BluetoothGattService.SERVICE_TYPE_PRIMARY)
        service.addCharacteristic(control)
        shadowOf(gatt()).addDiscoverableService(service)
        shadowOf(gatt()).allowCharacteristicNotification(control)
        connecting.await()
        callback().onMtuChanged(gatt(), mtu, BluetoothGatt.GATT_SUCCESS)
        radio.discover()
    }

    @Test
    fun `a connected peer shows its characteristics and how much one write carries`() {
        assertEquals(listOf(GattEntry(SERVICE, CONTROL, read = false, write = true, writeWithoutResponse = false, notify = true)), connect())
        assertEquals(244, radio.maxWriteBytes())
    }

    @Test
    fun `a write arrives whole, and one that would be cut is refused`() {
        connect()
        runBlocking { radio.write(CONTROL, byteArrayOf(1, 2, 3), withResponse = true) }
        assertArrayEquals(byteArrayOf(1, 2, 3), shadowOf(gatt()).latestWrittenBytes)
        val failure = assertThrows(DeviceFailure.TooLong::class.java) {
            runBlocking { radio.write(CONTROL, ByteArray(245), withResponse = true) }
        }
        assertEquals(244, failure.maxBytes)
    }

    @Test
    fun `subscribing turns on the peer's switch, and values come as news`() {
        connect()
        runBlocking { radio.subscribe(CONTROL) }
        assertArrayEquals(BluetoothGattDescriptor.ENABLE_NOTIFICATION_VALUE, shadowOf(gatt()).latestWrittenBytes)
        @Suppress("DEPRECATION")
        if (android.os.Build.VERSION.SDK_INT >= 33) {
            callback().onCharacteristicChanged(gatt(), control, byteArrayOf(9))
        } else {
            control.value = byteArrayOf(9)
            callback().onCharacteristicChanged(gatt(), control)
        }
        val value = news.filterIsInstance<RadioNews.Value>().single()
        assertEquals(CONTROL, value.characteristic)
        assertArrayEquals(byteArrayOf(9), value.payload)
    }

    @Test
    fun `a peer out of range is told once with its reason, and verbs fail at once`() {
        connect()
        callback().onConnectionStateChange(gatt(), 0x08, BluetoothProfile.STATE_DISCONNECTED)
        assertEquals(listOf(RadioNews.Disconnected(Lost.TIMED_OUT)), news.filterIsInstance<RadioNews.Disconnected>())
        assertThrows(DeviceFailure.NotConnected::class.java) { runBlocking { radio.write(CONTROL, ByteArray(1), true) } }
    }

    @Test
    fun `ending a connection closes the client, of which Android has few`() {
        connect()
        val client = gatt()
        runBlocking { radio.disconnect() }
        assertTrue(shadowOf(client).isClosed)
    }

    @Test
    fun `a connection that the peer refuses fails`() {
        val failed = runBlocking {
            val connecting = async(start = CoroutineStart.UNDISPATCHED) { runCatching { radio.connect(PEER) } }
            callback().onConnectionStateChange(gatt(), 133, BluetoothProfile.STATE_DISCONNECTED)
            connecting.await().exceptionOrNull()
        }
        assertTrue(failed is DeviceFailure.NotConnected)
    }

    @Test
    fun `a radio that is off is told as such`() {
        shadowOf(adapter).setEnabled(false)
        assertThrows(DeviceFailure.RadioOff::class.java) { runBlocking { radio.connect(PEER) } }
        assertThrows(DeviceFailure.RadioOff::class.java) { runBlocking { radio.scan(listOf(SERVICE)) } }
    }

    @Test
    @Config(sdk = [34])
    fun `from Android 12 on connecting and scanning each need their own permission`() {
        shadowOf(app).denyPermissions(Manifest.permission.BLUETOOTH_CONNECT)
        assertThrows(DeviceFailure.Denied::class.java) { runBlocking { radio.connect(PEER) } }
        shadowOf(app).grantPermissions(Manifest.permission.BLUETOOTH_CONNECT)
        shadowOf(app).denyPermissions(Manifest.permission.BLUETOOTH_SCAN)
        val refused = assertThrows(DeviceFailure.Denied::class.java) { runBlocking { radio.scan(listOf(SERVICE)) } }
        assertEquals(Manifest.permission.BLUETOOTH_SCAN, refused.permission)
    }

    @Test
    @Config(sdk = [26])
    fun `before Android 12 a scan needs the place`() {
        shadowOf(app).denyPermissions(Manifest.permission.ACCESS_FINE_LOCATION)
        assertThrows(DeviceFailure.Denied::class.java) { runBlocking { radio.scan(listOf(SERVICE)) } }
    }

    @Test
    fun `a scan ends when a connection begins`() {
        runBlocking { radio.scan(listOf(SERVICE)) }
        assertFalse(shadowOf(adapter.bluetoothLeScanner).scanCallbacks.isEmpty())
        connect()
        assertTrue(shadowOf(adapter.bluetoothLeScanner).scanCallbacks.isEmpty())
    }

    private companion object {
        const val PEER = "00:11:22:AA:BB:CC"
        const val SERVICE = "0000fea6-0000-1000-8000-00805f9b34fb"
        const val CONTROL = "b5f90072-aa8d-11e3-9046-0002a5d5c51b"
        const val CCCD = "00002902-0000-1000-8000-00805f9b34fb"
        val NEEDED = arrayOf(Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.BLUETOOTH_CONNECT, Manifest.permission.ACCESS_FINE_LOCATION)
    }
}
