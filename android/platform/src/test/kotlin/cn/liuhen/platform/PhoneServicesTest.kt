package cn.liuhen.platform

import android.Manifest
import android.app.Activity
import android.app.Notification
import android.app.Service
import android.content.Intent
import android.content.pm.ServiceInfo
import android.view.WindowManager
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowPowerManager

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class PhoneServicesTest {
    private val app = RuntimeEnvironment.getApplication()

    @Before
    fun allow() = shadowOf(app).grantPermissions(Manifest.permission.RECORD_AUDIO, Manifest.permission.CAMERA)

    private fun ordered(withCamera: Boolean): Service {
        RecordingService.start(app, "正在录音", withCamera)
        val order = shadowOf(app).nextStartedService
        return Robolectric.buildService(RecordingService::class.java, order).create().startCommand(0, 1).get()
    }

    @Test
    fun `a recording is told by a notification that stays`() {
        val shadow = shadowOf(ordered(withCamera = false))
        assertNotNull(shadow.lastForegroundNotification)
        assertFalse(shadow.isStoppedBySelf)
    }

    @Test
    fun `the notification counts the time, and the processor stays awake until the recording ends`() {
        RecordingService.start(app, "正在录音", withCamera = false)
        val running = Robolectric.buildService(RecordingService::class.java, shadowOf(app).nextStartedService).create().startCommand(0, 1)
        assertTrue(shadowOf(running.get()).lastForegroundNotification.extras.getBoolean(Notification.EXTRA_SHOW_CHRONOMETER))
        val lock = ShadowPowerManager.getLatestWakeLock()
        assertTrue(lock.isHeld)
        RecordingService.stop()
        assertTrue(shadowOf(running.get()).isStoppedBySelf)
        running.destroy()
        assertFalse(lock.isHeld)
    }

    @Test
    fun `a recording that is over before its service came up ends the service as the system wants it`() {
        RecordingService.start(app, "正在录音", withCamera = false)
        val order = shadowOf(app).nextStartedService
        RecordingService.stop()
        val late = Robolectric.buildService(RecordingService::class.java, order).create().startCommand(0, 1).get()
        // A service that was asked for must be seen in the foreground once, or the system ends the app.
        assertNotNull(shadowOf(late).lastForegroundNotification)
        assertTrue(shadowOf(late).isStoppedBySelf)
    }

    @Test
    @Config(sdk = [34])
    fun `the service says what it uses`() {
        assertEquals(ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE, ordered(withCamera = false).foregroundServiceType)
        val both = ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE or ServiceInfo.FOREGROUND_SERVICE_TYPE_CAMERA
        assertEquals(both, ordered(withCamera = true).foregroundServiceType)
    }

    @Test
    fun `without the microphone's permission the service is not even asked for`() {
        shadowOf(app).denyPermissions(Manifest.permission.RECORD_AUDIO)
        assertThrows(DeviceFailure.Denied::class.java) { RecordingService.start(app, "正在录音", withCamera = false) }
        assertNull(shadowOf(app).nextStartedService)
    }

    @Test
    fun `a permission that is taken back before the service comes up ends the service, not the app`() {
        RecordingService.start(app, "正在录音", withCamera = false)
        val late = Robolectric.buildService(RecordingService::class.java, shadowOf(app).nextStartedService).create()
        shadowOf(late.get()).setThrowInStartForeground(SecurityException("RECORD_AUDIO"))
        assertTrue(shadowOf(late.startCommand(0, 1).get()).isStoppedBySelf)
    }

    @Test
    fun `a service that the system started again by itself ends at once`() {
        val again = Robolectric.buildService(RecordingService::class.java, Intent()).create().startCommand(0, 1).get()
        assertTrue(shadowOf(again).isStoppedBySelf)
        assertNull(shadowOf(again).lastForegroundNotification)
    }

    @Test
    fun `in party mode nothing else can be reached, and it ends when told`() {
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        val party = PartyMode(activity)
        assertFalse(party.pinned)
        party.pin()
        assertTrue(party.pinned)
        party.unpin()
        assertFalse(party.pinned)
    }

    @Test
    fun `the screen cannot be photographed`() {
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        PartyMode(activity).keepPrivate()
        assertTrue(shadowOf(activity.window).getFlag(WindowManager.LayoutParams.FLAG_SECURE))
    }
}
