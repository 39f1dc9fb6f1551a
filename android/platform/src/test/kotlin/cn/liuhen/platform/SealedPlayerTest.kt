package cn.liuhen.platform

import android.media.MediaDataSource
import android.media.MediaPlayer
import android.os.Handler
import android.os.Looper
import cn.liuhen.shell.port.PlayerState
import cn.liuhen.shell.port.SealedBytes
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowMediaPlayer
import org.robolectric.util.ReflectionHelpers
import kotlin.coroutines.CoroutineContext

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class SealedPlayerTest {
    private val main = object : CoroutineDispatcher() {
        private val handler = Handler(Looper.getMainLooper())
        override fun dispatch(context: CoroutineContext, block: Runnable) {
            handler.post(block)
        }
    }
    private val sources = ArrayList<Source>()
    private val players = ArrayList<MediaPlayer>()
    private val player = SealedPlayer(main, Dispatchers.Unconfined) { Source(it).also { made -> sources += made } }

    private class Source(bytes: SealedBytes, private val inner: SealedSource = SealedSource(bytes)) : MediaDataSource() {
        override fun getSize() = inner.size
        override fun readAt(position: Long, buffer: ByteArray, offset: Int, size: Int) = inner.readAt(position, buffer, offset, size)
        var isClosed = false
        override fun close() {
            isClosed = true
            inner.close()
        }
    }

    @Before
    fun system() {
        ShadowMediaPlayer.setMediaInfoProvider { ShadowMediaPlayer.MediaInfo(3_250, 0) }
        ShadowMediaPlayer.setCreateListener { made, _ -> players += made }
    }

    @After
    fun forget() = ShadowMediaPlayer.resetStaticState()

    private fun idle() = repeat(4) { shadowOf(Looper.getMainLooper()).idle() }

    private fun opened(): PlayerState {
        player.open(GivenBytes(FilmVector.file, "video/mp4"), video = true)
        idle()
        return player.state.value
    }

    @Test
    fun `a recording is opened at its start, silent`() {
        assertEquals(PlayerState(playing = false, positionMs = 0, durationMs = 3_250), opened())
        assertFalse(players.single().isPlaying)
    }

    @Test
    fun `a film's shape is told once it is known, and forgotten with the film`() {
        opened()
        assertNull(player.shape.value)
        val told = ReflectionHelpers.getField<MediaPlayer.OnVideoSizeChangedListener>(players.single(), "mOnVideoSizeChangedListener")
        told.onVideoSizeChanged(players.single(), 0, 0)
        assertNull("not known yet", player.shape.value)
        told.onVideoSizeChanged(players.single(), 1_080, 1_920)
        assertEquals(0.5625f, player.shape.value)
        player.close()
        assertNull(player.shape.value)
    }

    @Test
    fun `it plays, pauses and goes where it is told, and no further than its end`() {
        opened()
        player.play()
        idle()
        assertTrue(player.state.value.playing)
        player.pause()
        assertFalse(player.state.value.playing)
        player.seek(1_500)
        idle()
        assertEquals(1_500, player.state.value.positionMs)
        assertEquals(1_500, players.single().currentPosition)
        player.seek(99_000)
        assertEquals(3_250, player.state.value.positionMs)
    }

    @Test
    fun `whoever presses play too early is not forgotten`() {
        player.open(GivenBytes(FilmVector.file, "video/mp4"), video = true)
        player.play()
        idle()
        assertTrue(player.state.value.playing)
    }

    @Test
    fun `at its end it says so`() {
        opened()
        player.play()
        idle()
        shadowOf(players.single()).invokeCompletionListener()
        assertFalse(player.state.value.playing)
        assertEquals(3_250, player.state.value.positionMs)
    }

    @Test
    fun `what the system cannot play is told, and the system's player is let go`() {
        opened()
        shadowOf(players.single()).invokeErrorListener(MediaPlayer.MEDIA_ERROR_UNKNOWN, 0)
        assertTrue(player.state.value.failed)
        assertEquals(ShadowMediaPlayer.State.END, shadowOf(players.single()).state)
    }

    @Test
    fun `what the core cannot open is told`() {
        player.open(GivenBytes(FilmVector.file, "video/mp4", broken = true), video = true)
        idle()
        assertTrue(player.state.value.failed)
        assertTrue(players.isEmpty())
    }

    @Test
    fun `closing lets the system's player go, and the next recording begins anew`() {
        opened()
        player.play()
        player.close()
        assertEquals(PlayerState(), player.state.value)
        assertTrue(sources.single().isClosed)
        assertEquals(ShadowMediaPlayer.State.END, shadowOf(players.single()).state)
        assertEquals(3_250, opened().durationMs)
        assertEquals(2, players.size)
    }

    @Test
    fun `a recording that was closed while it was being opened does not end the one that was opened after it`() {
        val waiting = ArrayList<Runnable>()
        val disk = object : CoroutineDispatcher() {
            override fun dispatch(context: CoroutineContext, block: Runnable) {
                waiting += block
            }
        }
        val slow = SealedPlayer(main, disk) { Source(it) }
        slow.open(GivenBytes(FilmVector.file, "video/mp4", broken = true), video = true)
        idle()
        slow.close()
        slow.open(GivenBytes(FilmVector.file, "video/mp4"), video = true)
        idle()
        waiting.removeAt(1).run()
        idle()
        assertEquals(3_250, slow.state.value.durationMs)
        waiting.removeAt(0).run()
        idle()
        assertEquals(PlayerState(durationMs = 3_250), slow.state.value)
    }
}
