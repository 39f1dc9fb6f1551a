package cn.liuhen.app

import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.PlanarYUVLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader

/** Reads the QR code of an invitation out of a camera's picture. What it says is for the core to judge. */
class Codes {
    private val reader = QRCodeReader()

    /**
     * The text of the code in a picture, or null when there is none.
     *
     * @param luma brightness, a byte a pixel, rows of [rowBytes].
     */
    fun read(luma: ByteArray, rowBytes: Int, width: Int, height: Int): String? = try {
        val source = PlanarYUVLuminanceSource(luma, rowBytes, height, 0, 0, width, height, false)
        reader.decode(BinaryBitmap(HybridBinarizer(source)), HINTS).text
    } catch (_: ReaderException) {
        null
    } finally {
        reader.reset()
    }

    private companion object {
        val HINTS = mapOf(DecodeHintType.TRY_HARDER to true)
    }
}
