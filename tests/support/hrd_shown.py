"""What people read on their pages, said in a way that two states of a database can be compared."""

from collections.abc import Callable, Mapping

from hrd_world import World

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken, SessionEnded
from hrd_cases.services import desk
from hrd_cases.services.access import access_log
from hrd_cases.services.casework import cases, people, saved_searches
from hrd_cases.services.figures import trends
from hrd_cases.services.imports import lists
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import versions
from hrd_cases.services.schedule import duty
from hrd_cases.services.signin import saved_drafts
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.team import administration, key_replacement, second_factor_lost
from hrd_cases.services.travel import travel

REFUSED = (NotFound, Forbidden, RuleBroken, SessionEnded, SignInRefused)


def shown(world: World) -> Mapping[str, str]:
    """What each of these pages says, by who reads it and what it is of."""
    looks: dict[tuple[str, str], Callable[[Context], object]] = {}
    for name in ("lana", "anna"):
        looks |= {(name, "records"): lambda ctx: _records(ctx, world), (name, "desk"): desk.view}
        looks |= {(name, "team"): lambda ctx: _team(ctx, world), (name, "person"): lambda ctx: _person(ctx, world)}
        looks |= {(name, "who opened it"): lambda ctx: _openings(ctx, world)}
    looks |= {("anna", "searches"): saved_searches.mine, ("anna", "drafts"): saved_drafts.mine}
    looks |= {("anna", "lists"): lists.mine}
    looks |= {("founder", "accounts"): administration.users, ("founder", "closings"): administration.closings}
    looks |= {("founder", "new keys"): key_replacement.waiting, ("founder", "factors"): second_factor_lost.leaves}
    looks |= {("founder", "duty"): duty.today, ("founder", "figures"): _figures, ("external", "journey"): travel.own}
    return {f"{of} of {name}": _look(world, name, look) for (name, of), look in looks.items()}


def doubted(world: World) -> bool:
    """Whether somebody who reads each record and its versions in full is told that something is not as it was."""
    for name in ("lana", "anna"):
        with world.reading(name) as ctx:
            for item in _versions(ctx, world):
                if item.stored.broken or item.stored.unproven or item.stored.doubts or not item.whole:
                    return True
    return False


def _look(world: World, name: str, look: Callable[[Context], object]) -> str:
    try:
        with world.reading(name) as ctx:
            return repr(look(ctx))
    except REFUSED as refused:
        return repr(refused)


def _versions(ctx: Context, world: World) -> list[versions.Versions]:
    closed = {"advice"} if ctx.actor.user == world.user("anna") else set()
    ids = [record for code, record in world.strike.records.items() if code not in closed]
    return [versions.of_case(ctx, world.strike.case, record) for record in ids]


def _records(ctx: Context, world: World) -> object:
    return [(item.stored.value, item.stored.closed, item.items) for item in _versions(ctx, world)]


def _person(ctx: Context, world: World) -> object:
    person = people.view(ctx, world.strike.person).person
    return person.value, person.broken, person.doubts


def _team(ctx: Context, world: World) -> object:
    view = cases.overview(ctx, world.strike.case)
    return view.team, view.rights, view.doubts, view.broken


def _openings(ctx: Context, world: World) -> object:
    openings = access_log.who_opened(ctx, world.strike.case)
    return [(day.day, day.user, len(day.openings)) for day in openings.page.items]


def _figures(ctx: Context) -> object:
    answer = trends.ask(ctx, trends.TrendQuestion(since="2001-01", until="2026-12"))
    return len(answer.selection.events), answer.unread, answer.altered
