#!/usr/bin/env bash
# Python with PyPI's bagit.py and cryptography in .cache/foreign/venv: made where it is not there, and said to be.
# Needs python3 with venv.
set -euo pipefail

cache=$(realpath "$(dirname "$(realpath "$0")")/../..")/.cache/foreign
bagit_version=1.9.0
cryptography_version=48.0.0

if [ ! -x "$cache/venv/bin/bagit.py" ]; then
    echo "installing bagit==$bagit_version from PyPI into .cache/foreign/venv"
    mkdir -p "$cache"
    python3 -m venv "$cache/venv"
    "$cache/venv/bin/pip" install --quiet --disable-pip-version-check setuptools "bagit==$bagit_version"
fi
if ! "$cache/venv/bin/python" -c 'import cryptography' 2>/dev/null; then
    echo "installing cryptography==$cryptography_version from PyPI into .cache/foreign/venv"
    "$cache/venv/bin/pip" install --quiet --disable-pip-version-check "cryptography==$cryptography_version"
fi
