package cn.liuhen.platform

import cn.liuhen.core.Radio
import cn.liuhen.core.RadioBond
import cn.liuhen.core.RadioCharacteristic
import cn.liuhen.core.RadioEvent
import cn.liuhen.core.RadioEvents
import cn.liuhen.core.RadioEventsInterface
import cn.liuhen.core.RadioLost

/** The phone's Bluetooth as the core wants it. News of the adapter and of bonds come while [GattRadio.watch] is open. */
class CoreRadio(private val radio: GattRadio) : Radio {
    override fun listen(events: RadioEvents): Unit = tell(events)

    /** Where news go from now on. */
    internal fun tell(events: RadioEventsInterface): Unit = radio.listen { events.onEvent(it.event()) }

    override suspend fun scan(services: List<String>): Unit = forCore { radio.scan(services) }

    override suspend fun stopScan(): Unit = forCore { radio.stopScan() }

    override suspend fun connect(peer: String): Unit = forCore { radio.connect(peer) }

    override suspend fun disconnect(): Unit = forCore { radio.disconnect() }

    override suspend fun discover(): List<RadioCharacteristic> = forCore {
        radio.discover().map { RadioCharacteristic(it.service, it.uuid, it.read, it.write, it.writeWithoutResponse, it.notify) }
    }

    override suspend fun read(characteristic: String): ByteArray = forCore { radio.read(characteristic) }

    override suspend fun write(characteristic: String, payload: ByteArray, withResponse: Boolean): Unit =
        forCore { radio.write(characteristic, payload, withResponse) }

    override suspend fun subscribe(characteristic: String): Unit = forCore { radio.subscribe(characteristic) }

    override fun maxWriteBytes(): UInt = radio.maxWriteBytes().toUInt()

    override suspend fun bondState(): RadioBond = forCore { radio.bondState().bond() }

    override suspend fun requestBond(): Unit = forCore { radio.requestBond() }

    private fun RadioNews.event(): RadioEvent = when (this) {
        is RadioNews.Found -> RadioEvent.Found(peer, name, services, rssiDbm.toShort())
        is RadioNews.Value -> RadioEvent.Value(characteristic, payload)
        is RadioNews.Disconnected -> RadioEvent.Disconnected(
            when (why) {
                Lost.LOCAL -> RadioLost.LOCAL
                Lost.REMOTE -> RadioLost.REMOTE
                Lost.TIMED_OUT -> RadioLost.TIMED_OUT
                Lost.AUTHENTICATION -> RadioLost.AUTHENTICATION
                Lost.UNKNOWN -> RadioLost.UNKNOWN
            },
        )
        is RadioNews.Bond -> RadioEvent.Bond(state.bond())
        is RadioNews.Adapter -> RadioEvent.Adapter(on)
    }

    private fun Bonding.bond() = when (this) {
        Bonding.NONE -> RadioBond.NONE
        Bonding.PAIRING -> RadioBond.PAIRING
        Bonding.BONDED -> RadioBond.BONDED
    }
}
