package cn.liuhen.app

import android.Manifest
import android.app.ActivityManager
import android.app.job.JobScheduler
import android.content.Intent
import android.net.ConnectivityManager
import android.net.Uri
import android.os.Looper
import android.provider.Settings
import android.view.WindowManager
import cn.liuhen.core.CoreFailure
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.EnrolmentView
import cn.liuhen.core.FailureKind
import cn.liuhen.core.StartReport
import cn.liuhen.core.SyncGiven
import cn.liuhen.core.SyncJob
import cn.liuhen.core.Text
import cn.liuhen.platform.NetworkWakeReceiver
import cn.liuhen.platform.SyncJobs
import cn.liuhen.shell.Permission
import cn.liuhen.shell.Place
import cn.liuhen.shell.port.Grant
import kotlinx.coroutines.awaitCancellation
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import java.lang.reflect.Proxy
import java.time.Instant

/** The one activity in the life that Android leads it through. */
@RunWith(RobolectricTestRunner::class)
@Config(manifest = Config.NONE, application = TestApplication::class, sdk = [26, 34])
class ActivityTest {
    private val app get() = RuntimeEnvironment.getApplication() as TestApplication
    private val phone get() = app.phone

    private fun shown(intent: Intent = Intent()): ActivityController<MainActivity> =
        Robolectric.buildActivity(MainActivity::class.java, intent).setup().also { idle() }

    private fun idle() = shadowOf(Looper.getMainLooper()).idle()

    private fun pinned(activity: MainActivity): Boolean =
        activity.getSystemService(ActivityManager::class.java).lockTaskModeState != ActivityManager.LOCK_TASK_MODE_NONE

    @Test
    fun `nobody photographs the screen`() {
        val flags = shown().get().window.attributes.flags
        assertTrue(flags and WindowManager.LayoutParams.FLAG_SECURE != 0)
    }

    @Test
    fun `what a screen needs is asked for when it is shown, together and once`() {
        val activity = shown().get()
        assertNull(shadowOf(activity).lastRequestedPermission)
        phone.shows(Place.CAPTURE)
        val asked = shadowOf(activity).lastRequestedPermission
        val names = asked.requestedPermissions.toList()
        assertTrue("$names", names.containsAll(listOf(Manifest.permission.CAMERA, Manifest.permission.RECORD_AUDIO, Manifest.permission.ACCESS_FINE_LOCATION)))
        phone.shows(Place.TODAY)
        phone.shows(Place.CAPTURE)
        assertTrue("asked once", shadowOf(activity).lastRequestedPermission === asked)
    }

    @Test
    fun `a permission is granted, denied, or denied for good, and then the system's settings are opened`() {
        val controller = shown()
        val activity = controller.get()
        assertEquals(Grant.NOT_ASKED, phone.permissions.granted.value[Permission.CAMERA])
        shadowOf(activity.packageManager).setShouldShowRequestPermissionRationale(Manifest.permission.CAMERA, true)
        phone.permissions.ask(Permission.CAMERA)
        @Suppress("DEPRECATION")
        activity.onRequestPermissionsResult(AskedPermissions.REQUEST, arrayOf(Manifest.permission.CAMERA), intArrayOf(-1))
        assertEquals(Grant.DENIED, phone.permissions.granted.value[Permission.CAMERA])
        shadowOf(activity.packageManager).setShouldShowRequestPermissionRationale(Manifest.permission.CAMERA, false)
        controller.pause().resume()
        assertEquals(Grant.DENIED_FOR_GOOD, phone.permissions.granted.value[Permission.CAMERA])
        phone.permissions.ask(Permission.CAMERA)
        assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, shadowOf(activity).nextStartedActivity.action)
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        controller.pause().resume()
        assertEquals(Grant.GRANTED, phone.permissions.granted.value[Permission.CAMERA])
    }

    @Test
    fun `a wish to pin that came before the screen is kept, and found again when the app comes to the front`() {
        phone.pin.pin()
        assertFalse(phone.pin.pinned.value)
        val controller = shown()
        assertTrue(pinned(controller.get()) && phone.pin.pinned.value)
        controller.get().stopLockTask()
        controller.pause().resume()
        assertTrue("pinned again", pinned(controller.get()))
        phone.pin.unpin()
        controller.pause().resume()
        assertFalse(pinned(controller.get()) || phone.pin.pinned.value)
    }

    @Test
    fun `the place is listened for only where records are made and the app is seen`() {
        val controller = shown()
        phone.shows(Place.TODAY)
        phone.shows(Place.CAPTURE)
        assertTrue(app.listened.last())
        controller.pause()
        assertFalse(app.listened.last())
        controller.resume()
        assertTrue(app.listened.last())
    }

    @Test
    fun `the text of an invitation comes by a link or from another app, and nothing else does`() {
        val text = "https://bureau.example:8443#LH1-ABCD"
        assertEquals(text, invitationIn(Intent(Intent.ACTION_VIEW, Uri.parse("liuhen:$text"))))
        assertEquals(text, invitationIn(Intent(Intent.ACTION_SEND).putExtra(Intent.EXTRA_TEXT, " $text\n")))
        assertNull(invitationIn(Intent(Intent.ACTION_MAIN)))
        assertNull(invitationIn(Intent(Intent.ACTION_VIEW, Uri.parse("https://elsewhere.example"))))
        assertNull(invitationIn(Intent(Intent.ACTION_SEND).putExtra(Intent.EXTRA_TEXT, "x".repeat(2_000))))
        shown(Intent(Intent.ACTION_VIEW, Uri.parse("liuhen:$text")))
        assertEquals(text, phone.invitation.value)
    }

    @Test
    fun `a Wi-Fi that appears begins a synchronisation, and nothing else about the network does`() {
        val begun = mutableListOf<SyncGiven>()
        app.network.cut()
        app.connected()
        app.core.complete(AskedCore(begun))
        idle()
        begun.clear()
        app.connected()
        app.network.mobile()
        app.connected()
        idle()
        assertEquals(emptyList<SyncGiven>(), begun)
        app.network.office()
        repeat(2) { app.connected() }
        idle()
        assertEquals("the system's scheduler sees only its default network", listOf(SyncGiven(asked = false, shellCarriesPieces = false)), begun)
        app.network.cut()
        app.connected()
        app.network.office()
        app.connected()
        idle()
        assertEquals(2, begun.size)
    }

    @Test
    fun `while there is no Wi-Fi the system is asked to start the app when one appears`() {
        val connectivity = app.getSystemService(ConnectivityManager::class.java)
        fun asked() = shadowOf(connectivity).networkCallbackPendingIntents
        app.network.cut()
        app.connected()
        assertEquals(NetworkWakeReceiver::class.java.name, shadowOf(asked().single()).savedIntent.component?.className)
        app.network.office()
        app.connected()
        // It was told, and is forgotten.
        connectivity.unregisterNetworkCallback(asked().single())
        app.connected()
        assertTrue("it would be told at once", asked().isEmpty())
        app.network.mobile()
        app.connected()
        assertEquals("asked for again", 1, asked().size)
    }

    @Test
    fun `the evening is the next one, in the bureau's zone`() {
        val hour = 3_600_000L
        assertEquals(2 * hour, untilEveningMs(Instant.parse("2026-11-23T08:00:00Z")))
        assertEquals(24 * hour, untilEveningMs(Instant.parse("2026-11-23T10:00:00Z")))
        val asked = app.getSystemService(JobScheduler::class.java).allPendingJobs.map { it.id }
        assertTrue("$asked", asked.containsAll(listOf(SyncJobs.SWEEP, SyncJobs.DAY_END)))
    }

    @Test
    fun `a process that starts leaves the evening alone that is asked for, and may be under way`() {
        SyncJobs(app).dayEnd(12_345)
        phone.start()
        idle()
        fun asked() = app.getSystemService(JobScheduler::class.java).getPendingJob(SyncJobs.DAY_END)?.minLatencyMillis
        assertEquals(12_345L, asked())
        app.nextEvening()
        assertTrue("the job itself asks for another", asked() != 12_345L)
    }

    @Test
    fun `what was kept is on the disk at once`() {
        val kept = KeptState(app.getSharedPreferences("a", 0))
        kept["route"] = "today/review"
        val file = java.io.File(app.dataDir, "shared_prefs/a.xml")
        assertTrue(file.readText().contains("today/review"))
        kept["route"] = null
        assertNull(kept["route"])
    }

    @Test
    fun `an activity that is gone is asked for nothing`() {
        val first = shown()
        val second = shown()
        first.pause().stop().destroy()
        assertTrue(phone.front.activity === second.get())
        val question = Intent("a folder")
        @Suppress("DEPRECATION")
        second.get().startActivityForResult(question, 7)
        shadowOf(second.get()).receiveResult(question, 0, null)
        assertEquals("what was asked through it comes back through it", listOf(7), app.answers)
        second.pause().stop().destroy()
        assertNull(phone.front.activity)
        phone.permissions.ask(Permission.CAMERA)
    }
}

/** A core of which nothing is known but that it is asked to synchronise. */
private class AskedCore(private val begun: MutableList<SyncGiven>) : CoreInterface by nobody() {
    override fun startReport() = StartReport(null, emptyList())

    override suspend fun enrolment(): EnrolmentView = awaitCancellation()

    override suspend fun startSync(request: SyncGiven): SyncJob {
        begun += request
        throw CoreFailure.Failed(FailureKind.NOT_ENROLLED, "not_enrolled", Text("", ""), emptyList())
    }
}

private fun nobody() = Proxy.newProxyInstance(CoreInterface::class.java.classLoader, arrayOf(CoreInterface::class.java)) { _, asked, _ ->
    error("nobody answers to ${asked.name}")
} as CoreInterface
