"""Records as lines of a list and of a timeline: what each is called, where its page is, and when it was."""

from collections.abc import Iterable, Mapping
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import ENTITIES, Declared
from hrd_cases.services.casework.cases import TimelineEntry
from hrd_cases.services.records.records import Stored
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.record_view import coded_facts, headed, only_head, title


def line(stored: Stored[Declared], case: str, people: Mapping[str, str] | None = None) -> dict[str, object]:
    """A record as one line of a list; `people` are names by id, for records that are of a person."""
    whose = (people or {}).get(getattr(stored.value, "person", ""), "")
    dated = stored.entity.ordered or stored.entity.dated
    return {
        "title": filters.visible(title(stored, whose)),
        "url": urls.of(stored.entity.code, stored.id, case),
        "kind": _(stored.entity.label),
        "mark": str(getattr(stored.value, "mark", "") or ""),
        "when": _moment(getattr(stored.value, dated, None) if dated else None),
    }


def unopened(results: Iterable[Stored[Declared]]) -> list[dict[str, str]]:
    """The records of a list of which a part could not be opened."""
    return [{"label": title(stored), "reference": stored.id[:8]} for stored in results if stored.broken]


def timeline(entries: Iterable[TimelineEntry], case: str, people: Mapping[str, str]) -> list[dict[str, object]]:
    """The dated records of a case as the macro takes them; `people` are names by id."""
    return [
        {
            "date": _moment(entry.when),
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


def _moment(value: object) -> str:
    if isinstance(value, PartialDate):
        return filters.when(value)
    return filters.day(value if isinstance(value, date) else None)
