"""Courts and authorities to begin a directory with, by region: put together from lists that come with the program."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from hrd_cases.domain.companies import Body, DatedName
from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.vocabulary.model import LANGUAGES, Mark, VocabularyEntry, text_in
from hrd_cases.domain.vocabulary.reading import load, mark_of
from hrd_cases.domain.words import N_

COUNTRY, INTERNATIONAL = "country", "international"
UNCHECKED = N_("Offered by the program to begin with; the name was not compared with a register.")


@dataclass(frozen=True, kw_only=True)
class StartingBody:
    """A body that is offered: its code in the list, its entry for the directory, how well its name is supported."""

    code: str
    body: Body
    mark: Mark


@cache
def _table() -> DataTable:
    return load("starting_bodies")


def areas() -> tuple[str, ...]:
    """What bodies are offered for: the whole country, the world, and the code of every region of the list."""
    return (COUNTRY, INTERNATIONAL, *(raw["code"] for raw in _table()["region"]))


def checked_on() -> date:
    """The day on which the list was last compared with what it was made from."""
    return date.fromisoformat(str(_table()["date_checked"]))


@cache
def starting_bodies(area: str, language: str) -> tuple[StartingBody, ...]:
    """What is offered for an area, with names in `language` first; nothing for an area that the list does not have."""
    table = _table()
    if area in (COUNTRY, INTERNATIONAL):
        forums = (vocabulary("forums").get(code) for code in table[area])
        bodies = [_of_forum(forum, language) for forum in forums]
        if area == COUNTRY:
            bodies += [
                _made(raw["code"], raw, "ministry", "state_body_other", "", language) for raw in table["ministry"]
            ]
        return tuple(bodies)
    return tuple(_of_region(area, language))


def _of_region(area: str, language: str) -> Iterator[StartingBody]:
    """The court and one body of each kind, then what else is known there; a body with a form of its own once."""
    table = _table()
    region = next((raw for raw in table["region"] if raw["code"] == area), None)
    if region is None:
        return
    known = {forum.text("ru"): forum for forum in vocabulary("forums").entries if forum.extra.get("region") == area}
    names = [("court", "court_other", region["court"])]
    for kind in table["kind"]:
        texts = {each: str(kind[each]).format(of=region["of"][each]) for each in LANGUAGES}
        names.append((kind["body_kind"], kind["forum"], texts))
    for kind, forum, texts in names:
        own = known.pop(texts["ru"], None)
        code = f"{area} {kind}"
        yield _of_forum(own, language) if own is not None else _made(code, texts, kind, forum, area, language)
    offered = {*table[COUNTRY], *table[INTERNATIONAL]}
    yield from (_of_forum(forum, language) for forum in known.values() if forum.code not in offered)


def _of_forum(forum: VocabularyEntry, language: str) -> StartingBody:
    kind, region = str(forum.extra.get("body_kind", "")), str(forum.extra.get("region", ""))
    return StartingBody(code=forum.code, body=_body(forum.label, kind, forum.code, region, language), mark=forum.mark)


def _made(code: str, texts: Mapping[str, str], kind: str, forum: str, region: str, language: str) -> StartingBody:
    mark = mark_of("starting_bodies", code, _table()["mark"])
    return StartingBody(code=code, body=_body(texts, kind, forum, region, language), mark=mark)


def _body(texts: Mapping[str, str], kind: str, forum: str, region: str, language: str) -> Body:
    name = text_in(texts, language)
    others = tuple(
        DatedName(name=texts[each], language=each) for each in LANGUAGES if texts.get(each) and texts[each] != name
    )
    return Body(name=name, names=others, kind=kind, forum=forum, region=region)
