#!/usr/bin/env bash
# Schemathesis against a real bureau: everything that spec/openapi.json allows and much that it does not, asked of a
# server in a process of its own. No 5xx, no answer that is not documented.
# Usage: tests/foreign/openapi.sh LIUHEN [SECONDS]
# Prints what fails; the last line is 'N passed, N failed'. Exit 0 when nothing failed.
set -euo pipefail

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: $0 LIUHEN [SECONDS]" >&2
    exit 2
fi
liuhen=$(realpath "$1")
seconds=${2:-45}
here=$(dirname "$(realpath "$0")")
cache=$(realpath "$here/../..")/.cache/foreign
version=4.32.5

if [ "$("$cache/schemathesis-$version/bin/schemathesis" --version 2>/dev/null | grep -c "$version")" != 1 ]; then
    echo "installing schemathesis==$version from PyPI into .cache/foreign"
    python3 -m venv "$cache/schemathesis-$version"
    "$cache/schemathesis-$version/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT

"$liuhen" bureau --data "$work/data" --resumable-draft \
    --officers "$here/../../spec/examples/officers.json" >"$work/ready" 2>"$work/log" &
server=$!
for _ in $(seq 300); do
    grep -q '"ready"' "$work/ready" && break
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
url=$(grep -o '"url":"[^"]*"' "$work/ready" | cut -d'"' -f4)
code=$(grep -o '"enrol_code":"[^"]*"' "$work/ready" | cut -d'"' -f4)
python3 "$here/phone.py" join "$url" "$code" "$work" >/dev/null

# A device with pieces that the bureau misses: whoever asks about uploads must meet some that exist.
patrol() { "$liuhen" patrol --vault "$work/vault" --json "$@" >>"$work/patrol" || { cat "$work/patrol"; exit 1; }; }
patrol enrol --url "$url" --code "$("$liuhen" bureau enrol --data "$work/data")"
patrol check
patrol open --officer li-wen --officer ding-yi --party 示例公司 --place 示例路1号
patrol show-certificate
patrol notice
patrol capture "$here"/../../media/demo/photo-[12]-*.jpg
patrol export --out "$work/export"
token=$(python3 "$here/phone.py" send "$url" "$work"/vault/keystore/device-*.p256 "$work/export/data/records" "$work/pieces.json")
export LIUHEN_URL=$url LIUHEN_TOKEN=$token LIUHEN_PIECES=$work/pieces.json LIUHEN_RECORDS=$work/pieces.records

checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,ignored_auth
status=0
# It leaves a folder of its own where it stands.
cd "$work"
# From a file: where it loads its description from the bureau itself, it does not ask for that address again.
python3 -c 'import sys, urllib.request; urllib.request.urlretrieve(*sys.argv[1:])' "$url/v1/openapi.json" openapi.json
PYTHONPATH=$here SCHEMATHESIS_HOOKS=schemathesis_bodies PYTHONDONTWRITEBYTECODE=1 \
    timeout $((seconds * 2 + 60)) "$cache/schemathesis-$version/bin/schemathesis" run openapi.json --url "$url" \
    --header "Authorization: Bearer $token" --checks "$checks" --phases examples,coverage,fuzzing \
    --max-time "$seconds" --generation-deterministic --continue-on-failure --no-color --suppress-health-check all \
    --report-ndjson-path "$work/events" >"$work/report" 2>&1 || status=$?
kill -0 "$server" || { echo "the bureau died"; status=1; }
if grep -v '^internal error' "$work/log" | grep -q . && grep -q 'internal error' "$work/log"; then
    cat "$work/log"
    status=1
fi
if [ "$status" != 0 ]; then
    cat "$work/report"
    echo "0 passed, 1 failed"
    exit 1
fi
grep -E 'Test cases|generated' "$work/report" || true
if ! python3 "$here/schemathesis_reached.py" "$work/openapi.json" "$work/events"; then
    echo "0 passed, 1 failed"
    exit 1
fi
echo "1 passed, 0 failed"
