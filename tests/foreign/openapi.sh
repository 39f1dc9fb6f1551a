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

"$liuhen" bureau --data "$work/data" --resumable-draft >"$work/ready" 2>"$work/log" &
server=$!
for _ in $(seq 300); do
    grep -q '"ready"' "$work/ready" && break
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
url=$(grep -o '"url":"[^"]*"' "$work/ready" | cut -d'"' -f4)
code=$(grep -o '"enrol_code":"[^"]*"' "$work/ready" | cut -d'"' -f4)
token=$(python3 "$here/phone.py" "$url" "$code" "$work")

checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,ignored_auth
status=0
# It leaves a folder of its own where it stands.
cd "$work"
PYTHONPATH=$here SCHEMATHESIS_HOOKS=schemathesis_bodies PYTHONDONTWRITEBYTECODE=1 \
    timeout $((seconds * 2 + 60)) "$cache/schemathesis-$version/bin/schemathesis" run "$url/v1/openapi.json" \
    --header "Authorization: Bearer $token" --checks "$checks" --phases examples,coverage,fuzzing \
    --max-time "$seconds" --generation-deterministic --continue-on-failure --no-color --suppress-health-check all \
    >"$work/report" 2>&1 || status=$?
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
echo "1 passed, 0 failed"
