"""Taking a file of 50 MB in until it is durable, and sending it out again.

Yardstick: the same bytes through the library's streaming AEAD, written and fsynced, or read and opened.
"""

import os
from io import BytesIO
from pathlib import Path

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from flask.testing import FlaskClient
from measure import compare, report
from stage import Stage, add_cases, browser, stage

from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.evidence import evidence, uploads
from hrd_cases.web.kernel import csrf

SIZE = 50 * 1000 * 1000
PIECE = 256 * 1024
KEY, CONTEXT = bytes(range(32)), b"yardstick"


def main() -> None:
    """Print the table."""
    data = os.urandom(SIZE)
    with stage() as here:
        case = add_cases(here, 1)[0]
        client = browser(here)
        path = here.folder / "yardstick"
        record = take_in(here, case, data)
        raw_seal(path, data)
        rows = [
            compare("take in 50 MB, durable, hashed, logged", lambda: take_in(here, case, data),
                    "streaming AEAD, fsync", lambda: raw_seal(path, data)),
            compare("the same through the form", lambda: post(here, client, case, data),
                    "streaming AEAD, fsync", lambda: raw_seal(path, data)),
            compare("send 50 MB, proved whole", lambda: send(here, case, record),
                    "streaming AEAD", lambda: raw_open(path)),
        ]  # fmt: skip
        for row in rows:
            for name in ("ours", "yardstick"):
                row[f"{name}_MB/s"] = round(SIZE / 1000 / float(str(row[f"{name}_ms"])))
        report("Files", rows)


def take_in(here: Stage, case: str, data: bytes) -> str:
    """One exhibit of one file; returns the id of its record."""
    intake = uploads.begin(here.runtime, here.lawyer, here.now, case=case)
    incoming = intake.begin_file("video.mp4", "video/mp4")
    for start in range(0, len(data), PIECE):
        incoming.write(data[start : start + PIECE])
    intake.finish_file(incoming, here.now)
    return intake.keep(Evidence(title="Видео с проходной"), here.now)[0]


def post(here: Stage, client: FlaskClient, case: str, data: bytes) -> None:
    """The form a browser sends."""
    form = {csrf.FIELD: here.lawyer.csrf(csrf.FORM), "title": "Видео", "files": (BytesIO(data), "video.mp4")}
    answer = client.post(f"/c/{case}/e/new", data=form)
    if answer.status_code != 303:
        raise RuntimeError(answer.status)


def send(here: Stage, case: str, record: str) -> None:
    """The file as it leaves, to its last byte."""
    with here.runtime.reading(here.lawyer, here.now) as ctx:
        file = evidence.open_file(ctx, case, record, 1)
    if sum(len(piece) for piece in file.pieces) != SIZE:
        raise RuntimeError("too short")


def raw_seal(path: Path, data: bytes) -> None:
    """The library's streaming AEAD into a file that is safe against a pulled plug."""
    stream = Cobblestone256Encryptor(KEY, CONTEXT)
    with path.open("wb") as target:
        for start in range(0, len(data), PIECE):
            target.write(stream.update(data[start : start + PIECE]))
        target.write(stream.finalize())
        target.flush()
        os.fsync(target.fileno())


def raw_open(path: Path) -> None:
    """The same back."""
    stream = Cobblestone256Decryptor(KEY, CONTEXT)
    length = 0
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            length += len(stream.update(piece))
    if length + len(stream.finalize()) != SIZE:
        raise RuntimeError("too short")


if __name__ == "__main__":
    main()
