"""What was answered comes back as it was answered, whatever it is, and only from its own compartment."""

import dataclasses
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.strategies import SearchStrategy

from hrd_cases.domain import fields, per_kind
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Counted, Entity, Field, FieldKind, LangText, Rows, Text, entity_for, fields_of
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.store import codec, reading

DAYS = some.dates(date(1900, 1, 1), date(2100, 12, 31))
ISO = DAYS.flatmap(lambda day: some.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]]))
WORDS = some.text(max_size=30)
NUMBERS = some.none() | some.integers(0, 10**12)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(10**9), 10**9) | WORDS,
    lambda part: some.lists(part, max_size=3).map(tuple) | some.dictionaries(WORDS, part, max_size=3),
    max_leaves=6,
)


def partial_dates() -> SearchStrategy[PartialDate]:
    def ordered(first: str, second: str, about: bool) -> PartialDate:
        item = PartialDate(start=first, end=second, about=about)
        return item if item.first <= item.last else PartialDate(start=second, end=first, about=about)

    span = some.builds(ordered, ISO, ISO, some.booleans())
    return span | some.builds(PartialDate, start=ISO, about=some.booleans())


def classes(cls: type[object]) -> list[type[object]]:
    """A class of answers, and those of its rows."""
    rows = [field.kind.item for field in fields_of(cls) if isinstance(field.kind, Rows)]
    return [cls, *(inner for item in rows for inner in classes(item))]


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.code)
def test_a_value_is_made_as_its_class_makes_it(entity: Entity) -> None:
    for cls in classes(entity.cls):
        some_answer = {field.name: "?" for field in fields_of(cls)[:1]}
        for answers in ({}, some_answer):
            value = reading.made(cls, answers)
            assert type(value) is cls
            assert value == cls(**answers)
            assert vars(value) == vars(cls(**answers))
        assert not hasattr(cls, "__post_init__"), "nobody would call it"


VALUES: dict[type[FieldKind], SearchStrategy[Any]] = {
    fields.TextLine: WORDS,
    fields.Text: WORDS,
    fields.TimeOfDay: some.times().map(lambda time: time.strftime("%H:%M")),
    fields.Coded: WORDS,
    fields.CodedMany: some.lists(WORDS, max_size=4).map(tuple),
    fields.Flag: some.booleans(),
    fields.Ask: some.sampled_from(["", "yes", "no", "unknown"]),
    fields.Number: NUMBERS,
    fields.Link: some.uuids().map(lambda result: result.hex),
    fields.Links: some.lists(some.uuids().map(lambda result: result.hex), max_size=4).map(tuple),
    fields.When: some.none() | partial_dates(),
    fields.Day: some.none() | DAYS,
    fields.Count: some.none() | some.builds(Counted, low=NUMBERS, high=NUMBERS, used=NUMBERS, source=WORDS),
    fields.Texts: some.lists(
        some.builds(LangText, language=WORDS, text=WORDS, translator=WORDS, state=WORDS), max_size=3
    ).map(tuple),
}


def values_of(cls: type[Any]) -> SearchStrategy[Any]:
    return some.builds(cls, **{field.name: values_for(field.kind) for field in fields_of(cls)})


def values_for(kind: FieldKind) -> SearchStrategy[Any]:
    if isinstance(kind, fields.Rows):
        return some.lists(values_of(kind.item), max_size=3).map(tuple)
    if isinstance(kind, fields.Hidden):
        return hidden(kind)
    return VALUES[type(kind)]


def hidden(kind: fields.Hidden) -> SearchStrategy[Any]:
    """What a rule may write: of the type of what stands there before."""
    if isinstance(kind.default, str):
        return WORDS
    if isinstance(kind.default, bool):
        return some.booleans()
    if isinstance(kind.default, int):
        return some.integers(-(10**9), 10**9)
    if kind.default == ():
        return some.lists(some.dictionaries(WORDS, JSON, max_size=3), max_size=3).map(tuple)
    return JSON


def documents(entity: Entity, value: Any) -> dict[str, bytes]:
    return {compartment: codec.encode(value, compartment) for compartment in entity.compartments}


@pytest.mark.parametrize("code", ENTITIES)
@settings(max_examples=20)
@given(data=some.data())
def test_every_answer_of_every_kind_of_record_comes_back_and_makes_the_same_bytes(
    code: str, data: some.DataObject
) -> None:
    entity = ENTITIES[code]
    value = data.draw(values_of(entity.cls))
    written = documents(entity, value)
    read = codec.decode(written)
    assert read == (entity, value)
    assert documents(entity, read[1]) == written


@pytest.mark.parametrize("code", ENTITIES)
@settings(max_examples=20)
@given(data=some.data())
def test_a_card_holds_the_fields_of_lists_and_no_others(code: str, data: some.DataObject) -> None:
    entity = ENTITIES[code]
    value = data.draw(values_of(entity.cls))
    cards = {name: codec.encode(value, name, card=True) for name in entity.compartments}
    _, card = codec.decode(cards)
    for field in entity.fields:
        assert getattr(card, field.name) == (_listed(value, field) if field.card else field.kind.empty)


def _listed(value: Any, field: Field) -> Any:
    """What a card has of a field: rows come without their long texts."""
    answer = getattr(value, field.name)
    if not isinstance(field.kind, Rows):
        return answer
    texts = {part.name: "" for part in fields_of(field.kind.item) if isinstance(part.kind, Text)}
    return tuple(dataclasses.replace(row, **texts) for row in answer)


def test_every_kind_of_field_can_be_written_and_read() -> None:
    kinds = {kind for kind in vars(fields).values() if isinstance(kind, type) and issubclass(kind, FieldKind)} - {
        FieldKind
    }
    assert set(per_kind.kinds()) == kinds
    assert all(codec._OUT.of(kind.__new__(kind)) for kind in kinds - {fields.Rows})
    assert all(reading._READERS.of(kind.__new__(kind)) for kind in kinds - {fields.Rows, fields.Hidden})
    assert set(VALUES) == kinds - {fields.Rows, fields.Hidden}


def test_an_unanswered_record_says_only_what_it_is() -> None:
    assert codec.encode(Incident(), "core") == b'{"f":{},"k":"incident","v":1}'
    assert codec.nothing(Incident(), "core")
    assert not codec.nothing(Incident(region="kz-akt"), "core")


def test_text_in_any_script_rests_as_itself() -> None:
    document = codec.encode(Incident(title="Ұстау, қамау: «в СИЗО»"), "identity")
    assert "Ұстау, қамау: «в СИЗО»".encode() in document


def test_broken_characters_from_a_form_can_be_saved() -> None:
    value = Incident(title="half \ud83d a pair")
    read = codec.decode({"identity": codec.encode(value, "identity")})[1]
    assert read.title == "half \ufffd a pair", "no page could be sent with the half of a pair in it"


def test_a_field_counts_only_where_it_belongs() -> None:
    content = json.loads(codec.encode(Incident(region="kz-akt"), "core"))
    content["f"]["title"] = "a name smuggled into core"
    _, value = codec.decode({"core": json.dumps(content).encode()})
    assert value == Incident(region="kz-akt")


def test_a_record_of_a_newer_version_opens_without_what_is_not_known() -> None:
    content = json.loads(codec.encode(Incident(attacked=(Attacked(person="ab" * 16),)), "core"))
    content["v"] = 2
    content["f"]["of_tomorrow"] = [1]
    content["f"]["attacked"][0]["of_tomorrow"] = "too"
    _, value = codec.decode({"core": json.dumps(content).encode()})
    assert value == Incident(attacked=(Attacked(person="ab" * 16),))


def test_a_record_of_an_older_version_is_lifted_when_read(monkeypatch: pytest.MonkeyPatch) -> None:
    old = codec.encode(Incident(region="kz-akt"), "core")
    monkeypatch.setitem(codec.UPGRADES, ("incident", 1), lambda content: {"region": content["region"].upper()})
    monkeypatch.setitem(codec.UPGRADES, ("incident", 2), lambda content: {**content, "severity": "high"})
    assert codec.decode({"core": old})[1] == Incident(region="KZ-AKT", severity="high")
    assert codec.decode({"core": codec.encode(Incident(region="kz-akt"), "core")})[1] == Incident(region="kz-akt")


def test_two_documents_of_different_records_do_not_make_one() -> None:
    other = entity_for(Hearing).cls()
    with pytest.raises(codec.Unreadable):
        codec.decode({"core": codec.encode(Incident(), "core"), "identity": codec.encode(other, "identity")})


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"k":"incident"}',
        b'{"k":"no such thing","v":1,"f":{}}',
        b'{"k":["incident"],"v":1,"f":{}}',
        b'{"k":"incident","v":1,"f":[]}',
        b'{"k":"incident","v":"1","f":{}}',
        b"[" * 100_000,
    ],
)
def test_a_document_of_no_known_shape_is_refused(document: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        codec.decode({"core": document})


@pytest.mark.parametrize(
    ("told", "odd"),
    [
        ({"when": "tomorrow"}, {"when": "tomorrow"}),
        ({"when": 5}, {"when": "5"}),
        ({"when": "2017-02-31"}, {"when": "2017-02-31"}),
        ({"count": 5}, {"count": "5"}),
        ({"count": {"low": "many"}}, {"count": '{"low": "many"}'}),
        ({"count": {"low": 10**400}}, {"count": '{"low": 1' + "0" * 400 + "}"}),
        ({"kinds": 5}, {"kinds": "5"}),
        ({"kinds": "abc"}, {"kinds": "abc"}),
        ({"attacked": ["a"]}, {"attacked-0": "a"}),
        ({"region": {}}, {"region": "{}"}),
        ({"region": None}, {"region": "null"}),
    ],
)
def test_an_odd_answer_is_set_aside_and_hides_no_other(told: dict[str, Any], odd: dict[str, str]) -> None:
    document = json.dumps({"k": "incident", "v": 1, "f": {**told, "severity": "high"}}).encode()
    _, value, result = codec.decode_all({"core": document})
    assert value.severity == "high"
    assert result == odd
    assert all(getattr(value, name.partition("-")[0]) in (None, "", ()) for name in odd)


def test_an_odd_answer_in_a_row_leaves_the_rest_of_the_row() -> None:
    person = {"k": "person", "v": 1, "f": {"names": [{"name": 5}, {"name": "A"}]}}
    _, value, odd = codec.decode_all({"identity": json.dumps(person).encode()})
    assert [name.name for name in value.names] == ["", "A"]
    assert odd == {"names-0-name": "5"}


@given(JSON)
def test_whatever_json_a_document_holds_its_record_opens(told: Any) -> None:
    for field in fields_of(Incident):
        document = json.dumps({"k": "incident", "v": 1, "f": {field.name: told}}).encode()
        _, value = codec.decode({field.at: document})
        assert dataclasses.is_dataclass(value)


def test_a_refused_document_says_nothing_of_its_content() -> None:
    with pytest.raises(codec.Unreadable) as caught:
        codec.decode({"core": b'{"k":"Aigul","v":1,"f":{}}'})
    assert "Aigul" not in repr(caught.value)
    assert caught.value.__cause__ is None
