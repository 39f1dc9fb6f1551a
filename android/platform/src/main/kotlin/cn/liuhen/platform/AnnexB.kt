package cn.liuhen.platform

/** H.264 as encoders give it, units after start codes (ITU-T H.264, annex B), and as MP4 wants it. */
internal object AnnexB {
    private const val SPS = 7
    private const val PPS = 8
    private const val DELIMITER = 9
    private const val TYPE = 0x1F

    /** The units without start codes and padding. */
    fun units(stream: ByteArray): List<ByteArray> {
        val starts = ArrayList<Int>()
        var at = 0
        while (at + 2 < stream.size) {
            if (stream[at] == ZERO && stream[at + 1] == ZERO && stream[at + 2] == ONE) {
                starts += at + 3
                at += 3
            } else {
                at += 1
            }
        }
        return starts.mapIndexedNotNull { index, from ->
            var to = if (index + 1 < starts.size) starts[index + 1] - 3 else stream.size
            // The zero of a longer start code, and zeros after a unit, belong to no unit.
            while (to > from && stream[to - 1] == ZERO) to -= 1
            if (to > from) stream.copyOfRange(from, to) else null
        }
    }

    /** A picture with the length of every unit before it (ISO/IEC 14496-15, 5.3.3); what the head already says is left out. */
    fun sample(stream: ByteArray): ByteArray = BoxBody().apply {
        for (unit in units(stream)) {
            if (unit[0].toInt() and TYPE in setOf(SPS, PPS, DELIMITER)) continue
            u32(unit.size)
            bytes(unit)
        }
    }.toByteArray()

    /** The sequence parameter set in what an encoder says of itself. */
    fun sps(config: ByteArray): ByteArray? = units(config).find { it[0].toInt() and TYPE == SPS }

    /** The picture parameter set in what an encoder says of itself. */
    fun pps(config: ByteArray): ByteArray? = units(config).find { it[0].toInt() and TYPE == PPS }

    private const val ZERO: Byte = 0
    private const val ONE: Byte = 1
}
