#!/usr/bin/env bash
# On a Mac, after xcframework.sh, with XcodeGen: the app as an archive and an .ipa in ios/build. Never run here: there is no Mac.
# LIUHEN_TEAM: the developer team that signs. $1: how it is given out, as `xcodebuild -help` lists for exportOptionsPlist
# (release-testing, enterprise, app-store-connect, debugging).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $(uname -s) == Darwin ]] || { echo "this needs a Mac with Xcode" >&2; exit 1; }
[[ -n ${LIUHEN_TEAM:-} ]] || { echo "LIUHEN_TEAM: the ten letters of the developer team" >&2; exit 1; }
[[ -d build/LiuhenCoreFFI.xcframework ]] || { echo "first: ios/scripts/xcframework.sh" >&2; exit 1; }
command -v xcodegen >/dev/null || { echo "XcodeGen is missing: brew install xcodegen" >&2; exit 1; }
method=${1:-release-testing}

xcodegen generate --spec App/project.yml --project App
xcodebuild archive -project App/Liuhen.xcodeproj -scheme Liuhen -configuration Release \
    -destination 'generic/platform=iOS' -archivePath build/Liuhen.xcarchive -allowProvisioningUpdates

cat >build/export.plist <<PLIST
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
    <key>method</key><string>$method</string>
    <key>teamID</key><string>$LIUHEN_TEAM</string>
</dict></plist>
PLIST
xcodebuild -exportArchive -archivePath build/Liuhen.xcarchive -exportPath build/export \
    -exportOptionsPlist build/export.plist -allowProvisioningUpdates
