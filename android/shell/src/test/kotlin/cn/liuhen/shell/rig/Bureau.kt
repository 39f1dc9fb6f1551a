package cn.liuhen.shell.rig

import java.io.File
import java.util.concurrent.TimeUnit

/** The repository, as Maven tells it. */
object Repository {
    val root: File = File(System.getProperty("liuhen.root")).canonicalFile
    private val target: File = File(System.getProperty("liuhen.target")).canonicalFile

    /** The command, built from cli/. */
    val liuhen: File get() = File(target, "liuhen")

    fun media(name: String): ByteArray = File(root, "media/demo/$name").readBytes()

    fun example(name: String): File = File(root, "spec/examples/$name")
}

/** A real bureau: its own process, its own folder, a port of its own. */
class Bureau(private val data: File) : AutoCloseable {
    private val process: Process
    lateinit var url: String
        private set
    lateinit var enrolCode: String
        private set

    init {
        process = start()
    }

    private fun start(): Process {
        val command = listOf(Repository.liuhen.path, "bureau", "--data", data.path, "--officers", Repository.example("officers.json").path)
        val started = ProcessBuilder(command).redirectError(File(data.parentFile, "bureau.log")).start()
        val ready = started.inputStream.bufferedReader().readLine() ?: error("the bureau did not start, see ${data.parentFile}/bureau.log")
        url = text(ready, "url")
        enrolCode = text(ready, "enrol_code")
        return started
    }

    /** The same bureau with a code for one more phone. */
    fun anotherCode(): Bureau {
        val made = ProcessBuilder(Repository.liuhen.path, "bureau", "enrol", "--data", data.path).redirectError(ProcessBuilder.Redirect.DISCARD).start()
        enrolCode = made.inputStream.bufferedReader().readLine() ?: error("the bureau gave no code")
        made.waitFor()
        return this
    }

    /** Every record in a package that the bureau makes of everything it has. */
    fun packaged(out: File): List<String> {
        val made = ProcessBuilder(Repository.liuhen.path, "bureau", "package", "--data", data.path, "--out", out.path)
            .redirectErrorStream(true).redirectOutput(File(data.parentFile, "package.log")).start()
        check(made.waitFor() == 0) { File(data.parentFile, "package.log").readText() }
        return File(out, "data/records").walk().filter { it.extension == "json" }.map { it.readText() }.toList()
    }

    private fun text(json: String, name: String): String =
        Regex("\"$name\":\"([^\"]*)\"").find(json)?.groupValues?.get(1) ?: error("the bureau said no $name: $json")

    override fun close() {
        process.destroy()
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
    }
}
