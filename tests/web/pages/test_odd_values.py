"""One stored value that cannot be shown stops no page: it is shown as it is, and all the rest is there.

Every field of every kind of record holds every sort of odd value in turn, written by a colleague's own keys as an older
or faulty program would have written it; then every page that shows the record, or lists it, is opened.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hrd_visits import Restorable, Site
from hrd_world import ROLE_ACTORS, World
from hrd_world_fixtures import WorldOn

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Entity, Field, Rows, entity_for, fields_of
from hrd_cases.domain.people import Person
from hrd_cases.services.keys.gate import peek
from hrd_cases.store import codec
from hrd_cases.web.forms.controls import control
from hrd_cases.web.forms.model import Lists

Odd = Callable[[Field], Any]  # what a field holds

ANSWERS = (200, 303)
WRONG = {
    "no date": "tomorrow or so",
    "a day that is none": "2017-02-31",
    "figures of another script": "۲۰۲۶-۱۱-۲۰",
    "a number": 5,
    "a huge number": 10**400,
    "a fraction": 1.5,
    "a word": "word",
    "nothing": None,
    "true": True,
    "an object": {"x": [1, {"y": None}]},
    "a list": ["x"],
    "a list of lists": [[["x"]], 7, None],
    "an empty object in a list": [{}],
    "an unknown code or link": "f" * 32,
    "unknown codes or links": ["f" * 32, "no such code"],
    "control signs": "a\x00\x1b[31m\u202eb\u2066\n\r\t\u200b",
    "half a sign": "\ud800",
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}%(name)s",
    "a million letters": "x" * 1_000_000,
    "an unknown date": "?",
    "the last date of all": "9999-12-31",
}


def rows_of(cell: Any) -> Odd:
    """Holds the odd value itself, or in a repeating group in each cell of a row."""

    def made(field: Field) -> Any:
        if isinstance(field.kind, Rows):
            return [{part.name: cell for part in fields_of(field.kind.item)}]
        return cell

    return made


@pytest.fixture(scope="module")
def stored(world_on: WorldOn) -> World:
    """A world of this file's own."""
    return world_on("sqlite")


def doctored(entity: Entity, odd: dict[str, Odd]) -> Callable[..., bytes]:
    """The codec's encode, which puts odd values into the fields named, if they rest in the compartment."""
    whole = codec.encode

    def encode(value: Any, compartment: str, *, card: bool = False, **more: Any) -> bytes:
        document = json.loads(whole(value, compartment, card=card, **more).decode("utf-8", "surrogatepass"))
        for field in entity.within(compartment, card=card):
            if field.name in odd:
                document["f"][field.name] = odd[field.name](field)
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")

    return encode


def put(world: World, code: str, odd: dict[str, Odd]) -> None:
    """Write odd values over the one record of a kind, as its own author."""
    who, vault, record = places(world)[code]
    with world.writing(who) as ctx, pytest.MonkeyPatch.context() as patch:
        opened = peek(ctx, vault)
        assert opened is not None
        before = ctx.work.records.read(opened, record)
        assert before is not None
        patch.setattr(codec, "encode", doctored(ENTITIES[code], odd))
        ctx.work.records.update(opened, ctx.author, record, before.value, before.versions, ctx.today)


def places(world: World) -> dict[str, tuple[str, str, str]]:
    """Of each kind of record: who writes it, its vault, and its id."""
    ids, directory = world.strike, world.runtime.organisation.directory
    result = {code: ("lana", ids.case, record) for code, record in ids.records.items()}
    return {
        **result,
        "case": ("lana", ids.case, ids.case),
        "person": ("lana", ids.person, ids.person),
        "company": ("anna", directory, world.company),
        "body": ("anna", directory, world.body),
        "call": ("anna", ids.call_vault, ids.call),
    }


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Who opens which page: each record with its form and history, and each list."""
    ids = world.strike
    case = f"/c/{ids.case}"
    for path in ("/d", "/c", "/p", "/h", "/o", "/b", case, f"{case}/team", f"{case}/e", f"{case}/opened"):
        yield "lana", path
    yield ROLE_ACTORS["coordinator"], "/t"
    for code, record in ids.records.items():
        yield "lana", f"{case}/{ENTITIES[code].letter}"
        for below in ("", "/e", "/h"):
            yield "lana", f"{case}/r/{record}{below}"
    for letter in ("incident", "action", "consent"):  # their forms choose from all other records
        yield "lana", f"{case}/{ENTITIES[letter].letter}/new"
    for path in (f"/p/{ids.person}", f"/p/{ids.person}/e", f"/o/{world.company}", f"/o/{world.company}/e"):
        yield "lana", path
    for path in (f"/b/{world.body}", f"/b/{world.body}/e", f"/i/{ids.call}", f"/i/{ids.call}/e", "/d", "/i"):
        yield "anna", path


def failing(world: World) -> list[tuple[str, int]]:
    """The pages that do not answer."""
    site = Site(world)
    result = []
    for who, path in pages(world):
        status = site.visit(world.session(who), "GET", path).status_code
        if status not in ANSWERS:
            result.append((path, status))
    result += [("search", status) for status in searched(site) if status >= 500]
    return result


def searched(site: Site) -> Iterator[int]:
    """Search for what is in most titles."""
    session = site.world.session("lana")
    answer = site.visit(session, "POST", "/s", {"text": "te"})
    yield answer.status_code
    if answer.status_code == 303:
        yield site.visit(session, "GET", answer.headers["Location"]).status_code


@pytest.mark.parametrize("odd", WRONG)
def test_no_page_fails_when_every_field_holds_something_odd(stored: World, odd: str) -> None:
    keep = Restorable(stored)
    try:
        for code in places(stored):
            put(stored, code, {field.name: rows_of(WRONG[odd]) for field in ENTITIES[code].fields})
        assert failing(stored) == []
    finally:
        keep.put_back()


@pytest.mark.parametrize("odd", ["a word", "nothing", "a list of lists", "a huge number"])
def test_a_repeating_group_that_is_none_stops_no_page(stored: World, odd: str) -> None:
    keep = Restorable(stored)
    try:
        for code in places(stored):
            groups = [field.name for field in ENTITIES[code].fields if isinstance(field.kind, Rows)]
            put(stored, code, {name: lambda _field: WRONG[odd] for name in groups})
        assert failing(stored) == []
    finally:
        keep.put_back()


def test_what_cannot_be_shown_is_shown_as_it_is_and_can_be_put_right(stored: World) -> None:
    keep, site, ids = Restorable(stored), Site(stored), stored.strike
    session = stored.session("lana")
    path = f"/c/{ids.case}/r/{ids.records['incident']}"
    try:
        put(stored, "incident", {"when": lambda _field: "soon after the explosion"})
        page = site.visit(session, "GET", path).get_data(as_text=True)
        assert "soon after the explosion" in page
        assert "it is no date" in page
        assert "text of incident.place" in page
        form = site.visit(session, "GET", f"{path}/e").get_data(as_text=True)
        assert 'value="soon after the explosion"' in form
    finally:
        keep.put_back()


def test_the_field_of_an_odd_value_has_the_name_that_its_control_has() -> None:
    """So the form can show it where it belongs."""
    entity = entity_for(Person)
    row = json.dumps({"k": "person", "v": 1, "f": {"names": [{"name": 5}]}}).encode()
    _, value, odd = codec.decode_all({"identity": row})
    drawn = control(entity.field("names"), {"names-0-name": ["x"]}, Lists(), {})
    assert set(odd) <= {part.name for parts in drawn.rows for part in parts}
    assert value.names
