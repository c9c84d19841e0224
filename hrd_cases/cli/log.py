"""`hrd-cases log verify`: whether the log was altered, computed without any key; of a copy also without any server."""

from collections.abc import Sequence
from pathlib import Path

from hrd_cases.cli.options import FILE, argument, as_json, group, option
from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import FAILED, StepClock, Stop, read_note, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services.install import health
from hrd_cases.services.install.health import LogState


@group("log")
def log() -> None:
    """Verify it."""


@log.command("verify", help=N_("compute every entry's place and the root again"))
@argument("file", type=FILE, required=False, help=N_("a copy exported on the log's page; else this server's log"))
@option(
    "--against",
    type=FILE,
    multiple=True,
    metavar="CHECKPOINT",
    help=N_("a signed note kept elsewhere: from the weekly page, a backup or an older copy (may be repeated)"),
)
@option("--key", default="", help=N_("the key that notes are signed with, as the weekly page says it"))
@as_json
def verify(*, file: Path | None, against: tuple[Path, ...], key: str, as_json: bool) -> int:
    """Verify, and say the words by which two people compare the state of the log."""
    state = _verified(file, against, key)
    if as_json:
        say_json(
            {
                "entries": state.size,
                "root": state.root,
                "words": list(state.words),
                "altered": state.altered,
                "whole": state.altered is None,
                "compared": len(against),
                "signatures": bool(key) and bool(against),
            }
        )
    elif state.altered is None:
        say(_("The audit log is complete and unchanged: %(size)s entries.", size=state.size))
        say(_compared(len(against), signed=bool(key)))
        say(_("Words of this state: %(words)s", words=" ".join(state.words)))
    else:
        say(
            _(
                "The audit log was CHANGED: entry %(entry)s is the first that differs from what was written.",
                entry=state.altered,
            )
        )
    return 0 if state.altered is None else FAILED


def _verified(file: Path | None, against: Sequence[Path], key: str) -> LogState:
    try:
        heads = health.read_notes({str(path): read_note(path) for path in against}, key)
    except health.NotANote as bad:
        text = N_("%(file)s is no checkpoint, or was not signed with the key given.")
        raise Stop(_(text if key else N_("%(file)s is no checkpoint."), file=str(bad))) from None
    if file is None:
        with organisation() as runtime:
            StepClock()(N_("Reading the log"))
            return health.verify_log(runtime, against=heads)
    try:
        with file.open(encoding="utf-8") as lines:
            return health.verify_export(lines, heads)
    except health.NotALog as bad:
        raise Stop(
            _("%(file)s, line %(line)s: this is not what the log's page exports.", file=file, line=str(bad))
        ) from None
    except UnicodeDecodeError:
        raise Stop(_("%(file)s is not what the log's page exports.", file=file)) from None


def _compared(many: int, *, signed: bool) -> str:
    if not many:
        return _("Not compared with a copy kept elsewhere, so a complete rewrite would not be noticed. Use --against.")
    if many == 1:
        what = _("It agrees with the checkpoint that was kept elsewhere.")
        unsigned = _("Its signature was not checked: no --key was given.")
    else:
        what = _("It agrees with all %(number)s checkpoints.", number=many)
        unsigned = _("Their signatures were not checked: no --key was given.")
    return what if signed else f"{what} {unsigned}"
