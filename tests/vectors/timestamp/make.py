#!/usr/bin/env python3
"""Writes the vectors of timestamp/ with `openssl ts` alone: replies of an authority over a checkpoint, good and bad.

Keys are new at every run, so the files change; they are valid for a hundred years. Run:
`python3 tests/vectors/timestamp/make.py`. Each file holds `data` and `reply` (base64), `ca` (PEM of the trusted authority),
`expect`, and `reason`, the name of the refusal in liuhen-record.
"""

import base64
import json
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = b"bureau.example/log\n21\nz5tMKkSnyqci1dVI7mT/kKEZsMMaysNETcWDAAo508o=\n"
CONFIG = """
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamps]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
ess_cert_id_alg = sha256
[stamps_v1]
serial = serial
crypto_device = builtin
signer_digest = sha384
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256,sha512
ess_cert_id_alg = sha1
[req]
distinguished_name = name
[name]
"""


class Authority:
    def __init__(self, key):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)
        (self.dir / "cnf").write_text(CONFIG)
        (self.dir / "serial").write_text("01\n")
        (self.dir / "data").write_bytes(DATA)
        self.openssl(f"req -x509 -config cnf -newkey {key} -nodes -keyout ca.key -out ca.pem -days 36500 -subj /CN=Root -extensions ca")
        self.openssl(f"req -new -config cnf -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamps")
        self.openssl("x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 36500 -extfile cnf -extensions tsa -out tsa.pem")
        self.ca = (self.dir / "ca.pem").read_text()

    def openssl(self, arguments):
        subprocess.run(["openssl", *arguments.split()], cwd=self.dir, check=True, capture_output=True)

    def reply(self, digest="sha256", section="stamps", more="-cert"):
        self.openssl(f"ts -query -data data -{digest} {more} -out query")
        self.openssl(f"ts -reply -config cnf -section {section} -queryfile query -signer tsa.pem -inkey tsa.key -chain ca.pem -out reply")
        return (self.dir / "reply").read_bytes()


def write(name, rule, reply, ca, reason=None, data=DATA):
    vector = {"rule": rule, "source": "RFC 3161", "op": "timestamp", "expect": "refuse" if reason else "accept",
              "data": base64.b64encode(data).decode(), "reply": base64.b64encode(reply).decode(), "ca": ca}
    vector |= {"reason": reason} if reason else {}
    (HERE / f"{name}.json").write_text(json.dumps(vector, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def changed(reply, old, new):
    assert reply.count(old) >= 1 and len(old) == len(new)
    return reply.replace(old, new, 1)


for old in HERE.glob("*.json"):
    old.unlink()
ec, rsa, other = Authority("ec -pkeyopt ec_paramgen_curve:P-256"), Authority("rsa:2048"), Authority("ec -pkeyopt ec_paramgen_curve:P-384")
good = ec.reply()
write("good_p256", "a token signed with ECDSA P-256, naming its certificate by SHA-256", good, ec.ca)
write("good_rsa", "a token signed with RSA 2048", rsa.reply(), rsa.ca)
write("good_p384_sha384", "a token signed with ECDSA P-384 over SHA-384, naming its certificate by SHA-1 (RFC 2634)",
      other.reply(section="stamps_v1"), other.ca)
write("other_data", "the imprint is that of the data", good, ec.ca, "Imprint", DATA + b"x")
write("other_authority", "the signer's certificate leads to a trusted authority", good, other.ca, "Untrusted")
write("no_certificate", "the signer's certificate is in the token", ec.reply(more="-no_nonce"), ec.ca, "Signature")
write("sha512", "the imprint is a SHA-256", other.reply("sha512", "stamps_v1"), other.ca, "Algorithm")
write("refused", "a refusal is no token", bytes.fromhex("30053003020102"), ec.ca, "Status")
write("truncated", "a reply is whole", good[:-1], ec.ca, "Malformed")
write("trailing_byte", "nothing follows the reply", good + b"\0", ec.ca, "Malformed")
write("empty", "a reply is not empty", b"", ec.ca, "Malformed")
year = good[good.index(b"\x18\x0f") + 2:][:4]
write("time_changed", "the time is signed", changed(good, b"\x18\x0f" + year, b"\x18\x0f" + b"2020"), ec.ca, "Signature")
write("signature_changed", "the signature verifies", good[:-1] + bytes([good[-1] ^ 1]), ec.ca, "Signature")
write("only_the_token", "a bare token without a reply around it is refused", good[9:], ec.ca, "Malformed")
print(len(list(HERE.glob("*.json"))), "vectors")
