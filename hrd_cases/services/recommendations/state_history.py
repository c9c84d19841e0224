"""How the state of a recommendation changed: what was written down, as of when, from which source, and by whom."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.recommendations import NOT_CHECKED, Recommendation
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import versions
from hrd_cases.services.sharing.sharing import names_of


@dataclass(frozen=True, kw_only=True)
class StateChange:
    """A state as it was written down: as of when and from which source, on which day, by which colleague.

    `state` is empty where it was taken out, `name` where the colleague has none; `proven`: the signature is theirs.
    """

    state: str
    on: PartialDate | None
    source: str
    day: date | None
    name: str
    proven: bool


@dataclass(frozen=True, kw_only=True)
class StateHistory:
    """The states of a recommendation, the newest first; `whole`: nothing of it was removed or replaced."""

    changes: tuple[StateChange, ...]
    whole: bool


def of(ctx: Context, record: RecordId) -> StateHistory:
    """The history of one recommendation; NotFound where there is none of this id."""
    told, names = versions.of_directory(ctx, record, Recommendation), names_of(ctx, ColleagueCard)
    changes, last = [], Recommendation()
    for version in reversed(told.items):
        value = version.value
        if isinstance(value, Recommendation) and _state_fields(value) != _state_fields(last):
            changes.append(
                StateChange(
                    state=value.state,
                    on=value.state_on,
                    source=value.state_source,
                    day=version.day,
                    name=names.get(version.author, ""),
                    proven=version.proven,
                )
            )
            last = value
    return StateHistory(changes=tuple(reversed(changes)), whole=told.whole)


def earlier(ctx: Context, record: RecordId) -> tuple[StateChange, ...]:
    """For a paper: the states before the one of now, the newest first, as each was said last.

    A state that was only corrected, and what nobody had checked, is not among them.
    """
    results: list[StateChange] = []
    states = of(ctx, record).changes
    now = states[0].state if states else ""
    for change in states[1:]:
        if change.state not in ("", NOT_CHECKED, now):
            results.append(change)
        now = change.state
    return tuple(results)


def _state_fields(value: Recommendation) -> tuple[object, ...]:
    return value.state, value.state_on, value.state_source
