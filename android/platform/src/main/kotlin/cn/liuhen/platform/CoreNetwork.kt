package cn.liuhen.platform

import cn.liuhen.core.InternetFound
import cn.liuhen.core.Network
import cn.liuhen.core.NetworkNow
import cn.liuhen.core.Reach

/** The phone's networks as the core wants them. */
class CoreNetwork(private val facts: NetworkFacts) : Network {
    override fun state(): NetworkNow {
        val now = facts.state()
        return NetworkNow(
            reach = when (now.transport) {
                Transport.NONE -> Reach.NONE
                Transport.WIFI -> Reach.WIFI
                Transport.WIRED -> Reach.WIRED
                Transport.CELLULAR -> Reach.CELLULAR
            },
            metered = now.metered,
            internet = when (now.internet) {
                Internet.UNKNOWN -> InternetFound.UNKNOWN
                Internet.REACHED -> InternetFound.REACHED
                Internet.UNREACHED -> InternetFound.UNREACHED
                Internet.PORTAL -> InternetFound.PORTAL
            },
            ssid = now.ssid,
        )
    }
}
