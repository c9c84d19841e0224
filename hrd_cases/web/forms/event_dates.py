"""The day of an event, as far as a form knows it: names that hold for a time are offered by it."""

from flask import g, request

from hrd_cases.domain.dates import BadDate, PartialDate
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.vocabulary import Span
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.records import records


def span_of(value: object, case: str | None) -> Span | None:
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


def _of_incidents(incidents: tuple[str, ...], case: str | None) -> Span | None:
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
