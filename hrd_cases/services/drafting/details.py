"""Numbers, telephones and mail for the heading of a filing: offered from the file, printed only if chosen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from hrd_cases.domain.companies import ColleagueCard, Company
from hrd_cases.domain.ids import NamedId, RecordId, record_id
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.papers import Language
from hrd_cases.domain.people import Person
from hrd_cases.domain.profiles import terms
from hrd_cases.domain.vaults import STAFF
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.records.records import in_directory

DIGITS = 12  # of an IIN and of a BIN; a number from another country is called by a general word
OF_COLLEAGUE = {
    "phone": "detail_phone",
    "email": "detail_mail",
    "address": "detail_address",
    "licence": "detail_licence",
}
CHANNELS = {"phone": "detail_phone", "email": "detail_mail"}


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One line of a heading: `key` is what a choice keeps, `term` the word before it in the language of the paper.

    `person` is the id of the person it belongs to: where they are hidden it is absent.
    """

    key: str
    term: str
    value: str = field(repr=False)
    whose: str = field(repr=False)
    person: NamedId | None = None

    def label(self, language: Language) -> str:
        """The word before the value."""
        return terms(language)[self.term]


def companies_of(ctx: Context, ids: Iterable[RecordId]) -> dict[RecordId, Company]:
    """These companies by id, as the directory knows them."""
    found = {item: in_directory(ctx, item, Company) for item in ids}
    return {item: company for item, company in found.items() if company is not None}


def cards_of(ctx: Context, action: LegalAction) -> dict[str, ColleagueCard]:
    """Our counsel, by id, as the directory knows them; none for who does not see what concerns staff."""
    directory = peek(ctx, ctx.runtime.organisation.directory)
    cards: dict[str, ColleagueCard] = {}
    colleagues = (each.colleague for each in action.counsel if each.colleague)
    for item in dict.fromkeys((*colleagues, *action.counsel_of_record)):
        stored = ctx.work.records.read(directory, record_id(item)) if directory and directory.may_read(STAFF) else None
        if stored is not None and isinstance(stored.value, ColleagueCard):
            cards[item] = stored.value
    return cards


def of_colleague(item: str, card: ColleagueCard) -> Iterator[Detail]:
    """Telephone, mail, address and licence of a colleague who files or signs."""
    for name, term in OF_COLLEAGUE.items():
        if value := str(getattr(card, name)).strip():
            yield Detail(key=_key(item, value), term=term, value=value, whose=card.name)


def of_person(item: NamedId, person: Person, name: str) -> Iterator[Detail]:
    """The number, telephones and mail of a person."""
    if number := person.national_number.strip():
        term = "detail_iin" if _twelve(number) else "detail_number"
        yield Detail(key=f"{item} number", term=term, value=number, whose=name, person=item)
    for channel in person.channels:
        value = channel.value.strip()
        if value and channel.kind in CHANNELS:
            yield Detail(key=_key(item, value), term=CHANNELS[channel.kind], value=value, whose=name, person=item)


def of_company(item: str, company: Company, name: str) -> Iterator[Detail]:
    """The registration number of a company."""
    if number := company.registration.strip():
        term = "detail_bin" if _twelve(number) else "detail_registration"
        yield Detail(key=f"{item} registration", term=term, value=number, whose=name)


def _twelve(number: str) -> bool:
    return len(number) == DIGITS and number.isdecimal()


def _key(item: str, value: str) -> str:
    """The choice holds for this value: another telephone is chosen anew."""
    return f"{item} {sha256(value.encode()).hexdigest()[:16]}"
