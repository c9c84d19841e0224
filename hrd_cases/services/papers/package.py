"""The package of a released paper: what is filed, what one works with beside it, and the manifest over every file.

SHA256SUMS is plain text for `sha256sum -c`; SHA256SUMS.seal is the builder's seal over it.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hrd_cases.domain.paper_matter import ExhibitPlan
from hrd_cases.domain.papers import Exhibit, SharedCase
from hrd_cases.domain.words import N_
from hrd_cases.render.places import SUMS, SUMS_SEAL

NOT_ZIPPED = zipfile.ZIP_STORED
AROUND_FILE, AROUND_ARCHIVE = 256, 256  # bytes that an archive has beside its files and twice their names, at most
DAY_ZERO = (1980, 1, 1, 0, 0, 0)

FITS = N_("unchanged")
CHANGED = N_("changed since it was released")
MISSING = N_("missing")
NOT_LISTED = N_("not in the manifest: it did not come with the package")


@dataclass(frozen=True, kw_only=True)
class Packed:
    """One file of a package: its path in it, its length, and its bytes, which may be asked for twice."""

    path: str
    length: int
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Some files of a package, in their order, for an archive of at most `length` bytes; `over`: that is too large."""

    files: tuple[Packed, ...]
    length: int
    over: bool


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """One file of a package that somebody holds, and what was found out about it."""

    path: str
    state: str

    @property
    def good(self) -> bool:
        """True when the manifest names it and its bytes are the same."""
        return self.state == FITS


def with_approved_files(case: SharedCase, plans: Iterable[ExhibitPlan], *, hides: bool) -> SharedCase:
    """The paper as it says which files come with it as they are: where somebody must not be named, only approved ones,
    since nobody can look into them for a name; and never a file of which single pages were approved."""
    approved = {plan.evidence for plan in plans if plan.as_file}

    def marked(exhibit: Exhibit[str]) -> Exhibit[str]:
        may_go = not hides or exhibit.id in approved
        parts = (replace(part, as_file=may_go and not any(part.seen or ())) for part in exhibit.parts)
        return replace(exhibit, parts=tuple(parts))

    return replace(case, exhibits=tuple(map(marked, case.exhibits)))


def sums(files: Iterable[tuple[str, str]]) -> bytes:
    """The manifest of (path, SHA-256 in hex), as `sha256sum -c` reads it."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(files)).encode()


def read_sums(data: bytes) -> dict[str, str]:
    """SHA-256 by path; raises ValueError for anything but lines that sums() writes."""
    results = {}
    for line in data.decode().splitlines():
        digest, gap, path = line[:64], line[64:66], line[66:]
        if gap != "  " or not path or set(digest) - set("0123456789abcdef") or path in results:
            raise ValueError("no manifest")
        results[path] = digest
    if not results:
        raise ValueError("no manifest")
    return results


def compare(expected: dict[str, str], holdings: dict[str, str]) -> tuple[CheckedFile, ...]:
    """Every file of the manifest and every other one that lies there, compared by SHA-256."""
    checked_files = [
        CheckedFile(path=path, state=MISSING if path not in holdings else FITS if holdings[path] == digest else CHANGED)
        for path, digest in sorted(expected.items())
    ]
    others = sorted(set(holdings) - set(expected) - {SUMS, SUMS_SEAL})
    return (*checked_files, *(CheckedFile(path=path, state=NOT_LISTED) for path in others))


def volumes(files: Sequence[Packed], most: int) -> tuple[Volume, ...]:
    """The files in archives of at most `most` bytes each, in their order; none is cut."""
    rows, sums_of_rows = list[list[Packed]](), list[int]()
    for file in files:
        length = file.length + 2 * len(file.path.encode()) + AROUND_FILE
        if rows and sums_of_rows[-1] + length <= most:
            rows[-1].append(file)
            sums_of_rows[-1] += length
        else:
            rows.append([file])
            sums_of_rows.append(length + AROUND_ARCHIVE)
    return tuple(
        Volume(files=tuple(row), length=length, over=length > most)
        for row, length in zip(rows, sums_of_rows, strict=True)
    )


def zipped(files: Sequence[Packed]) -> tuple[int, Iterator[bytes]]:
    """The archive of these files as (length, pieces): never more of it in memory than a piece."""
    length = sum(len(piece) for piece in _zip(files, lambda file: _zeros(file.length)))
    return length, _zip(files, lambda file: file.pieces())


def _zip(files: Sequence[Packed], bytes_of: Callable[[Packed], Iterable[bytes]]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", NOT_ZIPPED) as packed:  # type: ignore[call-overload]  # it writes and no more
        for file in files:
            with packed.open(zipfile.ZipInfo(file.path, date_time=DAY_ZERO), "w", force_zip64=True) as target:
                for piece in bytes_of(file):
                    target.write(piece)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


def _zeros(length: int) -> Iterator[bytes]:
    piece = bytes(1024**2)
    for start in range(0, length, len(piece)):
        yield piece[: length - start]


class _Sink:
    """Takes what the archive writes until somebody fetches it; it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """What came since the last time."""
        data, self._pieces = b"".join(self._pieces), []
        return data
