#!/usr/bin/env python3
"""A phone made by strangers: Python's standard library and openssl, from spec/bureau-api.md alone.

Usage: phone.py join URL ENROL_CODE DIR          makes a key in DIR, joins, signs in, and prints its token
       phone.py send URL KEY RECORDS PIECES      signs in with KEY (PKCS #8, DER), sends the exact records of an exported
                                                 package's folder, writes what the bureau misses (PIECES) and what it
                                                 was sent (the same name ending in .records), and prints its token
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import urllib.request


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


def call(path, body=None, token=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers)) as answer:
        return json.load(answer)


class Key:
    """A device's key in a PEM file."""

    def __init__(self, file):
        self.file = str(file)
        spki = openssl("ec", "-in", self.file, "-pubout", "-outform", "DER")
        self.device = hashlib.sha256(spki).hexdigest()[:32]

    def sign(self, text):
        signature = openssl("dgst", "-sha256", "-sign", self.file, data=text.encode())
        return base64.b64encode(signature).decode()

    def sign_in(self):
        origin = call("/v1/identity")["origin"]
        challenge = call("/v1/challenge", {"device": self.device})["challenge"]
        answer = self.sign(f"liuhen-login/v1\n{origin}\n{self.device}\n{challenge}\n")
        said = {"device": self.device, "challenge": challenge, "signature": answer}
        return call("/v1/token", said)["token"]


def join(code, folder):
    file = str(pathlib.Path(folder) / "phone.pem")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file)
    key = Key(file)
    fingerprint = hashlib.sha256(call("/v1/identity")["vkey"].encode()).hexdigest()[:16]
    assert code.split("-")[2] == fingerprint, "this is not the bureau of the code"
    secret = code.split("-")[1]
    joined = call("/v1/enrol", {"code": code, "spki_pem": openssl("ec", "-in", file, "-pubout").decode(),
                                "device_no": "XG-P-99", "app": "strangers 1",
                                "signature": key.sign(f"liuhen-enrol/v1\n{secret}\n{key.device}\n")})
    assert joined["device"] == key.device, "a device is named by its key"
    return key.sign_in()


def send(der, records, pieces):
    file = pathlib.Path(pieces).with_suffix(".pem")
    openssl("pkey", "-inform", "DER", "-in", der, "-out", str(file))
    key = Key(file)
    token = key.sign_in()
    batch = []
    for record in sorted(pathlib.Path(records, key.device).glob("*.json")):
        sent = {"bytes": record.read_text(encoding="utf-8")}
        if record.with_suffix(".sig").exists():
            sent["sig"] = base64.b64encode(record.with_suffix(".sig").read_bytes()).decode()
        batch.append(sent)
    taken = call("/v1/records", {"records": batch}, token)
    assert taken["stored"] == len(batch) > 0, taken
    missing = call("/v1/items/missing", token=token)["items"]
    found = [{"item": item["item"], "piece": str(piece["index"]), "sha256": piece["sha256"],
              "len_bytes": piece["len_bytes"]} for item in missing for piece in item["pieces"]]
    assert found, "the bureau misses nothing"
    pathlib.Path(pieces).write_text(json.dumps(found), encoding="utf-8")
    pathlib.Path(pieces).with_suffix(".records").write_text(json.dumps({"records": batch}), encoding="utf-8")
    return token


URL = sys.argv[2].rstrip("/")
print({"join": join, "send": send}[sys.argv[1]](*sys.argv[3:]))
