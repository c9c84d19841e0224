"""When an answer is due: by a rule of law that binds this addressee, if a person chooses it; nothing by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calendars import CalendarUnknown, calendar_of
from hrd_cases.domain.companies import Body
from hrd_cases.domain.deadlines import Deadline, DeadlineRule, answer_rules, offer, rules
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.store.records import Stored

TO_US = "to_us"


@dataclass(frozen=True, kw_only=True)
class LetterClock:
    """What may be chosen for a letter: counted rules, or the reason why there are none; `place` is where to mend it."""

    letter: Letter
    versions: Mapping[str, int]
    offers: tuple[Deadline, ...] = ()
    reason: str = ""
    values: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class CountedDueDate:
    """How a letter's due date came about; `stale` when the letter says something else now than when it was counted."""

    deadline: Deadline
    received: date
    stale: bool
    over: bool  # the day has passed and no answer is written down


def clock(ctx: Context, case: CaseId, record: RecordId) -> LetterClock:
    """The rules that bind this addressee for this kind of letter, each counted, for somebody who may change it."""
    open_vault(ctx, Act.WRITE_CASE, case, record=record)
    stored = records.read(ctx, case, record, Letter)
    letter = stored.value
    bound, reason = _bound(ctx, letter)
    if reason or letter.handed_in is None:
        missing = N_("Say first when the letter was handed in: every rule counts from that day.")
        return _clock(stored, reason or missing)
    in_force = [rule for rule in bound if rule.in_force_on(letter.handed_in)]
    if not in_force:
        return _clock(stored, N_("The rule that binds this addressee today was not in force on that day."))
    try:
        offers = tuple(offer(rule, letter.handed_in, ctx.runtime.calendar) for rule in in_force)
    except CalendarUnknown as unknown:
        return _clock(stored, unknown.text, values=unknown.values)
    return _clock(stored, "", offers=offers)


def use(ctx: Context, case: CaseId, record: RecordId, rule: str, expected: Mapping[str, int]) -> None:
    """Take the date that a rule gives; RuleBroken when that rule does not bind this addressee."""
    here = clock(ctx, case, record)
    chosen = next((current_offer for current_offer in here.offers if current_offer.rule.id == rule), None)
    if chosen is None:
        raise RuleBroken(N_("Choose one of the rules that bind this addressee."), place="rule")
    letter = replace(here.letter, due=chosen.due, due_rule=_stamp(here.letter, chosen))
    records.save(ctx, case, record, letter, expected)


def counted(ctx: Context, letter: Letter) -> CountedDueDate | None:
    """How the due date was counted; None for a typed date, or when that edition of the rule is not here any more."""
    stamp = letter.due_rule
    if not isinstance(stamp, dict) or letter.due is None:
        return None
    rule = rules().get(str(stamp.get("rule")))
    if rule is None or rule.version != stamp.get("version"):
        return None
    received = date.fromisoformat(stamp["received"])
    calendar = calendar_of(str(stamp.get("calendar")).partition(" ")[0])  # the one it was counted with
    deadline = offer(rule, received, calendar)
    unchanged = deadline.due == letter.due and calendar.code == ctx.runtime.calendar.code
    return CountedDueDate(
        deadline=deadline,
        received=received,
        stale=not unchanged or _basis(letter) != {name: stamp.get(name) for name in _basis(letter)},
        over=letter.due < ctx.today and letter.answered is None and not letter.answered_by,
    )


def _bound(ctx: Context, letter: Letter) -> tuple[list[DeadlineRule], str]:
    if letter.direction == TO_US:
        return [], N_("This letter came to us: no rule sets a time for an answer to it.")
    if not letter.addressee:
        return [], N_(
            "No rule is known for this addressee. Rules bind state bodies: choose one from the list of authorities, "
            "or type the date yourself."
        )
    body = records.in_directory(ctx, letter.addressee, Body)
    if body is None or not body.kind:
        return [], N_("The kind of body is not set for this addressee, so no rule can be offered.")
    if not letter.kind:
        return [], N_("Say first what kind of letter it is: different rules hold for requests and for complaints.")
    deadline_rules = answer_rules(body.kind, letter.kind)
    none = N_(
        "No rule is known that sets this addressee a time to answer a letter of this kind. Type the date yourself."
    )
    return deadline_rules, "" if deadline_rules else none


def _clock(
    stored: Stored[Letter],
    reason: str,
    *,
    offers: tuple[Deadline, ...] = (),
    values: Mapping[str, object] | None = None,
) -> LetterClock:
    return LetterClock(letter=stored.value, versions=stored.versions, reason=reason, offers=offers, values=values)


def _basis(letter: Letter) -> dict[str, str]:
    """What a count rests on."""
    received = letter.handed_in.isoformat() if letter.handed_in else ""
    return {"received": received, "addressee": letter.addressee, "kind": letter.kind, "direction": letter.direction}


def _stamp(letter: Letter, chosen: Deadline) -> dict[str, object]:
    counted_by = {"rule": chosen.rule.id, "version": chosen.rule.version, "calendar": chosen.calendar_version}
    return {**_basis(letter), **counted_by}
