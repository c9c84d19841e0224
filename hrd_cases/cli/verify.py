"""`hrd-cases verify`: a paper, or the whole package of one, checked by itself, offline."""

import argparse
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from hrd_cases.cli.terminal import FAILED, refuse, say, say_rows, tell
from hrd_cases.cli.words import ROLE_WORDS, _
from hrd_cases.domain.words import N_
from hrd_cases.render.places import SUMS, SUMS_SEAL
from hrd_cases.services.papers import checking, papers
from hrd_cases.services.papers.checking import Held, PackageVerdict
from hrd_cases.services.papers.seals import PART, UNSEALED, Verdict

LARGEST = 512 * 1024 * 1024
PIECE = 1024 * 1024
MOST_FILES = 20_000
ALL_FIT = N_("Every file of the package is there and unchanged.")
NOT_ALL = N_("The package is not as it was released. Do not rely on it.")


def register(below: Any) -> None:
    """Add the command."""
    checked = below.add_parser(
        "verify", help=_("check a paper, or its folder or archive, offline: unchanged, and sealed by whom")
    )
    checked.add_argument("file", type=Path)
    checked.add_argument("--root", nargs="+", default=[], metavar="WORD", help=_("the organisation's eight root words"))
    checked.add_argument("--json", action="store_true", help=_("answer in JSON"))
    checked.set_defaults(run=verify)


def verify(args: argparse.Namespace) -> int:
    """Say what the paper or the package proves by itself."""
    words = tuple(word for given in args.root for word in given.split()) or None
    if args.file.is_dir() or args.file.suffix.casefold() == ".zip":
        with _held(args.file) as held:
            return _say_package(checking.check_package(held, words), as_json=args.json)
    if args.file.stat().st_size > LARGEST:
        refuse(_("%(file)s is larger than any paper made here.", file=args.file))
    found = papers.verify(args.file.read_bytes(), words)
    if found.text in (PART, UNSEALED):
        beside = checking.check_beside(args.file.name, _beside(args.file), words)
        if beside is not None:
            text = checking.BY_MANIFEST if beside.good else beside.text
            return _say_paper(beside, text, as_json=args.json)
    return _say_paper(found, found.text, as_json=args.json)


def _say_paper(found: Verdict, text: str, *, as_json: bool) -> int:
    if as_json:
        tell({**_as_json(found), "text": text})
        return 0 if found.good else FAILED
    say(_(text))
    _say_seal(found)
    return 0 if found.good else FAILED


def _say_package(found: PackageVerdict, *, as_json: bool) -> int:
    if as_json:
        files = [{"file": one.path, "good": one.good, "text": one.state} for one in found.files]
        tell({**_as_json(found.seal), "good": found.good, "files": files})
        return 0 if found.good else FAILED
    for one in found.files:
        say(f"{one.path}: {_(one.state)}")
    if found.seal.good and found.files:
        say(_(ALL_FIT) if found.good else _(NOT_ALL))
    say(_(found.seal.text))
    _say_seal(found.seal)
    return 0 if found.good else FAILED


def _say_seal(found: Verdict) -> None:
    if not found.signer_words:
        return
    roles = ", ".join(_(ROLE_WORDS.get(role, role)) for role in found.roles)
    compared = "" if found.root_checked else "   " + _("(not compared)")
    say_rows(
        (_("Paper number:"), found.number),
        (_("Sealed by:"), f"{' '.join(found.signer_words)} ({roles})"),
        (_("Root words:"), " ".join(found.root_words) + compared),
        ("SHA-256:", found.sha256),
    )


def _as_json(found: Verdict) -> dict[str, object]:
    return {
        "good": found.good,
        "text": found.text,
        "number": found.number,
        "signer_words": list(found.signer_words),
        "root_words": list(found.root_words),
        "root_checked": found.root_checked,
        "roles": list(found.roles),
        "sha256": found.sha256,
        "checkpoint": found.checkpoint,
    }


@contextmanager
def _held(place: Path) -> Iterator[Held]:
    """The files of a folder or an archive, each to be read when it is asked for."""
    if place.is_dir():
        files = sorted(one for one in place.rglob("*") if one.is_file() and not one.is_symlink())
        if len(files) > MOST_FILES:
            refuse(_("%(file)s holds more files than any package made here.", file=place))
        yield {one.relative_to(place).as_posix(): partial(_pieces, one) for one in files}
        return
    if not zipfile.is_zipfile(place):
        refuse(_("%(file)s is damaged: it is no archive that can be opened.", file=place))
    with zipfile.ZipFile(place) as packed:
        entries = [one for one in packed.infolist() if not one.is_dir()]
        if len(entries) > MOST_FILES or len({one.filename for one in entries}) != len(entries):
            refuse(_("%(file)s holds more files than any package made here.", file=place))
        yield {one.filename: _entry(packed, one) for one in entries}


def _beside(file: Path) -> Held:
    """A separate file, with the manifest and its seal where they lie with it, or one folder above."""
    folder = next((one for one in (file.parent, file.parent.parent) if (one / SUMS).is_file()), file.parent)
    near = (folder / SUMS, folder / SUMS_SEAL, file)
    return {one.relative_to(folder).as_posix(): partial(_pieces, one) for one in near if one.is_file()}


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def _entry(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], Iterable[bytes]]:
    def pieces() -> Iterator[bytes]:
        try:
            with packed.open(entry) as opened:
                while piece := opened.read(PIECE):
                    yield piece
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            yield b"\0damaged"  # its sum fits nothing

    return pieces
