package cn.liuhen.platform

import android.bluetooth.BluetoothGatt
import android.bluetooth.BluetoothGattCallback
import android.bluetooth.BluetoothGattCharacteristic
import android.bluetooth.BluetoothGattDescriptor
import android.bluetooth.BluetoothProfile
import android.os.Build
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.withTimeout

/** The question in flight and its answer: turns the system's callbacks into results. */
internal class GattExchange(private val news: (RadioNews) -> Unit) {
    @Volatile
    var connected = false
        private set

    /** What the peer agreed to; 23 until it was asked. */
    @Volatile
    var mtuBytes = SMALLEST_MTU_BYTES
        private set

    @Volatile
    var link: CompletableDeferred<Unit>? = null

    @Volatile
    var mtu: CompletableDeferred<Unit>? = null

    @Volatile
    var discovery: CompletableDeferred<Unit>? = null

    @Volatile
    var reading: CompletableDeferred<ByteArray>? = null

    @Volatile
    var writing: CompletableDeferred<Unit>? = null

    @Volatile
    var switching: CompletableDeferred<Unit>? = null

    /** Asks the system and waits for its answer. [place] is told where the answer is expected, then null. */
    suspend fun <T> ask(patienceMs: Long, place: (CompletableDeferred<T>?) -> Unit, question: () -> Boolean): T {
        val answer = CompletableDeferred<T>()
        place(answer)
        try {
            if (!question()) throw if (connected) DeviceFailure.NotAllowed() else DeviceFailure.NotConnected()
            return withTimeout(patienceMs) { answer.await() }
        } catch (_: TimeoutCancellationException) {
            throw DeviceFailure.TimedOut()
        } finally {
            place(null)
        }
    }

    /** Forgets the peer. */
    fun reset() {
        connected = false
        mtuBytes = SMALLEST_MTU_BYTES
        val gone = DeviceFailure.NotConnected()
        listOf(link, mtu, discovery, reading, writing, switching).forEach { it?.completeExceptionally(gone) }
    }

    /** The peer is gone, and nobody here wanted that. */
    fun gone(why: Lost) {
        val was = connected
        reset()
        if (was) news(RadioNews.Disconnected(why))
    }

    val callback = object : BluetoothGattCallback() {
        override fun onConnectionStateChange(gatt: BluetoothGatt, status: Int, newState: Int) {
            if (newState == BluetoothProfile.STATE_CONNECTED && status == BluetoothGatt.GATT_SUCCESS) {
                connected = true
                link?.complete(Unit)
            } else if (newState == BluetoothProfile.STATE_DISCONNECTED) {
                gone(lost(status))
            }
        }

        override fun onMtuChanged(gatt: BluetoothGatt, mtu: Int, status: Int) {
            if (status == BluetoothGatt.GATT_SUCCESS) mtuBytes = mtu
            answer(this@GattExchange.mtu, status, Unit)
        }

        override fun onServicesDiscovered(gatt: BluetoothGatt, status: Int) = answer(discovery, status, Unit)

        @Deprecated("Called before Android 13")
        @Suppress("DEPRECATION")
        override fun onCharacteristicRead(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic, status: Int) {
            // Newer systems call both.
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) answer(reading, status, characteristic.value ?: ByteArray(0))
        }

        override fun onCharacteristicRead(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic, value: ByteArray, status: Int) =
            answer(reading, status, value)

        override fun onCharacteristicWrite(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic, status: Int) =
            answer(writing, status, Unit)

        override fun onDescriptorWrite(gatt: BluetoothGatt, descriptor: BluetoothGattDescriptor, status: Int) =
            answer(switching, status, Unit)

        @Deprecated("Called before Android 13")
        @Suppress("DEPRECATION")
        override fun onCharacteristicChanged(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic) {
            // The system uses the same array again: take a copy here and now.
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) changed(characteristic, characteristic.value ?: ByteArray(0))
        }

        override fun onCharacteristicChanged(gatt: BluetoothGatt, characteristic: BluetoothGattCharacteristic, value: ByteArray) =
            changed(characteristic, value)
    }

    private fun changed(characteristic: BluetoothGattCharacteristic, value: ByteArray) =
        news(RadioNews.Value(characteristic.uuid.toString(), value.copyOf()))

    private fun <T> answer(to: CompletableDeferred<T>?, status: Int, value: T) {
        when (status) {
            BluetoothGatt.GATT_SUCCESS -> to?.complete(value)
            BluetoothGatt.GATT_INSUFFICIENT_AUTHENTICATION, BluetoothGatt.GATT_INSUFFICIENT_ENCRYPTION,
            BluetoothGatt.GATT_INSUFFICIENT_AUTHORIZATION,
            -> to?.completeExceptionally(DeviceFailure.NotPaired())
            BluetoothGatt.GATT_READ_NOT_PERMITTED, BluetoothGatt.GATT_WRITE_NOT_PERMITTED, BluetoothGatt.GATT_REQUEST_NOT_SUPPORTED,
            -> to?.completeExceptionally(DeviceFailure.NotAllowed())
            BluetoothGatt.GATT_INVALID_ATTRIBUTE_LENGTH -> to?.completeExceptionally(DeviceFailure.TooLong(mtuBytes - 3))
            else -> to?.completeExceptionally(if (status in 1..ATT_ERROR_MAX) DeviceFailure.Att(status) else DeviceFailure.TimedOut())
        }
    }

    private companion object {
        const val SMALLEST_MTU_BYTES = 23
        const val ATT_ERROR_MAX = 0xFF

        /** The controller's reasons (Core 5.4, vol. 1, part F), which Android passes on as they are. */
        fun lost(status: Int): Lost = when (status) {
            0x08 -> Lost.TIMED_OUT
            0x13, 0x14, 0x15 -> Lost.REMOTE
            0x16, 0 -> Lost.LOCAL
            0x05, 0x06, 0x3D -> Lost.AUTHENTICATION
            else -> Lost.UNKNOWN
        }
    }
}
