"""Consents of a case: what each person said, whom to bring the text to, and a spoken yes in one tick."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from hrd_cases.domain import consent
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import COURT, INTERIM_DAYS, INTERNATIONAL, KEEP, PUBLISH, Consent
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.context import Context
from hrd_cases.services.gate import may, open_vault
from hrd_cases.services.records import create
from hrd_cases.services.sharing import names_of

BUNDLES = (KEEP, COURT, INTERNATIONAL, PUBLISH)
ORAL = "oral_noted"
KEPT_SCOPE = "keep_and_use"


@dataclass(frozen=True, kw_only=True)
class ConsentText:
    """The text to read aloud in one language: `state` says how far it was checked; a paragraph for each bundle."""

    language: str
    state: str
    opening: str
    bundles: Mapping[str, str]
    closing: str


@dataclass(frozen=True, kw_only=True)
class PersonConsents:
    """What one person of the case said: yes, no or not_asked for every scope; keeping is interim until a day."""

    person: str
    name: str
    answers: Mapping[str, str]
    newest: str  # id of the newest consent, if any
    asked_on: date | None
    interim_until: date | None
    overdue: bool

    @property
    def to_ask(self) -> bool:
        """True while nobody has an answer about keeping."""
        return self.answers.get(KEPT_SCOPE) == consent.NOT_ASKED


@dataclass(frozen=True, kw_only=True)
class CaseConsents:
    """Everybody of a case, those to be asked first."""

    people: tuple[PersonConsents, ...]
    may_write: bool

    @property
    def to_sign(self) -> tuple[PersonConsents, ...]:
        """The list to take along: whoever was never asked, the overdue first."""
        waiting = [one for one in self.people if one.to_ask]
        return tuple(sorted(waiting, key=lambda one: (not one.overdue, one.name.casefold())))


def view(ctx: Context, case: str) -> CaseConsents:
    """The consents of a case."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    cards = ctx.work.records.cards([vault])
    given = {card.id: card.value for card in cards if isinstance(card.value, Consent)}
    root = next((card.value for card in cards if isinstance(card.value, Case)), Case())
    names = names_of(ctx, "person")
    asked = (*root.people, *(one.person for one in given.values()))
    people = [_person(one, names.get(one, ""), given, root.opened, ctx.today) for one in dict.fromkeys(asked) if one]
    people.sort(key=lambda one: (not one.overdue, not one.to_ask, one.name.casefold()))
    return CaseConsents(people=tuple(people), may_write=may(ctx, Act.WRITE_CASE, vault))


def take_oral(ctx: Context, case: str, person: str, agreed: Sequence[str], *, read_aloud: bool, language: str) -> str:
    """Write down what somebody agreed to by word of mouth; what was not ticked stays "not asked". Returns the id."""
    known = {one.person for one in view(ctx, case).people}
    if person not in known:
        raise RuleBroken(N_("Choose a person of this case."), place="person")
    if not read_aloud:
        raise RuleBroken(N_("A spoken yes counts only when the text was read aloud. Tick that it was."), place="aloud")
    if not set(BUNDLES) & set(agreed):
        raise RuleBroken(N_("Tick what the person agreed to."), place="agreed")
    value = Consent(
        person=person, asked_on=ctx.today, form=ORAL, read_aloud="yes", language=language,
        asked_by=names_of(ctx, "colleague").get(ctx.actor.user, ""),
        **{bundle: "yes" for bundle in BUNDLES if bundle in agreed},  # type: ignore[arg-type]  # all four are answers
    )  # fmt: skip
    return create(ctx, "consent", case, value)


@lru_cache(maxsize=1)
def texts() -> Mapping[str, ConsentText]:
    """The texts to read aloud by language; a broken file stops the start."""
    path = files("hrd_cases").joinpath("vocabularies", "consent_texts.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        code: ConsentText(
            language=code,
            state=text["state"],
            opening=text["opening"],
            bundles={bundle: text[bundle] for bundle in BUNDLES},
            closing=text["closing"],
        )
        for code, text in data["text"].items()
    }


def _person(person: str, name: str, given: Mapping[str, Consent], opened: date | None, today: date) -> PersonConsents:
    mine = {record: one for record, one in given.items() if one.person == person}
    newest = max(mine, key=lambda record: str(mine[record].asked_on or ""), default="")
    answers = consent.answers(mine.values(), person)
    until = opened + timedelta(days=INTERIM_DAYS) if opened else None
    interim = until if answers.get(KEPT_SCOPE) == consent.NOT_ASKED else None
    return PersonConsents(
        person=person,
        name=name,
        answers=answers,
        newest=newest,
        asked_on=mine[newest].asked_on if newest else None,
        interim_until=interim,
        overdue=interim is not None and interim < today,
    )
