package cn.liuhen.platform

import java.io.ByteArrayOutputStream

/** What a box of ISO/IEC 14496-12 is made of: big-endian numbers and other boxes (clause 4.2). */
internal class BoxBody {
    private val out = ByteArrayOutputStream()

    fun u8(vararg values: Int): Unit = values.forEach(out::write)

    fun u16(vararg values: Int): Unit = values.forEach { u8(it shr 8 and 0xFF, it and 0xFF) }

    fun u32(vararg values: Int): Unit = values.forEach { u16(it ushr 16, it and 0xFFFF) }

    fun u64(value: Long): Unit = u32((value ushr 32).toInt(), value.toInt())

    fun zeros(count: Int): Unit = repeat(count) { out.write(0) }

    fun bytes(value: ByteArray): Unit = out.write(value, 0, value.size)

    fun text(value: String): Unit = bytes(value.toByteArray(Charsets.US_ASCII))

    /** A box within. */
    fun box(type: String, fill: BoxBody.() -> Unit): Unit = bytes(boxed(type, fill))

    /** A box within that has a version and flags (clause 4.2). */
    fun full(type: String, version: Int = 0, flags: Int = 0, fill: BoxBody.() -> Unit): Unit = box(type) {
        u32(version shl 24 or flags)
        fill()
    }

    fun toByteArray(): ByteArray = out.toByteArray()
}

/** A whole box: its length, its type and what is in it. */
internal fun boxed(type: String, fill: BoxBody.() -> Unit): ByteArray {
    val body = BoxBody().apply(fill).toByteArray()
    return BoxBody().apply {
        u32(body.size + BOX_HEADER_BYTES)
        text(type)
        bytes(body)
    }.toByteArray()
}

/** Length and type. */
internal const val BOX_HEADER_BYTES = 8
