package cn.liuhen.platform

import android.app.Activity
import android.app.KeyguardManager
import android.hardware.biometrics.BiometricManager
import android.security.keystore.KeyPermanentlyInvalidatedException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowBiometricManager

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class FingerUnlockTest {
    private val app = RuntimeEnvironment.getApplication()
    private val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
    private var givesFinger = true
    private var asked = 0
    private val unlock = FingerUnlock(app, { activity }, Confirmation { _, cipher -> cipher.takeIf { givesFinger }.also { asked += 1 } })

    @Before
    fun install() {
        FakeKeyStore.install()
        shadowOf(app.getSystemService(KeyguardManager::class.java)).setIsDeviceSecure(true)
    }

    /** Does something; on Android 8 the screen lock is asked for and given. */
    private fun <T> does(gives: Boolean = true, what: suspend () -> T): T = runBlocking {
        givesFinger = gives
        val doing = async(start = CoroutineStart.UNDISPATCHED) { what() }
        shadowOf(activity).nextStartedActivityForResult?.let {
            assertFalse(unlock.onResult(it.requestCode + 1, Activity.RESULT_OK))
            assertTrue(unlock.onResult(it.requestCode, if (gives) Activity.RESULT_OK else Activity.RESULT_CANCELED))
        }
        doing.await()
    }

    @Test
    fun `a PIN that is kept comes back for a finger, and for nobody else's`() {
        assertTrue(does { unlock.keep("officer-1", "135790") })
        assertTrue(unlock.keeps("officer-1"))
        assertEquals("135790", does { unlock.pin("officer-1") })
        assertNull(does { unlock.pin("officer-2") })
    }

    @Test
    fun `without a finger there is no PIN, and it stays kept`() {
        does { unlock.keep("officer-1", "135790") }
        assertNull(does(gives = false) { unlock.pin("officer-1") })
        assertTrue(unlock.keeps("officer-1"))
    }

    @Test
    fun `without a finger nothing is kept`() {
        assertFalse(does(gives = false) { unlock.keep("officer-1", "135790") })
        assertFalse(unlock.keeps("officer-1"))
        assertTrue(FakeKeyStore.keys.isEmpty())
    }

    @Test
    fun `the PIN lies nowhere in clear, and its key opens for the officer only`() {
        does { unlock.keep("officer-1", "135790") }
        val kept = app.getSharedPreferences("finger", 0).all.values.single() as String
        assertFalse("135790" in kept)
        assertTrue(FakeKeyStore.specs.single().isUserAuthenticationRequired)
    }

    @Test
    fun `a finger that was added takes the PIN away, and the officer types it again`() {
        does { unlock.keep("officer-1", "135790") }
        FakeKeyStore.broken = KeyPermanentlyInvalidatedException()
        assertNull(does { unlock.pin("officer-1") })
        assertFalse(unlock.keeps("officer-1"))
    }

    @Test
    fun `what is forgotten is gone`() {
        does { unlock.keep("officer-1", "135790") }
        unlock.forget("officer-1")
        assertNull(does { unlock.pin("officer-1") })
        assertTrue(FakeKeyStore.keys.isEmpty())
    }

    @Test
    @Config(sdk = [34])
    fun `a phone without a finger set up does not offer it`() {
        val manager = app.getSystemService(BiometricManager::class.java)
        val shadow = Shadow.extract<ShadowBiometricManager>(manager)
        shadow.setCanAuthenticate(false)
        assertFalse(unlock.available)
        shadow.setCanAuthenticate(true)
        shadow.setAuthenticatorType(BiometricManager.Authenticators.BIOMETRIC_STRONG)
        assertTrue(unlock.available)
    }

    @Test
    @Config(sdk = [26])
    fun `on Android 8 the screen lock takes the finger's place`() {
        assertTrue(unlock.available)
        does { unlock.keep("officer-1", "135790") }
        assertEquals(0, asked)
        assertEquals(30, FakeKeyStore.specs.single().userAuthenticationValidityDurationSeconds)
        shadowOf(app.getSystemService(KeyguardManager::class.java)).setIsDeviceSecure(false)
        assertFalse(unlock.available)
    }

    @Test
    @Config(sdk = [34])
    fun `a key opens for one use after one finger`() {
        does { unlock.keep("officer-1", "135790") }
        val spec = FakeKeyStore.specs.single()
        assertEquals(0, spec.userAuthenticationValidityDurationSeconds)
        assertTrue(spec.isInvalidatedByBiometricEnrollment)
        assertEquals(1, asked)
    }
}
