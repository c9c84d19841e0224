"""`hrd-cases migrate`: bring the database to the shape of this version."""

from hrd_cases.cli.options import as_json, command
from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import StepClock, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services.install import health


@command("migrate")
@as_json
def migrate(*, as_json: bool) -> int:
    """Migrate, wholly or not at all."""
    with organisation(any_version=True) as runtime:
        StepClock()(N_("Bringing the database to this version"))
        before, after = health.migrate_database(runtime)
    if as_json:
        say_json({"before": before, "after": after})
    else:
        text = N_("The database is at %(after)s.")
        say(_(text if before != after else N_("Nothing to do: the database is at %(after)s."), after=after))
    return 0
