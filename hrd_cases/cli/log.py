"""`hrd-cases log verify`: whether the log was altered, computed without any key; of a copy also without any server."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import FAILED, Progress, Stop, read_note, say, tell
from hrd_cases.services import check
from hrd_cases.services.check import LogState


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("log", help="verify the log")
    acts = made.add_subparsers(title="acts", metavar="ACT", required=True)
    verifying = acts.add_parser("verify", help="compute every entry's place and the root again")
    verifying.add_argument(
        "file", nargs="?", type=Path, help="a copy taken out on the log's page; else this server's log"
    )
    verifying.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="CHECKPOINT",
        help="a signed note kept elsewhere: from the weekly page, a backup or an older copy (may be repeated)",
    )
    verifying.add_argument("--key", default="", help="the key that notes are signed with, as the weekly page says it")
    verifying.add_argument("--json", action="store_true", help="answer in JSON")
    verifying.set_defaults(run=verify)


def verify(told: argparse.Namespace) -> int:
    """Verify, and say the words by which two people compare the state of the log."""
    found = _verified(told.file, told.against, told.key)
    if told.json:
        tell(
            {
                "entries": found.size,
                "root": found.root,
                "words": list(found.words),
                "altered": found.altered,
                "whole": found.altered is None,
                "compared": len(told.against),
                "signatures": bool(told.key) and bool(told.against),
            }
        )
    elif found.altered is None:
        say(f"The log is whole: {found.size} entries.")
        say(_compared(len(told.against), signed=bool(told.key)))
        say(f"Words of this state: {' '.join(found.words)}")
    else:
        say(f"The log was ALTERED: entry {found.altered} is the first that is not as it was written.")
    return 0 if found.altered is None else FAILED


def _verified(file: Path | None, against: Sequence[Path], key: str) -> LogState:
    try:
        known = check.read_notes({str(path): read_note(path) for path in against}, key)
    except check.NotANote as bad:
        why = "is no checkpoint, or was not signed with the key given" if key else "is no checkpoint"
        raise Stop(f"{bad} {why}.") from None
    if file is None:
        Progress()("Reading the log")
        with organisation() as runtime:
            return check.verify_log(runtime, against=known)
    try:
        with file.open(encoding="utf-8") as lines:
            return check.verify_export(lines, known)
    except check.NotALog as bad:
        raise Stop(f"{file}, line {bad}: this is not what the log's page takes out.") from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is not what the log's page takes out.") from None


def _compared(many: int, *, signed: bool) -> str:
    if not many:
        return "Compared with nothing kept elsewhere: whoever can rewrite all of it is not noticed. Use --against."
    what = (
        "It leads to the checkpoint that was kept elsewhere." if many == 1 else f"It leads to all {many} checkpoints."
    )
    return what if signed else f"{what} Their signatures were not checked: no --key was given."
