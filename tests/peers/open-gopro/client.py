"""GoPro's own client (PyPI: open-gopro) against the simulated camera of bridge-btle, without a radio: the client lets its caller
choose the BLE adapter, and this one speaks to whoever started this process, in lines of JSON.

Out: `{"ask": …}`, each answered by a line; `{"said": …}` at the end. In: answers, and `{"value": UUID, "hex": …}` at any time.
Bluetooth, bluetoothd and bleak are not in it: rung 2 has those.
"""

import asyncio
import json
import pathlib
import re
import sys
import tempfile
import threading
import time
from uuid import UUID

from open_gopro import WirelessGoPro
from open_gopro.models.constants import Toggle
from open_gopro.network.ble import BleUUID
from open_gopro.network.ble.controller import BLEController
from open_gopro.network.ble.services import Characteristic, CharProps, GattDB, Service
from open_gopro.network.wifi.controller import SsidState, WifiController

# What others print must not stand between the lines.
OUT, sys.stdout = sys.stdout, sys.stderr


def text(uuid):
    """A UUID in digits; the client's own say their names."""
    return str(UUID(int=uuid.int))


class Pipe(BLEController):
    """The camera at the other end of standard input and output; whichever was made last hears it."""

    now = None

    def __init__(self, exception_handler=None):
        super().__init__(exception_handler)
        self.loop = asyncio.get_running_loop()
        self.answers, self.table, self.handler, self.ended = [], {}, None, None
        Pipe.now = self

    @staticmethod
    def listen():
        for line in sys.stdin:
            Pipe.now.loop.call_soon_threadsafe(Pipe.now.hear, json.loads(line))

    def hear(self, told):
        if "value" in told:
            self.handler(self.table[told["value"]], bytearray.fromhex(told["hex"]))
        else:
            self.answers.pop(0).set_result(told)

    async def ask(self, what, **more):
        answer = self.loop.create_future()
        self.answers.append(answer)
        print(json.dumps({"ask": what, **more}), file=OUT, flush=True)
        told = await answer
        assert "error" not in told, told
        return told

    async def scan(self, token, timeout=5, service_uuids=None):
        name = (await self.ask("scan", services=[text(uuid) for uuid in service_uuids]))["name"]
        assert re.match(token, name), (token, name)
        return name

    async def connect(self, disconnect_cb, device, timeout=15):
        await self.ask("connect")
        self.ended = disconnect_cb
        return device

    async def pair(self, handle):
        await self.ask("bond")

    async def discover_chars(self, handle, uuids=None):
        table = (await self.ask("discover"))["table"]

        def named(text):
            return uuids[text] if text in uuids else BleUUID("unknown", hex=text)

        services = {}
        for at, (service, uuid, notifies) in enumerate(table):
            self.table[uuid] = at
            props = CharProps.NOTIFY if notifies else CharProps.WRITE_YES_RSP
            one = Characteristic(handle=at, uuid=named(uuid), props=props, init_descriptors=[])
            services.setdefault(service, []).append(one)
        return GattDB([Service(uuid=named(s), start_handle=0, init_chars=c) for s, c in services.items()])

    async def enable_notifications(self, handle, handler):
        self.handler = handler
        for uuid in self.table:
            await self.ask("subscribe", uuid=uuid)

    async def write(self, handle, uuid, data):
        await self.ask("write", uuid=text(uuid), hex=bytes(data).hex())

    async def read(self, handle, uuid):
        raise AssertionError("nothing of this camera is read")

    async def disconnect(self, handle):
        await self.ask("disconnect")
        self.ended(handle)


class NoWifi(WifiController):
    """The camera's Wi-Fi, which is not asked for."""

    async def connect(self, ssid, password, timeout=15):
        raise AssertionError("no Wi-Fi")

    async def disconnect(self):
        return True

    async def open(self, *_):
        raise AssertionError("no Wi-Fi")

    async def close(self):
        pass

    def current(self):
        return (None, SsidState.DISCONNECTED)

    def available_interfaces(self):
        return ["none"]

    def power(self, power):
        return True

    @property
    def is_on(self):
        return False


async def camera(folder, **more):
    ble = {WirelessGoPro.Interface.BLE}
    gopro = WirelessGoPro(
        ble_adapter=Pipe, wifi_adapter=NoWifi, interfaces=ble, cohn_db=pathlib.Path(folder, "cohn"), **more
    )
    await gopro.open()
    return gopro


async def ok(command):
    response = await command
    assert response.ok, response
    return response.data


async def main():
    with tempfile.TemporaryDirectory() as folder:
        # As its own programs open it: it waits for the camera to be idle, and for its word that it records.
        gopro = await camera(folder)
        info = await ok(gopro.ble_command.get_hardware_info())
        said = {
            "serial": info.serial_number,
            "model": info.model_name,
            "battery": await ok(gopro.ble_status.internal_battery_percentage.get_value()),
            "free_kb": await ok(gopro.ble_status.sd_card_remaining.get_value()),
            "now_ms": int(time.time() * 1000),
            "zone_minutes": (await ok(gopro.ble_command.get_date_time_tz_dst())).tzone,
        }
        await ok(gopro.ble_command.set_shutter(shutter=Toggle.ENABLE))
        await ok(gopro.ble_command.set_shutter(shutter=Toggle.DISABLE))
        await gopro.close()
        # While a camera records it holds back everything else, a mark too, unless it is told not to look.
        gopro = await camera(folder, maintain_state=False)
        await ok(gopro.ble_command.set_shutter(shutter=Toggle.ENABLE))
        said["recording"] = bool(await ok(gopro.ble_status.encoding.get_value()))
        await ok(gopro.ble_command.tag_hilight())
        await ok(gopro.ble_command.set_shutter(shutter=Toggle.DISABLE))
        await gopro.close()
        print(json.dumps({"said": said}), file=OUT, flush=True)


threading.Thread(target=Pipe.listen, daemon=True).start()
asyncio.run(main())
