#!/usr/bin/env python3
"""Writes the vectors of this folder. Shares no code with the project: Python's `cryptography` only.

    pip install cryptography && python3 make.py

Every key is derived from a fixed word, so that a second run writes the same files.
"""
import base64, hashlib, hmac, json, pathlib
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent
CHUNK, TAG, PIECE = 65536, 16, 32 << 20


def word(text, length=32):
    return hashlib.sha256(b"liuhen seal vector: " + text.encode()).digest()[:length]


def hkdf(ikm, salt, info):
    return HKDF(SHA256(), 32, salt, info).derive(ikm)


def b64(data):
    return base64.b64encode(data).decode().rstrip("=")


def public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def bech32(hrp, data):
    """BIP 173."""
    charset, generator = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", [0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]

    def polymod(values):
        check = 1
        for value in values:
            top = check >> 25
            check = (check & 0x1FFFFFF) << 5 ^ value
            for i in range(5):
                check ^= generator[i] if top >> i & 1 else 0
        return check

    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
    check = polymod(expanded + values + [0] * 6) ^ 1
    return hrp + "1" + "".join(charset[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])


FILE_KEY, NONCE, SECRET, OTHER = word("file key", 16), word("nonce", 16), word("identity"), word("other identity")
IDENTITY = bech32("age-secret-key-", SECRET).upper()
PAYLOAD_KEY = hkdf(FILE_KEY, NONCE, b"payload")


def stanza(secret=SECRET, seed="ephemeral"):
    ephemeral, recipient = word(seed), public(secret)
    share = public(ephemeral)
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(X25519PublicKey.from_public_bytes(recipient))
    body = ChaCha20Poly1305(hkdf(shared, share + recipient, b"age-encryption.org/v1/X25519")).encrypt(bytes(12), FILE_KEY, None)
    return f"-> X25519 {b64(share)}\n{b64(body)}\n"


def mac_of(covered):
    return hmac.new(hkdf(FILE_KEY, b"", b"header"), covered.encode(), "sha256").digest()


def header(stanzas, version="age-encryption.org/v1\n"):
    covered = version + "".join(stanzas) + "---"
    return f"{covered} {b64(mac_of(covered))}\n"


def chunk(index, last, length=CHUNK, byte="61", **more):
    return {"chunk": {"index": index, "last": last, "plain_byte": byte, "plain_len_bytes": length, **more}}


def sealed(part):
    """The bytes of one part, as README.md says."""
    if "text" in part:
        return part["text"].encode()
    if "hex" in part:
        return bytes.fromhex(part["hex"])
    c, out = part["chunk"], b""
    plain = bytes.fromhex(c["plain_byte"]) * c["plain_len_bytes"]
    for index in range(c["index"], c["index"] + c.get("count", 1)):
        nonce = index.to_bytes(11, "big") + bytes([c["last"]])
        out += ChaCha20Poly1305(PAYLOAD_KEY).encrypt(nonce, plain, None)
    return out[: c.get("keep_bytes", len(out))]


def write(rule, expect, note, parts, reason=None, flip=None, plain=None, file_key=FILE_KEY, **more):
    data = bytearray(b"".join(sealed(part) for part in parts))
    vector = {"rule": rule, "expect": expect}
    if reason:
        vector["reason"] = reason
    vector |= {"note": note, "identity": IDENTITY, "file_key": file_key.hex(), "file": parts}
    if flip is not None:
        data[flip] ^= 1
        vector["flip_lowest_bit_at"] = flip
    vector["file_sha256"] = hashlib.sha256(data).hexdigest()
    if expect == "accept":
        header_len = data.index(b"\n", data.index(b"\n---") + 1) + 1
        pieces = [data[i : i + PIECE] for i in range(0, len(data), PIECE)]
        vector |= {
            "len_bytes": len(data),
            "payload_sha256": hashlib.sha256(data[header_len:]).hexdigest(),
            "pt_len_bytes": len(plain),
            "pt_sha256": hashlib.sha256(plain).hexdigest(),
            "pieces": [{"sha256": hashlib.sha256(p).hexdigest(), "len_bytes": len(p)} for p in pieces],
        }
    (HERE / f"{rule}.json").write_text(json.dumps(vector | more, indent=1) + "\n")


def accept(rule, note, parts, length, **more):
    write(rule, "accept", note, parts, plain=b"a" * length, **more)


def refuse(rule, reason, note, parts, **more):
    write(rule, "refuse", note, parts, reason=reason, **more)


H, N, HELLO = {"text": header([stanza()])}, {"hex": NONCE.hex()}, chunk(0, True, 5)
HEAD = len(H["text"]) + 16
BODY = stanza().split("\n")[1]


def payloads():
    accept("empty_payload", "the only empty last chunk is that of an empty item", [H, N, chunk(0, True, 0)], 0)
    accept("one_byte", "a short last chunk", [H, N, chunk(0, True, 1)], 1)
    accept("one_byte_short_of_a_chunk", "a last chunk of 65535", [H, N, chunk(0, True, CHUNK - 1)], CHUNK - 1)
    accept("one_full_chunk", "a full chunk may be the last", [H, N, chunk(0, True)], CHUNK)
    accept("one_byte_over_a_chunk", "two chunks", [H, N, chunk(0, False), chunk(1, True, 1)], CHUNK + 1)
    accept("two_full_chunks", "no empty chunk follows", [H, N, chunk(0, False), chunk(1, True)], 2 * CHUNK)
    accept("two_pieces", "a sealed file of more than 32 MiB is cut after 33554432 bytes, inside a chunk",
           [H, N, chunk(0, False, count=512), chunk(512, True, 7)], 512 * CHUNK + 7)
    refuse("no_chunk", "payload_cut", "an empty item still has one chunk", [H, N])
    refuse("tag_cut", "payload_cut", "15 bytes cannot be a chunk", [H, N, chunk(0, True, 0, keep_bytes=15)])
    refuse("empty_last_chunk", "empty_last_chunk", "correctly sealed, but empty after a full one",
           [H, N, chunk(0, False), chunk(1, True, 0)])
    refuse("last_chunk_not_marked", "chunk", "sealed as not the last: the file may have been cut", [H, N, chunk(0, False)])
    refuse("cut_between_chunks", "chunk", "the last chunk is missing", [H, N, chunk(0, False), chunk(1, False)])
    refuse("cut_inside_a_chunk", "chunk", "the last chunk is cut", [H, N, chunk(0, True, 100, keep_bytes=60)])
    refuse("trailing_byte", "chunk", "one byte after the last chunk", [H, N, HELLO, {"hex": "00"}])
    refuse("trailing_byte_after_a_full_chunk", "payload_cut", "one byte after a full last chunk",
           [H, N, chunk(0, True), {"hex": "00"}])
    refuse("two_last_chunks", "chunk", "a second chunk marked as the last", [H, N, chunk(0, True), chunk(1, True, 5)])
    refuse("short_chunk_in_the_middle", "chunk", "only the last chunk may be short", [H, N, chunk(0, False, 5), chunk(1, True, 5)])
    refuse("chunk_bit_flipped", "chunk", "one bit of the first of two chunks", [H, N, chunk(0, False), chunk(1, True, 5)], flip=HEAD + 77)
    refuse("last_chunk_bit_flipped", "chunk", "one bit of the last chunk", [H, N, HELLO], flip=HEAD + 2)
    refuse("tag_bit_flipped", "chunk", "one bit of a tag", [H, N, HELLO], flip=HEAD + 5 + 9)
    refuse("nonce_bit_flipped", "chunk", "one bit of the payload nonce", [H, N, HELLO], flip=HEAD - 3)
    first, second, last = chunk(0, False), chunk(1, False, byte="62"), chunk(2, True, 5)
    refuse("chunks_swapped", "chunk", "whole chunks, in another order", [H, N, second, first, last])
    refuse("chunk_dropped", "chunk", "the first chunk is missing", [H, N, second, last])
    refuse("chunk_repeated", "chunk", "the first chunk twice", [H, N, first, first, second, last])


def macs():
    covered = H["text"][: H["text"].index("--- ") + 3]
    mac = bytearray(mac_of(covered))
    mac[0] ^= 1
    refuse("mac_bit_flipped", "header_mac", "one bit of the MAC", [{"text": f"{covered} {b64(mac)}\n"}, N, HELLO])
    grease = "-> grease.example x\n\n"
    refuse("stanza_added", "header_mac", "a stanza added after the MAC was made",
           [{"text": H["text"].replace("---", grease + "---")}, N, HELLO])
    two = header([stanza(), stanza(OTHER, "ephemeral 2")])
    refuse("stanza_removed", "header_mac", "a stanza removed after the MAC was made",
           [{"text": two.replace(stanza(OTHER, "ephemeral 2"), "")}, N, HELLO])
    refuse("wrong_file_key", "header_mac", "the key of another item", [H, N, HELLO],
           file_key=word("other file key", 16), sealed_with=FILE_KEY.hex())


def headers():
    accept("two_recipients", "ours is the second", [{"text": header([stanza(OTHER, "ephemeral 2"), stanza()])}, N, HELLO], 5)
    accept("new_header", "the payload of one_byte under a new header: payload_sha256 is the same",
           [{"text": header([stanza(seed="ephemeral 3")])}, N, chunk(0, True, 1)], 1)
    accept("unknown_stanza", "stanzas of unknown type are passed over",
           [{"text": header(["-> example.com/x !~\nAAAA\n", stanza()])}, N, HELLO], 5)
    accept("body_of_whole_lines", "a body of 48 bytes ends with an empty line",
           [{"text": header(["-> x\n" + b64(bytes(48)) + "\n\n", stanza()])}, N, HELLO], 5)
    accept("most_stanzas", "64 stanzas are read", [{"text": header(["-> x\n\n"] * 63 + [stanza()])}, N, HELLO], 5)
    for rule, reason, note, text in [
        ("no_stanza", "line", "a header has at least one stanza", header([])),
        ("other_version", "version", "age v2", header([stanza()], "age-encryption.org/v2\n")),
        ("other_file", "version", "some text", "hello world\n" * 50),
        ("crlf", "version", "lines end with LF alone", H["text"].replace("\n", "\r\n")),
        ("line_without_arrow", "line", "a line that is neither stanza nor MAC", header(["X25519 x\n\n", stanza()])),
        ("no_arguments", "line", "a stanza names its type", header(["->\n\n", stanza()])),
        ("empty_argument", "argument", "two spaces", header(["-> x  y\n\n", stanza()])),
        ("trailing_space", "argument", "a space at the end of a stanza line", header(["-> x \n\n", stanza()])),
        ("argument_not_visible", "argument", "a tab inside an argument", header(["-> x\ty\n\n", stanza()])),
        ("argument_not_ascii", "argument", "a letter outside ASCII", header(["-> \u00e9\n\n", stanza()])),
        ("body_missing", "body", "the next stanza where the body should be", header(["-> x\n", stanza()])),
        ("body_padded", "body", "base64 with padding", header(["-> x\nAA==\n", stanza()])),
        ("body_not_canonical", "body", "padding bits that are not zero", header(["-> x\nAB\n", stanza()])),
        ("body_line_too_long", "body", "65 columns", header(["-> x\n" + "A" * 65 + "\n\n", stanza()])),
        ("body_without_short_line", "body", "a full line is not the last one", header(["-> x\n" + "A" * 64 + "\n", stanza()])),
        ("body_of_two_short_lines", "line", "a short line ends the body", header(["-> x\nAAAA\nAAAA\n", stanza()])),
        ("mac_padded", "mac", "base64 with padding", H["text"][:-1] + "=\n"),
        ("mac_too_long", "mac", "33 bytes", H["text"][: -len(b64(bytes(32))) - 1] + b64(bytes(33)) + "\n"),
        ("mac_too_short", "mac", "31 bytes", H["text"][: -len(b64(bytes(32))) - 1] + b64(bytes(31)) + "\n"),
        ("mac_missing", "line", "three dashes alone", H["text"].split("--- ")[0] + "---\n"),
        ("mac_after_two_spaces", "mac", "one space stands before the MAC", H["text"].replace("--- ", "---  ")),
        ("mac_then_space", "mac", "nothing follows the MAC", H["text"][:-1] + " \n"),
        ("mac_not_canonical", "mac", "padding bits that are not zero", H["text"][:-2] + chr(ord(H["text"][-2]) + 1) + "\n"),
        ("passphrase_beside", "mixed_passphrase", "a passphrase stanza must stand alone",
         header(["-> scrypt " + b64(bytes(16)) + " 10\n" + BODY + "\n", stanza()])),
        ("too_many_stanzas", "too_large", "65 stanzas", header(["-> x\n\n"] * 64 + [stanza()])),
        ("header_too_large", "too_large", "more than 16384 bytes in two stanzas",
         header(["-> x\n" + ("A" * 64 + "\n") * 260 + "\n", stanza()])),
    ]:
        refuse(rule, reason, note, [{"text": text}, N, HELLO])
    refuse("empty_file", "cut", "nothing at all", [{"text": ""}])
    refuse("header_cut", "cut", "the line feed after the MAC is missing", [{"text": H["text"][:-1]}])
    refuse("nonce_cut", "nonce_cut", "15 bytes of nonce", [H, {"hex": NONCE[:15].hex()}])


payloads()
macs()
headers()
