package cn.liuhen.platform

import cn.liuhen.core.Clock
import cn.liuhen.core.ClockNow

/** The phone's clocks as the core wants them. */
class CoreClock(private val clock: PhoneClock) : Clock {
    override fun read(): ClockNow = clock.read().run { ClockNow(wallMs, zoneMinutes, monoMs, bootId) }
}
