"""`hrd-cases backup`: make one, prove that it opens, make keys for it, and say who may open it."""

import argparse
from pathlib import Path
from typing import Any

from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import FAILED, Progress, Stop, read_note, refuse, say, tell
from hrd_cases.crypto import age
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.domain.typed_files import text_of
from hrd_cases.services import installing
from hrd_cases.services.backups import backups, keeping, proving, restoring
from hrd_cases.services.backups.restoring import Restored, Wanted
from hrd_cases.services.context import Runtime


def register(below: Any) -> None:
    """Add the command and what belongs to it."""
    made = below.add_parser("backup", help="back up everything into one sealed file; keygen, setup, verify")
    made.add_argument("--to", type=Path, default=None, help="folder for the file (kept by setup)")
    made.add_argument("--recipient", action="append", default=[], help="age1pq1..., at least two (kept by setup)")
    made.add_argument("--json", action="store_true", help="answer in JSON")
    made.set_defaults(run=run)
    acts = made.add_subparsers(title="acts", metavar="ACT")
    keygen = acts.add_parser("keygen", help="make an identity that opens backups, and print it once")
    keygen.set_defaults(run=make_key)
    setting = acts.add_parser("setup", help="keep recipients, folder and how many backups stay, for the nightly run")
    setting.add_argument("--to", type=Path, default=None, help="folder for the files")
    setting.add_argument("--recipient", action="append", default=[], help="age1pq1..., at least two")
    setting.add_argument("--keep", type=int, nargs=3, default=None, metavar=("DAYS", "WEEKS", "MONTHS"))
    setting.set_defaults(run=set_up)
    verifying = acts.add_parser("verify", help="prove that a backup opens and restores, without touching anything")
    add_opening(verifying)
    verifying.add_argument("--within", type=Path, default=None, help="a folder with room for all of it")
    verifying.set_defaults(run=verify)
    confirming = acts.add_parser("confirm", help="tell this server that its backup was verified on another machine")
    confirming.add_argument("day", help="the day the backup was made, as verify printed it: 2026-11-22")
    confirming.set_defaults(run=confirm)


def add_opening(made: argparse.ArgumentParser) -> None:
    """The options of everything that opens a backup."""
    made.add_argument("file", type=Path, help="the backup")
    made.add_argument("--identity", type=Path, required=True, help="file with AGE-SECRET-KEY-PQ-1...")
    made.add_argument("--against", type=Path, default=None, help="a checkpoint of the log that was kept elsewhere")
    made.add_argument("--accept-older", action="store_true", help="accept one older than the checkpoint")
    made.add_argument("--accept-damaged", action="store_true", help="accept what was not whole when it was made")
    made.add_argument("--json", action="store_true", help="answer in JSON")


def wanted(told: argparse.Namespace) -> Wanted:
    """What was said about opening a backup; ends the command when a file says nothing of use."""
    try:
        identities = age.read_identities(text_of(told.identity.read_bytes()))
    except (CryptoError, UnicodeDecodeError):
        refuse(f"{told.identity} holds no identity: it is the line AGE-SECRET-KEY-PQ-1... that keygen printed.")
    return Wanted(
        identities=identities,
        against=read_note(told.against) if told.against else "",
        accept_older=told.accept_older,
        accept_damaged=told.accept_damaged,
    )


def run(told: argparse.Namespace) -> int:
    """Make a backup."""
    with organisation() as runtime:
        plan = keeping.merged(
            keeping.plan(runtime.instance), lines=told.recipient, folder=str(told.to.absolute()) if told.to else ""
        )
        if not plan.folder:
            refuse("Where to? Say it with --to FOLDER, or once with hrd-cases backup setup --to FOLDER")
        keys = keeping.recipients(plan.recipients)
        made = backups.make(runtime, Path(plan.folder), keys, now(), Progress())
    if told.json:
        tell(
            {
                "file": str(made.file),
                "size": made.size,
                "sha256": made.sha256,
                "entries": made.entries,
                "missing": list(made.missing),
                "removed": [str(path) for path in made.removed],
            }
        )
    else:
        say(f"The backup is made: {made.file} ({made.size} bytes, {made.entries} log entries)")
        say(f"SHA-256 {made.sha256}")
        for path in made.removed:
            say(f"Older than is kept, removed: {path.name}")
        for blob in made.missing:
            say(f"WRONG evidence: {blob} could not be found, so it is not in the backup. Run: hrd-cases check")
    return FAILED if made.missing else 0


def make_key(_told: argparse.Namespace) -> int:
    """Print an identity once; nothing is written to a disk."""
    identity = age.Identity.new()
    say("# Opens backups. Shown once: keep it away from the server, on paper or on an encrypted stick.")
    say(f"# Its recipient, which is no secret: {identity.recipient.text()}")
    say(identity.text())
    return 0


def set_up(told: argparse.Namespace) -> int:
    """Keep what the nightly run needs."""
    keep = None
    if told.keep is not None:
        keep = keeping.Keep(daily=told.keep[0], weekly=told.keep[1], monthly=told.keep[2])
    with organisation() as runtime:
        old = keeping.plan(runtime.instance)
        folder = str(told.to.absolute()) if told.to else ""
        plan = keeping.merged(old, lines=told.recipient, keep=keep, folder=folder)
        keeping.save_plan(runtime.instance, plan)
    say(f"Backups go to {plan.folder or 'the folder that --to names'}, for {len(plan.recipients)} recipients.")
    say(
        f"The newest of {plan.keep.daily} days, {plan.keep.weekly} weeks and {plan.keep.monthly} months stay; "
        f"none is kept longer than {plan.keep.days} days."
    )
    return 0


def verify(told: argparse.Namespace) -> int:
    """Restore where nobody works, look at all of it, and remember that it opens."""
    asked = wanted(told)
    if installing.founded(place()):
        with organisation() as runtime:
            verified = proving.verify(told.file, asked, told.within, now(), Progress())
            proving.note(runtime, verified, now())
        here = True
    else:
        verified, here = proving.verify(told.file, asked, told.within, now(), Progress()), False
    if told.json:
        tell({**report(verified), "canary": True, "noted": here})
    else:
        _say_verified(verified, here=here)
    return FAILED if verified.findings else 0


def confirm(told: argparse.Namespace) -> int:
    """Believe whoever runs the server that its backup was verified elsewhere."""
    with organisation() as runtime:
        _confirmed(runtime, told.day)
    say(f"Noted: the backup of {told.day} was verified.")
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
    say(f"Root words, as you published them:  {' '.join(restored.root_words)}")
    say(f"Its log: {restored.entries} entries, words {' '.join(restored.words)}")
    if restored.older_by is None:
        say(f"WARNING: it is of {day}. Whether there was a newer one, this command can not tell:")
        say("compare the number of log entries and their words with a paper or a colleague, or use --against.")
    elif restored.older_by:
        say(f"WARNING: it is of {day} and OLDER than the checkpoint: {restored.older_by} log entries are not in it.")
    for one in restored.findings:
        say(f"WRONG {one.name}: {one.text}")


def _say_verified(restored: Restored, *, here: bool) -> None:
    say(f"The backup opens: {restored.rows} rows and {restored.files} files of evidence, each as it was sealed.")
    say("Its canary opened: log-in, keys, case and file work after a restore.")
    say_age(restored)
    if not here:
        say(f"On the server, so that its desk knows: hrd-cases backup confirm {restoring.day_of(restored)}")


def _confirmed(runtime: Runtime, day: str) -> None:
    try:
        proving.confirm(runtime, day, now())
    except ValueError:
        raise Stop("Write the day as verify printed it: 2026-11-22") from None
