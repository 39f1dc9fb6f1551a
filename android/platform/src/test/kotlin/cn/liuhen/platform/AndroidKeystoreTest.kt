package cn.liuhen.platform

import android.content.pm.PackageManager
import android.security.keystore.KeyPermanentlyInvalidatedException
import org.bouncycastle.jce.provider.BouncyCastleProvider
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
import java.security.KeyFactory
import java.security.Signature
import java.security.UnrecoverableKeyException
import java.security.spec.X509EncodedKeySpec

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class AndroidKeystoreTest {
    private val app = RuntimeEnvironment.getApplication()

    @Before
    fun install() = FakeKeyStore.install()

    @Test
    fun `what is signed verifies with the public half`() {
        val keys = AndroidKeystore(app)
        val half = KeyFactory.getInstance("EC", BouncyCastleProvider()).generatePublic(X509EncodedKeySpec(keys.makeSigningKey("device")))
        val signature = keys.sign("device", "record".toByteArray())
        val verifier = Signature.getInstance("SHA256withECDSA").apply { initVerify(half) }
        verifier.update("record".toByteArray())
        assertTrue(verifier.verify(signature))
    }

    @Test
    fun `a key that is there is kept`() {
        val keys = AndroidKeystore(app)
        assertArrayEquals(keys.makeSigningKey("device"), keys.makeSigningKey("device"))
        assertEquals(1, FakeKeyStore.specs.size)
    }

    @Test
    fun `keys are not bound to the screen lock, so that evidence is sent while the phone is locked`() {
        val keys = AndroidKeystore(app)
        keys.makeSigningKey("device")
        keys.makeWrappingKey("vault")
        assertEquals(2, FakeKeyStore.specs.size)
        FakeKeyStore.specs.forEach { assertFalse(it.isUserAuthenticationRequired) }
    }

    @Test
    fun `what is wrapped is unwrapped, and a changed byte is found`() {
        val keys = AndroidKeystore(app).apply { makeWrappingKey("vault") }
        val wrapped = keys.wrap("vault", byteArrayOf(1, 2, 3))
        assertArrayEquals(byteArrayOf(1, 2, 3), keys.unwrap("vault", wrapped))
        wrapped[wrapped.size - 1] = (wrapped.last() + 1).toByte()
        assertThrows(DeviceFailure.WrappedBroken::class.java) { keys.unwrap("vault", wrapped) }
        assertThrows(DeviceFailure.WrappedBroken::class.java) { keys.unwrap("vault", ByteArray(3)) }
    }

    @Test
    fun `an invalidated key is told as such and nothing is erased`() {
        val keys = AndroidKeystore(app).apply { makeSigningKey("device") }
        for (why in listOf(KeyPermanentlyInvalidatedException(), UnrecoverableKeyException())) {
            FakeKeyStore.broken = why
            assertThrows(DeviceFailure.KeyInvalidated::class.java) { keys.sign("device", ByteArray(1)) }
        }
        assertEquals(setOf("liuhen.device"), FakeKeyStore.keys.keys)
    }

    @Test
    fun `a missing key is missing, and erasing it twice is no error`() {
        val keys = AndroidKeystore(app).apply { makeSigningKey("device") }
        keys.erase("device")
        keys.erase("device")
        assertThrows(DeviceFailure.KeyMissing::class.java) { keys.publicKey("device") }
        assertThrows(DeviceFailure.KeyMissing::class.java) { keys.sign("device", ByteArray(1)) }
    }

    @Test
    @Config(sdk = [34])
    fun `StrongBox is asked first and the trusted environment when it is full`() {
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        FakeKeyStore.strongBoxFull = true
        AndroidKeystore(app).makeWrappingKey("vault")
        assertEquals(listOf(true, false), FakeKeyStore.specs.map { it.isStrongBoxBacked })
    }

    @Test
    @Config(sdk = [34])
    fun `a phone without StrongBox is not asked for it`() {
        AndroidKeystore(app).makeSigningKey("device")
        assertEquals(listOf(false), FakeKeyStore.specs.map { it.isStrongBoxBacked })
    }
}
