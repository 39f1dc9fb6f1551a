package cn.liuhen.platform

import cn.liuhen.core.Keystore
import cn.liuhen.core.KeystoreKind

/** The system's key store as the core wants it. */
class CoreKeystore(private val keys: AndroidKeystore) : Keystore {
    override fun makeSigningKey(name: String): ByteArray = forCore { keys.makeSigningKey(name) }

    override fun publicKey(name: String): ByteArray = forCore { keys.publicKey(name) }

    override fun sign(name: String, payload: ByteArray): ByteArray = forCore { keys.sign(name, payload) }

    override fun makeWrappingKey(name: String): Unit = forCore { keys.makeWrappingKey(name) }

    override fun wrap(name: String, plain: ByteArray): ByteArray = forCore { keys.wrap(name, plain) }

    override fun unwrap(name: String, wrapped: ByteArray): ByteArray = forCore { keys.unwrap(name, wrapped) }

    override fun erase(name: String): Unit = forCore { keys.erase(name) }

    override fun kind(): KeystoreKind = forCore {
        when (keys.home()) {
            KeyHome.SOFTWARE -> KeystoreKind.SOFTWARE
            KeyHome.TEE -> KeystoreKind.TEE
            KeyHome.STRONGBOX -> KeystoreKind.STRONGBOX
        }
    }
}
