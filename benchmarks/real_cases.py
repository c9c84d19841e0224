"""Cases as groups really keep them: people, incidents, an action, hearings, letters, consents, a task and a note."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from stage import Stage, fold, incident

from hrd_cases.domain import dates
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Attacked
from hrd_cases.domain.legal_actions import CustodyMeasure, Decision, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Note, Task
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records

PER_TRANSACTION = 20
CALLS = 10
OPEN_NEARBY = 50  # one case in so many has a hearing, a letter and a task within the next days


@dataclass(frozen=True, kw_only=True)
class RealCases:
    """What was made: ids, and one person and one company to look at."""

    cases: list[str]
    person: str
    company: str


def add_real_cases(here: Stage, count: int) -> RealCases:
    """So many cases, with two people each and 14 records; 10 calls; a company and a court that they share."""
    with here.runtime.writing(here.lawyer, here.now) as ctx:
        company = records.create(ctx, None, Company(name="Шахта «Северная»"))
        court = records.create(ctx, None, Body(name="Районный суд № 2"))
        for number in range(CALLS):
            calls.take(ctx, Call(what=f"Вызвали на беседу, звонок {number}", when=dates.parse("15.12.2025")))
    made: list[str] = []
    person = ""
    while len(made) < count:
        with here.runtime.writing(here.lawyer, here.now) as ctx:
            for number in range(len(made), min(count, len(made) + PER_TRANSACTION)):
                case, person = _real_case(ctx, number, company, court)
                made.append(case)
    fold(here)
    return RealCases(cases=made, person=person, company=company)


def _real_case(ctx: Context, number: int, company: str, court: str) -> tuple[str, str]:
    case = cases.create(ctx, Case(title=f"Дело о забастовке, участок {number}", stage="open", companies=(company,)))
    both = [people.create(ctx, _person(number, which), case) for which in range(2)]
    for record in _incidents(number, both):
        records.create(ctx, case, record)
    action = records.create(ctx, case, _action(number, both, court, ctx.today))
    for record in (*_dated(ctx.today, number, action, court, ctx.actor.user), *_consents(both, ctx.today)):
        records.create(ctx, case, record)
    return case, both[0]


def _person(number: int, which: int) -> Person:
    return Person(
        pseudonym=f"Свидетель {number}-{which}",
        names=(Name(name=f"Асылбек Примеров {number}-{which}", language="ru"),),
        organisation="Профсоюз шахтёров",
        channels=(Channel(kind="phone", value=f"+7 700 {number:07d}", safety="safe"),),
    )


def _incidents(number: int, both: list[str]) -> list[Declared]:
    return [replace(incident(number * 4 + part), attacked=(Attacked(person=both[part % 2]),)) for part in range(4)]


def _action(number: int, both: list[str], court: str, today: date) -> LegalAction:
    return LegalAction(
        title=f"Об организации незаконной забастовки, {number}",
        kind="criminal",
        forum=court,
        people=tuple(both),
        opened=dates.exactly(today - timedelta(days=200)),
        decisions=(Decision(kind="judgment", on=today - timedelta(days=90)),),
        custody=(CustodyMeasure(person=both[0], since=dates.exactly(today - timedelta(days=180))),),
    )


def _dated(today: date, number: int, action: str, court: str, who: str) -> list[Declared]:
    """Two hearings, three letters, a task and a note: of most cases long done, of one in OPEN_NEARBY due soon."""
    near = number % OPEN_NEARBY == 0
    ahead = today + timedelta(days=3 if near else 30 + number % 300)
    past = today - timedelta(days=100 + number % 200)
    hearings = [
        Hearing(on=day, at="10:00", room=f"Зал {number % 9}", notified="summons", action=action)
        for day in (past, ahead)
    ]
    letters = [
        Letter(subject=f"Запрос {number}-{part}", direction="from_us", addressee=court, handed_in=past, answered=past)
        for part in range(2)
    ]
    waiting = Letter(subject=f"Жалоба {number}", direction="from_us", addressee=court, handed_in=past, due=ahead)
    task = Task(what="Позвонить семье", due=ahead, who=who, done=not near)
    note = Note(subject="О чём договорились", text="Встречаемся после заседания. " * 10)
    return [*hearings, *letters, waiting, task, note]


def _consents(both: list[str], today: date) -> list[Declared]:
    day = today - timedelta(days=150)
    answers = {"said": "answers", "said_on": day, "said_at": "12:00", "keep": "yes", "court": "yes"}
    return [Consent(person=person, form="signed", **answers) for person in both]
