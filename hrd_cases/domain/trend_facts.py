"""What of a record is counted, without names: statements sealed to the trend desk.

A counted entity declares in its own module, with `yields`, which coded values it gives. Of an incident this is an
event, of a person who they are and what they answered about statistics, of everything else an entry. Each carries the
random token of its record and of those it names; the newest statement of a token stands, but of a person the answers
of all statements are put together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from hrd_cases.domain import consents
from hrd_cases.domain.consents import Statement
from hrd_cases.domain.dates import PartialDate, exactly, iso_day, parse
from hrd_cases.domain.fields import Counted

VERSION = 2
EVENT, ENTRY, PERSON, GONE = "event", "entry", "person", "gone"
Numbers = tuple[int | None, int | None, int | None]  # lowest, used, highest
Pairs = tuple[tuple[str, str], ...]
Body = Mapping[str, Any]  # a statement as JSON has it
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Values:
    """What one record gives to be counted. Ids of people and incidents become tokens before they are sealed.

    `named`: what rests behind the key of names; a writer without that key leaves the last of it standing.
    `moment`: an ISO moment in UTC, where the day follows from it. `elsewhere`: the record is counted as another one.
    """

    when: PartialDate | date | None = None
    moment: str = ""
    codes: Mapping[str, Iterable[str]] = field(default_factory=dict)
    days: Mapping[str, date | None] = field(default_factory=dict)
    counts: Mapping[str, Counted | None] = field(default_factory=dict)
    people: Iterable[tuple[str, str]] = ()  # id of a person, coded part
    companies: Iterable[tuple[str, str]] = ()  # id of a company, coded role
    links: Iterable[tuple[str, str]] = ()  # coded link, id of an incident
    named: Mapping[str, Iterable[str]] = field(default_factory=dict)
    elsewhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person said about statistics once: the random token of the consent, its version, when, 'yes' or 'no'."""

    token: str
    revision: int
    day: str
    time: str
    word: str


@dataclass(frozen=True, kw_only=True)
class CountedFact:
    """One statement that stands: `sort` of EVENT, ENTRY and PERSON, `entity` the code of its record's kind."""

    sort: str
    entity: str = ""
    id: str
    when: PartialDate | None = None
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Numbers] = field(default_factory=dict)
    people: Pairs = ()
    companies: Pairs = ()
    links: Pairs = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        """The codes of one question, wherever they rest."""
        return self.codes.get(name, ()) or self.named.get(name, ())

    def code(self, name: str) -> str:
        """The only code of a question; empty where there is none."""
        return next(iter(self.of(name)), "")


_RULES: dict[type, Callable[..., Values]] = {}


def answer_of(every: Iterable[Answer]) -> str:
    """What a person answered about statistics: the one rule of consents, on what facts hold of it."""
    statements = [
        Statement(
            consent=answer.token,
            revision=answer.revision,
            said_on=iso_day(answer.day),
            said_at=answer.time,
            statistics=answer.word,
        )
        for answer in every
    ]
    return consents.answer(statements, consents.STATISTICS, matter="")


def yields(rule: Callable[..., Values]) -> Callable[[type[T]], type[T]]:
    """Class decorator of an entity: what of its records is counted."""

    def register(cls: type[T]) -> type[T]:
        _RULES[cls] = rule
        return cls

    return register


def values_of(record: object) -> Values | None:
    """What a record gives to be counted; None for a kind that is not counted."""
    rule = _RULES.get(type(record))
    return rule(record) if rule is not None else None


def statement(values: Values, *, sort: str, entity: str, token: str, at: tuple[int, int]) -> dict[str, object]:
    """The JSON-ready form that is sealed; ids in `values` are tokens by now. Nothing that was not answered is in it.

    A date is no more exact than its month.
    """
    body: dict[str, object] = {"v": VERSION, "s": sort, "e": entity, "id": token, "at": at}
    when = _by_month(exactly(values.when) if isinstance(values.when, date) else values.when)
    content = {
        "when": when,
        "codes": _answered(values.codes),
        "months": {name: day.isoformat()[:7] for name, day in values.days.items() if day is not None},
        "counts": _numbers_of(values.counts),
        "people": _pairs(values.people),
        "companies": _pairs(values.companies),
        "links": _pairs(values.links),
    }
    return {**body, **{name: value for name, value in content.items() if value}}


def _by_month(when: PartialDate | None) -> str:
    """A date as exact as figures need it: no day is in a fact."""
    if when is None or not when.known:
        return "" if when is None else when.encode()
    start, end = when.start[:7], when.end[:7]
    return PartialDate(start=start, end="" if end == start else end, about=when.about).encode()


def named(values: Values) -> dict[str, list[str]]:
    """The part behind the key of names, for a statement whose writer has that key."""
    return _answered(values.named)


def about_person(
    values: Values, answers: Iterable[Answer], *, token: str, refuses: bool, at: tuple[int, int]
) -> dict[str, object]:
    """The same of a person; of somebody whose answer is no, nothing but the token and the answers."""
    profile = Values() if refuses else values
    body = statement(profile, sort=PERSON, entity="person", token=token, at=at)
    return {**body, "answers": _answers_out(answers)}


def gone(token: str, at: tuple[int, int]) -> dict[str, object]:
    """What is sealed when a record is not counted any more."""
    return {"v": VERSION, "s": GONE, "id": token, "at": at}


def position(body: Body) -> tuple[int, int]:
    """Where a statement stands among all: how long the log was, and which of its transaction it is."""
    size, place = body["at"]
    return _whole(size), _whole(place)


def decode(body: Body) -> CountedFact:
    """A statement as it was sealed; raises KeyError, TypeError or ValueError for anything else."""
    if body["v"] != VERSION or body["s"] not in (EVENT, ENTRY, PERSON):
        raise ValueError
    when = body.get("when", "")
    return CountedFact(
        sort=body["s"],
        entity=_text(body["e"]),
        id=_text(body["id"]),
        when=_when(_text(when)) if when else None,
        codes=_codes(body.get("codes", {})),
        months={_text(name): _text(month) for name, month in body.get("months", {}).items()},
        counts={_text(name): _numbers(numbers) for name, numbers in body.get("counts", {}).items()},
        people=_read_pairs(body.get("people", ())),
        companies=_read_pairs(body.get("companies", ())),
        links=_read_pairs(body.get("links", ())),
        named=_codes(body.get("named", {})),
        answers=tuple(
            Answer(token=_text(a), revision=_whole(b), day=_text(c), time=_text(d), word=_word(e))
            for a, b, c, d, e in body.get("answers", ())
        ),
    )


def says_no(body: Body) -> bool:
    """Whether a statement is of a person whose answer about statistics is no."""
    return body["s"] == PERSON and answer_of(decode(body).answers) == consents.NO


def standing(bodies: Iterable[Body]) -> list[CountedFact]:
    """The facts that stand, whatever the order of the statements: the newest of each token, unless that is gone."""
    return [decode(body) for body in folded(bodies)]


def folded(bodies: Iterable[Body]) -> list[Body]:
    """One statement in the place of all of each token, nothing of what is gone; folding again changes nothing."""
    tokens: dict[str, list[Body]] = {}
    for body in bodies:
        tokens.setdefault(_text(body["id"]), []).append(body)
    every = (several[0] if len(several) == 1 else _as_one(several) for several in tokens.values())
    return [body for body in every if body["s"] != GONE]


def _as_one(several: Iterable[Body]) -> Body:
    """The newest of several statements of one token, with the names and answers that stand.

    What was said before something was gone is gone with it.
    """
    newest, named, answers = dict[str, Any](), dict[str, Any](), dict[str, Answer]()
    for body in sorted(several, key=position):
        newest = dict(body)
        if body["s"] == GONE:
            named, answers = {}, {}
        if "named" in body:
            named = {"named": body["named"]}
        if body["s"] == PERSON:
            _put_together(answers, decode(body).answers)
    together = {"answers": _answers_out(answers.values())} if newest["s"] == PERSON else {}
    return {**newest, **named, **together}


def _put_together(every: dict[str, Answer], answers: Iterable[Answer]) -> None:
    """The newest version of each consent; where two writers made one of the same number, the one that permits less."""
    for answer in answers:
        before = every.get(answer.token)
        if before is None or _rank(before) < _rank(answer):
            every[answer.token] = answer


def _answers_out(answers: Iterable[Answer]) -> list[list[object]]:
    return [[one.token, one.revision, one.day, one.time, one.word] for one in answers]


def _rank(answer: Answer) -> tuple[int, int, str, str]:
    return answer.revision, ("yes", "", "no").index(answer.word), answer.day, answer.time


def _answered(codes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    lists = {name: list(filter(None, several)) for name, several in codes.items()}
    return {name: several for name, several in lists.items() if several}


def _numbers_of(counts: Mapping[str, Counted | None]) -> dict[str, Numbers]:
    figures = {name: (one.low, one.used, one.high) for name, one in counts.items() if one is not None}
    return {name: numbers for name, numbers in figures.items() if numbers != (None, None, None)}


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [list(pair) for pair in pairs]


def _read_pairs(content: Iterable[tuple[object, object]]) -> Pairs:
    return tuple([(_text(first), _text(second)) for first, second in content]) if content else ()


def _codes(content: Body) -> dict[str, tuple[str, ...]]:
    return {_text(name): _texts(tuple(several)) for name, several in content.items()}


@lru_cache(maxsize=4096)  # the same few lists of codes stand in most facts
def _texts(several: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(_text, several))


def _numbers(content: Iterable[object]) -> Numbers:
    low, used, high = (None if number is None else _whole(number) for number in content)
    return low, used, high


@lru_cache(maxsize=4096)  # there are few months
def _when(text: str) -> PartialDate | None:
    return parse(text)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _word(value: object) -> str:
    if value not in ("yes", "", "no"):
        raise ValueError
    return str(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value
