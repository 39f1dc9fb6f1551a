#!/usr/bin/env python3
"""A body recorder as a real GATT server: the Liuhen Recorder Profile, written from spec/recorder-profile.md without
any of our code.

    recorder.py tcp-server:127.0.0.1:9100            a virtual radio; a Bluetooth host attaches there by HCI (H4)
    recorder.py --radio usb:0                        a real Bluetooth adapter, for trying a phone by hand

Needs bumble 0.0.236 from PyPI. Its battery, card, clock and faults can be changed while it runs, one command a line, over
the socket that --control names (a path, or a port on 127.0.0.1): `help` lists them.
"""
import argparse
import asyncio
import datetime
import hashlib
import logging
import os
import random
import struct
import time
from pathlib import Path

from bumble import att
from bumble.controller import Controller
from bumble.core import AdvertisingData, UUID
from bumble.device import Device, Host
from bumble.gatt import Characteristic, CharacteristicValue, Descriptor, Service
from bumble.hci import Address, HCI_AclDataPacket, HCI_LE_Extended_Advertising_Report_Event
from bumble.keys import JsonKeyStore
from bumble.link import LocalLink
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.profiles.battery_service import BatteryService
from bumble.profiles.device_information_service import DeviceInformationService
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_LIST_BYTES = 2_097_152
OK, UNKNOWN, MALFORMED, RECORDING, NOT_RECORDING, CARD, BUSY, BATTERY, TOO_SMALL, NO_LIST = range(10)
START, STOP, MARK, PROVE, LIST_OPEN, LIST_READ = 0x01, 0x02, 0x03, 0x04, 0x10, 0x11
READY, FULL, ABSENT, DAMAGED = range(4)


def uuid(number: int) -> UUID:
    return UUID(f"5b24{number:04x}-409c-44f3-86c9-83b798ad51d8")


class Faults:
    """What goes wrong, each off by default. Set by --fault NAME=VALUE or `fault NAME VALUE`."""

    def __init__(self) -> None:
        self.drop_percent = 0  # of notifications, lost at random
        self.burst = 0  # this many notifications in a row are lost, of every four times as many
        self.mute = 0  # 1: requests are not answered
        self.busy = 0  # this many requests are answered BUSY
        self.total = 0  # LIST_OPEN claims this many bytes
        self.digest = 0  # 1: LIST_OPEN tells another digest
        self.offset = 0  # is added to the offset of every chunk
        self.stretch = 0  # chunks are this many bytes longer
        self.endless = 0  # 1: chunks are sent over and over, and the response never
        self.change = 0  # this many LIST_READs are answered NO_LIST
        self.cut = 0  # the connection is cut after this many notifications, once
        self.reboot = 0  # instead of answering this LIST_OPEN it is off for a second, as when its battery is swapped
        self.stale = 0  # 1: responses carry the request id before

    def set(self, name: str, value: str) -> None:
        if name not in vars(self):
            raise ValueError(f"faults: {', '.join(vars(self))}")
        setattr(self, name, int(value))


class Camera:
    """Everything but the radio: battery, card, clock, files."""

    def __init__(self, like: argparse.Namespace) -> None:
        self.like = like
        self.random = random.Random(like.seed)
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"key {like.seed}".encode()).digest())
        self.battery, self.free, self.card = float(like.battery), like.free_bytes, READY
        self.offset_ms, self.set_at = like.clock_offset_ms, self.true_ms()
        self.settled = self.set_at
        self.recording = None
        self.files: list[str] = []
        self.count = 0
        started = int(self.clock_ms()) - like.files * 360_000 - 600_000
        for n in range(like.files):
            begin = started + n * 360_000 + self.random.randrange(1000)
            secs = self.random.randrange(30, 300)
            content = self.random.randbytes(min(secs, 64) * 100) if like.card else b""
            length = len(content) or secs * like.bytes_per_sec + self.random.randrange(like.bytes_per_sec)
            digest = hashlib.sha256(content).hexdigest() if content else self.random.randbytes(32).hex()
            self.add(self.name(begin), length, digest, begin, begin + secs * 1000, n % 17 == 5, content)

    def true_ms(self) -> float:
        return time.time() * 1000

    def clock_ms(self) -> float:
        now = self.true_ms()
        return now + self.offset_ms + (now - self.set_at) * self.like.drift_ppm / 1e6

    def settle(self) -> None:
        """Brings battery and card forward to now."""
        now = self.true_ms()
        secs, self.settled = max(0.0, now - self.settled) / 1000, now
        rate = self.like.drain_recording if self.recording else self.like.drain_idle
        self.battery = max(0.0, self.battery - rate * secs / 3600)
        if self.recording:
            used = min(self.free, int(secs * self.like.bytes_per_sec))
            self.free -= used
            self.recording["length"] += used
            if self.free == 0:
                self.card = FULL
                self.close()

    def name(self, begin: int) -> str:
        self.count += 1
        at = datetime.datetime.fromtimestamp(begin // 1000, datetime.timezone(datetime.timedelta(hours=8)))
        return f"{self.like.id_code}{self.like.serial}_{self.like.officer_no}_{at:%Y%m%d%H%M%S}_{self.count:04d}.MP4"

    def add(self, name, length, digest, begin, end, important, content=b"") -> None:
        mark = "important" if important else "-"
        self.files.append(f"{name}\t{length}\t{digest}\t{begin}\t{end}\t{mark}\n")
        if self.like.card:
            folder = Path(self.like.card) / "DCIM" / "100MEDIA"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            (Path(self.like.card) / "sn.txt").write_text(self.like.officer_no, "utf-8")

    def start(self):
        self.settle()
        if self.recording:
            return RECORDING, b""
        if self.card != READY:
            return CARD, b""
        if self.battery < 2:
            return BATTERY, b""
        begin = int(self.clock_ms())
        self.recording = {"name": self.name(begin), "begin": begin, "length": 0, "important": False}
        return self.moment(begin)

    def moment(self, at: int):
        return OK, struct.pack("<q", at) + self.recording["name"].encode()

    def stop(self):
        self.settle()
        if not self.recording:
            return NOT_RECORDING, b""
        answer = self.moment(int(self.clock_ms()))
        self.close()
        return answer

    def mark(self):
        self.settle()
        if not self.recording:
            return NOT_RECORDING, b""
        self.recording["important"] = True
        return self.moment(int(self.clock_ms()))

    def close(self) -> None:
        file, self.recording = self.recording, None
        content = self.random.randbytes(min(file["length"], 1 << 20))
        # A simulated file is at most 1 MiB long on the card, so that it can be kept and digested.
        self.add(file["name"], len(content), hashlib.sha256(content).hexdigest(), file["begin"], int(self.clock_ms()),
                 file["important"], content)

    def identity(self) -> bytes:
        like = self.like
        fields = [like.id_code, like.serial, like.officer_no, like.officer_name, like.unit_no, like.unit_name,
                  like.model, like.firmware]
        return b"\x01" + b"".join(bytes([len(f.encode())]) + f.encode() for f in fields)

    def state(self) -> bytes:
        self.settle()
        elapsed = int((self.clock_ms() - self.recording["begin"]) / 1000) if self.recording else 0
        left = min(self.free // self.like.bytes_per_sec, 0xFFFFFFFE)
        return struct.pack("<BBBBQII", 1 if self.recording else 0, self.percent(), self.card, 0, self.free, left,
                           max(0, elapsed))

    def percent(self) -> int:
        self.settle()
        return max(1, round(self.battery)) if self.battery > 0 else 0

    def text(self) -> bytes:
        lines, length = [], 0
        for line in reversed(self.files):
            length += len(line.encode())
            if length > MAX_LIST_BYTES:
                break
            lines.append(line)
        return "".join(reversed(lines)).encode()

    def current_time(self) -> bytes:
        ms = int(self.clock_ms())
        at = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
        return struct.pack("<HBBBBBBBB", at.year, at.month, at.day, at.hour, at.minute, at.second, at.isoweekday(),
                           ms % 1000 * 256 // 1000, 1)

    def set_time(self, value: bytes) -> int:
        """Gives the ATT error to answer, or 0."""
        if len(value) != 10:
            return 0x0D
        if self.recording:
            return 0x81
        year, month, day, hour, minute, second, _, fraction, _ = struct.unpack("<HBBBBBBBB", value)
        try:
            at = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)
        except ValueError:
            return 0x13
        self.set_at = self.true_ms()
        self.offset_ms = at.timestamp() * 1000 + (0 if self.like.whole_seconds else fraction * 1000 / 256) - self.set_at
        return 0x80 if self.like.whole_seconds and fraction else 0


class Button(PairingDelegate):
    """Pairing is accepted in pairing mode only; bumble answers Pairing Not Supported otherwise (3.6)."""

    def __init__(self, recorder) -> None:
        super().__init__(PairingDelegate.NO_OUTPUT_NO_INPUT)
        self.recorder = recorder

    async def accept(self) -> bool:
        return time.monotonic() <= self.recorder.pairing_until


class Recorder:
    """The radio side: services, requests, notifications."""

    def __init__(self, device: Device, camera: Camera, faults: Faults) -> None:
        self.device, self.camera, self.faults = device, camera, faults
        self.connection = None
        self.pairing_until = float("inf") if camera.like.pairing == "always" else 0.0
        self.tasks: set[asyncio.Task] = set()
        self.forget()
        p, encrypted = Characteristic.Properties, (Characteristic.READABLE | Characteristic.READ_REQUIRES_ENCRYPTION)
        writable = Characteristic.WRITEABLE | Characteristic.WRITE_REQUIRES_ENCRYPTION
        self.state_value = self.notifying(0x0004, p.READ | p.NOTIFY, encrypted, lambda _: camera.state())
        self.response = self.notifying(0x0006, p.NOTIFY, encrypted)
        self.list = self.notifying(0x0007, p.NOTIFY, encrypted)
        features = struct.pack("<BBH", 0, 0, 0b0011_1111)
        own = Service(uuid(0x0001), [
            Characteristic(uuid(0x0002), p.READ, Characteristic.READABLE, features),
            Characteristic(uuid(0x0003), p.READ, encrypted, CharacteristicValue(read=lambda _: camera.identity())),
            self.state_value,
            Characteristic(uuid(0x0005), p.WRITE, writable, CharacteristicValue(write=self.on_control)),
            self.response,
            self.list,
        ])
        current = Characteristic(UUID.from_16_bits(0x2A2B), p.READ | p.WRITE, encrypted | writable,
                                 CharacteristicValue(read=lambda _: camera.current_time(), write=self.on_time))
        local = Characteristic(UUID.from_16_bits(0x2A0F), p.READ, encrypted, b"\x00\x00")
        self.battery = BatteryService(lambda _: camera.percent())
        information = DeviceInformationService(
            manufacturer_name="Liuhen", model_number=camera.like.model, serial_number=camera.like.serial,
            firmware_revision=camera.like.firmware)
        device.add_services([own, self.battery, information, Service(UUID.from_16_bits(0x1805), [current, local])])

    def notifying(self, number, properties, permissions, read=None) -> Characteristic:
        """A characteristic whose subscription needs encryption, too (2.2)."""
        characteristic = Characteristic(uuid(number), properties, permissions,
                                        CharacteristicValue(read=read) if read else b"")
        characteristic.descriptors = [Descriptor(
            UUID.from_16_bits(0x2902),
            att.Attribute.READABLE | att.Attribute.READ_REQUIRES_ENCRYPTION | att.Attribute.WRITEABLE
            | att.Attribute.WRITE_REQUIRES_ENCRYPTION,
            self.device.gatt_server.make_descriptor_value(characteristic))]
        return characteristic

    def forget(self) -> None:
        """What does not survive a connection."""
        self.last_request, self.last_response = None, b""
        self.snapshot, self.list_id = None, 0
        self.sent, self.in_burst = 0, 0

    # ---- connections

    def on_connection(self, connection) -> None:
        self.connection = connection
        self.forget()
        print("connected", flush=True)
        connection.on("disconnection", self.on_disconnection)
        connection.on("pairing", self.on_pairing)

    def on_disconnection(self, _reason) -> None:
        self.connection = None
        print("disconnected", flush=True)

    def on_pairing(self, keys) -> None:
        if keys.ltk is None:  # legacy pairing (3.5)
            self.later(self.connection.disconnect())
            return
        if self.camera.like.pairing != "always":
            self.pairing_until = 0.0
        print("paired", flush=True)

    def pairing_config(self, _connection):
        return PairingConfig(sc=True, mitm=False, bonding=True, delegate=Button(self))

    async def advertise(self) -> None:
        own = bytes(AdvertisingData([(AdvertisingData.FLAGS, b"\x06"),
                                     (AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, uuid(1).to_bytes())]))
        name = bytes(AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, self.camera.like.name.encode())]))
        self.device.advertising_data, self.device.scan_response_data = own, name
        await self.device.start_advertising(auto_restart=True, advertising_interval_min=60, advertising_interval_max=60)

    def later(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # ---- requests

    def on_time(self, _connection, value: bytes) -> None:
        if error := self.camera.set_time(bytes(value)):
            raise att.ATT_Error(error)

    def subscribed(self, connection, characteristic) -> bool:
        cccds = self.device.gatt_server.subscribers.get(connection) or {}
        return (cccds.get(characteristic.handle) or b"\0")[0] & 1 == 1

    def on_control(self, connection, value: bytes) -> None:
        if not self.subscribed(connection, self.response):
            raise att.ATT_Error(0xFD)
        self.later(self.serve(connection, bytes(value)))

    async def serve(self, connection, request: bytes) -> None:
        if len(request) < 2 or request[1] == 0 or self.faults.mute:
            return
        operation, ident = request[0], request[1]
        if request == self.last_request and operation != LIST_READ:
            await self.notify(connection, self.response, self.last_response)
            return
        if operation == LIST_OPEN and self.faults.reboot:
            self.faults.reboot -= 1
            if self.faults.reboot == 0:
                self.later(self.reboot(1.0))
                return
        if self.faults.busy:
            self.faults.busy -= 1
            status, payload = BUSY, b""
        else:
            status, payload = await self.act(connection, operation, ident, request[2:])
        if status == OK and 3 + len(payload) > connection.att_mtu - 3:
            status = TOO_SMALL
        if self.faults.stale:
            ident = ident - 1 or 255
        response = bytes([operation | 0x80, ident, status]) + (payload if status == OK else b"")
        self.last_request, self.last_response = request, response
        await self.notify(connection, self.response, response)
        if operation in (START, STOP, MARK):
            await self.notify(connection, self.state_value, self.camera.state())

    async def act(self, connection, operation, ident, parameters):
        if operation == LIST_READ:
            return await self.read_list(connection, ident, parameters)
        sizes = {START: 0, STOP: 0, MARK: 0, LIST_OPEN: 0, PROVE: 32}
        if operation not in sizes:
            return UNKNOWN, b""
        if len(parameters) != sizes[operation]:
            return MALFORMED, b""
        if operation == PROVE:
            signed = b"liuhen.recorder/v1\n" + parameters + self.camera.identity()
            public = self.camera.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return OK, public + self.camera.key.sign(signed)
        if operation == LIST_OPEN:
            self.snapshot, self.list_id = self.camera.text(), self.list_id + 1
            digest = hashlib.sha256(self.snapshot + b"x" * self.faults.digest).digest()
            length = self.faults.total or len(self.snapshot)
            return OK, struct.pack("<III", self.list_id, length, self.snapshot.count(b"\n")) + digest
        status, payload = {START: self.camera.start, STOP: self.camera.stop, MARK: self.camera.mark}[operation]()
        if 3 + len(payload) > connection.att_mtu - 3:
            payload = payload[:8]  # without the name (5.5)
        return status, payload

    async def read_list(self, connection, ident, parameters):
        if not 11 <= len(parameters) <= 42:
            return MALFORMED, b""
        list_id, size, first = struct.unpack("<IHI", parameters[:10])
        if self.snapshot is None or list_id != self.list_id:
            return NO_LIST, b""
        if self.faults.change:
            self.faults.change -= 1
            self.snapshot = None
            return NO_LIST, b""
        mask = int.from_bytes(parameters[10:], "little")
        wanted = [first + i for i in range(mask.bit_length()) if mask >> i & 1]
        total = self.faults.total or len(self.snapshot)
        if not 1 <= size <= connection.att_mtu - 8 or any(n * size >= total for n in wanted):
            return MALFORMED, b""
        while True:
            for n in wanted:
                at = n * size
                chunk = self.snapshot[at:at + size] + b"\0" * self.faults.stretch
                await self.notify(connection, self.list, struct.pack("<BI", ident, (at + self.faults.offset) & 0xFFFFFFFF) + chunk)
            if not self.faults.endless or self.connection is not connection:
                return OK, struct.pack("<H", len(wanted))

    async def notify(self, connection, characteristic, value: bytes) -> None:
        if self.connection is not connection:
            return
        self.sent += 1
        if self.faults.cut and self.sent >= self.faults.cut:
            self.faults.cut = 0
            await connection.disconnect()
            return
        if self.faults.burst:
            self.in_burst = (self.in_burst + 1) % (self.faults.burst * 4)
            if self.in_burst < self.faults.burst:
                return
        if self.faults.drop_percent and random.random() * 100 < self.faults.drop_percent:
            return
        await self.device.notify_subscriber(connection, characteristic, value)
        queue = connection.data_packet_queue
        if queue and queue.pending > 16:  # its own queue stays short (6.5)
            await connection.drain()
        elif self.sent % 8 == 0:
            await asyncio.sleep(0)

    async def watch(self) -> None:
        """Notifies battery and state as they change (4.4)."""
        told = None
        while True:
            await asyncio.sleep(1)
            state = self.camera.state()
            if self.connection and state[:3] != told:
                await self.notify(self.connection, self.state_value, state)
            told = state[:3]
            if self.camera.battery <= 0:
                print("battery empty", flush=True)
                await self.switch_off()
                return

    async def reboot(self, secs: float) -> None:
        """Its battery is swapped."""
        await self.switch_off()
        await asyncio.sleep(secs)
        await self.advertise()

    async def switch_off(self) -> None:
        self.camera.settle()
        if self.camera.recording:
            self.camera.close()
        await self.device.stop_advertising()
        if self.connection:
            await self.connection.disconnect()

    # ---- by hand

    async def command(self, line: str) -> str:
        words = line.split()
        camera = self.camera
        match words:
            case ["battery", percent]:
                camera.settle()
                camera.battery = float(percent)
            case ["free", count]:
                camera.settle()
                camera.free = int(count)
                camera.card = READY if camera.free else FULL
            case ["card", name]:
                camera.card = ["ready", "full", "absent", "damaged"].index(name)
            case ["clock", offset_ms]:
                camera.offset_ms, camera.set_at = float(offset_ms), camera.true_ms()
            case ["fault", name, value]:
                self.faults.set(name, value)
            case ["pairing", secs]:
                self.pairing_until = time.monotonic() + float(secs)
            case ["serial", serial]:  # another recorder under the same name and address
                camera.like.serial = serial
                camera.key = Ed25519PrivateKey.generate()
            case ["file"]:
                now = int(camera.clock_ms())
                camera.add(camera.name(now), 1000, hashlib.sha256(b"").hexdigest(), now - 1000, now, False)
            case ["start" | "stop" | "mark" as what]:
                return f"status {getattr(camera, what)()[0]}"
            case ["disconnect"]:
                if self.connection:
                    await self.connection.disconnect()
            case ["reboot", secs]:
                await self.reboot(float(secs))
            case ["state"]:
                return camera.state().hex()
            case ["list"]:
                return camera.text().hex()
            case _:
                return ("commands: battery P | free BYTES | card ready|full|absent|damaged | clock OFFSET_MS | "
                        "fault NAME VALUE | pairing SECS | serial TEXT | file | start | stop | mark | disconnect | "
                        "reboot SECS | state | list")
        return "done"

    async def serve_commands(self, reader, writer) -> None:
        while line := await reader.readline():
            try:
                answer = await self.command(line.decode())
            except Exception as error:  # a wrong command must not end the recorder
                answer = f"error: {error}"
            writer.write(answer.encode() + b"\n")
            await writer.drain()


class Air(LocalLink):
    """bumble 0.0.236 takes the sender's random address for the source of every LE packet, so that a central with a
    public address gets none. Here it is the address with which the connection was made."""

    def send_acl_data(self, sender_controller, destination_address, transport, data):
        connection = sender_controller.le_connections.get(destination_address)
        controller = self.find_le_controller(destination_address)
        if connection is None or controller is None:
            super().send_acl_data(sender_controller, destination_address, transport, data)
            return
        asyncio.get_running_loop().call_soon(controller.on_link_acl_data, connection.self_address, transport, data)


class Chip(Controller):
    """bumble 0.0.236 hands long packets over in one piece, while a Bluetooth host may count on 251 bytes at most. It answers a
    scan with the advertisement once more, and takes neither for the legacy advertising that it is: a host then waits in vain
    for the name."""

    def send_hci_packet(self, packet):
        if isinstance(packet, HCI_LE_Extended_Advertising_Report_Event):
            (report,), kind = packet.reports, packet.EventType
            if kind.SCAN_RESPONSE in report.event_type:
                report.data = self.scan_response(report.address)
            report.event_type |= (
                kind.LEGACY_ADVERTISING_PDU_USED | kind.CONNECTABLE_ADVERTISING | kind.SCANNABLE_ADVERTISING)
            packet = type(packet)([report])
        super().send_hci_packet(packet)

    def scan_response(self, address) -> bytes:
        controller = self.link.find_le_controller(address)
        sets = controller.advertising_sets.values() if controller else []
        return next((bytes(one.scan_response_data) for one in sets if one.enabled), b"")

    def on_link_acl_data(self, sender_address, transport, data):
        connection = self.le_connections.get(sender_address)
        for at in range(0, len(data), 251) if connection else ():
            part = data[at:at + 251]
            self.send_hci_packet(HCI_AclDataPacket(connection.handle, 1 if at else 2, 0, len(part), part))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transport", help="bumble transport: tcp-server:HOST:PORT, unix-server:PATH, usb:0 …")
    parser.add_argument("--radio", action="store_true", help="the transport is a real adapter, not a place to attach")
    parser.add_argument("--address", default="C4:F2:17:1A:1D:BB", help="random static address")
    parser.add_argument("--name", default="ZFY-0007")
    parser.add_argument("--id-code", default="LHSIM")
    parser.add_argument("--serial", default="SIM0001")
    parser.add_argument("--officer-no", default="210001")
    parser.add_argument("--officer-name", default="张伟")
    parser.add_argument("--unit-no", default="210300000000")
    parser.add_argument("--unit-name", default="劳动保障监察科")
    parser.add_argument("--model", default="留痕 模拟记录仪")
    parser.add_argument("--firmware", default="1.0.0")
    parser.add_argument("--seed", type=int, default=7, help="fixes key, names and content")
    parser.add_argument("--files", type=int, default=0, help="closed files on the card to begin with")
    parser.add_argument("--card", help="folder that is written like its card (DCIM/…, sn.txt)")
    parser.add_argument("--battery", type=float, default=87.0, help="percent")
    parser.add_argument("--drain-recording", type=float, default=11.0, help="percent an hour")
    parser.add_argument("--drain-idle", type=float, default=2.0, help="percent an hour")
    parser.add_argument("--free-bytes", type=int, default=51_539_607_552)
    parser.add_argument("--bytes-per-sec", type=int, default=750_000)
    parser.add_argument("--clock-offset-ms", type=float, default=4_730.0)
    parser.add_argument("--drift-ppm", type=float, default=18.0)
    parser.add_argument("--whole-seconds", action="store_true", help="its clock drops fractions when set")
    parser.add_argument("--pairing", choices=["always", "button"], default="always")
    parser.add_argument("--keys", help="file in which bonds are kept; else they end with the program")
    parser.add_argument("--control", help="path of a socket, or a port on 127.0.0.1, for commands")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


async def main() -> None:
    logging.basicConfig(level=os.environ.get("BUMBLE_LOGLEVEL", "ERROR").upper())
    like = parse_arguments()
    faults = Faults()
    for fault in like.fault:
        faults.set(*fault.split("=", 1))
    air = Air()
    transport = await open_transport(like.transport)
    if like.radio:
        host = Host(transport.source, transport.sink)
    else:
        Chip("phone", host_source=transport.source, host_sink=transport.sink, link=air,
                   public_address="C0:FF:EE:00:00:01")
        controller = Controller("recorder", link=air, public_address="C0:FF:EE:00:00:02")
        host = Host(controller, AsyncPipeSink(controller))
    device = Device(name=like.name, address=Address(like.address), host=host)
    recorder = Recorder(device, Camera(like), faults)
    device.pairing_config_factory = recorder.pairing_config
    device.on("connection", recorder.on_connection)
    await device.power_on()
    if like.keys:
        device.keystore = JsonKeyStore("recorder", like.keys)
    await recorder.advertise()
    if like.control:
        if like.control.isdigit():
            await asyncio.start_server(recorder.serve_commands, "127.0.0.1", int(like.control))
        else:
            await asyncio.start_unix_server(recorder.serve_commands, like.control)
    print("advertising", flush=True)
    await recorder.watch()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
