package cn.liuhen.shell.rig

import cn.liuhen.core.CardEntryGiven
import cn.liuhen.core.CardEntrySort
import cn.liuhen.core.CoreInterface
import cn.liuhen.core.FoundRecorder
import cn.liuhen.core.Radio
import cn.liuhen.core.RecorderCard
import cn.liuhen.core.RecorderConnection
import java.io.File
import java.io.RandomAccessFile

/** The core with one simulated recorder where a phone's radio would find a real one. */
class RecorderNearby(private val core: CoreInterface) : CoreInterface by core, AutoCloseable {
    override suspend fun scanRecorders(radio: Radio, secs: UInt): List<FoundRecorder> =
        listOf(FoundRecorder("simulated", NAME, STRENGTH_DBM, "profile"))

    override suspend fun connectRecorder(radio: Radio, found: FoundRecorder, recorderNo: String): RecorderConnection =
        core.connectSimulatedRecorder(SEED, recorderNo)

    override fun close() {
        (core as? AutoCloseable)?.close()
    }

    companion object {
        /** What it calls itself on the air. */
        const val NAME = "ZFY SIM0001"
        private const val STRENGTH_DBM: Short = -48
        private const val SEED = 7uL
    }
}

/** A recorder's card in a folder, as a phone's picker would give it. */
class FolderCard(private val dir: File) : RecorderCard {
    private fun at(path: List<String>) = path.fold(dir, ::File)

    private fun entry(file: File) =
        CardEntryGiven(file.relativeTo(dir).invariantSeparatorsPath.split('/'), CardEntrySort.File(file.length().toULong(), file.lastModified()))

    override fun entries(): List<CardEntryGiven> = dir.walkTopDown().filter { it.isFile }.map(::entry).toList()

    override fun read(path: List<String>, offset: ULong, maxBytes: UInt): ByteArray = RandomAccessFile(at(path), "r").use { file ->
        file.seek(offset.toLong())
        val piece = ByteArray(maxBytes.toInt())
        piece.copyOf(maxOf(0, file.read(piece)))
    }

    override fun look(path: List<String>): CardEntryGiven = entry(at(path))

    override fun isThere(): Boolean = dir.isDirectory
}
