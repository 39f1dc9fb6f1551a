package cn.liuhen.app

import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.util.Base64

/**
 * The certificates that this phone trusts, PEM: the core has a TLS of its own and cannot ask the system. Empty when the system
 * has no such store; a bureau whose key the invitation names needs none.
 */
internal fun systemRoots(): String = try {
    val store = KeyStore.getInstance("AndroidCAStore").apply { load(null) }
    store.aliases().asSequence().mapNotNull(store::getCertificate).joinToString("") { pem(it.encoded) }
} catch (_: GeneralSecurityException) {
    ""
} catch (_: IOException) {
    ""
}

/** RFC 7468. */
internal fun pem(der: ByteArray): String {
    val lines = Base64.getMimeEncoder(64, byteArrayOf('\n'.code.toByte())).encodeToString(der)
    return "-----BEGIN CERTIFICATE-----\n$lines\n-----END CERTIFICATE-----\n"
}
