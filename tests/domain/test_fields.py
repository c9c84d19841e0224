"""What must be true of every declared field: where it rests, which list it takes from, and whom it may name."""

import dataclasses
import string
from collections.abc import Iterator

import pytest
from hrd_filled import filled

from hrd_cases.domain import entities, fields
from hrd_cases.domain.calls import Call
from hrd_cases.domain.fields import (
    ENTITIES,
    Ask,
    Coded,
    CodedMany,
    Day,
    Entity,
    Field,
    Hidden,
    LangText,
    Link,
    Links,
    Rows,
    Text,
    TextLine,
    Texts,
    TimeOfDay,
    blank,
    by_letter,
    declare,
    entity,
    entity_for,
    entity_of,
    fields_of,
    original,
)
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vaults import CORE, IDENTITY, KINDS, SOURCE, THROUGH_CASE
from hrd_cases.domain.vocabulary import vocabulary

EVERY = pytest.mark.parametrize("code", list(ENTITIES))


def _deep(declared: tuple[Field, ...]) -> Iterator[Field]:
    """Every field, those of rows too."""
    for item in declared:
        yield item
        if isinstance(item.kind, Rows):
            yield from _deep(fields_of(item.kind.item))


def test_the_modules_of_entities_declare_all_there_are() -> None:
    declared = {
        code
        for code, item in ENTITIES.items()
        if item.cls.__module__ in {module.__name__ for module in entities.MODULES}
    }
    assert declared == set(ENTITIES)
    assert {entity.code for entity in entities.in_case()} <= declared


def test_letters_of_entities_are_single_and_tell_which() -> None:
    letters = [item.letter for item in ENTITIES.values()]
    assert len(set(letters)) == len(letters)
    assert all(letter in string.ascii_lowercase + string.digits and len(letter) == 1 for letter in letters)
    assert all(by_letter(item.letter) is item for item in ENTITIES.values())
    assert by_letter("?") is None


@EVERY
def test_every_field_rests_in_a_compartment_of_its_vault(code: str) -> None:
    item = ENTITIES[code]
    assert item.vault in KINDS
    assert {field.at for field in item.fields} <= set(KINDS[item.vault].compartments)


@EVERY
def test_every_coded_field_has_a_list_with_entries(code: str) -> None:
    for field in _deep(ENTITIES[code].fields):
        if isinstance(field.kind, Coded | CodedMany):
            assert vocabulary(field.kind.list).entries, field.name


@EVERY
def test_every_link_leads_to_an_entity(code: str) -> None:
    for field in _deep(ENTITIES[code].fields):
        if isinstance(field.kind, Link | Links):
            assert field.kind.to in ENTITIES, field.name


@EVERY
def test_every_field_and_entity_has_words_for_people(code: str) -> None:
    item = ENTITIES[code]
    assert all((item.label, item.plural, item.new))
    for field in _deep(item.fields):
        assert field.label, field.name
        assert field.label[0].isupper() or not field.label[0].isalpha(), field.label
        text = f"{field.label} {field.hint}".casefold().split()
        assert not {"vault", "grant", "compartment", "epoch"} & set(text), field.name


def _free_text(field: Field) -> bool:
    return isinstance(field.kind, TextLine | Text | Texts) and field.name not in ("language",)


@EVERY
def test_free_text_never_rests_in_core_unless_somebody_said_why(code: str) -> None:
    item = ENTITIES[code]
    for field in item.fields:
        if field.at != CORE:
            continue
        if isinstance(field.kind, Rows):
            inner = [part for part in _deep(fields_of(field.kind.item)) if _free_text(part)]
            typed = [part.name for part in inner if not (part.plain or field.plain)]
            assert typed == [], field.name
        elif _free_text(field):
            assert field.plain, field.name


@EVERY
def test_what_names_a_person_or_a_source_rests_behind_the_key_for_it(code: str) -> None:
    for field in ENTITIES[code].fields:
        naming = {field.names} | {part.names for part in _deep((field,))}
        if "person" in naming:
            assert field.at == IDENTITY, field.name
        if "source" in naming:
            assert field.at == SOURCE, field.name
        if "staff" in naming:
            assert field.at == "staff", field.name


@EVERY
def test_who_told_us_never_enters_a_paper(code: str) -> None:
    for field in ENTITIES[code].fields:
        if field.at == SOURCE and code != "call":
            assert not field.printed, field.name
        if field.at == "privileged":
            assert not field.printed, field.name


@EVERY
def test_an_unanswered_value_is_blank_everywhere_and_a_filled_one_nowhere(code: str) -> None:
    item = ENTITIES[code]
    empty, full = item.cls(), filled(code, dict.fromkeys(ENTITIES, ("ab" * 16,)))
    for field in item.fields:
        if not isinstance(field.kind, Hidden):
            assert blank(getattr(empty, field.name), field.kind), field.name
            assert not blank(getattr(full, field.name), field.kind), field.name
    assert entity_of(full) is item


@EVERY
def test_values_cannot_be_changed_in_place(code: str) -> None:
    value = ENTITIES[code].cls()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, ENTITIES[code].fields[0].name, "changed")


@EVERY
def test_required_fields_can_be_answered_on_a_form(code: str) -> None:
    assert not any(field.required and isinstance(field.kind, Hidden) for field in ENTITIES[code].fields)


@EVERY
def test_a_title_can_be_made_of_what_cards_hold(code: str) -> None:
    """Lists show titles from cards alone; a title that needs another field would be empty there."""
    item = ENTITIES[code]
    full = filled(code)
    carded = {field.name: getattr(full, field.name) for field in item.fields if field.card}
    assert item.title(item.cls(**carded)) == item.title(full)


def test_effort_is_counted_in_required_fields() -> None:
    """A call: 4 required fields; a hearing: 4."""
    assert [field.name for field in entity_for(Call).fields if field.required] == ["what", "when", "who", "reach"]
    assert [field.name for field in entity_for(Hearing).fields if field.required] == ["on", "at", "room", "notified"]


def test_a_case_opens_each_part_of_a_person_through_one_part_of_its_own() -> None:
    opened = [part for parts in THROUGH_CASE.values() for part in parts]
    assert sorted(opened) == sorted(KINDS["person"].compartments)
    assert set(THROUGH_CASE) <= set(KINDS["case"].compartments)


@pytest.mark.parametrize(("code", "letter"), [("incident", "~"), ("no such", "n")])
def test_an_entity_declared_twice_stops_the_program(code: str, letter: str) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        entity(code, letter=letter, vault="case", label="a", plural="b", new="c", title=str)(int)
    assert "no such" not in ENTITIES


def test_the_original_text_is_the_first_unless_a_language_is_asked_for() -> None:
    texts = (LangText(language="ru", text="первый"), LangText(language="kk", text="екінші"))
    assert original(texts) == "первый"
    assert original(texts, "kk") == "екінші"
    assert original(texts, "en") == "первый"
    assert original(()) == ""


def test_texts_of_spaces_alone_are_blank() -> None:
    assert blank((LangText(language="ru", text="  \n"),), Texts())
    assert not blank((LangText(language="ru", text="."),), Texts())


def test_a_field_looks_itself_up_by_name_and_by_part() -> None:
    item: Entity = entity_for(Incident)
    assert item.field("region").at == CORE
    assert {field.name for field in item.within(SOURCE)} == {"sources"}
    assert all(field.card for field in item.within(CORE, card=True))
    with pytest.raises(StopIteration):
        item.field("no such field")


def test_kinds_say_what_an_unanswered_question_holds() -> None:
    assert [kind.empty for kind in (Ask(), TimeOfDay(), TextLine(), Day(), Rows(item=fields.LangText))] == [
        "",
        "",
        "",
        None,
        (),
    ]
    assert declare(Hidden(default=7), "label").default == 7
