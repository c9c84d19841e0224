"""`hrd-cases clock`: whether the clock of this machine can be right, and a person's word that it is."""

from datetime import date

import click

from hrd_cases.cli.options import argument, as_json, asks_for_another, group
from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import FAILED, refuse, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services.install import clocks


@group("clock", invoke_without_command=True)
@as_json
@click.pass_context
def clock(ctx: click.Context, *, as_json: bool) -> int:
    """Say what speaks against the clock."""
    if asks_for_another(ctx):
        return 0
    with organisation() as runtime:
        state = clocks.look(runtime, now())
    if as_json:
        say_json({"right": not state.doubt, **state.values})
    elif state.doubt:
        say(_(state.doubt, **state.values))
        say_doubt()
    else:
        say(_("The clock of this machine looks right: it says %(today)s.", **state.values))
    return FAILED if state.doubt else 0


@clock.command("confirm", help=N_("confirm that it is right, after a long pause or a wrong date"))
@argument("day", help=N_("today, as another clock or calendar says it: 2026-11-28"))
def confirm(*, day: str) -> int:
    """Believe a person that the clock is right."""
    try:
        today = date.fromisoformat(day)
    except ValueError:
        refuse(_("Write the day as 2026-11-28."))
    with organisation() as runtime:
        clocks.confirm(runtime, today, now())
    say(_("Confirmed: today is %(day)s. The audit log records this.", day=today.isoformat()))
    return 0


def say_doubt() -> None:
    """What a doubt means, and what to do."""
    say(
        _("Until it is right nothing is deleted, no access ends on its last day, and no access that ended opens again.")
    )
    say(_("Set the clock. If it is already right, confirm it with the date from another clock:"))
    say("    hrd-cases clock confirm 2026-11-28")
