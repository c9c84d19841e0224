"""What the heading of a filing asks for and the file does not hold: each with the record where it is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hrd_cases.domain.companies import Body, ColleagueCard, Company
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import RecordId, record_id
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.people import Person
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.sources import CaseSource

TELEPHONE, MAIL, ADDRESS = N_("telephone"), N_("e-mail"), N_("address")
OF_COUNSEL = {"phone": TELEPHONE, "email": MAIL, "address": ADDRESS}
NUMBER, REGISTRATION = N_("IIN"), N_("BIN or registration number")


@dataclass(frozen=True, kw_only=True)
class MissingDetail:
    """One record (its class and id), whose it is, and what is not in it (msgids)."""

    cls: type[Declared]
    record: RecordId
    whose: str = field(repr=False)
    what: tuple[str, ...]


def missing_details(source: CaseSource, action: RecordId) -> tuple[MissingDetail, ...]:
    """What is missing of court, counsel and parties, in this order; `action` is the id of the proceeding."""
    results = {(gap.cls, gap.record, gap.whose): gap for gap in _gaps(source, action) if gap.what}
    return tuple(results.values())


def _gaps(source: CaseSource, action: RecordId) -> Iterator[MissingDetail]:
    if source.court is not None:
        yield _without_address(Body, source.action.forum, source.court.name, source.court.address)
    for item, card in source.counsel.items():
        what = tuple(word for name, word in OF_COUNSEL.items() if not str(getattr(card, name)).strip())
        yield MissingDetail(cls=ColleagueCard, record=record_id(item), whose=card.name, what=what)
    for party in source.action.parties:
        if party.side == "court":
            continue
        yield _without_address(LegalAction, action, party.name, party.served_at)
        person, company = source.people.get(party.person), source.companies.get(party.company)
        if person is not None and not person.national_number.strip():
            yield MissingDetail(cls=Person, record=party.person, whose=party.name, what=(NUMBER,))
        if company is not None and not company.registration.strip():
            yield MissingDetail(cls=Company, record=party.company, whose=party.name, what=(REGISTRATION,))


def _without_address(cls: type[Declared], record: RecordId, whose: str, address: str) -> MissingDetail:
    return MissingDetail(cls=cls, record=record, whose=whose, what=() if address.strip() else (ADDRESS,))
