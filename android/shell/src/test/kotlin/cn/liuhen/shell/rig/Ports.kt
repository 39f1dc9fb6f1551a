package cn.liuhen.shell.rig

import cn.liuhen.core.ClockNow
import cn.liuhen.core.Clock
import cn.liuhen.core.InternetFound
import cn.liuhen.core.Keystore
import cn.liuhen.core.KeystoreKind
import cn.liuhen.core.Location
import cn.liuhen.core.Network
import cn.liuhen.core.NetworkNow
import cn.liuhen.core.Place
import cn.liuhen.core.PlatformFailure
import cn.liuhen.core.Position
import cn.liuhen.core.Reach
import java.io.File
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.SecureRandom
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.PKCS8EncodedKeySpec
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/** A keystore in a folder, so that keys outlive a phone's process. */
class FileKeystore(private val dir: File) : Keystore {
    init {
        dir.mkdirs()
    }

    private fun file(name: String, kind: String): File = File(dir, "$name.$kind")

    private fun read(name: String, kind: String): ByteArray =
        file(name, kind).takeIf { it.exists() }?.readBytes() ?: throw PlatformFailure.KeyMissing()

    override fun makeSigningKey(name: String): ByteArray {
        if (!file(name, "public").exists()) {
            val pair = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
            file(name, "private").writeBytes(pair.private.encoded)
            file(name, "public").writeBytes(pair.public.encoded)
        }
        return publicKey(name)
    }

    override fun publicKey(name: String): ByteArray = read(name, "public")

    override fun sign(name: String, payload: ByteArray): ByteArray {
        val key = KeyFactory.getInstance("EC").generatePrivate(PKCS8EncodedKeySpec(read(name, "private")))
        return Signature.getInstance("SHA256withECDSA").run {
            initSign(key)
            update(payload)
            sign()
        }
    }

    override fun makeWrappingKey(name: String) {
        if (!file(name, "secret").exists()) file(name, "secret").writeBytes(ByteArray(32).also { SecureRandom().nextBytes(it) })
    }

    private fun cipher(name: String, mode: Int, nonce: ByteArray): Cipher = Cipher.getInstance("AES/GCM/NoPadding").apply {
        init(mode, SecretKeySpec(read(name, "secret"), "AES"), GCMParameterSpec(128, nonce))
    }

    override fun wrap(name: String, plain: ByteArray): ByteArray {
        val nonce = ByteArray(12).also { SecureRandom().nextBytes(it) }
        return nonce + cipher(name, Cipher.ENCRYPT_MODE, nonce).doFinal(plain)
    }

    override fun unwrap(name: String, wrapped: ByteArray): ByteArray = try {
        cipher(name, Cipher.DECRYPT_MODE, wrapped.copyOf(12)).doFinal(wrapped.copyOfRange(12, wrapped.size))
    } catch (_: java.security.GeneralSecurityException) {
        throw PlatformFailure.WrappedBroken()
    }

    override fun erase(name: String) {
        for (kind in listOf("private", "public", "secret")) file(name, kind).delete()
    }

    override fun kind(): KeystoreKind = KeystoreKind.SOFTWARE
}

/** A phone that stands in front of the party's door. */
object DoorLocation : Location {
    override fun place(): Place = Place.Fixed(Position(391_234_567, 1_215_678_901, 800, System.currentTimeMillis()))
}

/** A network that a test turns on and off. */
class SwitchedNetwork : Network {
    private val office = NetworkNow(Reach.WIFI, metered = false, internet = InternetFound.UNKNOWN, ssid = "office")

    @Volatile
    var now = office

    override fun state(): NetworkNow = now

    fun office() {
        now = office
    }

    fun cut() {
        now = NetworkNow(Reach.NONE, metered = false, internet = InternetFound.UNKNOWN, ssid = null)
    }

    fun mobile() {
        now = NetworkNow(Reach.CELLULAR, metered = true, internet = InternetFound.REACHED, ssid = null)
    }
}

/** The computer's clock, which a test may move on. */
class MovableClock : Clock {
    @Volatile
    var aheadMs = 0L

    override fun read(): ClockNow = ClockNow(System.currentTimeMillis() + aheadMs, 480, System.nanoTime() / 1_000_000 + aheadMs, "test-boot")
}
