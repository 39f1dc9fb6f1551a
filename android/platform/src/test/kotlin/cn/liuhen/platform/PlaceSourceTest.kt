package cn.liuhen.platform

import android.Manifest
import android.location.Location
import android.location.LocationManager
import android.os.Looper
import android.os.SystemClock
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowSystemClock
import java.time.Duration

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class PlaceSourceTest {
    private val app = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(LocationManager::class.java)
    private val shadow = shadowOf(manager)
    private val source = PlaceSource(app)

    @Before
    fun satellites() {
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        shadow.setLocationEnabled(true)
        shadow.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        shadow.setProviderEnabled(LocationManager.NETWORK_PROVIDER, true)
    }

    private fun heard(provider: String = LocationManager.GPS_PROVIDER, metres: Float = 5f) {
        val location = Location(provider).apply {
            latitude = 30.2741
            longitude = 120.1551
            accuracy = metres
            time = 1_764_000_000_000
            elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
        }
        shadow.simulateLocation(location)
        shadowOf(Looper.getMainLooper()).idle()
    }

    @Test
    fun `a fresh fix is told in degrees and centimetres`() {
        source.start()
        heard()
        assertEquals(PlaceReading.Fixed(Fix(302_741_000, 1_201_551_000, 500, 1_764_000_000_000)), source.place())
    }

    @Test
    fun `an old fix is told with its age`() {
        source.start()
        heard()
        ShadowSystemClock.advanceBy(Duration.ofMillis(PlaceSource.STALE_MS + 1))
        assertTrue(source.place() is PlaceReading.Stale)
    }

    @Test
    fun `a coarse place does not push a satellite fix aside`() {
        source.start()
        heard()
        heard(LocationManager.NETWORK_PROVIDER, 800f)
        assertEquals(500L, (source.place() as PlaceReading.Fixed).fix.accuracyCm)
    }

    @Test
    fun `a refusal is told as such and nothing is listened to`() {
        shadowOf(app).denyPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        source.start()
        assertEquals(PlaceReading.Denied, source.place())
        assertTrue(shadow.getLocationUpdateListeners(LocationManager.GPS_PROVIDER).isEmpty())
    }

    @Test
    fun `no signal, switched off and not asked are told apart`() {
        assertEquals(PlaceReading.Absent(PlaceReading.Why.NOT_ASKED), source.place())
        source.start()
        assertEquals(PlaceReading.Absent(PlaceReading.Why.NO_SIGNAL), source.place())
        shadow.setLocationEnabled(false)
        shadow.setProviderEnabled(LocationManager.GPS_PROVIDER, false)
        shadow.setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
        assertEquals(PlaceReading.Absent(PlaceReading.Why.OFF), source.place())
    }

    @Test
    fun `nobody listens after the end`() {
        source.start()
        source.stop()
        assertTrue(shadow.getLocationUpdateListeners(LocationManager.GPS_PROVIDER).isEmpty())
    }
}
