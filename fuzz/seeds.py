#!/usr/bin/env python3
"""Fills corpus/<target>/ from tests/vectors/: small accepting and refusing inputs to begin with.

What the fuzzers find later is kept beside these; run this again when vectors are added.
"""
import base64
import hashlib
import json
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "tests" / "vectors"
MAX_BYTES = 4096


def keep(target: str, content: bytes) -> None:
    if len(content) <= MAX_BYTES:
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


def vectors(folder: str):
    for path in sorted((VECTORS / folder).glob("*.json")):
        yield json.loads(path.read_text("utf-8"))


def text(value) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def canonical(value) -> bytes:
    """RFC 8785 for what has only integers and ASCII keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def records():
    ident, digest = "0123456789abcdef" * 2, "0123456789abcdef" * 4
    time = {"boot_id": "b", "grade": "T1", "mono_ms": 5, "wall_ms": 1764000000000, "zone_minutes": 480}
    anchor = {"boot_id": "b", "bureau_ms": 1764000000000, "checkpoint_size": 3, "mono_ms": 2}
    fixed = {"accuracy_cm": 500, "fixed_at_ms": 1, "lat_e7": 389000000, "lon_e7": 1216000000, "state": "fixed"}
    times = [time, {**time, "anchor": anchor, "anchor_age_ms": 3, "grade": "T2"}]
    places = [{"state": "denied"}, {"reason": "室内", "state": "absent"}, fixed, {**fixed, "age_ms": 9, "state": "stale"}]
    kinds = [
        ("store_quarantined", {"folder": "q", "reason": "r"}),
        ("item_viewed", {"item": ident, "purpose": "核对"}),
        ("day_ended", {"day": "2026-11-23", "items": [{"item": ident, "state": "stored"}]}),
        ("recorder_event", {"event": "marked", "file": "a.MP4", "recorder_ms": 7, "recorder_no": "1"}),
        ("media_freed", {"ct_sha256": digest, "item": ident, "receipt_index": 4}),
    ]
    for n, (kind, body) in enumerate(kinds):
        record = {"body": body, "device": ident, "kind": kind, "officer": "o1", "place": places[n % 4], "prev": digest,
                  "seq": n + 1, "session": ident, "time": times[n % 2], "v": 1}
        yield canonical(record)
        yield json.dumps(record).encode()


def packages():
    ident, digest = "0123456789abcdef" * 2, "0123456789abcdef" * 4
    paths = ["data/index.html", "data/bureau.vkey", f"data/devices/{ident}.pem", f"data/records/{ident}/0000000001.json",
             f"data/records/{ident}/0000000001.sig", f"data/items/{ident}.age", f"data/opened/{ident}.jpg",
             f"data/proofs/{ident}/0000000001.tlog-proof", f"data/receipts/{ident}.json", "data/checkpoints/7.note"]
    yield "".join(f"{digest}  {path}\n" for path in paths).encode()
    yield "".join(f"{path}\tx\n" for path in paths).encode()
    yield f"{digest}  bagit.txt\n{digest}  bag-info.txt\n{digest}  manifest-sha256.txt\n".encode()
    yield (f"liuhen.contents/v1\ndevice {ident} 7 {digest}\nitem {ident} {digest}\n"
           f"file data/index.html {digest}\n").encode()
    for path in ["data/checkpoints/042.note", "data/../x", f"data/records/{ident}/1.json", "data//index.html"]:
        yield f"{digest}  {path}\n{path}\tx".encode()
    for path, content in zip(paths, [*records()][::2]):
        name = hashlib.sha256(content).hexdigest()
        yield f"{name}  {path}\n{path}\t".encode() + content


def main() -> None:
    for vector in vectors("recorder-profile"):
        for field in ("hex", "head"):
            if field in vector:
                keep("recorder_parse", bytes.fromhex(vector[field]))
        if "text" in vector:
            keep("recorder_parse", text(vector["text"]))
    # A list of one line in two chunks of at most 56 bytes: its head, then each chunk with its length.
    line = b"a.MP4\t12\t-\t1\t2\t-\n" * 1
    head = struct.pack("<III", 1, len(line), 1) + hashlib.sha256(line).digest()
    chunk = struct.pack("<BI", 1, 0) + line
    keep("recorder_parse", head + bytes([len(chunk)]) + chunk)
    for vector in vectors("open-gopro"):
        for field in ("payload", "message"):
            if field in vector:
                keep("gopro_parse", bytes.fromhex(vector[field]))
        if "packets" in vector:
            keep("gopro_parse", bytes.fromhex("".join(vector["packets"])))
    for vector in [*vectors("note"), *vectors("tlog")]:
        for field in ("note", "vkey", "checkpoint", "new_checkpoint", "text"):
            if isinstance(vector.get(field), str):
                keep("checkpoint_parse", text(vector[field]))
    for vector in vectors("proof"):
        keep("proof_parse", text(vector["proof"]))
    for vector in vectors("witness"):
        keep("witness_parse", text(vector.get("request") or vector.get("offered") or vector.get("witnesses_note") or ""))
        if vector["op"] == "witnesses":
            keep("witness_parse", text(vector["note"].split("\n\n")[0] + "\n"))
    for vector in vectors("timestamp"):
        keep("timestamp_parse", base64.b64decode(vector["reply"]))
    for vector in vectors("seal"):
        parts = [part for part in vector.get("file", []) if "text" in part or "hex" in part]
        file = b"".join(text(part["text"]) if "text" in part else bytes.fromhex(part["hex"]) for part in parts)
        keep("age_open", b"\0" + file)
    keep("age_open", b"\1" + bytes(4) + b"\1")
    keep("age_open", b"\1" + (65_800).to_bytes(4, "little") + b"\x80")
    for vector in vectors("record"):
        for field in ("record", "bytes", "text", "input"):
            if isinstance(vector.get(field), str):
                keep("record_parse", text(vector[field]))
    for vector in vectors("canonical"):
        if isinstance(vector.get("input"), str):
            keep("canonical_parse", text(vector["input"]))
    for content in records():
        keep("record_parse", content)
        keep("canonical_parse", content)
    for content in packages():
        keep("package_parse", content)

    b64 = lambda value: base64.b64encode(value).decode()
    piece = ",".join(
        f"{key} {b64(value)}"
        for key, value in [("item", b"0123456789abcdef" * 2), ("piece", b"7"), ("sha256", b"0123456789abcdef" * 4)]
    )
    checksums = [f"{name} {b64(hashlib.new(name, b'').digest())}" for name in ("sha1", "sha256")]
    for metadata in ("", piece, "filename eA==, empty ,x y", "a  b"):
        for checksum in ("", *checksums, "md5 AA=="):
            for number in ("0", "33554432", "9007199254740992", "-1"):
                keep("upload_headers", f"{metadata}\n{checksum}\n{number}".encode())


main()
