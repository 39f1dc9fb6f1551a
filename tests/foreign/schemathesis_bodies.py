"""How Schemathesis sends the two media types of uploads: the bytes themselves; and which uploads it asks about: such as
exist, three times in four."""

import base64
import json
import os
import pathlib
import urllib.request

import schemathesis

URL, TOKEN = os.environ["LIUHEN_URL"], os.environ["LIUHEN_TOKEN"]
PIECES = json.loads(pathlib.Path(os.environ["LIUHEN_PIECES"]).read_text(encoding="utf-8"))
USED = pathlib.Path(os.environ["LIUHEN_PIECES"]).with_suffix(".used")
ASKED = 0


@schemathesis.serializer("application/offset+octet-stream", "application/partial-upload")
def as_they_are(_context, value):
    """Whatever was generated, as a body."""
    if isinstance(value, bytes):
        return value
    data = getattr(value, "data", None)  # its own wrapper of binary values
    return data if isinstance(data, bytes) else str(value).encode()


def upload_of(piece):
    """The upload of a piece, created by tus 1.0.0 or found there already."""
    pairs = (f"{key} {base64.b64encode(piece[key].encode()).decode()}" for key in ("item", "piece", "sha256"))
    headers = {"Authorization": f"Bearer {TOKEN}", "Tus-Resumable": "1.0.0",
               "Upload-Length": str(piece["len_bytes"]), "Upload-Metadata": ",".join(pairs)}
    request = urllib.request.Request(f"{URL}/v1/uploads", b"", headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Location"].rsplit("/", 1)[1]


@schemathesis.hook
def map_path_parameters(_context, path_parameters):
    """Puts an upload that exists into a path that names one."""
    global ASKED
    if path_parameters and "upload" in path_parameters:
        ASKED += 1
        if ASKED % 4:
            path_parameters["upload"] = upload_of(PIECES[ASKED % len(PIECES)])
            with USED.open("a", encoding="utf-8") as used:
                used.write(path_parameters["upload"] + "\n")
    return path_parameters
