package cn.liuhen.shell

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class DraftTest {
    @Test
    fun fields_come_back_as_they_were_typed() {
        val fields = mapOf("f.findings" to "第一行=12人\n第二行 % + &", "空 格" to "=", "officers" to "li-wen\nding-yi")
        assertEquals(fields, Draft.decoded(Draft.encoded(fields)))
    }

    @Test
    fun nothing_kept_is_no_field() {
        assertEquals(emptyMap<String, String>(), Draft.decoded(""))
        assertEquals("", Draft.encoded(emptyMap()))
    }
}
