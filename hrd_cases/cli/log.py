"""`hrd-cases log verify`: whether the log was altered, computed without any key; of a copy also without any server."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import FAILED, Progress, Stop, read_note, say, tell
from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services import check
from hrd_cases.services.check import LogState


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("log", help=_("verify the log"))
    acts = made.add_subparsers(title=_("acts"), metavar=_("ACT"), required=True)
    verifying = acts.add_parser("verify", help=_("compute every entry's place and the root again"))
    verifying.add_argument(
        "file", nargs="?", type=Path, help=_("a copy taken out on the log's page; else this server's log")
    )
    verifying.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="CHECKPOINT",
        help=_("a signed note kept elsewhere: from the weekly page, a backup or an older copy (may be repeated)"),
    )
    verifying.add_argument(
        "--key", default="", help=_("the key that notes are signed with, as the weekly page says it")
    )
    verifying.add_argument("--json", action="store_true", help=_("answer in JSON"))
    verifying.set_defaults(run=verify)


def verify(args: argparse.Namespace) -> int:
    """Verify, and say the words by which two people compare the state of the log."""
    found = _verified(args.file, args.against, args.key)
    if args.json:
        tell(
            {
                "entries": found.size,
                "root": found.root,
                "words": list(found.words),
                "altered": found.altered,
                "whole": found.altered is None,
                "compared": len(args.against),
                "signatures": bool(args.key) and bool(args.against),
            }
        )
    elif found.altered is None:
        say(_("The log is whole: %(size)s entries.", size=found.size))
        say(_compared(len(args.against), signed=bool(args.key)))
        say(_("Words of this state: %(words)s", words=" ".join(found.words)))
    else:
        say(_("The log was ALTERED: entry %(entry)s is the first that is not as it was written.", entry=found.altered))
    return 0 if found.altered is None else FAILED


def _verified(file: Path | None, against: Sequence[Path], key: str) -> LogState:
    try:
        known = check.read_notes({str(path): read_note(path) for path in against}, key)
    except check.NotANote as bad:
        text = N_("%(file)s is no checkpoint, or was not signed with the key given.")
        raise Stop(_(text if key else N_("%(file)s is no checkpoint."), file=str(bad))) from None
    if file is None:
        with organisation() as runtime:
            Progress()(N_("Reading the log"))
            return check.verify_log(runtime, against=known)
    try:
        with file.open(encoding="utf-8") as lines:
            return check.verify_export(lines, known)
    except check.NotALog as bad:
        raise Stop(
            _("%(file)s, line %(line)s: this is not what the log's page takes out.", file=file, line=str(bad))
        ) from None
    except UnicodeDecodeError:
        raise Stop(_("%(file)s is not what the log's page takes out.", file=file)) from None


def _compared(many: int, *, signed: bool) -> str:
    if not many:
        return _("Compared with nothing kept elsewhere: whoever can rewrite all of it is not noticed. Use --against.")
    if many == 1:
        what = _("It leads to the checkpoint that was kept elsewhere.")
        unsigned = _("Its signature was not checked: no --key was given.")
    else:
        what = _("It leads to all %(number)s checkpoints.", number=many)
        unsigned = _("Their signatures were not checked: no --key was given.")
    return what if signed else f"{what} {unsigned}"
