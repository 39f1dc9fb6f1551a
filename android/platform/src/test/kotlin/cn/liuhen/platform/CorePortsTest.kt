package cn.liuhen.platform

import android.Manifest
import android.bluetooth.BluetoothAdapter
import android.bluetooth.BluetoothManager
import android.content.Intent
import cn.liuhen.core.InternetFound
import cn.liuhen.core.KeystoreKind
import cn.liuhen.core.Place
import cn.liuhen.core.PlaceAbsent
import cn.liuhen.core.PlatformFailure
import cn.liuhen.core.RadioEvent
import cn.liuhen.core.RadioEventsInterface
import cn.liuhen.core.Reach
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The core's ports over the phone, as the core calls them. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class CorePortsTest {
    private val app = RuntimeEnvironment.getApplication()

    @Test
    fun `the key store answers the core, and its failures come in the core's words`() {
        FakeKeyStore.install()
        val keys = CoreKeystore(AndroidKeystore(app)).apply { makeWrappingKey("vault") }
        val wrapped = keys.wrap("vault", byteArrayOf(7))
        assertArrayEquals(byteArrayOf(7), keys.unwrap("vault", wrapped))
        assertThrows(PlatformFailure.KeyMissing::class.java) { keys.sign("device", ByteArray(1)) }
        wrapped[wrapped.size - 1] = (wrapped.last() + 1).toByte()
        assertThrows(PlatformFailure.WrappedBroken::class.java) { keys.unwrap("vault", wrapped) }
        assertEquals(KeystoreKind.SOFTWARE, keys.kind())
    }

    @Test
    fun `a place that nobody allowed is denied, and one that nobody asked for is absent`() {
        val place = CoreLocation(PlaceSource(app))
        assertEquals(Place.Denied, place.place())
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION)
        val absent = place.place() as Place.Absent
        assertTrue(absent.reason == PlaceAbsent.OFF || absent.reason == PlaceAbsent.NOT_ASKED)
    }

    @Test
    fun `without a network nothing is reached`() {
        val now = CoreNetwork(NetworkFacts(app)).state()
        assertEquals(Reach.NONE, now.reach)
        assertEquals(InternetFound.UNKNOWN, now.internet)
    }

    @Test
    fun `two readings of the clocks are of one boot and never run backwards`() {
        val clock = CoreClock(PhoneClock(app))
        val (first, second) = clock.read() to clock.read()
        assertEquals(first.bootId, second.bootId)
        assertTrue(second.monoMs >= first.monoMs)
    }

    @Test
    fun `a radio that is switched off is told to the core, and verbs fail in its words`() {
        shadowOf(app).grantPermissions(Manifest.permission.BLUETOOTH_CONNECT, Manifest.permission.BLUETOOTH_SCAN, Manifest.permission.ACCESS_FINE_LOCATION)
        shadowOf(app.getSystemService(BluetoothManager::class.java).adapter).setEnabled(false)
        val gatt = GattRadio(app)
        val told = ArrayList<RadioEvent>()
        val radio = CoreRadio(gatt)
        radio.tell(object : RadioEventsInterface {
            override fun onEvent(event: RadioEvent) {
                told += event
            }
        })
        gatt.watch().use {
            app.sendBroadcast(Intent(BluetoothAdapter.ACTION_STATE_CHANGED).putExtra(BluetoothAdapter.EXTRA_STATE, BluetoothAdapter.STATE_OFF))
            shadowOf(android.os.Looper.getMainLooper()).idle()
        }
        assertEquals(listOf(RadioEvent.Adapter(false)), told)
        assertThrows(PlatformFailure.RadioOff::class.java) { runBlocking { radio.scan(emptyList()) } }
    }
}
