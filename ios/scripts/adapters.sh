#!/usr/bin/env bash
# On Linux: the types of AppleAdapters, checked against Stub/Apple. It shows that the adapters fulfil the ports and keep to Swift 6's
# rules for threads, as far as the stand-ins say what Apple's frameworks say; not that Xcode takes them.
# $1: the folder with the modules that `swift build` made. $2: a folder for what is made here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
modules=$1 out=$2
stubs=(AppleFoundation Security UniformTypeIdentifiers UIKit CryptoKit CoreLocation LocalAuthentication BackgroundTasks
    UserNotifications Network CoreBluetooth AVFAudio AVFoundation)

mkdir -p "$out"
# They stand on each other: all are made again when one of them changed.
if [[ ! -e $out/complete || -n $(find Stub/Apple -newer "$out/complete") ]]; then
    for stub in "${stubs[@]}"; do
        swiftc -swift-version 5 -suppress-warnings -parse-as-library -emit-module -module-name "$stub" \
            -emit-module-path "$out/$stub.swiftmodule" -I "$out" "Stub/Apple/$stub.swift"
    done
    touch "$out/complete"
fi
# To SIL and no further: some rules are checked only there.
swiftc -swift-version 6 -warnings-as-errors -wmo -parse-as-library -emit-sil -o "$out/AppleAdapters.sil" \
    -emit-module-path "$out/AppleAdapters.swiftmodule" -module-name AppleAdapters \
    -I "$out" -I "$modules" -I Sources/LiuhenCoreFFI/include -Xfrontend -import-module -Xfrontend AppleFoundation \
    Sources/AppleAdapters/*.swift

# The app's own target over them; its one new stand-in stands on SwiftUI's, which is made elsewhere.
swiftc -swift-version 5 -suppress-warnings -parse-as-library -emit-module -module-name AppleApp \
    -emit-module-path "$out/AppleApp.swiftmodule" -I "$out" -I "$modules" Stub/Apple/AppleApp.swift
swiftc -swift-version 6 -parse-as-library -emit-sil -wmo -o "$out/App.sil" -module-name Liuhen \
    -I "$out" -I "$modules" -I Sources/LiuhenCoreFFI/include -Xfrontend -import-module -Xfrontend AppleApp App/Sources/*.swift
