"""`hrd-cases held`: whether log-ins are held, and letting them go on, for whoever looks after the server."""

from hrd_cases.cli.options import as_json, group, option
from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import say, say_json
from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services.team import sealing_office


@group("held")
def held() -> None:
    """Show or lift; lifting asks for a reason, which goes into the log."""


@held.command("show", help=N_("when each block ends"))
@as_json
def show(*, as_json: bool) -> int:
    """Say when holds end, not whom they concern."""
    with organisation() as runtime:
        ends = [moment.strftime("%Y-%m-%d %H:%M UTC") for moment in sealing_office.ends(runtime, now())]
    if as_json:
        say_json({"held_until": ends})
        return 0
    for moment in ends:
        say(_("Log-ins are blocked until %(time)s.", time=moment))
    if not ends:
        say(_("No log-ins are blocked."))
    return 0


@held.command("lift", help=N_("let everybody log in again at once"))
@option("--reason", required=True, help=N_("why; the log keeps it"))
def lift(*, reason: str) -> int:
    """Lift every hold."""
    with organisation() as runtime:
        lifted = sealing_office.lift(runtime, reason, now())
    say(_("Unblocked: %(number)s. The audit log records the reason.", number=lifted))
    return 0
