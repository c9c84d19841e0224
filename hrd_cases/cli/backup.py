"""`hrd-cases backup`: make one, prove that it opens, make keys for it, and say who may open it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Required, TypedDict, Unpack

import click

from hrd_cases.cli.clock import say_doubt
from hrd_cases.cli.custodians import write_new
from hrd_cases.cli.options import FILE, argument, as_json, asks_for_another, group, option, together
from hrd_cases.cli.place import now, organisation, place
from hrd_cases.cli.terminal import FAILED, StepClock, read_note, refuse, rule_words, say, say_json, warn, wrong_use
from hrd_cases.cli.words import _
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.formats import age
from hrd_cases.domain.typed_files import text_of
from hrd_cases.domain.words import N_
from hrd_cases.services.backups import backups, keeping, looking, proving, restoring
from hrd_cases.services.backups.restoring import Restored, RestoreWish
from hrd_cases.services.install import install
from hrd_cases.services.kernel.context import Runtime

recipient_options = together(
    option("--recipient", multiple=True, help=N_("age1pq1..., at least two (kept by setup)")),
    option("--recipients", type=FILE, metavar="FILE", help=N_("a file with one recipient a line")),
)
opening_options = together(
    argument("file", type=FILE, help=N_("the backup")),
    option("--identity", type=FILE, required=True, help=N_("file with AGE-SECRET-KEY-PQ-1...")),
    option("--against", type=FILE, help=N_("a checkpoint of the log that was kept elsewhere")),
    option("--accept-older", is_flag=True, help=N_("accept one older than the checkpoint")),
    option("--accept-damaged", is_flag=True, help=N_("accept what was damaged when it was made")),
    as_json,
)


class OpeningOptions(TypedDict, total=False):
    """What is said about opening a backup, by the names of the options."""

    identity: Required[Path]
    against: Required[Path | None]
    accept_older: Required[bool]
    accept_damaged: Required[bool]
    root: str
    ended: Path | None


def wanted(**how: Unpack[OpeningOptions]) -> RestoreWish:
    """What was said about opening a backup; ends the command when a file says nothing of use."""
    identity, against = how["identity"], how["against"]
    try:
        identities = age.read_identities(text_of(identity.read_bytes()))
    except (CryptoError, UnicodeDecodeError):
        refuse(_("%(file)s holds no identity: it is the line AGE-SECRET-KEY-PQ-1... of keygen.", file=identity))
    if identity.stat().st_mode & 0o077:
        warn(_("WARNING: others on this machine can read %(file)s.", file=identity))
    return RestoreWish(
        identities=identities,
        against=read_note(against) if against else "",
        accept_older=how["accept_older"],
        accept_damaged=how["accept_damaged"],
        root=how.get("root", ""),
        ended=_list(how.get("ended")),
    )


def _list(file: Path | None) -> str:
    """The list of ended keys; never nothing where a file was named."""
    try:
        return (file.read_text("utf-8") or "\n") if file else ""
    except UnicodeDecodeError:
        return "\n"


@group("backup", invoke_without_command=True)
@option("--to", type=FILE, help=N_("folder for the file (kept by setup)"))
@recipient_options
@as_json
@click.pass_context
def backup(
    ctx: click.Context, *, to: Path | None, recipient: tuple[str, ...], recipients: Path | None, as_json: bool
) -> int:
    """Make a backup."""
    if asks_for_another(ctx):
        return 0
    with organisation() as runtime:
        with wrong_use():
            plan = _plan(runtime, to, _lines(recipient, recipients))
            keys = keeping.recipients(plan.recipients)
        if not plan.folder:
            refuse(_("Where to? Say it with --to FOLDER, or once with hrd-cases backup setup --to FOLDER"))
        folder = _there(Path(plan.folder))
        created = backups.make(runtime, folder, keys, now(), StepClock())
        same_disk = keeping.same_disk(runtime, folder)
        compact = keeping.compacted(runtime)
    if as_json:
        say_json(
            {
                "file": str(created.file),
                "size": created.size,
                "sha256": created.sha256,
                "entries": created.entries,
                "missing": list(created.missing),
                "damaged": list(created.damaged),
                "removed": [str(path) for path in created.removed],
                "doubt": rule_words(created.doubt) if created.doubt else "",
            }
        )
    else:
        _say_made(created)
        _warn(same_disk=same_disk)
    if not compact:
        text = N_(
            "WARNING: traces of what was removed are still in the database:"
            " there is no room for a second copy, or others held it."
        )
        warn(_(text))
    return FAILED if created.missing or created.damaged or created.doubt else 0


@backup.command("keygen", help=N_("make an identity that opens backups, and print it once"))
@option("--out", type=FILE, metavar="FILE", help=N_("write it into a new file that only you can read"))
def make_key(*, out: Path | None) -> int:
    """Print an identity once; nothing is written to a disk unless a file is named."""
    identity = age.Identity.new()
    recipient = identity.recipient.text()
    lines = (
        _("# Opens backups. Shown once: keep it away from the server, on paper or on an encrypted stick."),
        _("# Its recipient, which is no secret: %(recipient)s", recipient=recipient),
        identity.text(),
    )
    if out is None:
        for line in lines:
            say(line)
        return 0
    write_new(out, "".join(f"{line}\n" for line in lines).encode())
    say(_("The identity is in %(file)s; only you can read it. Keep it away from the server.", file=out))
    say(recipient)
    return 0


@backup.command("setup", help=N_("keep recipients, folder and how many backups stay, for the nightly run"))
@option("--to", type=FILE, help=N_("folder for the files"))
@recipient_options
@option("--keep", type=int, nargs=3, metavar="DAYS WEEKS MONTHS", help=N_("how many of each stay"))
def set_up(
    *, to: Path | None, recipient: tuple[str, ...], recipients: Path | None, keep: tuple[int, int, int] | None
) -> int:
    """Keep what the nightly run needs."""
    with organisation() as runtime, wrong_use():
        plan = _plan(runtime, to, _lines(recipient, recipients), keep)
        if plan.folder:
            _there(Path(plan.folder))
        keeping.save_plan(runtime.instance, plan)
        same_disk = bool(plan.folder) and keeping.same_disk(runtime, Path(plan.folder))
    folder = plan.folder or _("the folder that --to names")
    say(
        _("Backups go to %(folder)s, for %(number)s recipients.", folder=folder, number=len(plan.recipients)),
    )
    numbers = {"days": plan.keep.daily, "weeks": plan.keep.weekly, "months": plan.keep.monthly}
    say(_("Kept: the newest backup of each of %(days)s days, %(weeks)s weeks and %(months)s months,", **numbers))
    say(_("and always the one last verified. A pause or a wrong clock removes none."))
    _warn(same_disk=same_disk)
    return 0


@backup.command("list", help=N_("list the backups in the folder of setup, and which was last verified"))
@as_json
def show(*, as_json: bool) -> int:
    """List the backups, oldest first."""
    with organisation() as runtime:
        plan = keeping.plan(runtime.instance)
        if not plan.folder:
            refuse(_("No folder is set up: hrd-cases backup setup --to FOLDER"))
        saved = looking.kept(runtime, _there(Path(plan.folder)))
    if as_json:
        say_json({"folder": plan.folder, "backups": [_listed(item) for item in saved]})
        return 0
    opened = _("verified")
    for entry in saved:
        say(f"{entry.file.name}  {entry.size:>12}  {opened if entry.opened else ''}".rstrip())
    if not saved:
        say(_("There is no backup in %(folder)s.", folder=plan.folder))
    return 0


def _listed(item: looking.Kept) -> dict[str, object]:
    return {"file": str(item.file), "day": item.day.isoformat(), "size": item.size, "opened": item.opened}


@backup.command("verify", help=N_("prove that a backup opens and restores, without touching anything"))
@opening_options
@option("--within", type=FILE, help=N_("a folder with room for all of it"))
def verify(
    *,
    file: Path,
    identity: Path,
    against: Path | None,
    accept_older: bool,
    accept_damaged: bool,
    as_json: bool,
    within: Path | None,
) -> int:
    """Restore where nobody works, look at all of it, and remember that it opens."""
    opening = wanted(
        identity=identity,
        against=against,
        accept_older=accept_older,
        accept_damaged=accept_damaged,
    )
    if install.founded(place()):
        with organisation() as runtime:
            verified = proving.verify(file, opening, within, now(), StepClock())
            proving.note(runtime, verified, now())
        here = True
    else:
        verified, here = proving.verify(file, opening, within, now(), StepClock()), False
    if as_json:
        say_json({**report(verified), "canary": True, "noted": here})
    else:
        _say_verified(verified, here=here)
    return FAILED if verified.findings else 0


@backup.command("confirm", help=N_("tell this server that its backup was verified on another machine"))
@argument("day", help=N_("the day the backup was made, as verify printed it: 2026-11-22"))
def confirm(*, day: str) -> int:
    """Believe whoever runs the server that its backup was verified elsewhere."""
    with organisation() as runtime:
        try:
            proving.confirm(runtime, day, now())
        except ValueError:
            refuse(_("Write the day as verify printed it: 2026-11-22"))
    say(_("Noted: the backup of %(day)s was verified.", day=day))
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
        "findings": [finding.text for finding in restored.findings],
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
    for finding in restored.findings:
        say(_("WRONG %(name)s: %(what)s", name=finding.name, what=_(finding.msgid, **finding.values)))


def _plan(
    runtime: Runtime, to: Path | None, lines: Sequence[str], days: tuple[int, int, int] | None = None
) -> keeping.BackupPlan:
    """The plan that is kept, with what was said on the command line in its place."""
    keep = keeping.KeepPolicy(daily=days[0], weekly=days[1], monthly=days[2]) if days else None
    folder = str(to.absolute()) if to else ""
    return keeping.merged(keeping.plan(runtime.instance), lines=lines, keep=keep, folder=folder)


def _lines(recipients: Sequence[str], file: Path | None) -> list[str]:
    """The recipients typed, and those of a file."""
    if file is None:
        return list(recipients)
    try:
        listed = text_of(file.read_bytes()).splitlines()
    except UnicodeDecodeError:
        refuse(_("%(file)s is no list of recipients.", file=file))
    return [*recipients, *(line.strip() for line in listed if line.strip() and not line.startswith("#"))]


def _there(folder: Path) -> Path:
    """The folder, when it is there: one that is made by itself hides a stick that is not."""
    if not folder.is_dir():
        refuse(_(backups.NO_FOLDER, folder=folder))
    return folder


def _warn(*, same_disk: bool) -> None:
    if same_disk:
        say(_("WARNING: this folder is on the same disk as the organisation: what destroys one destroys both."))


def _say_made(created: backups.BackupResult) -> None:
    values = {"file": created.file, "size": created.size, "entries": created.entries}
    say(_("The backup is made: %(file)s (%(size)s bytes, %(entries)s log entries)", **values))
    say(f"SHA-256 {created.sha256}")
    for path in created.removed:
        say(_("Older than is kept, removed: %(file)s", file=path.name))
    for blob in created.missing:
        say(_("WRONG evidence: %(file)s was not found, so it is not in the backup. Run: hrd-cases check", file=blob))
    for blob in created.damaged:
        say(_("WRONG evidence: %(file)s is damaged, here and in this backup. Run: hrd-cases check", file=blob))
    if created.damaged:
        say(_("No older backup was removed: one of them may hold what is damaged here."))
    if created.doubt is not None:
        say(_("Nothing older was removed. %(why)s", why=rule_words(created.doubt)))
        say_doubt()


def _say_verified(restored: Restored, *, here: bool) -> None:
    values = {"rows": restored.rows, "files": restored.files}
    say(_("The backup opens: %(rows)s rows and %(files)s evidence files, all unchanged.", **values))
    say(_("Its test record opened: log-in, keys, case and file work after a restore."))
    say_age(restored)
    if not here:
        day = restoring.day_of(restored)
        say(_("On the server, so that its desk knows: %(command)s", command=f"hrd-cases backup confirm {day}"))
