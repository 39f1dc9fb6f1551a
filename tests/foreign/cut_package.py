"""Makes of a package what a forger would: its last record gone, another page, every manifest written anew.

    cut_package.py PACKAGE OUT [--without-contents]

With --without-contents the list that the bureau signed is gone, too. OUT must not exist.

Whoever verifies packages must refuse OUT, although every digest in it is right.
"""

import hashlib
import os
import shutil
import sys


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def cut(out):
    devices = os.path.join(out, "data", "records")
    device = sorted(os.listdir(devices))[0]
    last = max(name[:-5] for name in os.listdir(os.path.join(devices, device)) if name.endswith(".json"))
    for path in (f"records/{device}/{last}.json", f"records/{device}/{last}.sig", f"proofs/{device}/{last}.tlog-proof"):
        whole = os.path.join(out, "data", path)
        if os.path.exists(whole):
            os.remove(whole)
    with open(os.path.join(out, "data", "index.html"), "w", encoding="utf-8") as file:
        file.write("<!doctype html><title>一切属实</title>\n")


def write_manifests(out):
    paths = []
    for folder, _, names in os.walk(os.path.join(out, "data")):
        paths += [os.path.relpath(os.path.join(folder, name), out) for name in names]
    payload_bytes = sum(os.path.getsize(os.path.join(out, path)) for path in paths)
    with open(os.path.join(out, "bag-info.txt"), encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if not line.startswith("Payload-Oxum:")]
    lines.append(f"Payload-Oxum: {payload_bytes}.{len(paths)}")
    with open(os.path.join(out, "bag-info.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    for manifest, named in (
        ("manifest-sha256.txt", sorted(paths)),
        ("tagmanifest-sha256.txt", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"]),
    ):
        with open(os.path.join(out, manifest), "w", encoding="utf-8") as file:
            file.writelines(f"{sha256_of(os.path.join(out, path))}  {path}\n" for path in named)


if __name__ == "__main__":
    package, out, *options = sys.argv[1:]
    shutil.copytree(package, out)
    cut(out)
    if options:
        os.remove(os.path.join(out, "data", "contents.note"))
    write_manifests(out)
