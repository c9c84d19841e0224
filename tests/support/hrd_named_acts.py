"""The act that an alarm names: found in its words, and done by whoever the words name."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from hrd_world import World

from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.services.access import missing_keys
from hrd_cases.services.casework import cases
from hrd_cases.services.install import health
from hrd_cases.services.install.health import Finding
from hrd_cases.services.keys import integrity
from hrd_cases.services.team import roles

USUAL = {"backups", "cards"}
RESTORED = (
    "restore the newest backup",
    "put the newest copy in its place",
    "newest backup is restored",
    "restore it from a backup",
)


@dataclass(frozen=True, kw_only=True)
class NamedAct:
    """Words of an alarm, and what is done when it says them; False when it cannot be done."""

    words: str
    do: Callable[[World, Finding], bool]


def _other_roles(world: World, finding: Finding) -> bool:
    """An administrator gives the account other roles, and then those it had."""
    user = str(finding.values["who"])
    by = "admin" if user == world.user("founder") else "founder"
    name = next(name for name, credentials in world.people.items() if credentials.user == user)
    had = world.people[name].roles
    try:
        for wanted in (had ^ {"coordinator"} or {"auditor"}, had):
            with suppress(RuleBroken), world.writing(by) as ctx:  # these may be the roles it has
                roles.change(ctx, user, frozenset(wanted))
    except NotFound:
        return False
    return True


def _visits(world: World, _finding: Finding) -> bool:
    """Every lead of the case opens it."""
    for name in ("anna", "lana"):
        with world.writing(name) as ctx:
            cases.overview(ctx, world.strike.case)
    return True


IN_PLACE = (
    NamedAct(words="let an administrator change its roles", do=_other_roles),
    NamedAct(words="next visit of a member who stays changes them", do=_visits),
    NamedAct(words="A lead who opens the case prepares it", do=_visits),
)


def findings(world: World) -> tuple[Finding, ...]:
    """What `hrd-cases check` says is wrong or to be done."""
    found = health.whole(world.runtime, world.now, lambda *_: None)
    return tuple(it for it in found if (it.notice or not it.right) and it.name not in USUAL)


def unrepaired(world: World, found: tuple[Finding, ...], forget: Callable[[], None]) -> Iterator[str]:
    """Alarms of `check` that name no act, or that an act done in place does not end."""
    for finding in found:
        acts = [act for act in IN_PLACE if act.words in finding.text]
        if not acts and not any(words in finding.text.lower() for words in RESTORED):
            yield f"no act is named: {finding.text}"
        for act in acts:
            if not act.do(world, finding):
                yield f"what is named cannot be done: {finding.text}"
            forget()
            if finding.text in {it.text for it in findings(world)}:
                yield f"what is named does not end it: {finding.text}"


def lacking_after_sending(world: World) -> Iterator[str]:
    """Who lacks a key and reads who can give it is sent it again, and lacks nothing then."""
    case = world.strike.case
    for name, giver in (("lana", "anna"), ("anna", "lana")):
        with world.reading(name) as ctx:
            lacking = [item for item in missing_keys.mine(ctx) if item.case == case]
            with suppress(NotFound):
                lacking += filter(None, [cases.overview(ctx, case).keys_missing])
        for item in lacking:
            if not item.givers:
                continue
            with world.writing(giver) as ctx:
                missing_keys.send_again(ctx, case, world.user(name))
            with world.reading(name) as ctx:
                left = cases.overview(ctx, case).keys_missing
            if left is not None and left.givers:
                yield f"{name} lacks a key that was sent again"


def doubts_after_accepting(world: World) -> Iterator[str]:
    """A lead who may accept what is there does, and is told of nothing any more."""
    case = world.strike.case
    with world.reading("anna") as ctx:
        if not cases.overview(ctx, case).may_accept:
            return
    with world.writing("anna") as ctx:
        integrity.accept(ctx, case)
    with world.reading("anna") as ctx:
        view = cases.overview(ctx, case)
        if view.doubts:
            yield f"accepted, and still told: {view.doubts}"
