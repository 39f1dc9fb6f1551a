package cn.liuhen.platform

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import org.bouncycastle.jce.provider.BouncyCastleProvider
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.Principal
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey

/** A provider under the system's name with real keys in memory, which Robolectric does not have. */
class FakeKeyStore : Provider("AndroidKeyStore", 1.0, "for tests") {
    init {
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyPairGenerator.EC", Pairs::class.java.name)
        put("KeyGenerator.AES", Secrets::class.java.name)
    }

    companion object {
        val keys = HashMap<String, Any>()
        val specs = ArrayList<KeyGenParameterSpec>()
        var strongBoxFull = false

        /** What reading any key throws. */
        var broken: Exception? = null

        fun install() {
            keys.clear()
            specs.clear()
            strongBoxFull = false
            broken = null
            Security.removeProvider("AndroidKeyStore")
            Security.addProvider(FakeKeyStore())
        }

        private fun note(spec: AlgorithmParameterSpec): KeyGenParameterSpec {
            specs += spec as KeyGenParameterSpec
            if (strongBoxFull && spec.isStrongBoxBacked) throw StrongBoxUnavailableException()
            return spec
        }
    }

    class Pairs : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec
        override fun initialize(keysize: Int, random: SecureRandom?) = error("a key needs its spec")
        override fun initialize(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = params as KeyGenParameterSpec
        }

        override fun generateKeyPair(): KeyPair {
            note(spec)
            val real = KeyPairGenerator.getInstance("EC", BouncyCastleProvider()).apply { initialize(spec.algorithmParameterSpec) }
            return real.generateKeyPair().also { keys[spec.keystoreAlias] = it }
        }
    }

    class Secrets : KeyGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec
        override fun engineInit(random: SecureRandom?) = error("a key needs its spec")
        override fun engineInit(keysize: Int, random: SecureRandom?) = error("a key needs its spec")
        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = params as KeyGenParameterSpec
        }

        override fun engineGenerateKey(): SecretKey {
            note(spec)
            return KeyGenerator.getInstance("AES", BouncyCastleProvider()).apply { init(spec.keySize) }.generateKey().also { keys[spec.keystoreAlias] = it }
        }
    }

    class Store : KeyStoreSpi() {
        override fun engineGetKey(alias: String, password: CharArray?): Key? {
            broken?.let { throw it }
            return keys[alias].let { (it as? KeyPair)?.private ?: it as? Key }
        }

        override fun engineGetCertificate(alias: String): Certificate? = (keys[alias] as? KeyPair)?.let { Bare(it.public) }
        override fun engineDeleteEntry(alias: String) {
            keys.remove(alias)
        }

        override fun engineContainsAlias(alias: String): Boolean = alias in keys
        override fun engineAliases(): Enumeration<String> = Collections.enumeration(keys.keys)
        override fun engineSize(): Int = keys.size
        override fun engineIsKeyEntry(alias: String): Boolean = alias in keys
        override fun engineIsCertificateEntry(alias: String): Boolean = false
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null
        override fun engineGetCreationDate(alias: String): Date? = null
        override fun engineSetKeyEntry(a: String, k: Key, p: CharArray?, c: Array<Certificate>?) = error("not here")
        override fun engineSetKeyEntry(a: String, k: ByteArray, c: Array<Certificate>?) = error("not here")
        override fun engineSetCertificateEntry(a: String, c: Certificate) = error("not here")
        override fun engineGetCertificateAlias(c: Certificate): String? = null
        override fun engineStore(stream: OutputStream?, password: CharArray?) = Unit
    }

    private class Bare(private val key: PublicKey) : Certificate("bare") {
        override fun getEncoded(): ByteArray = key.encoded
        override fun verify(key: PublicKey) = Unit
        override fun verify(key: PublicKey, provider: String) = Unit
        override fun toString(): String = "bare"
        override fun getPublicKey(): PublicKey = key
    }
}
