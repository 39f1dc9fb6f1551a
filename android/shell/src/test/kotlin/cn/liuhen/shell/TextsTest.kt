package cn.liuhen.shell

import cn.liuhen.shell.recorder.FootageTexts
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class TextsTest {
    @Test
    fun one_thing_is_said_in_the_singular() {
        val counted = listOf<(Int) -> Sentence>(
            Texts.Sign::strokes, Texts.Documents::pages, Texts.Settings::days, { Texts.Today.more(it.toLong()) }, { FootageTexts.more(it.toLong()) },
        )
        val one = listOf("1 stroke", "1 page", "1 day", "1 more is not listed", "1 more file is not listed")
        val two = listOf("2 strokes", "2 pages", "2 days", "2 more are not listed", "2 more files are not listed")
        assertEquals(one, counted.map { it(1).en })
        assertEquals(two, counted.map { it(2).en })
        assertEquals("0 strokes", Texts.Sign.strokes(0).en)
        assertEquals("已写 1 笔", Texts.Sign.strokes(1).zh)
    }
}
