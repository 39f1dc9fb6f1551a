package cn.liuhen.app

import android.app.Application
import cn.liuhen.platform.Synchronising
import cn.liuhen.shell.Texts
import kotlinx.coroutines.Dispatchers

/** The process: the core is opened when it starts, whether a screen or the system's scheduler started it. */
open class LiuhenApplication : Application(), Synchronising {
    /** The phone and the core. */
    lateinit var phone: Phone
        private set

    override val transferWords: String get() = Texts.Sync.Sending.text(phone.shell.lang.value)

    override fun onCreate() {
        super.onCreate()
        phone = made()
        phone.start()
    }

    /** Another phone in a test. */
    protected open fun made(): Phone = Phone(this, Dispatchers.Main.immediate, ::hardware)

    override suspend fun dayEnds(): String? = phone.shell.waiting()?.text(phone.shell.lang.value)

    override fun nextEvening(): Unit = phone.nextEvening()

    override suspend fun synchronise(hasNetwork: Boolean): Boolean = phone.shell.host.sync.runScheduled(hasNetwork)
}
