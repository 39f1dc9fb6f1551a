package cn.liuhen.shell.rig

import cn.liuhen.shell.Place
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.TestInstance
import java.io.File
import java.nio.file.Files

/** Tests of one phone after the other at one bureau. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OfficerWithPhone {
    private val dir: File = Files.createTempDirectory("liuhen").toFile()
    private var phones = 0

    /** Where phones join. */
    protected lateinit var bureau: Bureau

    /** Another one for each test. */
    protected lateinit var phone: TestPhone

    /** The officer's. */
    protected lateinit var hand: Hand

    @BeforeAll
    fun startBureau() {
        bureau = Bureau(File(dir, "bureau"))
    }

    @AfterAll
    fun stopBureau() {
        bureau.close()
        dir.deleteRecursively()
    }

    @BeforeEach
    fun startPhone() = runBlocking {
        phone = TestPhone(File(dir, "phone-${phones++}"))
        hand = Hand(phone)
        phone.live()
        Unit
    }

    @AfterEach
    fun endPhone() = runBlocking {
        phone.die()
        phone.close()
    }

    /** The phone has joined and somebody is signed in. */
    protected suspend fun joined() {
        hand.enrol(bureau.anotherCode())
        hand.signIn()
    }

    /** An activity is open. */
    protected suspend fun opened() {
        joined()
        phone.shell.navigator.to(Place.SESSION_OPEN)
        hand.openSession()
    }
}

/** Keeps back the first answer that passes here, as a slow disk does. */
class Held {
    val came = CompletableDeferred<Unit>()
    val goesOn = CompletableDeferred<Unit>()

    suspend fun <T> pass(answer: T): T {
        if (came.complete(Unit)) goesOn.await()
        return answer
    }
}
