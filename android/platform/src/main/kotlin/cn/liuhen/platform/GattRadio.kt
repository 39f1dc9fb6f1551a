package cn.liuhen.platform

import android.Manifest
import android.bluetooth.BluetoothAdapter
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothGatt
import android.bluetooth.BluetoothGattCharacteristic
import android.bluetooth.BluetoothGattDescriptor
import android.bluetooth.BluetoothManager
import android.bluetooth.BluetoothStatusCodes
import android.bluetooth.le.ScanCallback
import android.bluetooth.le.ScanFilter
import android.bluetooth.le.ScanResult
import android.bluetooth.le.ScanSettings
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.Build
import android.os.ParcelUuid
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.util.UUID

/** What a radio tells without being asked. UUIDs are lower-case text with dashes. */
sealed interface RadioNews {
    /** A peer was heard while scanning. */
    data class Found(val peer: String, val name: String?, val services: List<String>, val rssiDbm: Int) : RadioNews

    /** A characteristic that was subscribed to has a new value. */
    class Value(val characteristic: String, val payload: ByteArray) : RadioNews

    /** The peer is gone. */
    data class Disconnected(val why: Lost) : RadioNews

    /** Bonding began, succeeded or was taken back. */
    data class Bond(val state: Bonding) : RadioNews

    /** The radio was switched on or off. */
    data class Adapter(val on: Boolean) : RadioNews
}

/** Why a connection ended. */
enum class Lost { LOCAL, REMOTE, TIMED_OUT, AUTHENTICATION, UNKNOWN }

/** How a peer stands with this phone. */
enum class Bonding { NONE, PAIRING, BONDED }

/** A characteristic of the connected peer. */
data class GattEntry(
    val service: String,
    val uuid: String,
    val read: Boolean,
    val write: Boolean,
    val writeWithoutResponse: Boolean,
    val notify: Boolean,
)

/**
 * The phone's Bluetooth Low Energy as a central with one peer. Android allows one operation in flight for a connection:
 * here they queue. Nothing is asked of the system on its own callback thread.
 */
@Suppress("MissingPermission") // Every verb demands them first.
class GattRadio(private val context: Context) {
    private val manager = context.getSystemService(BluetoothManager::class.java)
    private val adapter: BluetoothAdapter? get() = manager?.adapter
    private val turn = Mutex()
    private val exchange = GattExchange { news(it) }
    private var gatt: BluetoothGatt? = null
    private var scanning: ScanCallback? = null

    @Volatile
    private var news: (RadioNews) -> Unit = {}

    /** Where news go from now on. They come on threads of the system: the listener only queues. */
    fun listen(listener: (RadioNews) -> Unit) {
        news = listener
    }

    /** Hears what the system tells of the adapter and of bonds, until the returned object is closed. */
    fun watch(): AutoCloseable {
        val receiver = object : BroadcastReceiver() {
            override fun onReceive(context: Context, intent: Intent) = told(intent)
        }
        val filter = IntentFilter(BluetoothAdapter.ACTION_STATE_CHANGED).apply { addAction(BluetoothDevice.ACTION_BOND_STATE_CHANGED) }
        // Both are protected broadcasts: only the system sends them.
        context.registerReceiver(receiver, filter)
        return AutoCloseable { context.unregisterReceiver(receiver) }
    }

    private fun told(intent: Intent) {
        when (intent.action) {
            BluetoothAdapter.ACTION_STATE_CHANGED -> when (intent.getIntExtra(BluetoothAdapter.EXTRA_STATE, BluetoothAdapter.ERROR)) {
                BluetoothAdapter.STATE_ON -> news(RadioNews.Adapter(true))
                BluetoothAdapter.STATE_OFF -> {
                    exchange.gone(Lost.UNKNOWN)
                    news(RadioNews.Adapter(false))
                }
            }
            BluetoothDevice.ACTION_BOND_STATE_CHANGED -> {
                @Suppress("DEPRECATION") // The typed form is broken on Android 13.
                val device = intent.getParcelableExtra<BluetoothDevice>(BluetoothDevice.EXTRA_DEVICE)
                if (device != null && device == gatt?.device) {
                    news(RadioNews.Bond(bonding(intent.getIntExtra(BluetoothDevice.EXTRA_BOND_STATE, BluetoothDevice.ERROR))))
                }
            }
        }
    }

    /** Begins to scan for peers that advertise any of [services]. @throws DeviceFailure */
    suspend fun scan(services: List<String>): Unit = turn.withLock {
        demand(scan = true)
        endScan()
        val scanner = ready().bluetoothLeScanner ?: throw DeviceFailure.RadioOff()
        val filters = services.map { ScanFilter.Builder().setServiceUuid(ParcelUuid.fromString(it)).build() }
        val settings = ScanSettings.Builder().setScanMode(ScanSettings.SCAN_MODE_LOW_LATENCY).build()
        scanner.startScan(filters, settings, Hearing().also { scanning = it })
    }

    /** Ends a scan. Asking twice is no error. */
    suspend fun stopScan(): Unit = turn.withLock { endScan() }

    private fun endScan() {
        val hearing = scanning ?: return
        scanning = null
        // With the adapter off there is no scanner, and no scan any more.
        adapter?.bluetoothLeScanner?.stopScan(hearing)
    }

    /** Connects and asks for the longest value that one write may carry. @throws DeviceFailure */
    suspend fun connect(peer: String): Unit = turn.withLock {
        demand()
        endScan()
        letGo()
        if (!BluetoothAdapter.checkBluetoothAddress(peer)) throw DeviceFailure.NotConnected()
        val device = ready().getRemoteDevice(peer)
        exchange.ask(CONNECT_MS, { exchange.link = it }) {
            gatt = device.connectGatt(context, false, exchange.callback, BluetoothDevice.TRANSPORT_LE)
            gatt != null
        }
        try {
            exchange.ask(ANSWER_MS, { exchange.mtu = it }) { connected().requestMtu(MTU_BYTES) }
        } catch (refused: DeviceFailure) {
            // A peer may stay with 23 bytes; only a lost link matters.
            if (refused is DeviceFailure.NotConnected) throw refused
        }
    }

    /** Ends the connection. Asking twice is no error. */
    suspend fun disconnect(): Unit = turn.withLock {
        if (gatt == null) return
        letGo()
        news(RadioNews.Disconnected(Lost.LOCAL))
    }

    private fun letGo() {
        val old = gatt ?: return
        gatt = null
        exchange.reset()
        old.disconnect()
        // Without this Android runs out of clients after 32 connections.
        old.close()
    }

    /** Every characteristic of the peer. @throws DeviceFailure */
    suspend fun discover(): List<GattEntry> = turn.withLock {
        demand()
        exchange.ask(ANSWER_MS, { exchange.discovery = it }) { connected().discoverServices() }
        connected().services.flatMap { service -> service.characteristics.map { entry(service.uuid, it) } }
    }

    /** @throws DeviceFailure */
    suspend fun read(characteristic: String): ByteArray = turn.withLock {
        demand()
        val what = find(characteristic)
        exchange.ask(ANSWER_MS, { exchange.reading = it }) { connected().readCharacteristic(what) }
    }

    /** @throws DeviceFailure */
    suspend fun write(characteristic: String, payload: ByteArray, withResponse: Boolean): Unit = turn.withLock {
        demand()
        val what = find(characteristic)
        if (payload.size > maxWriteBytes()) throw DeviceFailure.TooLong(maxWriteBytes())
        val kind = if (withResponse) BluetoothGattCharacteristic.WRITE_TYPE_DEFAULT else BluetoothGattCharacteristic.WRITE_TYPE_NO_RESPONSE
        exchange.ask(ANSWER_MS, { exchange.writing = it }) { send(connected(), what, payload, kind) }
    }

    @Suppress("DEPRECATION") // The only way before Android 13.
    private fun send(to: BluetoothGatt, what: BluetoothGattCharacteristic, payload: ByteArray, kind: Int): Boolean {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            return to.writeCharacteristic(what, payload, kind) == BluetoothStatusCodes.SUCCESS
        }
        what.writeType = kind
        what.value = payload
        return to.writeCharacteristic(what)
    }

    /** Has the peer tell of every change. @throws DeviceFailure */
    suspend fun subscribe(characteristic: String): Unit = turn.withLock {
        demand()
        val what = find(characteristic)
        val switch = what.getDescriptor(CCCD) ?: throw DeviceFailure.NotAllowed()
        val indicates = what.properties and BluetoothGattCharacteristic.PROPERTY_NOTIFY == 0
        val on = if (indicates) BluetoothGattDescriptor.ENABLE_INDICATION_VALUE else BluetoothGattDescriptor.ENABLE_NOTIFICATION_VALUE
        if (!connected().setCharacteristicNotification(what, true)) throw DeviceFailure.NotAllowed()
        exchange.ask(ANSWER_MS, { exchange.switching = it }) { turnOn(connected(), switch, on) }
    }

    @Suppress("DEPRECATION") // The only way before Android 13.
    private fun turnOn(at: BluetoothGatt, switch: BluetoothGattDescriptor, on: ByteArray): Boolean {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) return at.writeDescriptor(switch, on) == BluetoothStatusCodes.SUCCESS
        switch.value = on
        return at.writeDescriptor(switch)
    }

    /** The longest value that one write carries whole; a longer one without response would be cut by the system. */
    fun maxWriteBytes(): Int = exchange.mtuBytes - ATT_HEADER_BYTES

    /** @throws DeviceFailure */
    fun bondState(): Bonding {
        demand()
        return bonding(connected().device.bondState)
    }

    /** Has the system bond; how it went is told as [RadioNews.Bond]. @throws DeviceFailure */
    fun requestBond() {
        demand()
        if (bondState() == Bonding.NONE && !connected().device.createBond()) throw DeviceFailure.NotPaired()
    }

    private fun ready(): BluetoothAdapter = adapter?.takeIf { it.isEnabled } ?: throw DeviceFailure.RadioOff()

    private fun connected(): BluetoothGatt = gatt?.takeIf { exchange.connected || exchange.link != null } ?: throw DeviceFailure.NotConnected()

    private fun find(characteristic: String): BluetoothGattCharacteristic {
        val uuid = UUID.fromString(characteristic)
        return connected().services.firstNotNullOfOrNull { it.getCharacteristic(uuid) } ?: throw DeviceFailure.NotAllowed()
    }

    /** Before Android 12 the manifest's permissions suffice, but a scan wants the place. */
    private fun demand(scan: Boolean = false) {
        when {
            Build.VERSION.SDK_INT >= Build.VERSION_CODES.S -> {
                if (scan) context.demand(Manifest.permission.BLUETOOTH_SCAN)
                context.demand(Manifest.permission.BLUETOOTH_CONNECT)
            }
            scan -> context.demand(Manifest.permission.ACCESS_FINE_LOCATION)
        }
    }

    private inner class Hearing : ScanCallback() {
        override fun onScanResult(callbackType: Int, result: ScanResult) {
            val said = result.scanRecord
            news(
                RadioNews.Found(
                    peer = result.device.address,
                    name = said?.deviceName,
                    services = said?.serviceUuids.orEmpty().map { it.uuid.toString() },
                    rssiDbm = result.rssi,
                ),
            )
        }
    }

    companion object {
        private val CCCD: UUID = UUID.fromString("00002902-0000-1000-8000-00805f9b34fb")

        /** The longest that Android takes; Android 14 asks for it whatever is said. */
        private const val MTU_BYTES = 517
        private const val ATT_HEADER_BYTES = 3
        private const val CONNECT_MS = 30_000L

        /** The attribute protocol's own patience (Core 5.4, vol. 3, part F, §3.3.3) and a little. */
        private const val ANSWER_MS = 31_000L

        private fun bonding(state: Int): Bonding = when (state) {
            BluetoothDevice.BOND_BONDED -> Bonding.BONDED
            BluetoothDevice.BOND_BONDING -> Bonding.PAIRING
            else -> Bonding.NONE
        }

        private fun entry(service: UUID, it: BluetoothGattCharacteristic): GattEntry {
            fun has(bits: Int) = it.properties and bits != 0
            return GattEntry(
                service = service.toString(),
                uuid = it.uuid.toString(),
                read = has(BluetoothGattCharacteristic.PROPERTY_READ),
                write = has(BluetoothGattCharacteristic.PROPERTY_WRITE),
                writeWithoutResponse = has(BluetoothGattCharacteristic.PROPERTY_WRITE_NO_RESPONSE),
                notify = has(BluetoothGattCharacteristic.PROPERTY_NOTIFY or BluetoothGattCharacteristic.PROPERTY_INDICATE),
            )
        }
    }
}
