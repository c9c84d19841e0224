"""A package of a paper checked by itself, without a server: its manifest, the seal of that, every file by its sum."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.domain.words import N_
from hrd_cases.render.places import SUMS, SUMS_SEAL
from hrd_cases.services.papers.package import MISSING, NOT_LISTED, CheckedFile, compare, read_sums
from hrd_cases.services.papers.seals import CHANGED, SealVerdict, check_manifest

NO_SUMS = N_("There is no manifest SHA256SUMS with its seal here: this is no package of a paper, or not all of it.")
BY_MANIFEST = N_("A separate file of a paper: unchanged, as the sealed manifest beside it confirms.")
LONGEST = 4 * 1024**2
Held = Mapping[str, Callable[[], Iterable[bytes]]]  # the bytes of each file by its path


@dataclass(frozen=True, kw_only=True)
class PackageVerdict:
    """What a package proves: the seal of its manifest, and what became of every file."""

    seal: SealVerdict
    files: tuple[CheckedFile, ...] = ()

    @property
    def good(self) -> bool:
        """True when the seal is good and every file is there, unchanged, and none came in beside them."""
        return self.seal.good and bool(self.files) and all(file.good for file in self.files)


def check_package(holdings: Held, root: Sequence[str] | None = None) -> PackageVerdict:
    """Check every file; the seal first, since without it the manifest says nothing."""
    if SUMS not in holdings or SUMS_SEAL not in holdings:
        return PackageVerdict(seal=SealVerdict(good=False, text=NO_SUMS))
    listed = _short(holdings[SUMS])
    seal = check_manifest(listed, _short(holdings[SUMS_SEAL]), root)
    try:
        expected = read_sums(listed)
    except ValueError:
        return PackageVerdict(seal=SealVerdict(good=False, text=CHANGED))
    results = {path: _sum(pieces) for path, pieces in holdings.items() if path not in (SUMS, SUMS_SEAL)}
    return PackageVerdict(seal=seal, files=compare(expected, results))


def check_beside(path: str, holdings: Held, root: Sequence[str] | None = None) -> SealVerdict | None:
    """A separate file by the manifest that lies with it; None when that does not name it."""
    verdict = check_package(holdings, root)
    mine = next(
        (file for file in verdict.files if file.path.rpartition("/")[2] == path and file.state != MISSING), None
    )
    if mine is None or mine.state == NOT_LISTED:
        return None
    if not mine.good or not verdict.seal.good:
        return SealVerdict(good=False, text=mine.state if not mine.good else verdict.seal.text)
    return verdict.seal


def _short(pieces: Callable[[], Iterable[bytes]]) -> bytes:
    data = b""
    for piece in pieces():
        data += piece
        if len(data) > LONGEST:
            break
    return data


def _sum(pieces: Callable[[], Iterable[bytes]]) -> str:
    digest = hashlib.sha256()
    for piece in pieces():
        digest.update(piece)
    return digest.hexdigest()
