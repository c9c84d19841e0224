"""Groups of companies: which companies belong together, and when, from the dated links that two companies have.

A link stands on one of its two companies and is read from both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.companies import Company, GroupLink
from hrd_cases.domain.dates import PartialDate, earliest_day
from hrd_cases.domain.vocabulary import vocabulary

PARENT, SUBSIDIARY = "parent", "subsidiary"
WITHIN = frozenset({PARENT, SUBSIDIARY})  # the links that make a group; a buyer or lender is not of it

Days = tuple[date, date]  # both included
ALWAYS: Days = (date.min, date.max)


@dataclass(frozen=True, kw_only=True)
class CompanyLink:
    """How another company stands to this one: `kind` as this one would say it.

    `theirs`: the link stands on the other company, and its kind is empty where there is no word for the other side:
    `as_written` is then what is written there of this company.
    """

    company: str
    kind: str
    door: str
    since: PartialDate | None
    until: PartialDate | None
    theirs: bool = False
    as_written: str = ""


def links_of(company: str, every: Mapping[str, Company]) -> tuple[CompanyLink, ...]:
    """The links of a company: its own in their order, then those that stand on others and that it does not repeat."""
    own = [
        CompanyLink(company=link.company, kind=link.kind, door=link.door, since=link.since, until=link.until)
        for link in (every[company].links if company in every else ())
        if link.company
    ]
    said = {(link.company, link.kind) for link in own}
    theirs = (
        CompanyLink(
            company=other,
            kind=inverse(link.kind),
            door="",
            since=link.since,
            until=link.until,
            theirs=True,
            as_written=link.kind,
        )
        for other, value in every.items()
        for link in value.links
        if link.company == company and other != company
    )
    return (*own, *(link for link in theirs if (link.company, link.kind) not in said))


def inverse(kind: str) -> str:
    """What the other side of a link is called: of a parent, a subsidiary; empty where there is no word."""
    return str(vocabulary("company_links").get(kind).extra.get("inverse", "")) if kind else ""


def group_of(company: str, every: Mapping[str, Company]) -> dict[str, tuple[Days, ...]]:
    """The companies of a group by id, each with the days on which it belonged to it; the company itself always."""
    belonging: dict[str, list[Days]] = {company: [ALWAYS]}
    waiting = [(company, ALWAYS)]
    while waiting:
        member, days = waiting.pop()
        for other, link_days in _neighbours(member, every):
            both = (max(days[0], link_days[0]), min(days[1], link_days[1]))
            if both[0] <= both[1] and not _within(both, belonging.get(other, ())):
                belonging.setdefault(other, []).append(both)
                waiting.append((other, both))
    return {member: tuple(days) for member, days in belonging.items()}


def belonged(days: Iterable[Days], when: PartialDate | None) -> bool:
    """Whether a company was of the group when something happened; where nobody knows when that was, yes."""
    if when is None or not when.known:
        return True
    return any(first <= when.last and when.first <= last for first, last in days)


def _neighbours(member: str, every: Mapping[str, Company]) -> Iterator[tuple[str, Days]]:
    for other, value in every.items():
        for link in value.links:
            if link.kind in WITHIN and link.company and member in (other, link.company):
                yield link.company if member == other else other, _days(link)


def _days(link: GroupLink) -> Days:
    since, until = link.since, link.until
    return (
        earliest_day(since),
        until.last if until is not None and until.known else date.max,
    )


def _within(days: Days, others: Iterable[Days]) -> bool:
    return any(first <= days[0] and days[1] <= last for first, last in others)
