"""A hearing: date, time, court or room and how notified are required; adjourned, it makes the next from itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hrd_cases.domain.agenda import HEARING, NOTED_DAYS, UNRECORDED, DatedLine
from hrd_cases.domain.fields import Ask, Coded, Day, Hidden, Link, Rows, Text, TextLine, TimeOfDay, declare, entity
from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class Observer:
    """Who came to watch, and whether they were let in."""

    person: PersonId = declare(Link(to="person"), N_("Person of the case"))
    body: RecordId = declare(Link(to="body"), N_("From which body"))
    who: str = declare(TextLine(), N_("Or who, from where"), search=True)
    status: str = declare(Coded(list="observer_status"), N_("Admitted or refused"))
    reason: str = declare(TextLine(), N_("Reason given"))


def in_court(court: str, room: str) -> str:
    """What a hearing is called: its room, after the court, where the room does not name that already."""
    return f"{court}, {room}" if court and room and court.casefold() not in room.casefold() else room


def by_day(matter: str, hearing: "Hearing") -> str:
    """A hearing by what it is about, its day and its hour: two of one matter on one day are told apart."""
    day = f"{hearing.on:%d.%m.%Y}" if hearing.on else ""
    return " · ".join(filter(None, (matter, f"{day} {hearing.at}".strip())))


def _agenda(hearing: "Hearing", today: date) -> Iterator[DatedLine]:
    if hearing.on is None:
        return
    open_still = hearing.outcome in ("", "planned") and not hearing.adjourned_to
    recent = today - timedelta(days=NOTED_DAYS) <= hearing.on < today
    kind = UNRECORDED if open_still and recent else HEARING
    yield DatedLine(kind=kind, on=hearing.on, at=hearing.at, detail=hearing.outcome, words="hearing_outcomes")


def _counted(hearing: "Hearing") -> Values:
    codes = {"kind": [hearing.kind], "outcome": [hearing.outcome]}
    observers = [observer.status or "unknown" for observer in hearing.observers]
    return Values(when=hearing.on, codes=codes, named={"observers": observers})


@yields(_counted)
@entity(
    "hearing",
    letter="h",
    vault="case",
    label=N_("Hearing"),
    plural=N_("Hearings"),
    new=N_("New hearing"),
    title=lambda hearing: hearing.room,
    dated="on",
    in_case=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Four required fields; the rest is written down in or after the courtroom."""

    on: date | None = declare(Day(), N_("Date"), at=CORE, required=True, card=True)
    at: str = declare(TimeOfDay(), N_("Time"), at=CORE, required=True, card=True, hint=N_("16:00, local time"))
    room: str = declare(TextLine(), N_("Court or room"), at=IDENTITY, required=True, card=True, search=True)
    notified: str = declare(
        Coded(list="notice_channels"), N_("How we were notified"), at=CORE, required=True, card=True
    )
    action: RecordId = declare(Link(to="action"), N_("Legal action"), at=CORE, card=True)
    kind: str = declare(Coded(list="hearing_kinds"), N_("Kind of hearing"), at=CORE)
    judge: str = declare(TextLine(), N_("Judge"), at=IDENTITY, search=True)
    present: str = declare(Text(rows=2), N_("Who was present"), at=IDENTITY, search=True)
    observers: tuple[Observer, ...] = declare(Rows(item=Observer), N_("Observers"), at=IDENTITY, card=True, search=True)
    outcome: str = declare(Coded(list="hearing_outcomes"), N_("What happened"), at=CORE, card=True)
    public: str = declare(Ask(), N_("Open to the public"), at=CORE)
    interpreter: str = declare(Ask(), N_("Interpreter when needed"), at=CORE)
    summons: str = declare(Text(rows=3), N_("Text of the summons"), at=IDENTITY, search=True)
    minutes: str = declare(Text(rows=5), N_("Our record"), at=IDENTITY, search=True)
    adjourned_from: RecordId = declare(Link(to="hearing"), N_("Adjourned from"), at=CORE)
    adjourned_to: RecordId = declare(Link(to="hearing"), N_("Adjourned to"), at=CORE, card=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE)
    made_with: RecordId = declare(Hidden(default=""), N_("What it was made together with"), at=CORE, card=True)
