package cn.liuhen.platform

import android.content.Intent
import android.os.SystemClock
import android.provider.Settings
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import android.os.Looper

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class PhoneClockTest {
    private val app = RuntimeEnvironment.getApplication()

    private fun boots(count: Int) = Settings.Global.putInt(app.contentResolver, Settings.Global.BOOT_COUNT, count)

    @Test
    fun `the monotonic reading is that of elapsedRealtime`() {
        boots(7)
        assertEquals(SystemClock.elapsedRealtime(), PhoneClock(app).read().monoMs)
    }

    @Test
    fun `another boot has another id, the same boot the same`() {
        boots(7)
        val before = PhoneClock(app).read().bootId
        assertEquals(before, PhoneClock(app).read().bootId)
        boots(8)
        assertNotEquals(before, PhoneClock(app).read().bootId)
    }

    @Test
    fun `a phone that counts no boots never pretends that two processes share one`() {
        boots(-1)
        assertNotEquals(PhoneClock(app).read().bootId, PhoneClock(app).read().bootId)
    }

    @Test
    fun `setting clock or zone is told until nobody listens any more`() {
        var told = 0
        val watch = PhoneClock(app).watch { told += 1 }
        app.sendBroadcast(Intent(Intent.ACTION_TIME_CHANGED))
        app.sendBroadcast(Intent(Intent.ACTION_TIMEZONE_CHANGED))
        shadowOf(Looper.getMainLooper()).idle()
        watch.close()
        app.sendBroadcast(Intent(Intent.ACTION_TIME_CHANGED))
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals(2, told)
    }
}
