"""Records as lines of a list and of a timeline: what each is called, where its page is, and when it was."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask import g, url_for

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import ENTITIES, Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letter_chain import ANSWERED_STATE, OVERDUE, RECEIVED, state_of
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.words import N_
from hrd_cases.services.casework.cases import TimelineEntry
from hrd_cases.services.exports.agreed_requests import WaitingRequest
from hrd_cases.services.letters.letter_chain import ChainLetter
from hrd_cases.services.records.records import Stored
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.record_view import coded_facts, headed, only_head, title


def line(stored: Stored[Declared], case: CaseId, people: Mapping[str, str] | None = None) -> dict[str, object]:
    """A record as one line of a list; `people` are names by id, for records that are of a person, and titles of
    legal actions by id, for hearings."""
    known = people or {}
    named = known.get(getattr(stored.value, "person", ""), "")
    room = str(stored.value.room) if isinstance(stored.value, Hearing) else ""
    matter = known.get(stored.value.action, "") if isinstance(stored.value, Hearing) else ""
    dated = stored.entity.ordered or stored.entity.dated
    return {
        "title": filters.visible(matter or title(stored, named)),
        "url": urls.of(stored.entity.code, stored.id, case),
        "kind": _(stored.entity.label),
        "mark": str(getattr(stored.value, "mark", "") or ""),
        "when": _moment(getattr(stored.value, dated, None) if dated else None, stored.value),
        "place": filters.visible(room) if matter else "",
        "state": _standing(stored.value),
    }


def _standing(value: Declared) -> str:
    """How far a record is, in words: what became of a letter, the stage of a legal action, what is done."""
    match value:
        case Letter():
            return " · ".join(filter(None, _answered(value)))
        case LegalAction():
            return " · ".join(filter(None, (label("stages", value.stage), label("outcomes", value.outcome))))
        case Task(done=True):
            return str(_(N_("done")))
    return ""


def _answered(letter: Letter) -> tuple[str, ...]:
    result = label("letter_results", letter.result) if letter.result else ""
    state = state_of(letter, g.ctx.today)
    if state == RECEIVED:
        return (_(N_("Letter to us")),)
    if state == ANSWERED_STATE:
        return (_answered_text(letter.answered), result)
    return (_(N_("The answer is overdue")) if state == OVERDUE else "" if result else _(N_("no answer yet")), result)


def _answered_text(answered: date | None) -> str:
    return _(N_("answered %(day)s")) % {"day": filters.day(answered)} if answered else _(N_("answered"))


def unopened(results: Iterable[Stored[Declared]]) -> list[dict[str, str]]:
    """The records of a list of which a part could not be opened."""
    return [{"label": title(stored), "reference": stored.id[:8]} for stored in results if stored.broken]


def timeline(entries: Iterable[TimelineEntry], case: CaseId, people: Mapping[str, str]) -> list[dict[str, object]]:
    """The dated records of a case as the macro takes them; `people` are names by id."""
    return [
        {
            "date": _moment(entry.when, entry.value),
            "title": filters.visible(_entry_title(entry, people)),
            "kind": _(ENTITIES[entry.code].label),
            "url": urls.of(entry.code, entry.id, case),
            "text": label("fact_marks", entry.mark) if entry.mark and entry.mark != "confirmed" else "",
        }
        for entry in entries
    ]


def _entry_title(entry: TimelineEntry, people: Mapping[str, str]) -> str:
    entity = ENTITIES[entry.code]
    if entry.title and not only_head(entity, entry.title):
        return str(_(entry.title))
    whose = people.get(getattr(entry.value, "person", ""), "")
    return headed(entity, entry.title, whose or coded_facts(entity, entry.value))


def _moment(value: object, of: Declared) -> str:
    """A day in words; of a hearing with its hour, which tells two of one day apart."""
    if isinstance(value, PartialDate):
        return filters.when(value)
    day = filters.day(value if isinstance(value, date) else None)
    return ", ".join(filter(None, (day, of.at))) if isinstance(of, Hearing) else day


def chain_rows(case: CaseId, chain: tuple[ChainLetter, ...], here: str) -> list[dict[str, str]]:
    """A chain in words: day, title, address, what it is and what was answered; the letter of the page has no link."""
    return [
        {
            "when": filters.short_day(letter.day),
            "title": letter.title or _(N_("Letter")),
            "url": "" if letter.record == here else url_for("records.show", case=case, record=letter.record),
            "sub": " · ".join(filter(None, _remarks(letter))),
        }
        for letter in chain
    ]


def _remarks(letter: ChainLetter) -> tuple[str, ...]:
    if not letter.ours:
        return (_(N_("Letter to us")), letter.body)
    step = label("letter_ladder", letter.step) if letter.step else ""
    result = label("letter_results", letter.result) if letter.result else ""
    if letter.answered or letter.answered_by:
        said = _answered_text(letter.answered)
    else:
        said = "" if result else _(N_("no answer yet"))
    return (step, letter.body, said, result)


def request_line(waiting: WaitingRequest, text: str, endpoint: str) -> dict[str, object]:
    """A request that waits for a second person as a line: what it is, its page, and what is to be done."""
    if not waiting.mine:
        words = N_("You are asked to agree or refuse.")
    elif waiting.agreed:
        words = N_("Somebody agreed: take the file.")
    else:
        words = N_("You asked; somebody else has to agree.")
    return {"text": text, "url": url_for(endpoint, record=waiting.id), "on": waiting.on, "what": _(words)}
