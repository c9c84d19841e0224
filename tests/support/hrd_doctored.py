"""A backup taken apart and put together again, as whoever knows the recipients can: age does not say who wrote."""

import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from hrd_backups import KEYS, RECIPIENTS

from hrd_cases.crypto.formats import age
from hrd_cases.services.backups.about import BackupManifest
from hrd_cases.services.backups.parts import PartsOut

Parts = dict[str, bytes]


def taken_apart(file: Path) -> Parts:
    """Every part by name, in order."""
    with file.open("rb") as source:
        inside = BytesIO(b"".join(age.opened(source, KEYS)))
    with tarfile.open(fileobj=inside) as archive:
        return {item.name: archive.extractfile(item).read() for item in archive}  # type: ignore[union-attr]


def put_together(parts: Parts, file: Path) -> None:
    """Write parts as they are."""
    packed = BytesIO()
    out = PartsOut(packed.write)
    for name, data in parts.items():
        out.add(name, data)
    out.finish()
    sealed(packed.getvalue(), file)


def sealed(inside: bytes, file: Path) -> None:
    """Write what is inside to the recipients."""
    with file.open("wb") as target:
        writer = age.AgeSealer(target.write, RECIPIENTS)
        writer.write(inside)
        writer.finish()


def doctored(file: Path, target: Path, change: Callable[[Parts], None], *, manifest: bool = True) -> None:
    """The same backup with something changed and, unless told otherwise, a manifest made anew to fit."""
    parts = taken_apart(file)
    content = BackupManifest.decode(parts.pop("manifest.json"))
    change(parts)
    if manifest:
        packed = PartsOut(lambda data: None)
        for name, data in parts.items():
            packed.add(name, data)
        content = BackupManifest(parts=packed.seen, missing=content.missing)
    put_together({**parts, "manifest.json": content.encode()}, target)
