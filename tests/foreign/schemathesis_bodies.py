"""What Schemathesis is told of uploads and records, three times in four: such as exist, and as a phone sends them. Guessing
alone never finds a whole request, and would see refusals only."""

import base64
import collections
import json
import os
import pathlib
import urllib.request

import schemathesis

URL, TOKEN = os.environ["LIUHEN_URL"], os.environ["LIUHEN_TOKEN"]
PIECES = json.loads(pathlib.Path(os.environ["LIUHEN_PIECES"]).read_text(encoding="utf-8"))
RECORDS = json.loads(pathlib.Path(os.environ["LIUHEN_RECORDS"]).read_text(encoding="utf-8"))
ASKED = collections.Counter()


@schemathesis.serializer("application/offset+octet-stream", "application/partial-upload")
def as_they_are(_context, value):
    """Whatever was generated, as a body."""
    if isinstance(value, bytes):
        return value
    data = getattr(value, "data", None)  # its own wrapper of binary values
    return data if isinstance(data, bytes) else str(value).encode()


def creation(piece):
    """The headers that create the upload of a piece by tus 1.0.0."""
    pairs = (f"{key} {base64.b64encode(piece[key].encode()).decode()}" for key in ("item", "piece", "sha256"))
    return {"Tus-Resumable": "1.0.0", "Upload-Length": str(piece["len_bytes"]), "Upload-Metadata": ",".join(pairs)}


def ask(method, path, headers):
    """The headers of an answer."""
    headers = {"Authorization": f"Bearer {TOKEN}", **headers}
    with urllib.request.urlopen(urllib.request.Request(URL + path, b"" if method == "POST" else None, headers,
                                                       method=method)) as answer:
        return answer.headers


def upload_that_exists(piece):
    """Its name: created, or found there already."""
    return ask("POST", "/v1/uploads", creation(piece))["Location"].rsplit("/", 1)[1]


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Makes a request whole, right before it is sent."""
    operation = case.operation.label
    ASKED[operation] += 1
    if ASKED[operation] % 4 == 0:
        return
    piece = PIECES[ASKED[operation] % len(PIECES)]
    if operation == "POST /v1/records":
        case.body = RECORDS
    elif operation == "POST /v1/uploads":
        case.headers = creation(piece)
        case.body = b""
    elif "{upload}" in operation:
        name = upload_that_exists(piece)
        case.path_parameters = {"upload": name}
        if operation.startswith("PATCH "):
            said = ask("HEAD", f"/v1/uploads/{name}", {"Tus-Resumable": "1.0.0"})
            case.headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": said["Upload-Offset"]}
            # Fewer bytes than are missing: how a piece ends is shown elsewhere.
            case.media_type, case.body = "application/offset+octet-stream", b"."
        elif operation.startswith(("DELETE ", "HEAD ")):
            case.headers = {"Tus-Resumable": "1.0.0"}
