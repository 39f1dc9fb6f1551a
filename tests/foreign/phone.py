#!/usr/bin/env python3
"""A phone made by strangers: Python's standard library and openssl, from spec/bureau-api.md alone.

Usage: phone.py URL ENROL_CODE DIR. Makes a key in DIR, joins, signs in, and prints its token.
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


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


URL, CODE, DIR = sys.argv[1].rstrip("/"), sys.argv[2], pathlib.Path(sys.argv[3])
KEY = str(DIR / "phone.pem")


def sign(text):
    return base64.b64encode(openssl("dgst", "-sha256", "-sign", KEY, data=text.encode())).decode()


openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", KEY)
spki_pem = openssl("ec", "-in", KEY, "-pubout").decode()
spki = openssl("ec", "-in", KEY, "-pubout", "-outform", "DER")
device = hashlib.sha256(spki).hexdigest()[:32]

identity = call("/v1/identity")
fingerprint = hashlib.sha256(identity["vkey"].encode()).hexdigest()[:16]
assert CODE.endswith("-" + fingerprint), "this is not the bureau of the code"
secret = CODE.split("-")[1]
joined = call("/v1/enrol", {"code": CODE, "spki_pem": spki_pem, "device_no": "XG-P-99", "app": "strangers 1",
                            "signature": sign(f"liuhen-enrol/v1\n{secret}\n{device}\n")})
assert joined["device"] == device, "a device is named by its key"
challenge = call("/v1/challenge", {"device": device})["challenge"]
answer = sign(f"liuhen-login/v1\n{identity['origin']}\n{device}\n{challenge}\n")
print(call("/v1/token", {"device": device, "challenge": challenge, "signature": answer})["token"])
