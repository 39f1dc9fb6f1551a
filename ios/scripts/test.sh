#!/usr/bin/env bash
# On a Mac, after xcframework.sh: the package's tests, there with CryptoKit's keys, over a real bureau. Never run here: there is no Mac.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ $(uname -s) == Darwin ]] || { echo "this needs a Mac; on Linux: ./dev ios" >&2; exit 1; }
cargo build --locked --bin liuhen
cd ios
swift test --no-parallel
