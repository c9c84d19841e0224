"""What has been kept for as long as the organisation set: offered to its leads, and never deleted by itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import CLOSED, Case
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.holds import Hold
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.retention import CALL, CLOSED_CASE, RetentionRule, rules
from hrd_cases.domain.words import N_
from hrd_cases.services.deletion.holds import is_held
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, allowing
from hrd_cases.services.records.across import Across
from hrd_cases.services.records.card_standing import GOES_ON, MAY_GO
from hrd_cases.services.records.records import title
from hrd_cases.store.records import Stored

_SETTING = "keep/"  # + id of a rule: the period the organisation set


@dataclass(frozen=True, kw_only=True)
class Period:
    """A rule with the period that counts here; `set_here` when the organisation chose it."""

    rule: RetentionRule
    amount: int
    set_here: bool


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """A case or call that may go: `rule` says why, `since` when it last changed, `due` from when it is offered."""

    case: CaseId
    title: str
    rule: RetentionRule
    since: date
    due: date


def periods(ctx: Context) -> tuple[Period, ...]:
    """Every rule with its period."""
    settings = ctx.work.settings.all()
    return tuple(_period(settings, rule) for rule in rules().values())


def form(ctx: Context) -> tuple[Period, ...]:
    """The same, for who may change them."""
    allow(ctx, Act.MANAGE_SETTINGS)
    return periods(ctx)


def keep_for(ctx: Context, values: Mapping[str, str]) -> None:
    """Set the periods: rule id to a number as it was typed."""
    allow(ctx, Act.CHANGE_PERIODS)
    chosen = {rule.id: _number(rule, values.get(rule.id, "")) for rule in rules().values()}
    for rule, amount in chosen.items():
        ctx.work.settings.put(_SETTING + rule, str(amount))
    ctx.note("admin", "set how long things are kept", periods=chosen)


def due(ctx: Context, mine: Across) -> tuple[DueLine, ...]:
    """What may go today of the cases that the actor leads, longest kept first; nothing on which a hold stands."""
    led = {vault.id for vault in allowing(ctx, Act.ASK_DELETION, mine.vaults)}
    cases = {vault for vault, _ in mine.marked(Case, GOES_ON | MAY_GO)}
    candidates = [(record, CLOSED_CASE) for vault, record in mine.marked(Case, MAY_GO) if vault in led]
    calls = [(vault, record) for vault, record in mine.marked(Call, MAY_GO) if vault in led - cases]
    if not candidates and not calls:
        return ()
    days = ctx.work.deletions.last_changed((*(case for case, _ in candidates), *(vault for vault, _ in calls)))
    amounts = {period.rule.id: period.amount for period in periods(ctx)}

    def reached(vault: str, rule: str) -> bool:
        return vault in days and rules()[rule].due_on(days[vault], amounts[rule]) <= ctx.judged_clock.reached

    over = {record for record, rule in candidates if reached(record, rule)}
    over |= {record for vault, record in calls if reached(vault, CALL)}
    forbidden = is_held(mine.cards((Hold,))) if over else frozenset[str]()
    lines = [
        _line(card, rules()[rule], days[card.vault], amounts[rule])
        for card in (mine.cards((Case, Call), ids=over) if over else ())
        if card.vault not in forbidden and (rule := _rule(card, cases)) is not None
    ]
    return tuple(sorted(lines, key=lambda line: (line.due, line.case)))


def _rule(card: Stored[Declared], cases: Collection[str]) -> str | None:
    if isinstance(card.value, Case):
        return CLOSED_CASE if card.value.stage == CLOSED else None
    own = isinstance(card.value, Call) and not card.value.origin
    return CALL if own and card.vault not in cases else None


def _line(card: Stored[Declared], rule: RetentionRule, since: date, amount: int) -> DueLine:
    return DueLine(case=card.case, title=title(card), rule=rule, since=since, due=rule.due_on(since, amount))


def _period(settings: Mapping[str, str], rule: RetentionRule) -> Period:
    text = settings.get(_SETTING + rule.id, "")
    is_known = text.isdecimal() and rule.least <= int(text) <= rule.most
    return Period(rule=rule, amount=int(text) if is_known else rule.amount, set_here=is_known)


def _number(rule: RetentionRule, text: str) -> int:
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > 4 or not rule.least <= int(typed) <= rule.most:
        raise RuleBroken(
            N_("Write a whole number from %(least)s to %(most)s."),
            place=rule.id,
            values={"least": rule.least, "most": rule.most},
        )
    return int(typed)
