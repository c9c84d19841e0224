"""Many invented incidents, so that the pages of figures have something to count: `hrd-cases demo --figures`.

Nothing here happened. The companies are invented and say so, as do titles; regions are real, since questions name
them. The same organisation comes out each time: the numbers are drawn from a fixed beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import PartialDate, exactly
from hrd_cases.domain.fields import Counted, Declared
from hrd_cases.domain.hearings import Hearing, Observer
from hrd_cases.domain.ids import NO_RECORD, CaseId, PersonId, RecordId
from hrd_cases.domain.incidents import Attacked, CompanyRole, Incident
from hrd_cases.domain.legal_actions import Decision, Filed, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Person
from hrd_cases.domain.support import Support
from hrd_cases.services.casework import cases, people
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.records import records

YEARS = 7
MARK = "(вымышлено)"
COURTS = ("Суд-1 (вымышленный суд)", "Суд-2 (вымышленный суд)")
ENDINGS = ("settled", "fined", "", "claim_withdrawn")  # of the legal actions of a year, a quarter each
RESULTS = ("accepted", "refused", "", "withdrawal")
BECAME = ("released_under_investigation", "dismissed", "", "free")
COMPANIES = ("Шахта-3", "Разрез-4", "Фабрика-5", "Промысел-6")
# Incidents a year, in order: what is asked about rises in one region and stays as it was elsewhere.
KARAGANDA, ELSEWHERE = (4, 5, 6, 6, 9, 14, 30), (5, 6, 4, 7, 5, 6, 5)
REGIONS = ("KZ-47", "KZ-23", "KZ-75", "KZ-61")
COURT = ("criminal_prosecution", "fine", "civil_suit", "summons", "official_warning")
OTHER = ("threat", "surveillance", "smear_campaign", "threat", "surveillance")
KINDS_OF_PEOPLE = ("union_leader", "union_leader", "union_member", "journalist", "worker", "womens_rights")


T = TypeVar("T")


class _Draw:
    """Choices that look like chance and are the same each time."""

    def __init__(self) -> None:
        self._count = 0

    def below(self, end: int) -> int:
        """A number from 0 up to `end`, without it."""
        self._count += 1
        return int.from_bytes(digest(f"figures {self._count}".encode())[:4]) % end

    def choice(self, values: Sequence[T]) -> T:
        """One of these."""
        return values[self.below(len(values))]


@dataclass(frozen=True, kw_only=True)
class _Place:
    case: CaseId
    persons: tuple[PersonId, ...]
    courts: tuple[RecordId, ...]


def write(runtime: Runtime, session: Session, now: datetime) -> None:
    """Enter them as the caseworker of the demo, case by case."""
    draw = _Draw()
    with runtime.writing(session, now) as ctx:
        companies = [
            records.create(ctx, None, Company(name=f"{name} (вымышленная компания)", country="Вымышлено"))
            for name in COMPANIES
        ]
        courts = tuple(records.create(ctx, None, Body(name=name, kind="court")) for name in COURTS)
    for back in range(YEARS):
        year = now.year - YEARS + 1 + back
        with runtime.writing(session, now) as ctx:
            place = _case(ctx, year, courts, draw)
        with runtime.writing(session, now) as ctx:
            for incident in _incidents(year, back, place, companies, draw):
                if incident.when is not None and incident.when.last <= ctx.today:
                    records.create(ctx, place.case, incident)
        with runtime.writing(session, now) as ctx:
            for value in _work(year, place, draw):
                if _day(value) <= ctx.today:
                    records.create(ctx, place.case, value)


def _case(ctx: Context, year: int, courts: tuple[RecordId, ...], draw: _Draw) -> _Place:
    case = cases.create(
        ctx, Case(title=f"Преследование за {year} год {MARK}", opened=date(year, 1, 15), stage="active")
    )
    persons = []
    for number, kind in enumerate(KINDS_OF_PEOPLE * 2):
        person = Person(
            pseudonym=f"Правозащитник {year}-{number + 1} {MARK}",
            roles=("defender",),
            kinds=(kind,),
            gender=draw.choice(("woman", "man", "man")),
            age_band=draw.choice(("18_29", "30_44", "45_59")),
            since=f"{year}-01-{number + 1:02d}",
        )
        persons.append(people.create(ctx, person, case))
        word = draw.choice(("yes", "yes", "yes", "yes", "no", ""))
        if word:
            said = Consent(person=persons[-1], said_on=date(year, 1, 20), form="signed", statistics=word)
            records.create(ctx, case, said)
    return _Place(case=case, persons=tuple(persons), courts=courts)


def _incidents(year: int, back: int, place: _Place, companies: list[RecordId], draw: _Draw) -> Iterator[Incident]:
    for number in range(KARAGANDA[back]):
        leader = place.persons[draw.choice((0, 1, 6, 7))]
        company = companies[0] if draw.below(10) < 6 else draw.choice(companies[1:])
        yield _incident(year, "KZ-35", draw.choice(COURT), (leader,), company, number, draw)
    for number in range(ELSEWHERE[back] * 3):
        person = draw.choice(place.persons)
        company = draw.choice((*companies, NO_RECORD))
        kind = draw.choice((*OTHER, *COURT[:2]))
        yield _incident(year, draw.choice(REGIONS), kind, (person,), company, number, draw)


def _incident(
    year: int, region: str, kind: str, persons: tuple[PersonId, ...], company: RecordId, number: int, draw: _Draw
) -> Incident:
    day = date(year, 1, 1) + timedelta(days=draw.below(365))
    exact = draw.below(10) < 8
    crowd = draw.choice((0, 0, 0, 12, 40))
    return Incident(
        title=f"Событие {number + 1} {MARK}",
        when=exactly(day) if exact else PartialDate(start=day.isoformat()[:7]),
        region=region,
        kinds=(kind,),
        attacked=tuple(Attacked(person=person, status=BECAME[number % 4]) for person in persons),
        count=Counted(low=crowd, high=crowd + 6, used=crowd + 2) if crowd else None,
        unit="individual",
        perpetrators=(draw.choice(("police", "judge", "employer", "company")),),
        companies=(CompanyRole(company=company, role=draw.choice(("claimant", "employer"))),) if company else (),
        mark=draw.choice(("confirmed", "single_source", "unverified")),
        severity=draw.choice(("medium", "high")),
    )


def _work(year: int, place: _Place, draw: _Draw) -> Iterator[Declared]:
    """Letters, hearings, actions and support of a year, some in each quarter."""
    for quarter in range(4):
        first = date(year, 3 * quarter + 1, 10)
        yield _action(first, quarter, place)
        for number in range(2 + draw.below(3)):
            day = first + timedelta(days=7 * number)
            observers = (Observer(status=draw.choice(("admitted", "refused_without_reason"))),)
            outcome = draw.choice(("held", "adjourned", "held_without_us"))
            yield Hearing(
                on=day, at="10:00", room=f"Зал {MARK}", notified="paper", outcome=outcome, observers=observers
            )
            answered = draw.choice((None, day + timedelta(days=10), day + timedelta(days=40)))
            yield Letter(
                subject=f"Письмо {MARK}",
                direction="from_us",
                handed_in=day,
                due=day + timedelta(days=21),
                answered=answered,
                result=("solved", "partly", "formal")[number % 3] if answered else "",
            )
            kind = draw.choice(("legal_help", "financial_help", "medical_help"))
            person = draw.choice(place.persons)
            yield Support(
                what=f"Помощь {MARK}",
                kind=kind,
                person=person,
                state="granted",
                asked=day,
                granted=day,
                source="own_supporters" if number else "emergency_fund",
                amount=40_000 + 10_000 * quarter,
                currency="KZT",
            )


def _action(first: date, quarter: int, place: _Place) -> LegalAction:
    heard = first + timedelta(days=60)
    return LegalAction(
        title=f"Дело {MARK}",
        kind="administrative_offence",
        opened=exactly(first),
        people=place.persons[:3],
        forum=place.courts[quarter % 3 // 2],
        topics=(("wages",), ("dismissal", "union_rights"), ("safety",), ("wages",))[quarter],
        outcome=ENDINGS[quarter],
        decisions=(Decision(kind="ruling", on=heard),) if ENDINGS[quarter] else (),
        filings=(Filed(kind="objection", on=first, result=RESULTS[quarter], result_on=heard),) if quarter != 2 else (),
    )


def _day(value: Declared) -> date:
    names = ("on", "handed_in", "granted", "opened")
    day_of = next((day for name in names if (day := getattr(value, name, None)) is not None), date.min)
    return day_of.last if isinstance(day_of, PartialDate) else day_of
