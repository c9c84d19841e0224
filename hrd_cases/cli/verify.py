"""`hrd-cases verify`: a paper, or the whole package of one, checked by itself, offline."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from hrd_cases.cli.options import FILE, Command, argument, as_json, command, option
from hrd_cases.cli.terminal import FAILED, refuse, say, say_json, say_rows
from hrd_cases.cli.words import _, role_words
from hrd_cases.domain.words import N_
from hrd_cases.render.places import SUMS, SUMS_SEAL
from hrd_cases.services.papers import checking, seals
from hrd_cases.services.papers.checking import Held, PackageVerdict
from hrd_cases.services.papers.seals import PART, UNSEALED, SealVerdict

LARGEST = 512 * 1024 * 1024
PIECE = 1024 * 1024
MOST_FILES = 20_000
ALL_FIT = N_("Every file of the package is there and unchanged.")
NOT_ALL = N_("The package was changed after its release. Do not rely on it.")


class Verify(Command):
    """The words of --root may stand apart, up to the next option: eight words without quotes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Join the words that follow --root into one value."""
        return super().parse_args(ctx, list(_joined(args)))


def _joined(args: list[str]) -> Iterator[str]:
    words: list[str] | None = None
    for arg in args:
        if words is not None and not arg.startswith("-"):
            words.append(arg)
            continue
        if words:
            yield " ".join(words)
        words = [] if arg == "--root" else None
        yield arg
    if words:
        yield " ".join(words)


@command("verify", cls=Verify)
@argument("file", type=FILE)
@option("--root", default="", metavar="WORD...", help=N_("the organisation's eight root words"))
@as_json
def verify(*, file: Path, root: str, as_json: bool) -> int:
    """Say what the paper or the package proves by itself."""
    words = tuple(root.split()) or None
    if file.is_dir() or file.suffix.casefold() == ".zip":
        with _opened(file) as files:
            return _say_package(checking.check_package(files, words), as_json=as_json)
    if file.stat().st_size > LARGEST:
        refuse(_("%(file)s is larger than any paper made here.", file=file))
    verdict = seals.check(file.read_bytes(), words)
    if verdict.text in (PART, UNSEALED):
        beside = checking.check_beside(file.name, _with_manifest(file), words)
        if beside is not None:
            text = checking.BY_MANIFEST if beside.good else beside.text
            return _say_paper(beside, text, as_json=as_json)
    return _say_paper(verdict, verdict.text, as_json=as_json)


def _say_paper(verdict: SealVerdict, text: str, *, as_json: bool) -> int:
    if as_json:
        say_json({**_as_json(verdict), "text": text})
        return 0 if verdict.good else FAILED
    say(_(text))
    _say_seal(verdict)
    return 0 if verdict.good else FAILED


def _say_package(verdict: PackageVerdict, *, as_json: bool) -> int:
    if as_json:
        files = [{"file": file.path, "good": file.good, "text": file.state} for file in verdict.files]
        say_json({**_as_json(verdict.seal), "good": verdict.good, "files": files})
        return 0 if verdict.good else FAILED
    for checked_file in verdict.files:
        say(f"{checked_file.path}: {_(checked_file.state)}")
    if verdict.seal.good and verdict.files:
        say(_(ALL_FIT) if verdict.good else _(NOT_ALL))
    say(_(verdict.seal.text))
    _say_seal(verdict.seal)
    return 0 if verdict.good else FAILED


def _say_seal(verdict: SealVerdict) -> None:
    if not verdict.signer_words:
        return
    roles = role_words(verdict.roles)
    compared = "" if verdict.root_checked else "   " + _("(not compared)")
    say_rows(
        (_("Paper number:"), verdict.number),
        (_("Sealed by:"), f"{' '.join(verdict.signer_words)} ({roles})"),
        (_("Root words:"), " ".join(verdict.root_words) + compared),
        ("SHA-256:", verdict.sha256),
    )


def _as_json(verdict: SealVerdict) -> dict[str, object]:
    return {
        "good": verdict.good,
        "text": verdict.text,
        "number": verdict.number,
        "signer_words": list(verdict.signer_words),
        "root_words": list(verdict.root_words),
        "root_checked": verdict.root_checked,
        "roles": list(verdict.roles),
        "sha256": verdict.sha256,
        "checkpoint": verdict.checkpoint,
    }


@contextmanager
def _opened(place: Path) -> Iterator[Held]:
    """The files of a folder or an archive, each to be read when it is asked for."""
    if place.is_dir():
        files = sorted(path for path in place.rglob("*") if path.is_file() and not path.is_symlink())
        if len(files) > MOST_FILES:
            refuse(_("%(file)s holds more files than any package made here.", file=place))
        yield {file.relative_to(place).as_posix(): partial(_pieces, file) for file in files}
        return
    if not zipfile.is_zipfile(place):
        refuse(_("%(file)s is damaged: it is no archive that can be opened.", file=place))
    with zipfile.ZipFile(place) as packed:
        entries = [member for member in packed.infolist() if not member.is_dir()]
        if len(entries) > MOST_FILES or len({entry.filename for entry in entries}) != len(entries):
            refuse(_("%(file)s holds more files than any package made here.", file=place))
        yield {entry.filename: _entry(packed, entry) for entry in entries}


def _with_manifest(file: Path) -> Held:
    """A separate file, with the manifest and its seal where they lie with it, or one folder above."""
    folder = next((path for path in (file.parent, file.parent.parent) if (path / SUMS).is_file()), file.parent)
    near = (folder / SUMS, folder / SUMS_SEAL, file)
    return {path.relative_to(folder).as_posix(): partial(_pieces, path) for path in near if path.is_file()}


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
