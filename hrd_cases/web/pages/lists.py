"""The lists a form or page draws on: vocabularies in the reader's language, and titles of other records.

What is not confirmed by a text of the law says so wherever it is chosen or shown; a printed filing takes its words from
the vocabulary itself, without marks. Names that hold for a time are offered by the day of the event, as far as a form
knows it (`span_of`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from flask import g, request

from hrd_cases.domain.dates import BadDate, PartialDate
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.fields import ENTITIES, Link, Links
from hrd_cases.domain.ids import CaseId, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.people import Person
from hrd_cases.domain.vocabulary import Span, Vocabulary, VocabularyEntry, VocabularyError, vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import deleted_vaults
from hrd_cases.services.records import lately as latest
from hrd_cases.services.records import records
from hrd_cases.services.records.people_cards import LinkChoice
from hrd_cases.web.forms.model import Choice, Group, Lists
from hrd_cases.web.kernel import i18n
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.layout import _, language, words

# Names that hold only for a time: a form offers those in use on the day of the event.
DATED = frozenset({"regions", "law_articles", "forums"})
DELETED_PERSON = N_("Deleted person")
MARK_WORDS = {
    "single_source": N_("single source"),
    "conflicting": N_("sources conflict"),
    "unverified": N_("not verified"),
}


def lists(ctx: Context, case: CaseId | None = None, *, but: str = "", on: Span | None = None) -> Lists:
    """The lists for one page; `case` is where records of the same case are looked for, `on` the day of the event."""

    @cache
    def offered(to: str) -> Sequence[LinkChoice]:
        return records.offered(ctx, ENTITIES[to].cls, case)

    @cache
    def linked(to: str) -> Sequence[Choice]:
        choices = records.called(offered(to))
        return [(code, _(title) or _(N_("Untitled"))) for code, title in choices if code != but]

    @cache
    def used(of: latest.Chosen) -> Sequence[str]:
        return latest.lately(ctx, of, case, offered(of.to) if isinstance(of, Link | Links) else ())

    def coded(name: str) -> Sequence[Group]:
        return groups(name, on if name in DATED else None)

    def stranger(to: str, chosen: str) -> str:
        gone = ENTITIES[to].cls is Person and deleted_vaults.was_deleted(ctx, record_id(chosen))
        return _(DELETED_PERSON) if gone else _(N_("Something not shared with you"))

    return Lists(
        words=_,
        coded=coded,
        every=every,
        remark=remark,
        linked=linked,
        lately=used,
        stranger=stranger,
        today=ctx.today,
        when=when,
    )


def whose(people: Mapping[str, str], values: Iterable[object]) -> dict[str, str]:
    """Names by id, and the deleted people whom some of these values are of."""
    missing = {str(getattr(value, "person", "")) for value in values} - people.keys() - {""}
    return {**people, **{item: _(DELETED_PERSON) for item in missing if deleted_vaults.was_deleted(g.ctx, item)}}


def when(value: PartialDate) -> str:
    """A date in the reader's language."""
    return i18n.say_when(value, language(), words())


def groups(name: str, on: Span | None = None) -> Sequence[Group]:
    """What may be chosen, under its headings, in the reader's language; without a day, dated names with their years."""
    return _headed(name, lambda existing: filter(_offered, existing.offered(on)), dated=on is None)


def flat(name: str) -> list[Choice]:
    """What may be chosen, without headings."""
    return [choice for _heading, choices in groups(name) for choice in choices]


def every(name: str) -> Sequence[Group]:
    """The whole list, whatever is offered today: what is stored has to be said."""
    return _headed(name, lambda existing: existing.entries, dated=True)


def _headed(name: str, chosen: Callable[[Vocabulary], Iterable[VocabularyEntry]], *, dated: bool) -> Sequence[Group]:
    try:
        existing = vocabulary(name)
    except VocabularyError:
        return ()
    headed = existing.grouped(language(), chosen(existing))

    def options(entries: Iterable[VocabularyEntry]) -> list[tuple[str, str]]:
        return [(entry.code, _entry_text(entry, dated=dated)) for entry in entries]

    return [(heading, options(inside)) for heading, inside in headed]


def _offered(entry: VocabularyEntry) -> bool:
    """An article on procedure is no charge and no head of claim; an invented place belongs to a demonstration."""
    return not entry.extra.get("procedural") and (not entry.extra.get("demo") or site().runtime.organisation.demo)


def label(name: str, code: str) -> str:
    """The words of a stored code, with its mark where it is not confirmed; an unknown code stands for itself."""
    entry = _entry(name, code)
    return _entry_text(entry, dated=False) if entry else code


def remark(name: str) -> str:
    """What to know before choosing: that some entries are not confirmed."""
    try:
        doubtful = any(entry.doubtful for entry in vocabulary(name).entries)
    except VocabularyError:
        return ""
    words = N_("A mark in brackets: this name was not yet checked against the law.")
    return _(words) if doubtful else ""


def certainty(name: str, codes: Iterable[str]) -> str:
    """How unconfirmed entries are supported: mark, source, day it was looked at, remark. Empty when all are sure."""
    looked_up = [_entry(name, code) for code in codes]
    entries = [entry for entry in looked_up if entry is not None and entry.doubtful]
    return "; ".join(_supported(name, entry, is_named=len(entries) > 1) for entry in entries)


def mark_words(mark: str) -> str:
    """A mark of the law in words; nothing for what is confirmed or our own word."""
    return _(MARK_WORDS[mark]) if mark in MARK_WORDS else ""


def _entry(name: str, code: str) -> VocabularyEntry | None:
    try:
        existing = vocabulary(name)
    except VocabularyError:
        return None
    return existing.get(code) if existing.has(code) else None


def _entry_text(entry: VocabularyEntry, *, dated: bool) -> str:
    remarks = [_years(entry)] if dated and any(entry.years) else []
    remarks += [mark_words(entry.mark)] if entry.doubtful else []
    text = entry.text(language())
    return f"{text} ({'; '.join(remarks)})" if remarks else text


def _years(entry: VocabularyEntry) -> str:
    first, last = entry.years
    if first and last:
        return f"{first}–{last}"
    return _(N_("since %(year)s")) % {"year": first} if first else _(N_("until %(year)s")) % {"year": last}


def _supported(name: str, entry: VocabularyEntry, *, is_named: bool) -> str:
    parts = [mark_words(entry.mark)]
    if entry.source is not None:
        year = f", {entry.source.year}" if entry.source.year else ""
        parts.append(_(N_("source: %(source)s")) % {"source": f"{entry.source.title}, {entry.source.publisher}{year}"})
    day = i18n.say_day(vocabulary(name).date_checked, language())
    parts.append(_(N_("list checked on %(day)s")) % {"day": day})
    parts += [entry.note_text(language())] if entry.note else []
    text = "; ".join(parts)
    return f"{entry.text(language())}: {text}" if is_named else text


def here(case: CaseId | None = None) -> Lists:
    """The lists for the page that is being made."""
    return lists(g.ctx, case)


def span_of(value: object, case: CaseId | None) -> Span | None:
    """The first and last day that the event of a record can be; None when it is not known, so that all is offered.

    A charge is about acts of the past: the days of the incidents that an action arises from count before its own.
    """
    if isinstance(value, LegalAction):
        return _of_incidents(_typed_ids("incidents") or value.incidents, case) or _of("opened", value.opened)
    if isinstance(value, Incident):
        return _of("when", value.when)
    return None


def _of(name: str, stored: PartialDate | None) -> Span | None:
    when = _typed(name) or stored
    return (when.first, when.last) if when is not None and when.known else None


def _of_incidents(incidents: tuple[str, ...], case: CaseId | None) -> Span | None:
    ids = set(incidents)
    if not ids or case is None:
        return None
    try:
        cards = records.listing(g.ctx, Incident, case)
    except NotFound:
        return None
    dates = [card.value.when for card in cards if card.id in ids and card.value is not None]
    days = [when for when in dates if when is not None and when.known]
    return (min(day.first for day in days), max(day.last for day in days)) if days else None


def _typed(name: str) -> PartialDate | None:
    """The date that stands in the form that was sent, if it is one."""
    try:
        return read_date(request.form.get(name, ""), g.ctx.today)
    except BadDate:
        return None


def _typed_ids(name: str) -> tuple[str, ...]:
    return tuple(request.form.getlist(name))
