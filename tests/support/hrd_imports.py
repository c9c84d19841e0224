"""What tests of lists that come in do on the pages: send a file, press the button that saves its rows."""

from io import BytesIO
from typing import Any

from hrd_pages import Visitor, forms
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

IN_MEMORY = 100_000_000  # bytes of a form


def send(who: Visitor, data: bytes, *, kind: str = "person", case: str = "", name: str = "list.csv") -> TestResponse:
    """Send a file to the first page of an import."""
    fields = who.fields("/j", "/j/n")
    body: dict[str, Any] = {key: fields[key][0] for key in ("csrf_token", "_keep") if key in fields}
    body |= {"kind": kind, "where": case, "file": FileStorage(BytesIO(data), filename=name)}
    stream, length, boundary = stream_encode_multipart(body, threshold=IN_MEMORY)  # no file that nobody closes
    sort = f'multipart/form-data; boundary="{boundary}"'
    return who.client.post("/j/n", base_url=who.base, input_stream=stream, content_length=length, content_type=sort)


def brought_in(who: Visitor, address: str) -> TestResponse:
    """Press the button that saves the rows, and look at what follows."""
    answer = who.send(f"{address}/g", forms(who.get(address))[f"{address}/g"])
    assert answer.status_code == 303, answer.text
    return who.get(address)
