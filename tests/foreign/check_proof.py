"""Checks one receipt without us: that the bureau's log holds exactly this record or statement.

    check_proof.py BUREAU_VKEY FILE.tlog-proof FILE.json [WITNESS_VKEY…]

From the public texts alone (c2sp.org/tlog-proof, signed-note, tlog-cosignature; RFC 9162 section 2.1.3.2), with hashlib and
PyPI `cryptography`. A key is given as text, or as a file that holds it. Exit 0 when everything holds, else it says what not.
"""

import base64
import hashlib
import os
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def signed(vkey, text, lines):
    """The times at which the key signed the text (0 for the log itself). A false line raises InvalidSignature."""
    name, key_id, key = (open(vkey, encoding="utf-8").read().strip() if os.path.exists(vkey) else vkey).split("+", 2)
    key, times = base64.b64decode(key), []
    assert hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id, "the key's id is not its own"
    for dash, signer, line in (line.split(" ") for line in lines):
        line = base64.b64decode(line)
        if (dash, signer, line[:4].hex()) == ("—", name, key_id):
            time = int.from_bytes(line[4:12], "big") if key[0] == 4 else 0
            message = f"cosignature/v1\ntime {time}\n{text}" if key[0] == 4 else text
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(line[12 if key[0] == 4 else 4 :], message.encode())
            times.append(time)
    return name, times


bureau, proof, leaf, *witnesses = sys.argv[1:]
head, note = open(proof, encoding="utf-8", newline="").read().split("\n\n", 1)
text, lines = note.split("\n\n")
form, index, *hashes = head.split("\n")
origin, size, root = (text + "\n").split("\n")[:3]
assert form == "c2sp.org/tlog-proof@v1" and index.startswith("index "), "not a proof"
name, times = signed(bureau, text + "\n", lines.splitlines())
assert times and name == origin, "the checkpoint is not signed by this bureau"
node, last = int(index[6:]), int(size) - 1
found = hashlib.sha256(b"\0" + open(leaf, "rb").read()).digest()
assert node <= last, "no such leaf"
for sibling in map(base64.b64decode, hashes):
    assert last > 0, "the proof is too long"
    if node % 2 or node == last:
        found = hashlib.sha256(b"\1" + sibling + found).digest()
        while node % 2 == 0 and node:
            node, last = node >> 1, last >> 1
    else:
        found = hashlib.sha256(b"\1" + found + sibling).digest()
    node, last = node >> 1, last >> 1
assert last == 0 and found == base64.b64decode(root), "the log does not hold this"
print(f"holds: leaf {index[6:]} of {size} in {origin}")
for witness in witnesses:
    name, times = signed(witness, text + "\n", lines.splitlines())
    assert times, f"not cosigned by {name}"
    print(f"cosigned by {name} at {max(times)}")
