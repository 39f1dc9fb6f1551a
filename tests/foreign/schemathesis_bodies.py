"""How Schemathesis sends the two media types of uploads: the bytes themselves."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream", "application/partial-upload")
def as_they_are(_context, value):
    """Whatever was generated, as a body."""
    if isinstance(value, bytes):
        return value
    data = getattr(value, "data", None)  # its own wrapper of binary values
    return data if isinstance(data, bytes) else str(value).encode()
