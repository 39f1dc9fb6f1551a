#!/usr/bin/env bash
# Verifies a Liuhen package with tools that nobody here wrote:
#   bagit.py, sha256sum, openssl, age, Python's standard library to read fields, and PyPI's cryptography for receipts.
# Usage: tests/foreign/verify_package.sh [--from-phone] PACKAGE IDENTITY [TSA_CA]
# With TSA_CA (PEM), every time-stamp token must be one of that authority (openssl ts -verify). With --from-phone the package
# may lack what only the bureau gives: its contents, proofs and receipts; then nobody says that nothing was taken out.
# Prints every failure by name, then counts; the last line is 'N passed, N failed'. Exit 0 when nothing failed.
set -euo pipefail

from_phone=no
if [ "${1:-}" = --from-phone ]; then
    from_phone=yes
    shift
fi
if [ $# -lt 2 ] || [ $# -gt 3 ] || [ ! -d "$1" ] || [ ! -f "$2" ] || { [ $# -eq 3 ] && [ ! -f "$3" ]; }; then
    echo "usage: $0 [--from-phone] PACKAGE IDENTITY [TSA_CA]" >&2
    exit 2
fi
package=$(realpath "$1")
identity=$(realpath "$2")
tsa_ca=${3:+$(realpath "$3")}
here=$(dirname "$(realpath "$0")")
cache=$here/../../.cache/foreign

# --- tools, by name; each line says what is installed and why
need() { # command, Debian package
    command -v "$1" >/dev/null && return
    echo "installing $2 (for $1)"
    local sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get install -y -qq "$2" >/dev/null || { $sudo apt-get update -qq && $sudo apt-get install -y -qq "$2" >/dev/null; }
}
need openssl openssl
need age age
need python3 python3
python3 -c 'import ensurepip' 2>/dev/null || need ensurepip python3-venv
"$here/python.sh"
python=python3
fields=$here/package_fields.py
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

passed=0
failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED $*"; }
summary() { printf '%-44s %s\n' "$1" "$2"; }
sha256() { sha256sum "$1" | cut -d' ' -f1; }

# --- the bag
before=$passed
if "$cache/venv/bin/bagit.py" --validate --quiet "$package" 2>"$work/bagit.log"; then ok; else
    bad "bagit.py --validate"
    tail -5 "$work/bagit.log"
fi
for manifest in manifest-sha256.txt tagmanifest-sha256.txt; do
    if (cd "$package" && sha256sum --check --strict --quiet "$manifest" 2>&1) >"$work/sums.log"; then ok; else
        bad "sha256sum --check $manifest"
        head -5 "$work/sums.log"
    fi
done
summary "bagit.py, sha256sum --check" "$((passed - before)) of 3"

# --- the chain and the device's signatures
$python "$fields" records "$package" >"$work/records"
links=0
signatures=0
device=""
previous=""
next=1
while IFS=$'\t' read -r dev seq path prev kind signed named; do
    if [ "$dev" != "$device" ]; then
        device=$dev
        previous=$(printf '0%.0s' {1..64})
        next=1
    fi
    if [ "$((10#$seq))" -eq "$next" ] && [ "$prev" = "$previous" ] && [ "$named" = named ]; then
        ok
        links=$((links + 1))
    else
        bad "chain at ${path#"$package"/}"
    fi
    previous=$(sha256 "$path")
    next=$((10#$seq + 1))
    if [ "$signed" = signed ]; then
        if openssl dgst -sha256 -verify "$package/data/devices/$dev.pem" -signature "${path%.json}.sig" "$path" >/dev/null 2>&1; then
            ok
            signatures=$((signatures + 1))
        else
            bad "openssl dgst -verify ${path#"$package"/} ($kind)"
        fi
    fi
done <"$work/records"
summary "records linked to the one before (sha256sum)" "$links"
summary "device signatures (openssl dgst -verify)" "$signatures"
[ "$links" -gt 0 ] || bad "no records"

# --- the sealed items
$python "$fields" items "$package" >"$work/items"
sealed=0
opened=0
while IFS=$'\t' read -r item path ct pt len pieces; do
    if [ ! -f "$path" ]; then
        if grep -q "^item $item " "$package/data/contents.note" 2>/dev/null; then bad "item $item is missing"; else echo "not included: $item"; fi
        continue
    fi
    good=yes
    [ "$(sha256 "$path")" = "$ct" ] && [ "$(stat -c %s "$path")" = "$len" ] || good=no
    offset=0
    for piece in ${pieces//,/ }; do
        size=${piece%%:*}
        found=$(tail -c "+$((offset + 1))" "$path" | head -c "$size" | sha256sum | cut -d' ' -f1) || true
        [ "$found" = "${piece#*:}" ] || good=no
        offset=$((offset + size))
    done
    [ "$offset" = "$len" ] || good=no
    if [ $good = yes ]; then ok && sealed=$((sealed + 1)); else bad "sha256sum of item $item"; fi
    if age -d -i "$identity" "$path" 2>"$work/age.log" >"$work/plain" && [ "$(sha256 "$work/plain")" = "$pt" ]; then
        ok
        opened=$((opened + 1))
    else
        bad "age -d of item $item: $(head -1 "$work/age.log")"
    fi
done <"$work/items"
summary "items as sealed (sha256sum, pieces, length)" "$sealed"
summary "items decrypted to pt_sha256 (age -d)" "$opened"
if [ -d "$package/data/items" ]; then
    for path in "$package"/data/items/*; do
        cut -f2 "$work/items" | grep -qxF "$path" || bad "no record names ${path#"$package"/}"
    done
fi

# --- what the bureau signed
mkdir "$work/notes"
notes=0
if $python "$fields" notes "$package" "$work/notes" >"$work/notes.list"; then
    while IFS=$'\t' read -r number path; do
        if openssl pkeyutl -verify -pubin -inkey "$work/notes/bureau.pem" -rawin -in "$work/notes/$number.txt" -sigfile "$work/notes/$number.sig" >/dev/null 2>&1; then
            ok
            notes=$((notes + 1))
        else
            bad "openssl pkeyutl -verify ${path#"$package"/}"
        fi
    done <"$work/notes.list"
else
    bad "the bureau's notes cannot be read"
fi
summary "notes of the bureau (openssl pkeyutl, Ed25519)" "$notes"

# --- what the bureau said that the package holds: else its end, an item or another page could be gone
listed=0
if [ -f "$package/data/contents.note" ]; then
    $python "$fields" contents "$package" >"$work/contents" || bad "contents.note cannot be read"
    while IFS=$'\t' read -r verdict line; do
        if [ "$verdict" = ok ]; then ok && listed=$((listed + 1)); else bad "contents.note: $line"; fi
    done <"$work/contents"
elif [ $from_phone = yes ]; then
    echo "not listed by the bureau: whether the last records, an item or the page are missing or changed, nobody says"
else
    bad "contents.note is missing: what the bureau says this package holds"
fi
summary "lines of the bureau's contents (sha256sum)" "$listed"

proofs=0
proved=0
$python "$fields" proofs "$package" >"$work/proofs" || bad "a proof cannot be read"
while IFS=$'\t' read -r verdict path; do
    if [ "$verdict" = ok ]; then ok && proofs=$((proofs + 1)); else bad "proof ${path#"$package"/}"; fi
    case $verdict:$path in "ok:$package/data/proofs/"*) proved=$((proved + 1)) ;; esac
done <"$work/proofs"
summary "inclusion proofs (RFC 9162, hashlib)" "$proofs"
[ $from_phone = yes ] || [ "$proved" -ge "$links" ] || bad "of $links records only $proved have a proof"

# --- a receipt as a stranger checks it: one page of Python over the public texts
receipts=0
for proof in "$package"/data/receipts/*.tlog-proof; do
    [ -f "$proof" ] || continue
    if "$cache/venv/bin/python" "$here/check_proof.py" "$package/data/bureau.vkey" "$proof" "${proof%.tlog-proof}.json" >/dev/null 2>"$work/proof.log"; then
        ok
        receipts=$((receipts + 1))
    else
        bad "check_proof.py ${proof#"$package"/}: $(tail -1 "$work/proof.log")"
    fi
done
summary "receipts checked with a page of Python" "$receipts"
[ $from_phone = yes ] || [ "$receipts" -ge "$sealed" ] || bad "of $sealed items only $receipts have a receipt"

stamps=0
for token in "$package"/data/checkpoints/*.tsr; do
    [ -f "$token" ] || continue
    if [ -z "$tsa_ca" ]; then
        echo "not examined without TSA_CA: ${token#"$package"/}"
    elif openssl ts -verify -data "${token%.tsr}.note" -in "$token" -CAfile "$tsa_ca" >"$work/ts.log" 2>&1; then
        ok
        stamps=$((stamps + 1))
    else
        bad "openssl ts -verify ${token#"$package"/}: $(grep -m1 -i error "$work/ts.log")"
    fi
done
summary "time-stamp tokens (openssl ts -verify)" "$stamps"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
