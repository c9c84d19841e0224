"""Whether the database is this organisation's: an empty, foreign or older one is refused by name, and never filled.

The folder names the organisation; the database keeps a mark of the folder's pinned facts, written when it was founded.
"""

import shlex
from pathlib import Path

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.store import instance, migrate
from hrd_cases.store.addresses import carries_password, file_of, without_password

MARK = "organisation"  # setting: the id of the organisation, and the mark of its folder


def mark(ctx: Context) -> None:
    """Let the database say whose it is."""
    ctx.work.settings.put(MARK, _mark(ctx.runtime))


def refuse_missing(folder: Path, address: str) -> None:
    """Raise RuleBroken, before anything is made there, when the file of the database is not where it should be.

    FileNotFoundError when no organisation was ever founded in the folder.
    """
    instance.load(folder)
    file, saved = file_of(address), instance.read_address(folder)
    usual = file is not None and file.resolve() == (folder / "cases.sqlite").resolve()
    if usual and saved:
        raise RuleBroken(ELSEWHERE, values={"variable": f"HRD_DATABASE_URL={shlex.quote(saved)}"})
    if file is not None and not file.exists():
        raise RuleBroken(NO_FILE, values={"database": file})
    if file is not None and not file.stat().st_size:
        raise RuleBroken(EMPTY, values={"database": file})


def refuse_other(runtime: Runtime, *, any_version: bool = False) -> None:
    """Raise RuleBroken when the database is not this organisation's, older than the folder, or of another version."""
    address = {"database": runtime.database.address}
    if what := runtime.database.refuses():
        raise RuleBroken(DAMAGED, values={**address, "what": what})
    revision = migrate.current(runtime.database)
    if revision is None:
        raise RuleBroken(EMPTY, values=address)
    if not migrate.knows(revision):
        raise RuleBroken(NEWER, values=address)
    with runtime.database.reading() as work:
        text = work.settings.get(MARK)
    if not text:
        raise RuleBroken(EMPTY, values=address)
    if text != _mark(runtime):
        raise RuleBroken(FOREIGN, values=address)
    if revision != migrate.head():
        if any_version:
            return
        raise RuleBroken(BEHIND)
    with runtime.database.reading() as work:
        size = work.log.head().size
    newest = max((head.size for head in checkpoints.latest(runtime)), default=0)
    if size < newest:
        file = shlex.quote(str(runtime.instance / instance.CHECKPOINT))
        raise RuleBroken(OLDER, values={**address, "size": size, "newest": newest, "command": f"rm {file}"})


def remember_address(runtime: Runtime) -> None:
    """Keep where the database is when it is not in the folder, without a password."""
    file = file_of(runtime.database.address)
    if file is None or file.resolve() != (runtime.instance / "cases.sqlite").resolve():
        instance.save_address(runtime.instance, runtime.database.address)


def variables(folder: Path, address: str, evidence: Path) -> str:
    """What must stand before a command so that it works on an organisation, as a shell reads it."""
    values = [f"HRD_INSTANCE={shlex.quote(str(folder))}"]
    file = file_of(address)
    if file is None or file.resolve() != (folder / "cases.sqlite").resolve():
        values.append(f"HRD_DATABASE_URL={shlex.quote(without_password(address))}")
    if evidence.resolve() != (folder / "evidence").resolve():
        values.append(f"HRD_EVIDENCE_URL={shlex.quote(str(evidence))}")
    return " ".join(values)


def has_password(address: str) -> bool:
    """True when an address must not be shown or kept as it is."""
    return carries_password(address)


def _mark(runtime: Runtime) -> str:
    return f"{runtime.organisation.org} {runtime.organisation.mark}"


ELSEWHERE = N_("The database of this organisation is elsewhere. Set %(variable)s (add the password if it has one).")
NO_FILE = N_("There is no database %(database)s. Set HRD_DATABASE_URL to where it is, or restore the newest backup.")
DAMAGED = N_(
    "The database %(database)s is damaged, or is none: %(what)s. Is HRD_DATABASE_URL right? Then restore a backup."
)
EMPTY = N_(
    "The database %(database)s does not hold this organisation: it is empty. Set HRD_DATABASE_URL to the right one, or "
    "restore the newest backup."
)
FOREIGN = N_(
    "The database %(database)s belongs to another organisation than this folder, or one of them was altered. Set "
    "HRD_INSTANCE and HRD_DATABASE_URL to the two that belong together, or restore the newest backup."
)
NEWER = N_("The database %(database)s was brought to a newer version of the program. Use that version.")
BEHIND = N_("The database is of another version: run hrd-cases migrate.")
OLDER = N_(
    "The database %(database)s is an older copy: its log has %(size)s entries, and this folder knows of %(newest)s. "
    "Put the newest copy in its place. Is there none? Tell the auditors, then: %(command)s"
)
