#!/usr/bin/env bash
# On a Mac with Apple silicon, Xcode and rustup: the core as ios/build/LiuhenCoreFFI.xcframework for iPhones, their simulator and this Mac,
# and its Swift bindings. Never run here: there is no Mac.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ $(uname -s) == Darwin ]] || { echo "this needs a Mac: xcodebuild makes the framework" >&2; exit 1; }

./dev bindings
# What the C in it (SQLite, ring) is compiled for; as in Package.swift.
export IPHONEOS_DEPLOYMENT_TARGET=17.0 MACOSX_DEPLOYMENT_TARGET=14.0
targets=(aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin)
rustup target add "${targets[@]}"
parts=()
for target in "${targets[@]}"; do
    # Only the archive: linking the other forms of the library for an iPhone would need a signing identity and is of no use.
    cargo rustc --locked --profile phone -p liuhen-ffi --lib --crate-type staticlib --target "$target"
    parts+=(-library "target/$target/phone/libliuhen_ffi.a" -headers target/bindings/swift/include)
done
rm -rf ios/build/LiuhenCoreFFI.xcframework
mkdir -p ios/build
xcodebuild -create-xcframework "${parts[@]}" -output ios/build/LiuhenCoreFFI.xcframework
