"""The phone's hardware as a test has it: software keys, no place, a cable. One class for each port of the membrane."""

import os
import threading

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import liuhen


class Keys(liuhen.Keystore):
    """P-256 and AES-256-GCM in memory; remembers on which threads it was asked."""

    def __init__(self):
        self.signing, self.wrapping = {}, {}
        self.threads = set()
        self.fails_with = None

    def _asked(self):
        self.threads.add(threading.get_ident())
        if self.fails_with is not None:
            raise self.fails_with

    def make_signing_key(self, name):
        self._asked()
        self.signing.setdefault(name, ec.generate_private_key(ec.SECP256R1()))
        return self.public_key(name)

    def public_key(self, name):
        self._asked()
        if name not in self.signing:
            raise liuhen.PlatformFailure.KeyMissing()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.signing[name].public_key().public_bytes(serialization.Encoding.DER, form)

    def sign(self, name, payload):
        self._asked()
        return self.signing[name].sign(payload, ec.ECDSA(hashes.SHA256()))

    def make_wrapping_key(self, name):
        self._asked()
        self.wrapping.setdefault(name, AESGCM(AESGCM.generate_key(256)))

    def wrap(self, name, plain):
        self._asked()
        nonce = os.urandom(12)
        return nonce + self.wrapping[name].encrypt(nonce, plain, None)

    def unwrap(self, name, wrapped):
        self._asked()
        if name not in self.wrapping:
            raise liuhen.PlatformFailure.KeyMissing()
        try:
            return self.wrapping[name].decrypt(wrapped[:12], wrapped[12:], None)
        except InvalidTag:
            raise liuhen.PlatformFailure.WrappedBroken() from None

    def erase(self, name):
        self._asked()
        self.wrapping.pop(name, None)
        self.signing.pop(name, None)

    def kind(self):
        return liuhen.KeystoreKind.SOFTWARE


class Nowhere(liuhen.Location):
    """No place."""

    def place(self):
        return liuhen.Place.ABSENT(liuhen.PlaceAbsent.NOT_ASKED)


class Cable(liuhen.Network):
    """An unmetered cable, or whatever `act` does instead."""

    def __init__(self):
        self.act = None

    def state(self):
        if self.act is not None:
            return self.act()
        return liuhen.NetworkNow(
            reach=liuhen.Reach.WIRED, metered=False, internet=liuhen.InternetFound.UNKNOWN, ssid=None
        )


class Card(liuhen.RecorderCard):
    """A recorder's card that only the shell can read; may be pulled out when a file is read."""

    def __init__(self, files, pulled_at=None):
        self.files = files
        self.pulled_at = pulled_at
        self.pulled = False
        self.longest = 0

    def _given(self, path):
        sort = liuhen.CardEntrySort.FILE(len_bytes=len(self.files[path]), modified_ms=1_790_000_000_000)
        return liuhen.CardEntryGiven(path=list(path), sort=sort)

    def entries(self):
        return [self._given(path) for path in self.files]

    def read(self, path, offset, max_bytes):
        self.longest = max(self.longest, max_bytes)
        self.pulled = self.pulled or tuple(path) == self.pulled_at
        if self.pulled:
            raise liuhen.PlatformFailure.Unexpected(reason="pulled out")
        return self.files[tuple(path)][offset : offset + max_bytes]

    def look(self, path):
        return self._given(tuple(path))

    def is_there(self):
        return not self.pulled
