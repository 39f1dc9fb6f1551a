package cn.liuhen.platform

/** Frames of AAC-LC that each stand for themselves (ISO/IEC 13818-7, 6.2): a recording cut anywhere still plays. */
internal object Adts {
    /** Length of a header without checksum. */
    const val HEADER_BYTES = 7

    /** The longest frame that the 13 bits of its length can tell. */
    const val FRAME_MAX_BYTES = (1 shl 13) - 1

    private val RATES_HZ = listOf(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)

    /** Header of a frame with [payloadBytes] of one raw data block. */
    fun header(payloadBytes: Int, rateHz: Int, channels: Int): ByteArray {
        val rate = RATES_HZ.indexOf(rateHz)
        val frameBytes = payloadBytes + HEADER_BYTES
        require(rate >= 0 && channels in 1..7 && frameBytes <= FRAME_MAX_BYTES)
        return byteArrayOf(
            0xFF.toByte(),
            0xF1.toByte(), // MPEG-4, no checksum
            ((1 shl 6) or (rate shl 2) or (channels shr 2)).toByte(), // profile 1: LC
            (((channels and 3) shl 6) or (frameBytes shr 11)).toByte(),
            (frameBytes shr 3).toByte(),
            (((frameBytes and 7) shl 5) or 0x1F).toByte(), // fullness 0x7FF: variable rate
            0xFC.toByte(),
        )
    }
}
