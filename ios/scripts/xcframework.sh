#!/usr/bin/env bash
# On a Mac with Xcode and rustup: the core as ios/build/LiuhenCoreFFI.xcframework, and its Swift bindings. Never run here: there is no Mac.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ $(uname -s) == Darwin ]] || { echo "this needs a Mac: xcodebuild makes the framework" >&2; exit 1; }

./dev bindings
targets=(aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin)
rustup target add "${targets[@]}"
parts=()
for target in "${targets[@]}"; do
    cargo build --locked --release -p liuhen-ffi --lib --target "$target"
    parts+=(-library "target/$target/release/libliuhen_ffi.a" -headers target/bindings/swift/include)
done
rm -rf ios/build/LiuhenCoreFFI.xcframework
mkdir -p ios/build
xcodebuild -create-xcframework "${parts[@]}" -output ios/build/LiuhenCoreFFI.xcframework
