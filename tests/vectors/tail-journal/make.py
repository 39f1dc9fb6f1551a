"""Writes the vectors of the tail journal, from fixed words, with Python's `cryptography` and nothing of this project."""

import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
JOURNAL_AT = 66048
FILE_KEY = bytes([7]) * 16
NONCE = bytes(range(16))


def hkdf(key, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def b64(data):
    return base64.b64encode(data).rstrip(b"=")


def envelope():
    recipient = X25519PrivateKey.from_private_bytes(bytes([3]) * 32).public_key()
    ephemeral = X25519PrivateKey.from_private_bytes(bytes([4]) * 32)
    share, theirs = ephemeral.public_key().public_bytes_raw(), recipient.public_bytes_raw()
    wrap = hkdf(ephemeral.exchange(recipient), share + theirs, b"age-encryption.org/v1/X25519")
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), FILE_KEY, None)
    covered = b"age-encryption.org/v1\n-> X25519 " + b64(share) + b"\n" + b64(body) + b"\n---"
    mac = hmac.new(hkdf(FILE_KEY, b"", b"header"), covered, hashlib.sha256).digest()
    return covered + b" " + b64(mac) + b"\n" + NONCE


ENVELOPE = envelope()
PAYLOAD = ChaCha20Poly1305(hkdf(FILE_KEY, NONCE, b"payload"))
TAIL = ChaCha20Poly1305(hkdf(FILE_KEY, NONCE, b"liuhen/v1/tail"))


def complete(plain):
    return ENVELOPE + PAYLOAD.encrypt(bytes(11) + b"\x01", plain, None)


def record(chunk, number, plain, sealed_as=None):
    nonce = chunk.to_bytes(8) + (number if sealed_as is None else sealed_as).to_bytes(4)
    head = len(plain).to_bytes(4) + chunk.to_bytes(8) + number.to_bytes(4)
    return head + TAIL.encrypt(nonce, plain, None)


def case(name, rule, file, journal, plain, outcome):
    vector = {
        "rule": rule,
        "source": "spec/tail-journal.md §4",
        "file_key": FILE_KEY.hex(),
        "envelope": ENVELOPE.hex(),
        "file": file.hex(),
        "journal_at": JOURNAL_AT,
        "journal": journal.hex(),
        "expect": {
            "rule": outcome,
            "plaintext": plain.hex(),
            "acked_bytes": len(plain),
            "file": complete(plain).hex(),
            "ct_sha256": hashlib.sha256(complete(plain)).hexdigest(),
        },
    }
    (HERE / f"{name}.json").write_text(json.dumps(vector, indent=1) + "\n")


ONE, TWO = b"first tick, ", b"second tick"
BOTH = ONE + TWO
FIRST, SECOND = record(0, 0, ONE), record(0, 1, TWO)

case("nothing-became-durable", "A file without a byte of media becomes an empty item", ENVELOPE, b"", b"", "empty")
case("a-lost-header-is-restored", "The header is known from the vault: a file that lost it gets it again", b"", b"", b"", "empty")
case("the-journal-ends-the-file", "Records of chunk 0 become its plaintext", ENVELOPE, FIRST + SECOND, BOTH, "from_journal")
case("a-complete-file-stays", "What is there already is not written again", complete(BOTH), FIRST + SECOND, BOTH, "already_sealed")
case("a-torn-last-chunk", "A torn last chunk is sealed again, the same", complete(BOTH)[:-9], FIRST + SECOND, BOTH, "from_journal")
case("a-torn-record", "Reading ends at the first record that does not authenticate", ENVELOPE, FIRST + SECOND[:-1], ONE, "from_journal")
case("a-record-out-of-order", "Record numbers count from 0 without a hole", ENVELOPE, FIRST + record(0, 2, TWO), ONE, "from_journal")
case("a-record-of-another-chunk", "Records of another chunk end the journal", ENVELOPE, FIRST + record(9, 1, TWO), ONE, "from_journal")
case("a-record-under-another-number", "The record number is part of the nonce", ENVELOPE, record(0, 0, ONE, sealed_as=1), b"", "empty")
