"""`hrd-cases restore`: an organisation out of a backup, into an empty place, on either database."""

from pathlib import Path
from typing import Unpack

from hrd_cases.cli import backup
from hrd_cases.cli.options import FILE, command, option
from hrd_cases.cli.place import now, place, refuse_served
from hrd_cases.cli.terminal import FAILED, StepClock, refuse, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.config import settings_from
from hrd_cases.domain.words import N_
from hrd_cases.services.backups import restoring
from hrd_cases.services.backups.restoring import Restored
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel import ownership


@command("restore")
@backup.opening_options
@option("--root", default="", help=N_("the eight root words, as the organisation published them"))
@option("--ended", type=FILE, help=N_("the newest ended.keys: whose keys ended since stays out"))
@option("--into", type=FILE, help=N_("an empty folder, in place of the one of the settings"))
@option("--database", default="", help=N_("an empty database: sqlite:////file or postgresql+psycopg://..."))
def restore(
    *,
    file: Path,
    as_json: bool,
    into: Path | None,
    database: str,
    **opening_options: Unpack[backup.OpeningOptions],
) -> int:
    """Restore, wholly or not at all."""
    where = _place(into, database)
    refuse_served(where.folder)
    opening = backup.wanted(**opening_options)
    if not opening.root:
        refuse(_("Whose backup is it? Say the eight root words, as you published them: --root WORDS"))
    restored = restoring.restore(file, where, opening, now(), StepClock())
    variables = ownership.variables(where.folder, where.database_url, where.evidence)
    if as_json:
        say_json(
            {**backup.report(restored), "ended": restored.ended, "folder": str(where.folder), "variables": variables}
        )
    else:
        _say_restored(restored, where, variables, listed=bool(opening.ended))
    return FAILED if restored.findings else 0


def _say_restored(restored: Restored, where: InstallPlace, variables: str, *, listed: bool) -> None:
    values = {"folder": where.folder, "rows": restored.rows, "files": restored.files}
    say(_("Restored into %(folder)s: %(rows)s rows, %(files)s files of evidence, all compared.", **values))
    backup.say_age(restored)
    if restored.ended:
        say(_("Keys that had ended since then, and have ended again: %(number)s", number=restored.ended))
    if not listed:
        say(
            _(
                "Everybody logs in as on the day of the backup. Whoever lost access since then has "
                "it again: change those keys."
            )
        )
        say(_("Whoever has the newest ended.keys restores with --ended FILE, and they stay out."))
    say(_("Next, with these variables before every command and in the unit that serves:"))
    say(f"    {variables} hrd-cases check")
    say(f"    {variables} hrd-cases serve")
    if ownership.has_password(where.database_url):
        say(_("The password of the database is kept nowhere: write it into HRD_DATABASE_URL yourself."))


def _place(into: Path | None, database: str) -> InstallPlace:
    """Where to: the settings of this environment, or a folder with everything in it."""
    if into is None and not database:
        return place()
    environment = {"HRD_DATABASE_URL": database}
    if into is not None:
        environment["HRD_INSTANCE"] = str(into)
        settings = settings_from(environment)
        return InstallPlace(folder=settings.instance, database_url=settings.database_url, evidence=settings.evidence)
    usual, settings = place(), settings_from(environment)
    return InstallPlace(folder=usual.folder, database_url=settings.database_url, evidence=usual.evidence)
