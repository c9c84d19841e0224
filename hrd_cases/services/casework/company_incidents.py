"""Incidents by the role of a company and of its group: in the cases of the actor, and from facts for coordinators."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hrd_cases.domain import counting
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Company
from hrd_cases.domain.company_groups import CompanyLink, Days, belonged, group_of, links_of
from hrd_cases.domain.dates import PartialDate, earliest_day
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.figures import facts
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import allowing, may, open_vault, peek
from hrd_cases.services.records.across import Across, across
from hrd_cases.services.records.records import read_in, title
from hrd_cases.services.schedule.agenda import case_titles
from hrd_cases.store.records import Stored, of_class

NO_ROLE = ""


@dataclass(frozen=True, kw_only=True)
class LinkedCompany:
    """Another company, what it is called, and how it stands to this one."""

    name: str
    link: CompanyLink


@dataclass(frozen=True, kw_only=True)
class CompanyIncident:
    """An incident of a case that the actor opens; `roles` are names and role codes of the companies asked about."""

    incident: Stored[Incident]
    case_title: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class RoleCount:
    """In how many incidents a company has a role, and in how many it or another of its group has it."""

    role: str
    own: int
    group: int


@dataclass(frozen=True, kw_only=True)
class CompanyIncidents:
    """A company's incidents, a page of them: `roles` counts all that the actor opens, `facts` all that are counted."""

    company: Stored[Company]
    links: tuple[LinkedCompany, ...]
    members: int  # companies of the group, itself among them
    roles: tuple[RoleCount, ...]
    page: Page[CompanyIncident]
    facts: tuple[RoleCount, ...] | None  # None: not for the actor


def view(
    ctx: Context, record: RecordId, *, role: str | None = None, group: bool = False, page: int = 1
) -> CompanyIncidents:
    """The incidents in which a company has a role (any with None), or with `group` a company of its group then."""
    stored, every = _read(ctx, record)
    mine = across(ctx)
    members = group_of(record, every)
    entries = list(_entries(mine, members))
    named = {company: every[company].name for company in members if company in every}
    asked = set(members) if group else {record}
    chosen = [(card, _chosen(roles, asked, role)) for card, roles in entries]
    shown = page_of(_newest_first([(card, roles) for card, roles in chosen if roles]), page)
    titles = case_titles(mine.roots({card.vault for card, _roles in shown.items}))
    return CompanyIncidents(
        company=stored,
        links=linked(every, record),
        members=len(members),
        roles=_counted(record, [roles for _card, roles in entries]),
        page=shown.showing(_line(card, roles, named, titles) for card, roles in shown.items),
        facts=_from_facts(ctx, record, members),
    )


def cases_to_write(ctx: Context, page: int) -> Page[tuple[CaseId, str]]:
    """Id and title of each case in which the actor may write, the newest first."""
    mine = across(ctx)
    roots = mine.roots(vault.id for vault in allowing(ctx, Act.WRITE_CASE, mine.vaults))
    cards = sorted(roots, key=lambda card: card.entered, reverse=True)
    return page_of([(card.case, title(card)) for card in cards], page)


def linked(every: Mapping[str, Company], record: RecordId) -> tuple[LinkedCompany, ...]:
    """The companies that stand to this one, by their own links and by those of others."""
    return tuple(
        LinkedCompany(name=every[link.company].name, link=link)
        for link in links_of(record, every)
        if link.company in every
    )


def links_of_company(ctx: Context, record: RecordId) -> tuple[LinkedCompany, ...]:
    """The same, for the page of a company."""
    return linked(every_company(ctx), record)


def every_company(ctx: Context) -> dict[str, Company]:
    """The cards of the companies of the directory, by id."""
    directory = open_vault(ctx, Act.READ_DIRECTORY, ctx.runtime.organisation.directory, kind="directory")
    cards = of_class(ctx.work.records.cards([directory], of=(Company,)), Company)
    return {card.id: card.value for card in cards}


def _read(ctx: Context, record: RecordId) -> tuple[Stored[Company], dict[str, Company]]:
    organisation = ctx.runtime.organisation
    directory = open_vault(ctx, Act.READ_DIRECTORY, organisation.directory, kind="directory", record=record)
    return read_in(ctx, directory, record, Company), every_company(ctx)


def _entries(
    mine: Across, members: Mapping[str, tuple[Days, ...]]
) -> Iterator[tuple[Stored[Incident], list[tuple[str, str]]]]:
    """The incidents that name a company of the group, each once, with the companies that belonged to it then."""
    cards = {card.id: card for company in members for card in of_class(mine.naming(company), Incident)}
    for card in cards.values():
        roles = _of_group(((part.company, part.role) for part in card.value.companies), members, card.value.when)
        if roles:
            yield card, roles


def _of_group(
    pairs: Iterable[tuple[str, str]], members: Mapping[str, tuple[Days, ...]], when: PartialDate | None
) -> list[tuple[str, str]]:
    """Those of companies and their roles that were of the group when something happened."""
    return [(company, role) for company, role in pairs if company in members and belonged(members[company], when)]


def _chosen(pairs: Iterable[tuple[str, str]], companies: Collection[str], role: str | None) -> list[tuple[str, str]]:
    """Those of companies and their roles that were companies about."""
    return [(company, part) for company, part in pairs if company in companies and role in (None, part)]


def _newest_first(
    entries: Iterable[tuple[Stored[Incident], list[tuple[str, str]]]],
) -> list[tuple[Stored[Incident], list[tuple[str, str]]]]:
    """The newest first, those without a date last."""
    return sorted(entries, key=lambda entry: (earliest_day(entry[0].value.when), entry[0].entered), reverse=True)


def _line(
    card: Stored[Incident], roles: Iterable[tuple[str, str]], named: Mapping[str, str], titles: Mapping[str, str]
) -> CompanyIncident:
    return CompanyIncident(
        incident=card,
        case_title=titles.get(card.vault, ""),
        roles=tuple((named.get(company, ""), role) for company, role in roles),
    )


def _from_facts(
    ctx: Context, record: RecordId, members: Mapping[str, tuple[Days, ...]]
) -> tuple[RoleCount, ...] | None:
    """The same counts over all facts, for whoever reads trends: attacks alone, without grievances."""
    trends = peek(ctx, ctx.runtime.organisation.trends)
    if trends is None or not may(ctx, Act.SEE_TRENDS, trends):
        return None
    events = (counting.attack(event) for event in facts.read(ctx).counted.events)
    return _counted(record, [_of_group(event.companies, members, event.when) for event in events if event is not None])


def _counted(record: RecordId, each: Iterable[Iterable[tuple[str, str]]]) -> tuple[RoleCount, ...]:
    """The roles that are held at all, in the order of the list of roles."""
    own, group = Counter[str](), Counter[str]()
    for pairs in each:
        held = set(pairs)
        own.update({role for company, role in held if company == record})
        group.update({role for _company, role in held})
    codes = [entry.code for entry in vocabulary("company_roles").entries]
    return tuple(
        RoleCount(role=role, own=own[role], group=group[role]) for role in (*codes, NO_ROLE) if own[role] or group[role]
    )
