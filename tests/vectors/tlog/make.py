#!/usr/bin/env python3
"""Writes the vectors of note/, tlog/ and proof/: one JSON file for each rule.

Independent of the Rust code: it knows only hashlib, the Ed25519 of PyPI `cryptography`, and the recursive
definitions of RFC 6962 section 2.1. Deterministic. Run: `python3 tests/vectors/tlog/make.py`.

Every file holds `rule` (a sentence), `source`, `op`, `expect` ("accept" or "refuse"), the input, and either what
must be read from it or `reason`, the name of the refusal in liuhen-record (other readers may ignore the name).
Numbers are decimal strings, because 2^63 - 1 is no JSON number that every reader keeps; bytes are base64.
"""

import base64
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).resolve().parent.parent
NAME = "bureau.example/log"
NOTE, CHECKPOINT, PROOF = "c2sp.org/signed-note", "c2sp.org/tlog-checkpoint", "c2sp.org/tlog-proof"
RFC, SPEC = "RFC 9162 section 2.1", "spec/log.md"
AGE_1 = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
AGE_2 = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


class Key:
    def __init__(self, name, seed, kind=1):
        self.name, self.private, self.kind = name, Ed25519PrivateKey.from_private_bytes(seed), kind
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = sha256(name.encode() + b"\n" + bytes([kind]) + self.public)[:4]

    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def line(self, text, name=None):
        return f"— {name or self.name} {b64(self.id + self.private.sign(text.encode()))}\n"

    def note(self, text):
        return text + "\n" + self.line(text)


LOG = Key(NAME, bytes([7]) * 32)
OTHER = Key("other.example/log", bytes([8]) * 32)
SAME_NAME = Key(NAME, bytes([9]) * 32)


# RFC 6962 section 2.1: the definitions, word for word.
def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    k = split(len(leaves))
    return sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [mth(leaves[k:])]
    return path(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [mth(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [mth(leaves[:k])]


def consistency(m, leaves):
    return [] if m in (0, len(leaves)) else subproof(m, leaves, True)


LEAVES = [f"leaf {i}".encode() for i in range(21)]


def checkpoint(size, root=None, origin=NAME, leaves=None):
    return f"{origin}\n{size}\n{b64(root or mth((leaves or LEAVES)[:size]))}\n"


def proof_text(index, hashes, note, extra=None):
    head = ["c2sp.org/tlog-proof@v1"] + ([f"extra {extra}"] if extra is not None else []) + [f"index {index}"]
    return "\n".join(head + [b64(h) for h in hashes]) + "\n\n" + note


written = set()


def write(folder, name, rule, source, op, fields, reason=None):
    vector = {"rule": rule, "source": source, "op": op, "expect": "refuse" if reason else "accept"}
    vector |= fields | ({"reason": reason} if reason else {})
    vector = {k: str(v) if type(v) is int else v for k, v in vector.items()}
    file = HERE / folder / f"{name}.json"
    assert file not in written, file
    written.add(file)
    file.write_text(json.dumps(vector, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def notes():
    text = "第一行\n\nsecond after an empty line\n"
    good = LOG.note(text)

    def ok(name, rule, note, text=text, vkey=None, source=NOTE):
        write("note", name, rule, source, "open", {"vkey": vkey or LOG.vkey(), "note": note, "text": text})

    def no(name, rule, note, reason, vkey=None, source=NOTE):
        write("note", name, rule, source, "open", {"vkey": vkey or LOG.vkey(), "note": note}, reason)

    ok("open_one_signature", "a note signed by the trusted key is opened; its text may hold empty lines", good)
    ok("open_text_of_one_newline", "the shortest text is one newline", LOG.note("\n"), "\n")
    ok("open_spec_example", "the example of the specification",
       "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1"
       "ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n", "This is an example message.\n",
       "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    ok("open_other_signatures_ignored", "signatures of unknown keys are ignored, before and after",
       text + "\n" + OTHER.line(text) + LOG.line(text) + OTHER.line("another text\n"))
    ok("open_same_name_other_id", "a signature that shares the trusted key's name but not its id is ignored",
       text + "\n" + SAME_NAME.line(text) + LOG.line(text))
    ok("open_same_id_other_name", "a signature that shares the trusted key's id but not its name is ignored",
       text + "\n" + LOG.line("another text\n", name="third.example") + LOG.line(text))
    ok("open_unknown_signature_length", "an unknown key's signature may have any length from one byte",
       text + "\n" + f"— pq.example {b64(bytes(4) + bytes(2420))}\n— one.example {b64(bytes(5))}\n" + LOG.line(text))
    ok("open_16_signatures", "at least sixteen signatures are accepted",
       text + "\n" + "".join(Key(f"w{i}.example", bytes([i + 20]) * 32).line(text) for i in range(15)) + LOG.line(text))
    ok("open_signed_twice", "the trusted key may have signed twice, if both verify",
       text + "\n" + LOG.line(text) + LOG.line(text))
    ok("open_signature_like_text", "a signature line inside the text is text",
       LOG.note("a\n\n— x.example AAAAAAA=\n"), "a\n\n— x.example AAAAAAA=\n")

    no("open_unsigned_by_key", "a note that the trusted key did not sign is refused", OTHER.note(text), "NotSigned")
    no("open_same_name_only", "the name alone is not the key", SAME_NAME.note(text), "NotSigned")
    no("open_text_changed", "a changed text is refused", good.replace("second", "Second"), "BadSignature")
    no("open_one_of_two_bad", "if any signature of the trusted key fails, the note is refused",
       text + "\n" + LOG.line(text) + LOG.line("another text\n"), "BadSignature")
    no("open_signature_short", "an Ed25519 signature has 64 bytes",
       text + "\n" + f"— {NAME} {b64(LOG.id + bytes(63))}\n", "BadSignature")
    no("open_no_empty_line", "an empty line must separate text and signatures",
       "a\n" + LOG.line("a\n"), "Structure")
    no("open_no_signature", "a note without signature lines is refused", "a\n\n", "Structure")
    no("open_no_text", "a note without text is refused", "\n" + LOG.line("\n"), "Structure")
    no("open_empty", "the empty string is not a note", "", "Structure")
    no("open_no_final_newline", "the last signature line ends in a newline", good[:-1], "Structure")
    no("open_trailing_newline", "nothing may follow the last signature line", good + "\n", "Structure")
    no("open_trailing_text", "nothing may follow the last signature line", good + "x\n", "SignatureLine")
    no("open_carriage_return", "control characters other than newline are refused",
       good.replace("\n", "\r\n"), "ControlCharacter")
    no("open_tab", "control characters other than newline are refused", LOG.note("a\tb\n"), "ControlCharacter")
    no("open_nul", "control characters other than newline are refused", LOG.note("a\0b\n"), "ControlCharacter")
    no("open_hyphen_for_dash", "signature lines begin with an em dash", good.replace("—", "-"), "SignatureLine")
    no("open_two_spaces", "one space stands between name and signature",
       good.replace(NAME + " ", NAME + "  "), "SignatureLine")
    no("open_space_at_end", "nothing may follow the signature", good[:-1] + " \n", "SignatureLine")
    no("open_no_name", "key names are not empty", good.replace("— " + NAME, "— "), "SignatureLine")
    no("open_plus_in_name", "key names contain no plus sign",
       text + "\n" + LOG.line(text) + LOG.line(text, name="a+b"), "SignatureLine")
    no("open_unicode_space_in_name", "key names contain no Unicode space",
       text + "\n" + LOG.line(text) + LOG.line(text, name="a\u3000b"), "SignatureLine")
    no("open_base64_no_padding", "base64 is padded", good.replace("=\n", "\n"), "SignatureLine")
    no("open_base64_url", "base64 uses the standard alphabet",
       text + "\n" + LOG.line(text) + f"— x.example {base64.urlsafe_b64encode(bytes([255]) * 6).decode()}\n", "SignatureLine")
    no("open_base64_trailing_bits", "base64 has no stray bits",
       text + "\n" + LOG.line(text) + "— x.example AAAAAAB=\n", "SignatureLine")
    no("open_key_id_only", "a signature is longer than its key id",
       text + "\n" + LOG.line(text) + "— x.example AAAAAA==\n", "SignatureLine")
    no("open_101_signatures", "more than 100 signatures are refused",
       text + "\n" + LOG.line(text) * 101, "TooManySignatures", source=SPEC)


def vkeys():
    vkey = LOG.vkey()
    name, key_id, key = vkey.split("+", 2)

    def no(file, rule, vkey, reason):
        write("note", file, rule, NOTE, "vkey", {"vkey": vkey}, reason)

    write("note", "vkey_good", "a verifier key; its fingerprint is that of an enrol code", SPEC, "vkey",
          {"vkey": vkey, "name": name, "key_id": key_id, "fingerprint": sha256(vkey.encode())[:8].hex()})
    plus = next(k for k in (Key(NAME, bytes([i]) * 32) for i in range(256)) if "+" in b64(b"\1" + k.public))
    write("note", "vkey_plus_in_key", "the base64 of a verifier key may contain a plus sign", NOTE, "vkey",
          {"vkey": plus.vkey(), "name": NAME, "key_id": plus.id.hex(),
           "fingerprint": sha256(plus.vkey().encode())[:8].hex()})
    no("vkey_id_of_other_key", "the key id follows from name and key", f"{name}+{OTHER.id.hex()}+{key}", "KeyId")
    no("vkey_other_name", "the key id follows from name and key", f"x{vkey}", "KeyId")
    no("vkey_id_upper_case", "the key id is lower-case hex", f"{name}+{key_id.upper()}+{key}", "KeyId")
    no("vkey_id_short", "the key id has eight digits", f"{name}+{key_id[1:]}+{key}", "KeyId")
    no("vkey_no_name", "key names are not empty", f"+{key_id}+{key}", "Name")
    no("vkey_space_in_name", "key names contain no Unicode space", f"a b+{key_id}+{key}", "Name")
    no("vkey_two_parts", "a verifier key has three parts", f"{name}+{key_id}", "Malformed")
    no("vkey_empty", "a verifier key has three parts", "", "Malformed")
    no("vkey_key_31_bytes", "an Ed25519 key has 32 bytes", f"{name}+{key_id}+{b64(bytes([1]) + bytes(31))}", "Malformed")
    no("vkey_trailing_newline", "nothing may follow a verifier key", vkey + "\n", "Malformed")
    no("vkey_key_changed", "the key id follows from name and key",
       f"{name}+{key_id}+{key[:-1]}" + chr(ord(key[-1]) + 1), "KeyId")
    no("vkey_cosigner_type", "signature types other than Ed25519 are refused",
       Key(NAME, bytes([7]) * 32, kind=4).vkey(), "UnknownType")


def officer(number, **more):
    certificate = {"cert_no": f"浦综执{number:04}", "valid_from_ms": 1700000000000, "valid_to_ms": 1900000000000}
    body = {"certificates": [certificate], "exam_passed": True, "id": f"o{number}", "in_post": True,
            "name": "张三", "title": "科员", "unit": "执法一科"} | more
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def lists():
    def recipients(name, rule, text, reason=None, **read):
        write("note", f"recipients_{name}", rule, SPEC, "recipients",
              {"vkey": LOG.vkey(), "note": LOG.note(text)} | read, reason)

    def roster(name, rule, text, reason=None, **read):
        write("note", f"roster_{name}", rule, SPEC, "roster",
              {"vkey": LOG.vkey(), "note": LOG.note(text)} | read, reason)

    head = "liuhen.recipients/v1\nepoch 3\n"
    section, recovery = f"section {AGE_1}\n", f"recovery {AGE_2}\n"
    recipients("good", "a section recipient and a recovery recipient", head + section + recovery,
               epoch=3, section=AGE_1, recovery=AGE_2)
    recipients("no_recovery", "the recovery recipient may be missing", head + section,
               epoch=3, section=AGE_1, recovery=None)
    recipients("no_section", "the section recipient is required", head + recovery, "Lines")
    recipients("only_head", "the section recipient is required", head, "Lines")
    recipients("recovery_first", "the order is fixed", head + recovery + section, "Lines")
    recipients("third_recipient", "nothing may follow", head + section + recovery + recovery, "Lines")
    recipients("empty_line", "nothing may follow", head + section + "\n", "Lines")
    recipients("same_twice", "the two recipients differ", head + section + f"recovery {AGE_1}\n", "RecipientTwice")
    recipients("upper_case", "a recipient is lower case", head + f"section {AGE_1.upper()}\n", "Recipient")
    recipients("bad_checksum", "a recipient has a Bech32 checksum", head + f"section {AGE_1[:-1]}q\n", "Recipient")
    recipients("epoch_zero", "epochs count from 1", head.replace("3", "0") + section, "Epoch")
    recipients("epoch_leading_zero", "numbers have no leading zero", head.replace("3", "03") + section, "Epoch")
    recipients("epoch_too_large", "an epoch is below 2^32", head.replace("3", str(2**32)) + section, "Epoch")
    recipients("version_2", "another version is refused",
               "liuhen.recipients/v2\nepoch 3\n" + section, "FirstLine")
    recipients("is_a_checkpoint", "a checkpoint is not a recipient list", checkpoint(5), "FirstLine")
    recipients("is_a_roster", "a roster is not a recipient list", "liuhen.roster/v1\nepoch 3\n", "FirstLine")

    head = "liuhen.roster/v1\nepoch 9\n"
    one, two, suspended = officer(1), officer(2), officer(3)
    suspended = suspended.replace('"cert_no"', '"cert_no"').replace(
        '"valid_from_ms"', '"suspended_from_ms":1800000000000,"valid_from_ms"')
    roster("good", "officers stand in the order of their ids", head + f"{one}\n{two}\n{suspended}\n",
           epoch=9, officers=["o1", "o2", "o3"])
    roster("empty", "a roster may be empty", head, epoch=9, officers=[])
    roster("order", "officers stand in the order of their ids", head + f"{two}\n{one}\n", "OfficerOrder")
    roster("twice", "an id occurs once", head + f"{one}\n{one}\n", "OfficerOrder")
    roster("not_canonical", "officer lines are RFC 8785 JSON", head + one.replace(":", ": ", 1) + "\n", "Officer")
    roster("unknown_field", "officer lines hold no other field", head + officer(1, zz=1) + "\n", "Officer")
    roster("empty_line", "every further line is an officer", head + f"{one}\n\n{two}\n", "Officer")
    roster("no_epoch", "the epoch is required", f"liuhen.roster/v1\n{one}\n", "Lines")
    roster("epoch_zero", "epochs count from 1", f"liuhen.roster/v1\nepoch 0\n{one}\n", "Epoch")
    roster("is_recipients", "a recipient list is not a roster", "liuhen.recipients/v1\nepoch 9\n", "FirstLine")


def identity():
    """The signed answer to a phone's challenge, spec/log.md section 12."""
    nonce = sha256(b"a phone made this up").hex()
    other = sha256(b"another phone made this up").hex()
    text = f"liuhen.identity/v1\n{NAME}\nnonce {nonce}\ntime_ms 1773108000000\n"

    def ok(name, rule, text, **read):
        write("note", f"identity_{name}", rule, SPEC, "identity",
              {"vkey": LOG.vkey(), "asked": nonce, "note": LOG.note(text)} | read)

    def no(name, rule, text, reason, note=None, asked=nonce):
        write("note", f"identity_{name}", rule, SPEC, "identity",
              {"vkey": LOG.vkey(), "asked": asked, "note": note or LOG.note(text)}, reason)

    ok("good", "the key that was pinned answers the number that was asked", text, origin=NAME, time_ms=1773108000000)
    ok("time_zero", "a clock may stand at 1970", text.replace("1773108000000", "0"), origin=NAME, time_ms=0)
    ok("time_largest", "the latest instant is 2^53 - 1", text.replace("1773108000000", str(2**53 - 1)),
       origin=NAME, time_ms=2**53 - 1)
    no("replayed", "an answer to another number is refused", text, "OtherNonce", asked=other)
    no("other_key", "another key answers for itself only", text, "NotSigned", note=OTHER.note(text))
    no("same_name", "a key of the same name is another key", text, "NotSigned", note=SAME_NAME.note(text))
    no("changed", "a changed answer is refused", text, "BadSignature",
       note=LOG.note(text).replace("1773108000000", "1773108000001"))
    no("other_origin", "the origin is the name of the key", text.replace(NAME, "other.example/log"), "Origin")
    no("version_2", "another version is refused", text.replace("/v1", "/v2"), "FirstLine")
    no("is_a_checkpoint", "a checkpoint is not an answer", checkpoint(5), "FirstLine")
    no("is_a_roster", "a roster is not an answer", "liuhen.roster/v1\nepoch 3\n", "FirstLine")
    no("no_origin", "the origin is required", text.replace(NAME, ""), "Lines")
    no("no_time", "the time is required", text.split("time_ms")[0], "Lines")
    no("no_nonce", "the number is required", text.replace(f"nonce {nonce}\n", ""), "Lines")
    no("order", "the order is fixed", f"liuhen.identity/v1\n{NAME}\ntime_ms 5\nnonce {nonce}\n", "Lines")
    no("extra_line", "nothing may follow", text + "more\n", "Lines")
    no("empty_line", "nothing may follow, an empty line neither", text + "\n", "Lines")
    for name, bad in {"nonce_short": nonce[:-1], "nonce_long": nonce + "0", "nonce_upper_case": nonce.upper(),
                      "nonce_not_hex": "g" + nonce[1:], "nonce_space": nonce[:-1] + " "}.items():
        no(name, "the number is 64 lower-case hexadecimal digits", text.replace(nonce, bad), "Nonce")
    for name, bad in {"time_leading_zero": "01", "time_plus": "+1", "time_negative": "-1", "time_empty": "",
                      "time_fraction": "1.0", "time_2_53": str(2**53), "time_long": "9" * 400}.items():
        no(name, "the time is an ASCII decimal below 2^53 without leading zeroes",
           text.replace("1773108000000", bad), "Time")


def checkpoints():
    text = checkpoint(21)

    def ok(name, rule, text, **read):
        write("tlog", f"checkpoint_{name}", rule, CHECKPOINT, "checkpoint",
              {"vkey": LOG.vkey(), "note": LOG.note(text)} | read)

    def no(name, rule, text, reason, note=None):
        write("tlog", f"checkpoint_{name}", rule, CHECKPOINT, "checkpoint",
              {"vkey": LOG.vkey(), "note": note or LOG.note(text)}, reason)

    root = b64(mth(LEAVES))
    ok("good", "origin, size and root", text, size=21, root=root)
    ok("empty_tree", "the empty tree has size 0 and the hash of nothing", checkpoint(0), size=0, root=b64(sha256(b"")))
    ok("extension_lines", "extension lines are allowed and ignored", text + "one\ntwo three\n", size=21, root=root)
    ok("largest", "the largest size is 2^63 - 1", text.replace("\n21\n", f"\n{2**63 - 1}\n"), size=2**63 - 1, root=root)
    no("other_origin", "the origin is the name of the log's key", checkpoint(21, origin="other.example/log"), "Origin")
    no("other_key", "the checkpoint is signed by the log's key", text, "NotSigned", note=OTHER.note(text))
    no("changed", "a changed checkpoint is refused", text, "BadSignature",
       note=LOG.note(text).replace("\n21\n", "\n22\n"))
    for name, size in {"size_leading_zero": "021", "size_plus": "+21", "size_minus_zero": "-0", "size_empty": "",
                       "size_space": "21 ", "size_hex": "0x15", "size_2_63": str(2**63), "size_2_64": str(2**64),
                       "size_long": "9" * 400, "size_fullwidth_digit": "２１", "size_two_zeroes": "00"}.items():
        no(name, "the size is an ASCII decimal below 2^63 without leading zeroes",
           text.replace("\n21\n", f"\n{size}\n"), "Size")
    no("root_short", "the root has 32 bytes", checkpoint(21, root=bytes([1] * 31)), "Root")
    no("root_long", "the root has 32 bytes", checkpoint(21, root=bytes([1] * 33)), "Root")
    no("root_no_padding", "base64 is padded", text.replace("=\n", "\n"), "Root")
    no("root_hex", "the root is base64", f"{NAME}\n21\n{mth(LEAVES).hex()}\n", "Root")
    stray = b64(mth(LEAVES))
    no("root_stray_bits", "base64 has no stray bits", f"{NAME}\n21\n{stray[:-2]}{chr(ord(stray[-2]) + 1)}=\n", "Root")
    no("empty_tree_other_root", "the empty tree has the hash of nothing", checkpoint(0, root=mth(LEAVES)), "EmptyRoot")
    no("two_lines", "three lines are required", f"{NAME}\n21\n", "Lines")
    no("no_origin", "the origin is not empty", f"\n21\n{root}\n", "Lines")
    no("empty_extension", "extension lines are not empty", text + "\none\n", "Lines")
    no("is_recipients", "a recipient list is not a checkpoint",
       f"liuhen.recipients/v1\nepoch 3\nsection {AGE_1}\n", "Size")


def trees():
    # The leaves of the certificate-transparency project's own tests, with the roots published there.
    ct = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
          bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70))]
    assert mth(ct).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    for n in range(9):
        write("tlog", f"root_{n}", f"root of a tree of {n} leaves", "RFC 6962 section 2.1", "root",
              {"leaves": [b64(leaf) for leaf in ct[:n]], "root": b64(mth(ct[:n]))})

    def inclusion(name, rule, index, size, hashes, reason=None, leaf=None, root=None):
        write("tlog", f"inclusion_{name}", rule, RFC + ".3.2", "inclusion",
              {"leaf": b64(LEAVES[index % 21] if leaf is None else leaf), "index": index, "size": size,
               "root": b64(root or mth(LEAVES[:size])), "hashes": [b64(h) for h in hashes]}, reason)

    for index, size in [(0, 1), (0, 2), (1, 2), (2, 3), (4, 5), (5, 7), (6, 7), (0, 8), (7, 8), (16, 21), (20, 21), (3, 21)]:
        inclusion(f"good_{index}_of_{size}", "a proof made by the definition holds", index, size,
                  path(index, LEAVES[:size]))
    good = path(5, LEAVES[:13])
    inclusion("hash_missing_at_end", "the proof has the length the tree demands", 5, 13, good[:-1], "Length")
    inclusion("hash_missing_at_start", "the proof has the length the tree demands", 5, 13, good[1:], "Length")
    inclusion("hash_too_many", "the proof has the length the tree demands", 5, 13, good + [good[0]], "Length")
    inclusion("no_hashes", "the proof has the length the tree demands", 5, 13, [], "Length")
    inclusion("hashes_for_one_leaf", "a tree of one leaf needs no hash", 0, 1, [good[0]], "Length")
    inclusion("order", "hashes run from the leaf to the root", 5, 13, good[::-1], "Root")
    inclusion("other_leaf", "another leaf is refused", 5, 13, good, "Root", leaf=LEAVES[6])
    inclusion("empty_leaf", "another leaf is refused", 5, 13, good, "Root", leaf=b"")
    inclusion("other_index", "another index is refused", 4, 13, good, "Root", leaf=LEAVES[5])
    inclusion("other_size", "the proof has the length the tree demands", 12, 14, path(12, LEAVES[:13]), "Length",
              root=mth(LEAVES[:13]))
    inclusion("index_is_size", "the index lies in the tree", 13, 13, good, "OutsideTree", leaf=LEAVES[5])
    inclusion("empty_tree", "nothing is in the empty tree", 0, 0, [], "OutsideTree")
    inclusion("index_huge", "the index lies in the tree", 2**63 - 1, 13, good, "OutsideTree", leaf=LEAVES[5])
    inclusion("node_as_leaf", "an inner node cannot be passed off as a leaf", 0, 2, path(0, LEAVES[:4])[1:], "Root",
              leaf=sha256(b"\0" + LEAVES[0]) + sha256(b"\0" + LEAVES[1]), root=mth(LEAVES[:4]))

    def step(name, rule, old, new, hashes, reason=None, old_root=None, new_root=None):
        write("tlog", f"consistency_{name}", rule, RFC + ".4.2", "consistency",
              {"old_size": old, "old_root": b64(old_root or mth(LEAVES[:old])), "new_size": new,
               "new_root": b64(new_root or mth(LEAVES[:new])), "hashes": [b64(h) for h in hashes]}, reason)

    for old, new in [(0, 0), (0, 5), (1, 1), (1, 2), (1, 8), (2, 3), (3, 7), (4, 7), (6, 7), (7, 8), (8, 21), (13, 21), (20, 21), (21, 21)]:
        step(f"good_{old}_to_{new}", "a proof made by the definition holds", old, new, consistency(old, LEAVES[:new]))
    good = consistency(13, LEAVES)
    changed = LEAVES[:3] + [b"changed"] + LEAVES[4:]
    dropped = LEAVES[:3] + LEAVES[4:]
    step("rolled_back", "a log never shrinks", 21, 13, consistency(13, LEAVES), "RolledBack")
    step("rolled_back_to_nothing", "a log never shrinks", 21, 0, [], "RolledBack")
    step("forked_same_size", "one size has one root", 13, 13, [], "Forked", new_root=mth(changed[:13]))
    step("leaf_changed", "a leaf once logged is never changed", 13, 21, consistency(13, changed), "Forked", new_root=mth(changed))
    step("leaf_dropped", "a leaf once logged is never dropped", 13, 20, consistency(13, dropped), "Forked", new_root=mth(dropped))
    step("power_of_two_changed", "a leaf once logged is never changed", 8, 21, consistency(8, changed), "Forked", new_root=mth(changed))
    step("old_root_only", "the proof leads to both roots", 13, 21, good, "Forked", new_root=mth(changed))
    step("new_root_only", "the proof leads to both roots", 13, 21, good, "Forked", old_root=mth(changed[:13]))
    step("no_hashes", "a grown log needs a proof", 13, 21, [], "Length")
    step("no_hashes_power_of_two", "a grown log needs a proof", 8, 21, [], "Length")
    step("hash_missing", "the proof has the length the trees demand", 13, 21, good[:-1], "Length")
    step("hash_too_many", "the proof has the length the trees demand", 13, 21, good + [good[0]], "Length")
    step("hashes_for_same_size", "an unchanged log needs no hash", 13, 13, good, "Length")
    step("hashes_from_empty", "an empty log needs no hash", 0, 13, good, "Length")
    step("empty_other_root", "the empty log has the hash of nothing", 0, 13, [], "Forked", old_root=mth(LEAVES[:1]))
    step("old_hash_included", "an old tree of a power of two is not part of the proof", 8, 21,
         [mth(LEAVES[:8])] + consistency(8, LEAVES), "Length")


def proofs():
    note = LOG.note(checkpoint(13))
    hashes = path(5, LEAVES[:13])
    good = proof_text(5, hashes, note)

    def ok(name, rule, text, index=5, size=13, leaf=LEAVES[5]):
        write("proof", name, rule, PROOF, "proof",
              {"vkey": LOG.vkey(), "leaf": b64(leaf), "proof": text, "index": index, "size": size})

    def no(name, rule, text, reason, leaf=LEAVES[5], source=PROOF):
        write("proof", name, rule, source, "proof", {"vkey": LOG.vkey(), "leaf": b64(leaf), "proof": text}, reason)

    ok("good", "index, hashes, checkpoint", good)
    ok("good_extra", "an extra line may stand before the index", proof_text(5, hashes, note, extra=b64(b"anything")))
    ok("good_one_leaf", "a tree of one leaf needs no hash", proof_text(0, [], LOG.note(checkpoint(1))), 0, 1, LEAVES[0])
    ok("good_cosigned", "signatures of unknown witnesses are ignored", good + OTHER.line(checkpoint(13)))
    ok("good_extension_line", "a checkpoint may have extension lines",
       proof_text(5, hashes, LOG.note(checkpoint(13) + "extension\n")))

    no("other_leaf", "the leaf data is what was logged", good, "Root", leaf=LEAVES[6])
    no("other_key", "the checkpoint is signed by the trusted log", proof_text(5, hashes, OTHER.note(checkpoint(13))), "NotSigned")
    no("other_origin", "the origin is the name of the log's key",
       proof_text(5, hashes, LOG.note(checkpoint(13, origin="other.example/log"))), "Origin")
    no("checkpoint_changed", "a changed checkpoint is refused", good.replace("\n13\n", "\n14\n"), "BadSignature")
    no("checkpoint_not_a_note", "the checkpoint is a signed note", proof_text(5, hashes, checkpoint(13)), "Structure")
    no("checkpoint_other_text", "the signed text is a checkpoint", proof_text(5, hashes, LOG.note("hello\n")), "Lines")
    no("index_outside", "the index lies in the tree", proof_text(13, hashes, note), "OutsideTree")
    no("index_other", "the index is that of the leaf", proof_text(4, hashes, note), "Root")
    no("hash_missing", "the proof has the length the tree demands", proof_text(5, hashes[:-1], note), "Length")
    no("hash_too_many", "the proof has the length the tree demands", proof_text(5, hashes + hashes[:1], note), "Length")
    no("empty", "the first line names format and version", "", "NoCheckpoint")
    no("version_2", "the first line names format and version", good.replace("@v1", "@v2"), "FirstLine")
    no("first_line_space", "the first line names format and version", good.replace("@v1", "@v1 "), "FirstLine")
    no("byte_order_mark", "the first line names format and version", "\ufeff" + good, "FirstLine")
    no("leading_newline", "the first line names format and version", "\n" + good, "FirstLine")
    no("only_checkpoint", "the first line names format and version", note, "FirstLine")
    no("carriage_returns", "lines end in a newline alone", good.replace("\n", "\r\n"), "NoCheckpoint")
    no("no_index", "the index line is required", good.replace("index 5\n", ""), "Index")
    no("no_index_no_hash", "the index line is required", "c2sp.org/tlog-proof@v1\n\n" + note, "Index")
    no("index_after_hashes", "the index line stands before the hashes",
       good.replace("index 5\n", "").replace("\n\n" + NAME, "\nindex 5\n\n" + NAME), "Index")
    no("index_twice", "the index line stands once", good.replace("index 5\n", "index 5\nindex 5\n"), "Hash")
    for name, index in {"index_leading_zero": "05", "index_plus": "+5", "index_negative": "-5", "index_empty": "",
                        "index_space": " 5", "index_hex": "0x5", "index_2_63": str(2**63), "index_2_64": str(2**64),
                        "index_long": "1" * 400}.items():
        no(name, "the index is an ASCII decimal below 2^63 without leading zeroes",
           good.replace("index 5", f"index {index}"), "Index")
    no("extra_after_index", "the extra line stands before the index",
       good.replace("index 5\n", "index 5\nextra YQ==\n"), "Hash")
    no("extra_twice", "the extra line stands once", good.replace("index", "extra YQ==\nextra YQ==\nindex"), "Index")
    no("extra_empty", "an extra line without data is left out", good.replace("index", "extra \nindex"), "Extra")
    no("extra_no_padding", "base64 is padded", good.replace("index", "extra YQ\nindex"), "Extra")
    no("extra_stray_bits", "base64 has no stray bits", good.replace("index", "extra YR==\nindex"), "Extra")
    no("unknown_line", "no other line may stand before the hashes", good.replace("index", "other YQ==\nindex"), "Index")
    no("hash_31_bytes", "a hash has 32 bytes", proof_text(5, [hashes[0][:31]] + hashes[1:], note), "Hash")
    no("hash_trailing_space", "nothing may follow a hash", good.replace("=\n", "= \n", 1), "Hash")
    no("hash_no_padding", "base64 is padded", good.replace("=\n", "\n", 1), "Hash")
    no("hash_64", "a proof has at most 63 hashes", proof_text(5, hashes[:1] * 64, note), "TooManyHashes", source=SPEC)
    no("no_empty_line", "an empty line stands before the checkpoint", good.replace("\n\n" + NAME, "\n" + NAME), "Hash")
    no("two_empty_lines", "one empty line stands before the checkpoint", good.replace("\n\n" + NAME, "\n\n\n" + NAME), "BadSignature")
    no("no_checkpoint", "the checkpoint is required", good.split("\n\n")[0] + "\n", "NoCheckpoint")
    no("trailing_newline", "nothing may follow the checkpoint", good + "\n", "Structure")


if __name__ == "__main__":
    for folder in ("note", "tlog", "proof"):
        for old in (HERE / folder).glob("*.json"):
            old.unlink()
    notes(), vkeys(), lists(), identity(), checkpoints(), trees(), proofs()
    print(len(written), "vectors")
