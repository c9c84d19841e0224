"""`hrd-cases backup`: make one, prove that it opens, make keys for it, and say who may open it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrd_cases.cli.clock import say_doubt
from hrd_cases.cli.custodians import write_new
from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import FAILED, Progress, read_note, refuse, rule_words, say, tell, wrong_use
from hrd_cases.cli.words import _
from hrd_cases.crypto import age
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.domain.typed_files import text_of
from hrd_cases.services import installing
from hrd_cases.services.backups import backups, keeping, proving, restoring
from hrd_cases.services.backups.restoring import Restored, Wanted
from hrd_cases.services.context import Runtime


def register(below: Any) -> None:
    """Add the command and what belongs to it."""
    made = below.add_parser("backup", help=_("back up everything into one sealed file; keygen, setup, verify"))
    made.add_argument("--to", type=Path, default=None, help=_("folder for the file (kept by setup)"))
    _recipients(made)
    made.add_argument("--json", action="store_true", help=_("answer in JSON"))
    made.set_defaults(run=run)
    acts = made.add_subparsers(title=_("acts"), metavar=_("ACT"))
    keygen = acts.add_parser("keygen", help=_("make an identity that opens backups, and print it once"))
    keygen.add_argument("--out", type=Path, metavar="FILE", help=_("write it into a new file that only you can read"))
    keygen.set_defaults(run=make_key)
    setting = acts.add_parser("setup", help=_("keep recipients, folder and how many backups stay, for the nightly run"))
    setting.add_argument("--to", type=Path, default=None, help=_("folder for the files"))
    _recipients(setting)
    setting.add_argument("--keep", type=int, nargs=3, default=None, metavar=("DAYS", "WEEKS", "MONTHS"))
    setting.set_defaults(run=set_up)
    verifying = acts.add_parser("verify", help=_("prove that a backup opens and restores, without touching anything"))
    add_opening(verifying)
    verifying.add_argument("--within", type=Path, default=None, help=_("a folder with room for all of it"))
    verifying.set_defaults(run=verify)
    confirming = acts.add_parser("confirm", help=_("tell this server that its backup was verified on another machine"))
    confirming.add_argument("day", help=_("the day the backup was made, as verify printed it: 2026-11-22"))
    confirming.set_defaults(run=confirm)


def add_opening(made: argparse.ArgumentParser) -> None:
    """The options of everything that opens a backup."""
    made.add_argument("file", type=Path, help=_("the backup"))
    made.add_argument("--identity", type=Path, required=True, help=_("file with AGE-SECRET-KEY-PQ-1..."))
    made.add_argument("--against", type=Path, default=None, help=_("a checkpoint of the log that was kept elsewhere"))
    made.add_argument("--accept-older", action="store_true", help=_("accept one older than the checkpoint"))
    made.add_argument("--accept-damaged", action="store_true", help=_("accept what was not whole when it was made"))
    made.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _recipients(made: argparse.ArgumentParser) -> None:
    made.add_argument("--recipient", action="append", default=[], help=_("age1pq1..., at least two (kept by setup)"))
    made.add_argument(
        "--recipients", type=Path, default=None, metavar="FILE", help=_("a file with one recipient a line")
    )


def wanted(args: argparse.Namespace) -> Wanted:
    """What was said about opening a backup; ends the command when a file says nothing of use."""
    try:
        identities = age.read_identities(text_of(args.identity.read_bytes()))
    except (CryptoError, UnicodeDecodeError):
        refuse(_("%(file)s holds no identity: it is the line AGE-SECRET-KEY-PQ-1... of keygen.", file=args.identity))
    if args.identity.stat().st_mode & 0o077:
        warning = _("WARNING: others on this machine can read %(file)s.", file=args.identity)
        print(f"- {warning}", file=sys.stderr)
    return Wanted(
        identities=identities,
        against=read_note(args.against) if args.against else "",
        accept_older=args.accept_older,
        accept_damaged=args.accept_damaged,
    )


def run(args: argparse.Namespace) -> int:
    """Make a backup."""
    with organisation() as runtime:
        with wrong_use():
            plan = _plan(runtime, args)
            keys = keeping.recipients(plan.recipients)
        if not plan.folder:
            refuse(_("Where to? Say it with --to FOLDER, or once with hrd-cases backup setup --to FOLDER"))
        folder = _there(Path(plan.folder))
        made = backups.make(runtime, folder, keys, now(), Progress())
        same_disk = keeping.same_disk(runtime, folder)
    if args.json:
        tell(
            {
                "file": str(made.file),
                "size": made.size,
                "sha256": made.sha256,
                "entries": made.entries,
                "missing": list(made.missing),
                "removed": [str(path) for path in made.removed],
                "doubt": rule_words(made.doubt) if made.doubt else "",
            }
        )
    else:
        _say_made(made)
        _warn(same_disk=same_disk)
    return FAILED if made.missing or made.doubt else 0


def make_key(args: argparse.Namespace) -> int:
    """Print an identity once; nothing is written to a disk unless a file is named."""
    identity = age.Identity.new()
    recipient = identity.recipient.text()
    lines = (
        _("# Opens backups. Shown once: keep it away from the server, on paper or on an encrypted stick."),
        _("# Its recipient, which is no secret: %(recipient)s", recipient=recipient),
        identity.text(),
    )
    if args.out is None:
        for line in lines:
            say(line)
        return 0
    write_new(args.out, "".join(f"{line}\n" for line in lines).encode())
    say(_("The identity lies in %(file)s, readable by you alone. Keep it away from the server.", file=args.out))
    say(recipient)
    return 0


def set_up(args: argparse.Namespace) -> int:
    """Keep what the nightly run needs."""
    with organisation() as runtime, wrong_use():
        plan = _plan(runtime, args)
        if plan.folder:
            _there(Path(plan.folder))
        keeping.save_plan(runtime.instance, plan)
        same_disk = bool(plan.folder) and keeping.same_disk(runtime, Path(plan.folder))
    folder = plan.folder or _("the folder that --to names")
    say(
        _("Backups go to %(folder)s, for %(number)s recipients.", folder=folder, number=len(plan.recipients)),
    )
    kept = {"days": plan.keep.daily, "weeks": plan.keep.weekly, "months": plan.keep.monthly}
    say(_("The newest of %(days)s days, %(weeks)s weeks and %(months)s months that have one stay,", **kept))
    say(_("and always the one that was last shown to open. A pause or a wrong clock removes none."))
    _warn(same_disk=same_disk)
    return 0


def verify(args: argparse.Namespace) -> int:
    """Restore where nobody works, look at all of it, and remember that it opens."""
    asked = wanted(args)
    if installing.founded(place()):
        with organisation() as runtime:
            verified = proving.verify(args.file, asked, args.within, now(), Progress())
            proving.note(runtime, verified, now())
        here = True
    else:
        verified, here = proving.verify(args.file, asked, args.within, now(), Progress()), False
    if args.json:
        tell({**report(verified), "canary": True, "noted": here})
    else:
        _say_verified(verified, here=here)
    return FAILED if verified.findings else 0


def confirm(args: argparse.Namespace) -> int:
    """Believe whoever runs the server that its backup was verified elsewhere."""
    with organisation() as runtime:
        try:
            proving.confirm(runtime, args.day, now())
        except ValueError:
            refuse(_("Write the day as verify printed it: 2026-11-22"))
    say(_("Noted: the backup of %(day)s was verified.", day=args.day))
    return 0


def report(restored: Restored) -> dict[str, object]:
    """What a restored or verified backup was, for scripts."""
    return {
        "made": restored.made.isoformat(),
        "log_entries": restored.entries,
        "log_words": list(restored.words),
        "root_words": list(restored.root_words),
        "rows": restored.rows,
        "files": restored.files,
        "older_by": restored.older_by,
        "findings": [one.text for one in restored.findings],
    }


def say_age(restored: Restored) -> None:
    """Say how old a backup is, and what nobody can tell without a checkpoint from outside."""
    day = restoring.day_of(restored)
    say(_("Root words, as you published them: %(words)s", words=" ".join(restored.root_words)))
    words = " ".join(restored.words)
    say(_("Its log: %(entries)s entries, words %(words)s", entries=restored.entries, words=words))
    if restored.older_by is None:
        say(_("WARNING: it is of %(day)s. Whether there was a newer one, this command can not tell:", day=day))
        say(_("compare the number of log entries and their words with a paper or a colleague, or use --against."))
    elif restored.older_by:
        values = {"day": day, "entries": restored.older_by}
        say(
            _(
                "WARNING: it is of %(day)s and OLDER than the checkpoint: %(entries)s log entries are not in it.",
                **values,
            )
        )
    for one in restored.findings:
        say(_("WRONG %(name)s: %(what)s", name=one.name, what=_(one.msgid, **one.values)))


def _plan(runtime: Runtime, args: argparse.Namespace) -> keeping.Plan:
    """The plan that is kept, with what was said on the command line in its place."""
    lines: Sequence[str] = args.recipient
    if args.recipients is not None:
        try:
            listed = text_of(args.recipients.read_bytes()).splitlines()
        except UnicodeDecodeError:
            refuse(_("%(file)s is no list of recipients.", file=args.recipients))
        lines = [*lines, *(line.strip() for line in listed if line.strip() and not line.startswith("#"))]
    days = getattr(args, "keep", None)
    keep = keeping.Keep(daily=days[0], weekly=days[1], monthly=days[2]) if days else None
    folder = str(args.to.absolute()) if args.to else ""
    return keeping.merged(keeping.plan(runtime.instance), lines=lines, keep=keep, folder=folder)


def _there(folder: Path) -> Path:
    """The folder, when it is there: one that is made by itself hides a stick that is not."""
    if not folder.is_dir():
        refuse(_(backups.NO_FOLDER, folder=folder))
    return folder


def _warn(*, same_disk: bool) -> None:
    if same_disk:
        say(_("WARNING: this folder is on the same disk as the organisation: what destroys one destroys both."))


def _say_made(made: backups.Made) -> None:
    values = {"file": made.file, "size": made.size, "entries": made.entries}
    say(_("The backup is made: %(file)s (%(size)s bytes, %(entries)s log entries)", **values))
    say(f"SHA-256 {made.sha256}")
    for path in made.removed:
        say(_("Older than is kept, removed: %(file)s", file=path.name))
    for blob in made.missing:
        say(_("WRONG evidence: %(file)s was not found, so it is not in the backup. Run: hrd-cases check", file=blob))
    if made.doubt is not None:
        say(_("Nothing older was removed. %(why)s", why=rule_words(made.doubt)))
        say_doubt()


def _say_verified(restored: Restored, *, here: bool) -> None:
    values = {"rows": restored.rows, "files": restored.files}
    say(_("The backup opens: %(rows)s rows and %(files)s files of evidence, each as it was sealed.", **values))
    say(_("Its canary opened: log-in, keys, case and file work after a restore."))
    say_age(restored)
    if not here:
        day = restoring.day_of(restored)
        say(_("On the server, so that its desk knows: %(command)s", command=f"hrd-cases backup confirm {day}"))
