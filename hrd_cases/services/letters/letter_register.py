"""The register of letters across the actor's cases: number, day, to or from whom, matter, answer due, answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.letter_chain import day_of, state_of
from hrd_cases.domain.letters import Letter, addressee_of, linked_addressees, ours
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import PER_PAGE, Page, page_of
from hrd_cases.services.records.across import across
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import case_titles
from hrd_cases.services.sharing.sharing import addressees
from hrd_cases.store.records import Stored, of_class

MOST_ON_PAPER = 400  # rows on the page that is printed whole


@dataclass(frozen=True, kw_only=True)
class RegisterFilter:
    """Which letters: of days from `since` to `until`, to or from one addressee, in one state; empty for any."""

    since: date
    until: date
    body: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """One letter of the register; `body` is whom it went to, or who sent it."""

    case: CaseId
    case_title: str
    record: RecordId
    title: str
    our_number: str
    their_number: str
    day: date
    ours: bool
    body: str
    due: date | None
    answered: date | None
    result: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """One page of it, newest first; `undated` counts letters that have no day, and so stand on no page of it."""

    page: Page[RegisterLine]
    bodies: tuple[tuple[str, str], ...]
    undated: int


def register(ctx: Context, selection: RegisterFilter, page: int = 1, *, whole: bool = False) -> Register:
    """The letters asked for, of the cases that the actor may open; `whole`: on one page, for paper."""
    mine = across(ctx)
    cards = of_class(mine.cards((Letter,)), Letter)
    found = sorted((card for card in cards if _matches(card, selection, ctx.today)), key=_order, reverse=True)
    part = page_of(found, page, MOST_ON_PAPER if whole else PER_PAGE)
    titles = case_titles(mine.roots({card.vault for card in part.items}))
    names = addressees(ctx, [card.value for card in cards])
    return Register(
        page=part.showing(_lines(part.items, titles, names, ctx.today)),
        bodies=tuple(
            sorted(((item, name) for item, name in names.items() if name), key=lambda pair: pair[1].casefold())
        ),
        undated=sum(1 for card in cards if day_of(card.value) is None),
    )


def _matches(card: Stored[Letter], selection: RegisterFilter, today: date) -> bool:
    letter, day = card.value, day_of(card.value)
    return (
        day is not None
        and selection.since <= day <= selection.until
        and selection.body in ("", *linked_addressees(letter))
        and selection.state in ("", state_of(letter, today))
    )


def _order(card: Stored[Letter]) -> tuple[date, int]:
    return day_of(card.value) or date.min, card.entered


def _lines(
    cards: Iterable[Stored[Letter]], titles: dict[str, str], names: dict[str, str], today: date
) -> Iterable[RegisterLine]:
    for card in cards:
        letter, day = card.value, day_of(card.value)
        if day is not None:
            yield RegisterLine(
                case=card.case,
                case_title=titles.get(card.vault, ""),
                record=card.id,
                title=title(card),
                our_number=letter.our_number,
                their_number=letter.their_number,
                day=day,
                ours=ours(letter),
                body=addressee_of(letter, names),
                due=letter.due,
                answered=letter.answered,
                result=letter.result,
                state=state_of(letter, today),
            )
