"""Which operations Schemathesis reached, by its own report of events: schemathesis_reached.py OPENAPI.json REPORT.ndjson

Prints a line for each operation: how many requests, and how many of each answer. Exit 1 when there is one without a request,
or one without an answer of success though a stranger can have it.
"""

import collections
import json
import pathlib
import sys

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
# What a generator cannot guess: the code and signature of a device, or the challenge that it answers.
SECRET = {"POST /v1/challenge", "POST /v1/enrol", "POST /v1/succeed", "POST /v1/token"}


def answers(report):
    """By operation, how often each status was answered."""
    found = collections.defaultdict(collections.Counter)
    for line in report.read_text(encoding="utf-8").splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder") or {}
        for interaction in (recorder.get("interactions") or {}).values():
            status = (interaction.get("response") or {}).get("status_code", "no answer")
            found[recorder["label"]][str(status)] += 1
    return found


def main(openapi, report):
    paths = json.loads(pathlib.Path(openapi).read_text(encoding="utf-8"))["paths"]
    named = sorted(f"{method.upper()} {path}" for path, by in paths.items() for method in by if method in METHODS)
    found, failed = answers(pathlib.Path(report)), not named
    for operation in named:
        got = found[operation]
        said = ", ".join(f"{count} × {status}" for status, count in sorted(got.items()))
        print(f"{operation:<32} {sum(got.values()):5} requests: {said or 'NOT REACHED'}")
        if not got:
            failed = True
        elif operation not in SECRET and not any(status.startswith("2") for status in got):
            print(f"{operation:<32} never succeeded: only its refusals were seen")
            failed = True
    return failed


sys.exit(main(*sys.argv[1:]))
