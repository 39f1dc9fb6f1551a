package cn.liuhen.app

import androidx.compose.ui.InternalComposeUiApi
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.runSkikoComposeUiTest
import androidx.compose.ui.unit.Density
import cn.liuhen.shell.rig.Bureau
import cn.liuhen.shell.rig.FolderCard
import cn.liuhen.shell.rig.RecorderNearby
import cn.liuhen.shell.rig.Repository
import cn.liuhen.shell.rig.TestPhone
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.io.File

/**
 * An officer's day with fingers on the drawn app: the real screens over the real models, the real core and a real bureau's process.
 * The pictures are left in `out/android/`, in order; what reached the bureau is read from a package that it makes.
 */
@OptIn(ExperimentalTestApi::class, InternalComposeUiApi::class)
class DayTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun `an officer's day from joining the bureau to the proof that everything is stored`() {
        val records = lived("day") { outside, bureau ->
            join(outside, bureau)
            pairRecorder()
            begin()
            announce()
            photograph()
            recordSoundAndVideo()
            useRecorder()
            fill()
            review(listOf("照片", "录音", "录像"))
            sign()
            close()
            copyCard()
            synchronise()
        }
        for (kind in listOf("recorder_paired", "recorder_event", "review_confirmed", "file_imported", "file_assigned", "session_closed")) {
            assertTrue(kind, records.any { "\"kind\":\"$kind\"" in it })
        }
    }

    @Test
    fun `a party that cannot sign is on record with the reason and the witness`() {
        val records = lived("inability") { outside, bureau ->
            join(outside, bureau)
            begin()
            announce()
            photograph()
            noteInability()
            close()
            synchronise()
        }
        val noted = records.filter { "\"state\":\"unable\"" in it }
        assertTrue("$records", noted.size == 1 && listOf("右手骨折", "陈社区", "示例社区居委会").all { it in noted.single() })
    }

    /** A day on a new phone at a new bureau; gives the records in the package that the bureau makes of it. */
    private fun lived(pictures: String, story: OfficerDay.(Outside, Bureau) -> Unit): List<String> =
        Bureau(folder.newFolder("bureau")).use { bureau ->
            TestPhone(folder.newFolder("phone")).use { phone ->
                phone.between = { RecorderNearby(it) }
                phone.card = FolderCard(card())
                runBlocking { phone.live() }
                runSkikoComposeUiTest(size = Size(Fingers.WIDTH, Fingers.HEIGHT), density = Density(Fingers.DENSITY, 1f)) {
                    val hand = Fingers(this, File(Repository.root, "out/android/$pictures").apply { deleteRecursively() })
                    val outside = Fingers.outside()
                    setContent { OfficerApp(phone.shell, outside) }
                    OfficerDay(hand, phone).story(outside, bureau)
                }
                runBlocking { phone.die() }
            }
            bureau.packaged(File(folder.root, "package"))
        }

    /** A recorder's card with one film whose name tells nothing. */
    private fun card(): File = folder.newFolder("card").also { card ->
        File(card, OfficerDay.FILE).apply { parentFile.mkdirs() }.writeBytes(Repository.media("scene.mp4"))
    }
}
