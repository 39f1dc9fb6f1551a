#!/usr/bin/env bash
# On a Mac, after xcframework.sh: the models' tests, there with CryptoKit's keys, over a real bureau. Never run here: there is no Mac.
# They start the bureau's process, which no iPhone allows: they run on the Mac itself, without what needs UIKit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ $(uname -s) == Darwin ]] || { echo "this needs a Mac; on Linux: ./dev ios" >&2; exit 1; }
cargo build --locked --bin liuhen
cd ios
LIUHEN_ONLY_MODELS=1 swift test --no-parallel
