package cn.liuhen.platform

import android.app.Activity
import android.app.KeyguardManager
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.hardware.biometrics.BiometricManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.Base64
import cn.liuhen.shell.port.Biometrics
import kotlinx.coroutines.CompletableDeferred
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.spec.GCMParameterSpec

/** What the system's dialog says. */
class FingerWords(val title: String, val cancel: String)

/** Asks for finger or face before a key is used. */
internal fun interface Confirmation {
    /** The same cipher, usable now; null when it was not confirmed. */
    suspend fun confirm(activity: Activity, cipher: Cipher): Cipher?
}

/**
 * Finger or face in place of the PIN. The PIN is wrapped by a key of the system's key store that opens for a finger or
 * face only, and is gone for good when another finger is added; the officer then types the PIN once more. On Android 8,
 * which asks for fingers in no way of its own, the phone's screen lock takes their place.
 *
 * Used on the main thread.
 */
class FingerUnlock internal constructor(
    private val context: Context,
    private val activity: () -> Activity?,
    private val confirmation: Confirmation,
) : Biometrics {
    constructor(context: Context, words: FingerWords, activity: () -> Activity?) : this(context, activity, BiometricConfirmation(words))

    private val kept = context.getSharedPreferences("finger", Context.MODE_PRIVATE)
    private val keyguard = context.getSystemService(KeyguardManager::class.java)
    private val store: KeyStore by lazy { KeyStore.getInstance(PROVIDER).apply { load(null) } }
    private var locking: CompletableDeferred<Boolean>? = null

    @Suppress("DEPRECATION") // The only ways before Android 11.
    override val available: Boolean
        get() = when {
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.R -> context.getSystemService(BiometricManager::class.java)
                .canAuthenticate(BiometricManager.Authenticators.BIOMETRIC_STRONG) == BiometricManager.BIOMETRIC_SUCCESS
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q -> context.getSystemService(BiometricManager::class.java)
                .canAuthenticate() == BiometricManager.BIOMETRIC_SUCCESS
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.P -> context.packageManager.hasSystemFeature(PackageManager.FEATURE_FINGERPRINT) &&
                context.getSystemService(android.hardware.fingerprint.FingerprintManager::class.java)?.hasEnrolledFingerprints() == true
            else -> keyguard.isDeviceSecure
        }

    override fun keeps(officer: String): Boolean = kept.contains(officer)

    override suspend fun keep(officer: String, pin: String): Boolean = guarded(officer) {
        forget(officer)
        makeKey(officer)
        val cipher = confirmed { Cipher.getInstance(GCM).apply { init(Cipher.ENCRYPT_MODE, store.getKey(alias(officer), null)) } }
        if (cipher == null) {
            forget(officer)
            return@guarded null
        }
        val wrapped = cipher.iv + cipher.doFinal(pin.toByteArray())
        kept.edit().putString(officer, Base64.encodeToString(wrapped, Base64.NO_WRAP)).apply()
        pin
    } != null

    override suspend fun pin(officer: String): String? = guarded(officer) {
        val wrapped = kept.getString(officer, null)?.let { Base64.decode(it, Base64.NO_WRAP) } ?: return@guarded null
        val nonce = GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE_BYTES)
        val cipher = confirmed { Cipher.getInstance(GCM).apply { init(Cipher.DECRYPT_MODE, store.getKey(alias(officer), null), nonce) } }
        cipher?.doFinal(wrapped, NONCE_BYTES, wrapped.size - NONCE_BYTES)?.toString(Charsets.UTF_8)
    }

    override fun forget(officer: String) {
        kept.edit().remove(officer).apply()
        try {
            store.deleteEntry(alias(officer))
        } catch (_: GeneralSecurityException) {
            // Without what it wraps a key opens nothing.
        }
    }

    /** To be told of every result that the activity gets; whether it was meant for this. */
    fun onResult(requestCode: Int, resultCode: Int): Boolean {
        if (requestCode != REQUEST) return false
        locking?.complete(resultCode == Activity.RESULT_OK)
        locking = null
        return true
    }

    /** What [make] gives, once finger, face or screen lock was given. */
    private suspend fun confirmed(make: () -> Cipher): Cipher? {
        val now = activity() ?: return null
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) return confirmation.confirm(now, make())
        // There the key opens for some seconds after the screen lock was given.
        @Suppress("DEPRECATION")
        val question: Intent = keyguard.createConfirmDeviceCredentialIntent(null, null) ?: return null
        val answer = CompletableDeferred<Boolean>()
        locking?.complete(false)
        locking = answer
        @Suppress("DEPRECATION")
        now.startActivityForResult(question, REQUEST)
        return if (answer.await()) make() else null
    }

    @Suppress("DEPRECATION") // The only way before Android 11.
    private fun makeKey(officer: String) {
        val spec = KeyGenParameterSpec.Builder(alias(officer), KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setKeySize(KEY_BITS)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setUserAuthenticationRequired(true)
            .setInvalidatedByBiometricEnrollment(true)
        when {
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.R -> spec.setUserAuthenticationParameters(0, KeyProperties.AUTH_BIOMETRIC_STRONG)
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.P -> spec.setUserAuthenticationValidityDurationSeconds(EVERY_TIME)
            else -> spec.setUserAuthenticationValidityDurationSeconds(LOCK_SECS)
        }
        KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).apply { init(spec.build()) }.generateKey()
    }

    /** A key that the system took away is forgotten: the officer types the PIN, and may switch this on again. */
    private suspend fun guarded(officer: String, what: suspend () -> String?): String? = try {
        what()
    } catch (_: GeneralSecurityException) {
        forget(officer)
        null
    } catch (_: ProviderException) {
        forget(officer)
        null
    }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val GCM = "AES/GCM/NoPadding"
        const val KEY_BITS = 256
        const val NONCE_BYTES = 12
        const val TAG_BITS = 128
        const val EVERY_TIME = -1
        const val LOCK_SECS = 30
        const val REQUEST = 0x4C46

        /** Not the names of the core's own keys. */
        fun alias(officer: String) = "finger.$officer"
    }
}
