"""Meetings and studies: where recommendations come from, how they were found out, and what was promised.

Kept in the directory, where every colleague finds them; nobody of a case is named in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.agenda import MEETING_PROMISE, DatedLine, day_due
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Ask, Coded, Links, Number, Rows, Text, TextLine, When, declare, entity
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.words import N_

MEETINGS = frozenset({"seminar", "round_table", "working_group", "consultation", "reception"})  # kinds
ANSWERED = frozenset({"yes", "no"})  # whether a promise was kept: nobody waits any more
_METHOD, _PROMISED = N_("Method"), N_("What was promised")


@dataclass(frozen=True, kw_only=True)
class StudyMethod:
    """One way in which something was found out, with how many people, companies or texts."""

    method: str = declare(Coded(list="study_methods"), N_("Method"))
    how_many: int | None = declare(Number(), N_("How many"))
    who: str = declare(TextLine(), N_("Who or what, without names"), search=True)
    consent: str = declare(Coded(list="group_consents"), N_("Consent of those who took part"))


@dataclass(frozen=True, kw_only=True)
class StudyPromise:
    """What somebody promised there."""

    what: str = declare(TextLine(max=500), N_("What was promised"), search=True)
    by: str = declare(TextLine(), N_("By which body"), search=True)
    until: PartialDate | None = declare(When(), N_("By when"))
    kept: str = declare(Ask(), N_("Was it kept"))


def _agenda(study: "Study", today: date) -> Iterator[DatedLine]:
    for promise in study.promises:
        if promise.until is not None and promise.until.known:
            note = " · ".join(filter(None, (promise.what, promise.by)))
            done = promise.kept in ANSWERED
            yield DatedLine(kind=MEETING_PROMISE, on=day_due(promise.until, today), done=done, note=note)


@entity(
    "study",
    letter="6",
    vault="directory",
    label=N_("Meeting or study"),
    plural=N_("Meetings and studies"),
    new=N_("New meeting or study"),
    title=lambda study: study.title,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Study:
    """What it was, when, by whom, by which methods, and what was promised."""

    title: str = declare(
        TextLine(),
        N_("Name"),
        at=REFERENCE,
        required=True,
        card=True,
        search=True,
        hint=N_("Every colleague reads it. Do not name a person from a case."),
    )
    kind: str = declare(Coded(list="study_kinds"), N_("Kind"), at=REFERENCE, required=True, card=True)
    on: PartialDate | None = declare(When(), N_("When"), at=REFERENCE, card=True)
    place: str = declare(TextLine(), N_("Place"), at=REFERENCE, search=True)
    bodies: tuple[RecordId, ...] = declare(Links(to="body"), N_("Bodies that took part"), at=REFERENCE)
    organisers: str = declare(TextLine(max=300), N_("Who organised or paid for it"), at=REFERENCE, search=True)
    methods: tuple[StudyMethod, ...] = declare(
        Rows(item=StudyMethod), N_("Methods"), at=REFERENCE, search=True, section=_METHOD
    )
    promises: tuple[StudyPromise, ...] = declare(
        Rows(item=StudyPromise), N_("Promises"), at=REFERENCE, card=True, search=True, section=_PROMISED
    )
    source: str = declare(
        TextLine(max=500), N_("Where it can be read"), at=REFERENCE, card=True, search=True, section=_PROMISED
    )
    note: str = declare(Text(rows=4), N_("Remark"), at=REFERENCE, search=True, section=_PROMISED)
