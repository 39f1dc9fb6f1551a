package cn.liuhen.ui

import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** Draws every screen in every state and looks at what TalkBack and an eye would find. The pictures are left in `out/android`. */
class PicturesTest {
    private val out = File(Story.root, "out/android")

    @ParameterizedTest
    @MethodSource("looks")
    internal fun `every state is drawn whole, labelled, and large enough to touch`(look: Look) {
        val folder = File(out, look.name.lowercase())
        folder.mkdirs()
        val sheet = ContactSheet("$look")
        val wrong = AllShots.flatMap { shot ->
            draw(shot, look) { drawn ->
                File(folder, "${shot.name}.png").writeBytes(png(drawn.picture))
                sheet.add(shot, drawn.picture)
                findings(drawn, look.lang).map { "${shot.name}: $it" }
            }
        }
        File(out, "sheet-${look.name.lowercase()}.png").writeBytes(sheet.png())
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun `no two states have one name`() {
        val names = AllShots.map { it.name }
        assertEquals(names.size, names.toSet().size)
        assertTrue(names.size > 90, "${names.size}")
    }

    internal companion object {
        /** All, or those that `liuhen.looks` names. */
        @JvmStatic
        fun looks(): List<Look> = System.getProperty("liuhen.looks")?.split(',')?.map(Look::valueOf) ?: Look.entries
    }
}
