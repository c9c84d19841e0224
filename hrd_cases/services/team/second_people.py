"""Who can confirm: for each act that waits for another person, who could be that person now, besides the actor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.domain.access.facts import NOTHING, Actor, VaultFacts
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import TABLE, AccessDecision, PermissionRule, SecondPerson, decide
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vaults import CASE_VAULT, DIRECTORY, KINDS
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.records.across import across
from hrd_cases.services.records.card_standing import GOES_ON, MAY_GO
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.services.signin.accounts import actor_of

Rights = Mapping[str, frozenset[str]]  # by compartment


@dataclass(frozen=True, kw_only=True)
class SecondLine:
    """An act of the actor and who could be second: names as far as the actor may read them, empty for the others."""

    act: Act
    where: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CaseSeconds:
    """The same for a case."""

    case: CaseId
    title: str
    lines: tuple[SecondLine, ...]

    @property
    def lacking(self) -> bool:
        """True where an act could be finished by nobody."""
        return any(not line.names for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class SecondPeople:
    """What needs no case, and the cases of the actor: those where somebody is lacking first; `lacking` counts them."""

    office: tuple[SecondLine, ...]
    cases: Page[CaseSeconds]
    lacking: int


def view(ctx: Context, page: int) -> SecondPeople:
    """For every act of the table that waits for another person and that the actor may do."""
    allow(ctx, Act.SEE_DESK)
    colleagues, names = _colleagues(ctx), names_of(ctx, ColleagueCard)
    mine = across(ctx)
    cases = sorted(mine.cases(GOES_ON | MAY_GO))
    members = ctx.work.keys.members_of(cases, ctx.day_number)
    lines = [_case(ctx, case, members.get(case, {}), colleagues, names) for case in cases]
    shown = sorted((line for line in lines if line.lines), key=lambda line: (not line.lacking, line.case))
    found = page_of(shown, page)
    roots = mine.roots([line.case for line in found.items])
    titles = {card.id: title(card) for card in roots}
    titled = (CaseSeconds(case=line.case, title=titles.get(line.case, ""), lines=line.lines) for line in found.items)
    return SecondPeople(
        office=_office(ctx, colleagues, names),
        cases=found.showing(titled),
        lacking=sum(line.lacking for line in lines),
    )


def office(ctx: Context) -> tuple[SecondLine, ...]:
    """For what needs no case: what roles are enough for, and what needs a part of the directory."""
    return _office(ctx, _colleagues(ctx), names_of(ctx, ColleagueCard))


def _office(ctx: Context, colleagues: Sequence[Actor], names: Mapping[str, str]) -> tuple[SecondLine, ...]:
    desk = ctx.runtime.organisation.directory
    members = ctx.work.keys.members_of([desk], ctx.day_number).get(desk, {})
    mine = _facts(members.get(ctx.actor.fingerprint, {}), DIRECTORY.name)
    others = [(other, _facts(members.get(other.fingerprint, {}), DIRECTORY.name)) for other in colleagues]
    by_role = _lines(ctx.actor, NOTHING, [(other, NOTHING) for other in colleagues], names)
    return (*by_role, *_lines(ctx.actor, mine, others, names))


def _colleagues(ctx: Context) -> list[Actor]:
    return [actor_of(ctx, row) for row in ctx.work.users.all() if row.id != ctx.actor.user]


def _case(
    ctx: Context, case: CaseId, members: Mapping[str, Rights], colleagues: Sequence[Actor], names: Mapping[str, str]
) -> CaseSeconds:
    others = [(other, _facts(members.get(other.fingerprint, {}))) for other in colleagues]
    mine = _facts(members.get(ctx.actor.fingerprint, {}))
    return CaseSeconds(case=case, title="", lines=tuple(_lines(ctx.actor, mine, others, names)))


def _facts(rights: Rights, kind: str = CASE_VAULT) -> VaultFacts:
    """Of a case; whoever may be counsel of record is taken for one: the page speaks of whom they would wait for."""
    return VaultFacts(kind=kind, base=KINDS[kind].base, rights=rights, counsel_of_record=True)


def _kind(rule: PermissionRule) -> str:
    """The kind of vault that a rule needs something of; empty where roles are enough."""
    if not rule.needs:
        return ""
    return DIRECTORY.name if rule.needs[0][0] in DIRECTORY.compartments else CASE_VAULT


def _lines(
    actor: Actor, mine: VaultFacts, others: Sequence[tuple[Actor, VaultFacts]], names: Mapping[str, str]
) -> Iterator[SecondLine]:
    """The acts that the actor may do there and that wait for another person, with who could be that person."""
    for act, rule in TABLE.items():
        if rule.second is not None and _kind(rule) == mine.kind and _may(actor, (act,), mine):
            people = sorted(names.get(other.user, "") for other in _able(rule.second, others))
            yield SecondLine(act=act, where=rule.second.where, names=tuple(people))


def _able(second: SecondPerson, others: Sequence[tuple[Actor, VaultFacts]]) -> list[Actor]:
    able = [other for other, facts in others if _may(other, second.acts, facts)]
    if able or not second.otherwise:
        return able
    return [other for other, facts in others if _may(other, second.otherwise, facts)]


def _may(actor: Actor, acts: Sequence[Act], facts: VaultFacts) -> bool:
    return all(decide(actor, act, facts) is AccessDecision.ALLOWED for act in acts)
