package cn.liuhen.app

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import java.security.cert.CertificateFactory
import java.security.KeyStore

class CodesTest {
    private val text = "https://bureau.example:8443#LH2-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-0123456789ABCDEF-${"0f".repeat(32)}"

    /** A camera's picture of a code: grey on grey, rows with padding. */
    private fun picture(rowBytes: Int): ByteArray {
        val code = QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, HEIGHT, HEIGHT)
        return ByteArray(rowBytes * HEIGHT) { at ->
            val (x, y) = at % rowBytes to at / rowBytes
            (if (x < HEIGHT && code[x, y]) 60 else 170).toByte()
        }
    }

    @Test
    fun `a code is read from the brightness of a picture`() {
        assertEquals(text, Codes().read(picture(rowBytes = 704), 704, 640, HEIGHT))
    }

    @Test
    fun `a picture without a code says nothing`() {
        val codes = Codes()
        assertNull(codes.read(ByteArray(640 * HEIGHT), 640, 640, HEIGHT))
        assertEquals("and the next one is read all the same", text, codes.read(picture(640), 640, 640, HEIGHT))
    }

    @Test
    fun `certificates are written as every reader of PEM expects them`() {
        val store = KeyStore.getInstance(java.io.File(System.getProperty("java.home"), "lib/security/cacerts"), null as CharArray?)
        val name = store.aliases().nextElement()
        val der = store.getCertificate(name).encoded
        val read = CertificateFactory.getInstance("X.509").generateCertificate(pem(der).byteInputStream())
        assertEquals(der.toList(), read.encoded.toList())
    }

    private companion object {
        const val HEIGHT = 480
    }
}
