"""Reads fields out of a Liuhen package for verify_package.sh, with Python's standard library alone.

    package_fields.py records PACKAGE        one line a record: device seq path prev kind signed?
    package_fields.py items PACKAGE          one line a sealed item: item path ct_sha256 pt_sha256 len_bytes pieces
    package_fields.py notes PACKAGE OUT      for every distinct note of the bureau: its text and signature as files
    package_fields.py contents PACKAGE       compares contents.note with what is there and prints ok or what differs
    package_fields.py proofs PACKAGE         checks every inclusion proof by RFC 9162 and prints ok or the path

It judges nothing but the contents and the proofs: what else it prints is compared by sha256sum, openssl, age and bagit.py.
Written from spec/package.md and spec/record.md, not from the program's source.
"""

import base64
import hashlib
import json
import os
import sys

ZERO = "0" * 64
MUST_BE_SIGNED = {
    "device_enrolled",
    "capture_sealed",
    "review_confirmed",
    "signature_refused",
    "session_closed",
    "day_ended",
    "import_finished",
    "file_assigned",
}


def records(package):
    root = os.path.join(package, "data", "records")
    for device in sorted(os.listdir(root)):
        for name in sorted(os.listdir(os.path.join(root, device))):
            if name.endswith(".json"):
                path = os.path.join(root, device, name)
                with open(path, "rb") as file:
                    yield device, name[:-5], path, json.load(file)


def print_records(package):
    for device, seq, path, record in records(package):
        signed = record["kind"] in MUST_BE_SIGNED or os.path.exists(path[:-5] + ".sig")
        named = record["device"] == device and record["seq"] == int(seq)
        fields = (device, seq, path, record["prev"], record["kind"], "signed" if signed else "-")
        print(*fields, "named" if named else "misnamed", sep="\t")


def print_items(package):
    for _, _, _, record in records(package):
        if record["kind"] == "capture_sealed":
            body = record["body"]
            path = os.path.join(package, "data", "items", body["item"] + ".age")
            pieces = ",".join(f"{p['len_bytes']}:{p['sha256']}" for p in body["pieces"])
            print(body["item"], path, body["ct_sha256"], body["pt_sha256"], body["len_bytes"], pieces, sep="\t")


def notes_of(package):
    """Every distinct note: where it stands first, and its text."""
    seen = {}
    for folder, _, names in sorted(os.walk(os.path.join(package, "data"))):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".note"):
                with open(path, encoding="utf-8") as file:
                    seen.setdefault(file.read(), path)
            elif name.endswith(".tlog-proof"):
                with open(path, encoding="utf-8") as file:
                    seen.setdefault(file.read().split("\n\n", 1)[1], path)
    return seen


def write_notes(package, out):
    with open(os.path.join(package, "data", "bureau.vkey"), encoding="utf-8") as file:
        name, key_id, key = file.read().strip().split("+", 2)
    key = base64.b64decode(key)
    assert key[0] == 1 and hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id
    der = bytes.fromhex("302a300506032b6570032100") + key[1:]
    pem = base64.b64encode(der).decode()
    with open(os.path.join(out, "bureau.pem"), "w", encoding="ascii") as file:
        file.write(f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n")
    for number, (note, path) in enumerate(sorted(notes_of(package).items())):
        text, signatures = note.split("\n\n", 1)
        signature = b""
        for line in signatures.splitlines():
            dash, signer, encoded = line.split(" ")
            decoded = base64.b64decode(encoded)
            if dash == "\u2014" and signer == name and decoded[:4].hex() == key_id:
                signature = decoded[4:]
        with open(os.path.join(out, f"{number}.txt"), "w", encoding="utf-8", newline="") as file:
            file.write(text + "\n")
        with open(os.path.join(out, f"{number}.sig"), "wb") as file:
            file.write(signature)
        print(number, path, sep="\t")


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def contents_here(package):
    """The lines that contents.note must have for what is there (spec/package.md section 5)."""
    data = os.path.join(package, "data")
    lines = ["liuhen.contents/v1"]
    last = {}
    for device, seq, path, _ in records(package):
        last[device] = (int(seq), path)
    lines += [f"device {device} {number} {sha256_of(path)}" for device, (number, path) in sorted(last.items())]
    items = os.path.join(data, "items")
    for name in sorted(os.listdir(items)) if os.path.isdir(items) else []:
        lines.append(f"item {name.removesuffix('.age')} {sha256_of(os.path.join(items, name))}")
    vouched = ["data/index.html", "data/index.pdf"]
    for folder, suffix in (("opened", ""), ("checkpoints", ".tsr")):
        at = os.path.join(data, folder)
        names = os.listdir(at) if os.path.isdir(at) else []
        vouched += [f"data/{folder}/{name}" for name in names if name.endswith(suffix)]
    for path in sorted(vouched):
        whole = os.path.join(package, path)
        if os.path.exists(whole):
            lines.append(f"file {path} {sha256_of(whole)}")
    return lines


def check_contents(package):
    with open(os.path.join(package, "data", "contents.note"), encoding="utf-8") as file:
        said = file.read().split("\n\n", 1)[0].split("\n")
    here = contents_here(package)
    for line in said:
        print(f"ok\t{line}" if line in here else f"bad\tthe bureau listed, and it is not so here: {line}")
    for line in here:
        if line not in said:
            print(f"bad\tnot as the bureau listed it: {line}")
    if said != here and sorted(said) == sorted(here):
        print("bad\tthe lines are in another order")


def root_from(leaf, index, size, hashes):
    """RFC 9162 section 2.1.3.2; None when the proof cannot be of this place."""
    node, last, root = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for sibling in hashes:
        if last == 0:
            return None
        if node % 2 == 1 or node == last:
            root = hashlib.sha256(b"\1" + sibling + root).digest()
            while node % 2 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\1" + root + sibling).digest()
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def check_proofs(package):
    data = os.path.join(package, "data")
    for folder, _, names in sorted(os.walk(data)):
        for name in sorted(names):
            if not name.endswith(".tlog-proof"):
                continue
            path = os.path.join(folder, name)
            leaf = path[: -len(".tlog-proof")] + ".json"
            leaf = leaf.replace(os.path.join(data, "proofs"), os.path.join(data, "records"))
            with open(path, encoding="utf-8") as file:
                head, note = file.read().split("\n\n", 1)
            lines = head.split("\n")
            index = int(lines[1].split(" ")[1])
            _, size, root = note.split("\n")[:3]
            with open(leaf, "rb") as file:
                leaf = file.read()
            found = root_from(leaf, index, int(size), [base64.b64decode(line) for line in lines[2:]])
            good = lines[0] == "c2sp.org/tlog-proof@v1" and index < int(size) and found == base64.b64decode(root)
            print("ok" if good else "bad", path, sep="\t")


if __name__ == "__main__":
    what, package, *rest = sys.argv[1:]
    tasks = {"records": print_records, "items": print_items, "notes": write_notes}
    tasks |= {"contents": check_contents, "proofs": check_proofs}
    tasks[what](package, *rest)
