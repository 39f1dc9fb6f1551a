package cn.liuhen.platform

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import android.security.keystore.UserNotAuthenticatedException
import java.security.GeneralSecurityException
import java.security.Key
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.Signature
import java.security.UnrecoverableKeyException
import java.security.spec.ECGenParameterSpec
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.GCMParameterSpec

/** Where private keys live. */
enum class KeyHome { SOFTWARE, TEE, STRONGBOX }

/**
 * The system's key store. Keys never leave it and are not bound to the screen lock: synchronisation signs while the phone
 * is locked in a pocket, and a removed screen lock must never make unsent evidence unreadable. The PIN of an officer is
 * the core's matter.
 */
class AndroidKeystore(private val context: Context) {
    private val store: KeyStore = KeyStore.getInstance(PROVIDER).apply { load(null) }

    /** Makes a P-256 key, or keeps the one that is there; its public half as DER SubjectPublicKeyInfo. */
    @Synchronized
    fun makeSigningKey(name: String): ByteArray {
        if (!store.containsAlias(alias(name))) {
            generate { strong ->
                val spec = KeyGenParameterSpec.Builder(alias(name), KeyProperties.PURPOSE_SIGN)
                    .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                    .setDigests(KeyProperties.DIGEST_SHA256)
                    .inStrongBox(strong)
                    .build()
                KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, PROVIDER).apply { initialize(spec) }.generateKeyPair()
            }
        }
        return publicKey(name)
    }

    /** @throws DeviceFailure.KeyMissing */
    @Synchronized
    fun publicKey(name: String): ByteArray =
        store.getCertificate(alias(name))?.publicKey?.encoded ?: throw DeviceFailure.KeyMissing(name)

    /** SHA256withECDSA over [payload], DER. @throws DeviceFailure */
    @Synchronized
    fun sign(name: String, payload: ByteArray): ByteArray = use(name) { key ->
        Signature.getInstance("SHA256withECDSA").run {
            initSign(key as PrivateKey)
            update(payload)
            sign()
        }
    }

    /** Makes an AES-256 key for GCM, or keeps the one that is there. */
    @Synchronized
    fun makeWrappingKey(name: String) {
        if (store.containsAlias(alias(name))) return
        generate { strong ->
            val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
            val spec = KeyGenParameterSpec.Builder(alias(name), purposes)
                .setKeySize(WRAPPING_KEY_BITS)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .inStrongBox(strong)
                .build()
            KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).apply { init(spec) }.generateKey()
        }
    }

    /** Nonce, ciphertext and tag. The store itself draws the nonce. @throws DeviceFailure */
    @Synchronized
    fun wrap(name: String, plain: ByteArray): ByteArray = use(name) { key ->
        val cipher = Cipher.getInstance(GCM).apply { init(Cipher.ENCRYPT_MODE, key) }
        check(cipher.iv.size == NONCE_BYTES) { "the store drew a nonce of ${cipher.iv.size} bytes" }
        cipher.iv + cipher.doFinal(plain)
    }

    /** @throws DeviceFailure.WrappedBroken when it was not wrapped by this key or was changed since; other [DeviceFailure]s. */
    @Synchronized
    fun unwrap(name: String, wrapped: ByteArray): ByteArray = use(name) { key ->
        if (wrapped.size < NONCE_BYTES) throw DeviceFailure.WrappedBroken(AEADBadTagException("too short"))
        val nonce = GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE_BYTES)
        Cipher.getInstance(GCM).apply { init(Cipher.DECRYPT_MODE, key, nonce) }
            .doFinal(wrapped, NONCE_BYTES, wrapped.size - NONCE_BYTES)
    }

    /** Erases a key; one that is not there is erased already. */
    @Synchronized
    fun erase(name: String): Unit = store.deleteEntry(alias(name))

    /** Where the weakest of this app's keys lives; software when there is none or the system does not tell. */
    @Synchronized
    fun home(): KeyHome = store.aliases().asSequence().filter { it.startsWith(PREFIX) }
        .map { homeOf(store.getKey(it, null)) }.minOrNull() ?: KeyHome.SOFTWARE

    private fun homeOf(key: Key): KeyHome = try {
        val info = when (key) {
            is SecretKey -> SecretKeyFactory.getInstance(key.algorithm, PROVIDER).getKeySpec(key, KeyInfo::class.java) as KeyInfo
            else -> KeyFactory.getInstance(key.algorithm, PROVIDER).getKeySpec(key, KeyInfo::class.java)
        }
        homeOf(info)
    } catch (_: GeneralSecurityException) {
        KeyHome.SOFTWARE
    }

    @Suppress("DEPRECATION") // Older phones tell only whether it is in hardware.
    private fun homeOf(info: KeyInfo): KeyHome = when {
        Build.VERSION.SDK_INT < Build.VERSION_CODES.S -> if (info.isInsideSecureHardware) KeyHome.TEE else KeyHome.SOFTWARE
        info.securityLevel == KeyProperties.SECURITY_LEVEL_STRONGBOX -> KeyHome.STRONGBOX
        info.securityLevel == KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT -> KeyHome.TEE
        else -> KeyHome.SOFTWARE
    }

    private fun <T> use(name: String, what: (Key) -> T): T = try {
        what(store.getKey(alias(name), null) ?: throw DeviceFailure.KeyMissing(name))
    } catch (invalidated: KeyPermanentlyInvalidatedException) {
        throw DeviceFailure.KeyInvalidated(name, invalidated)
    } catch (lost: UnrecoverableKeyException) {
        throw DeviceFailure.KeyInvalidated(name, lost)
    } catch (locked: UserNotAuthenticatedException) {
        throw DeviceFailure.KeyLocked(name, locked)
    } catch (changed: AEADBadTagException) {
        throw DeviceFailure.WrappedBroken(changed)
    } catch (other: GeneralSecurityException) {
        throw DeviceFailure.Broken("the key store failed", other)
    } catch (other: ProviderException) {
        throw DeviceFailure.Broken("the key store failed", other)
    }

    private fun generate(inStrongBox: (Boolean) -> Unit) {
        val strong = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
            context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)
        try {
            try {
                inStrongBox(strong)
            } catch (unavailable: ProviderException) {
                // Announced, but full or without this algorithm; the trusted environment has it.
                if (!strong || unavailable !is StrongBoxUnavailableException) throw unavailable
                inStrongBox(false)
            }
        } catch (failed: GeneralSecurityException) {
            throw DeviceFailure.Broken("the key store made no key", failed)
        } catch (failed: ProviderException) {
            throw DeviceFailure.Broken("the key store made no key", failed)
        }
    }

    private fun KeyGenParameterSpec.Builder.inStrongBox(strong: Boolean) = apply {
        if (strong && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) setIsStrongBoxBacked(true)
    }

    private fun alias(name: String) = PREFIX + name

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val PREFIX = "liuhen."
        const val GCM = "AES/GCM/NoPadding"
        const val NONCE_BYTES = 12
        const val TAG_BITS = 128
        const val WRAPPING_KEY_BITS = 256
    }
}
