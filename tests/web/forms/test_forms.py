"""Forms: what a person types comes back as the value, and what is wrong is said at its field with everything kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrd_cases.domain.calls import Call
from hrd_cases.domain.companies import Company
from hrd_cases.domain.dates import UNKNOWN, PartialDate, exactly
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Day,
    Entity,
    FieldKind,
    Flag,
    LangText,
    Link,
    Links,
    Number,
    Rows,
    Text,
    TextLine,
    Texts,
    TimeOfDay,
    When,
    blank,
    entity_for,
    fields_of,
)
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Note
from hrd_cases.web.forms.engine import form_of, read_form, shown, typed_form, without_row
from hrd_cases.web.forms.model import Form, FormField, Lists
from hrd_cases.web.forms.spelling import spell

CODES = ("a", "b", "unknown")
IDS = ("0" * 32, "1" * 32)


def _coded(_name: str) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    return [("One", [("a", "A"), ("b", "B")]), ("Two", [("unknown", "Unknown")])]


def _linked(_to: str) -> Sequence[tuple[str, str]]:
    return [(item, f"record {item[0]}") for item in IDS]


LISTS = Lists(coded=_coded, linked=_linked)
INCIDENT = entity_for(Incident)
ALL = ("core", "identity", "source", "privileged", "protection", "reference", "staff")


def at(entity: Entity) -> dict[str, list[str]]:
    """The hidden field that says the whole form was shown."""
    return {"_at": [" ".join(entity.compartments)]}


def find(form: Form, name: str) -> FormField:
    """A control anywhere in a form."""

    def walk(fields: Sequence[FormField]) -> FormField | None:
        for field in fields:
            if field.name == name and field.kind != "group":
                return field
            inner = walk([*field.parts, *(part for row in field.rows for part in row)])
            if inner:
                return inner
        return None

    result = walk(form.fields)
    assert result is not None, name
    return result


_line = st.text(st.sampled_from("abc Жәңір 中文'\"<&;=-0"), max_size=12).map(str.strip)
_text = st.text(st.sampled_from("abc Жә\n<é"), max_size=20).map(lambda t: t.strip("\n").rstrip())
_day = st.dates(date(1900, 1, 1), date(2100, 12, 30))
_when = st.one_of(
    st.builds(lambda d, about: PartialDate(start=d.isoformat(), about=about), _day, st.booleans()),
    st.builds(lambda d: PartialDate(start=d.isoformat()[:7]), _day),
    st.builds(lambda d: PartialDate(start=d.isoformat()[:4], end="2100"), _day),
)


@st.composite
def _lang_texts(draw: st.DrawFn) -> tuple[LangText, ...]:
    languages = draw(st.lists(st.sampled_from(["ru", "kk", "en", "tg"]), unique=True, max_size=3))
    created = [
        LangText(
            language=language,
            text=draw(_text.filter(bool)),
            translator="" if number == 0 else draw(_line.filter(bool)),
            state=draw(st.sampled_from(["draft", "checked"])),
        )
        for number, language in enumerate(languages)
    ]
    return tuple(created)


def of(kind: FieldKind) -> st.SearchStrategy[Any]:
    """Values of one kind of field, as a form can give them."""
    created: dict[type[FieldKind], st.SearchStrategy[Any]] = {
        Text: _text,
        Texts: _lang_texts(),
        When: st.none() | _when,
        Day: st.none() | _day,
        TimeOfDay: st.sampled_from(["", "16:00", "09:05"]),
        Coded: st.sampled_from(["", *CODES]),
        CodedMany: st.lists(st.sampled_from(CODES), unique=True).map(sorted).map(tuple),
        Flag: st.booleans(),
        Ask: st.sampled_from(["", "yes", "no", "unknown"]),
        Count: st.none() | st.builds(Counted, low=st.integers(0, 5), high=st.none() | st.integers(5, 9), source=_line),
        Link: st.sampled_from(["", *IDS]),
        Links: st.lists(st.sampled_from(IDS), unique=True).map(sorted).map(tuple),
    }
    if isinstance(kind, Rows):
        return st.lists(_item(kind.item), max_size=3).map(tuple)
    if isinstance(kind, TextLine):
        return _line.map(lambda text: text[: kind.max].strip())
    if isinstance(kind, Number):
        return st.none() | st.integers(kind.low, min(kind.high, 10**9))
    return created[type(kind)]


def _item(item: type[Any]) -> st.SearchStrategy[Any]:
    parts = fields_of(item)
    created = st.fixed_dictionaries({part.name: of(part.kind) for part in parts})
    return created.map(lambda got: item(**got)).filter(
        lambda row: not all(blank(getattr(row, part.name), part.kind) for part in parts)
    )


@cache
def values(entity_code: str) -> st.SearchStrategy[Any]:
    """Whole values of an entity with its required fields answered."""
    entity = ENTITIES[entity_code]
    parts = shown(entity, ALL)
    created = {p.name: of(p.kind).filter(lambda v, p=p: not p.required or not blank(v, p.kind)) for p in parts}
    return st.fixed_dictionaries(created).map(lambda got: entity.cls(**got))


def read_anew(entity: Entity, typed: dict[str, list[str]]) -> Any:
    """What a new record would hold; random values may only stand in an order that cannot be."""
    value, errors = read_form(entity, typed, entity.cls(), LISTS, ALL)
    rows = [part for field in entity.fields if isinstance(field.kind, Rows) for part in fields_of(field.kind.item)]
    ordered = {field.name for field in (*entity.fields, *rows) if field.after} | {"used"}
    assert {name.rpartition("-")[2] for name in errors} <= ordered
    return value


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda e: e.code)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_a_form_saved_untouched_changes_nothing(entity: Entity, data: st.DataObject) -> None:
    value = data.draw(values(entity.code))
    typed = {**spell(shown(entity, ALL), value), **at(entity)}
    assert read_form(entity, typed, value, LISTS, ALL) == (value, {})
    assert read_anew(entity, typed) == value


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda e: e.code)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_what_stands_in_the_form_is_what_was_typed(entity: Entity, data: st.DataObject) -> None:
    value = data.draw(values(entity.code))
    sent = _sent(form_of(entity, value, LISTS, ALL))
    assert read_anew(entity, {**sent, **at(entity)}) == value


def _sent(form: Form) -> dict[str, list[str]]:
    """What a browser would send of a form."""
    sent: dict[str, list[str]] = {}

    def put(field: FormField) -> None:
        for part in [*field.parts, *(part for row in field.rows for part in row)]:
            put(part)
        options = [*field.options, *(option for _, _, options in field.groups for option in options)]
        if options:
            sent[field.name] = [value for value, _, chosen in options if chosen]
        elif field.kind in ("line", "text", "date", "number"):
            sent[field.name] = [field.value]

    for field in form.fields:
        put(field)
    return sent


def _incident(**typed: str) -> dict[str, list[str]]:
    whole = {"title": "Threat by telephone", "when": "14.12.2017", "region": "a", "kinds": "a", **typed}
    return {**{name: [text] for name, text in whole.items()}, **at(INCIDENT)}


def _read(**typed: str) -> tuple[Incident, dict[str, str]]:
    return read_form(INCIDENT, _incident(**typed), Incident(), LISTS, ALL)


def test_a_missing_answer_is_said_at_its_field_and_nothing_typed_is_lost() -> None:
    typed = _incident(title="  ", place="Mine No. 3")
    _, errors = read_form(INCIDENT, typed, Incident(), LISTS, ALL)
    form = typed_form(INCIDENT, typed, LISTS, ALL, errors=errors)
    assert set(errors) == {"title"}
    assert [place for place, _ in form.errors] == ["f-title"]
    assert find(form, "title").error
    assert find(form, "place").value == "Mine No. 3"


@pytest.mark.parametrize("text", ["31.02.2017", "long ago", "2017-13-01", "12.2017..11.2017", "1.1.1", "99.99.9999"])
def test_a_date_that_is_none_is_kept_as_typed_with_an_error(text: str) -> None:
    typed = _incident(when=text)
    _, errors = read_form(INCIDENT, typed, Incident(), LISTS, ALL)
    assert set(errors) == {"when"}
    assert find(typed_form(INCIDENT, typed, LISTS, ALL, errors=errors), "when").value == text


HEARING = entity_for(Hearing)
NOTE = entity_for(Note)


def _hearing(**typed: str) -> tuple[Any, dict[str, str]]:
    whole = {"on": "14.12.2017", "at": "16:00", "room": "Room 4", "notified": "a", **typed}
    return read_form(HEARING, {**{n: [t] for n, t in whole.items()}, **at(HEARING)}, HEARING.cls(), LISTS, ALL)


@pytest.mark.parametrize("text", ["14.12.2017", "2017-12-14", " 14.12.2017 "])
def test_a_day_may_be_typed_either_way(text: str) -> None:
    value, errors = _hearing(on=text)
    assert (value.on, errors) == (date(2017, 12, 14), {})


def test_a_day_needs_its_whole_date() -> None:
    letter = entity_for(Letter)
    typed = {"subject": ["Overtime"], "direction": ["a"], "due": ["12.2017"], **at(letter)}
    value, errors = read_form(letter, typed, letter.cls(), LISTS, ALL)
    assert set(errors) == {"due"}
    value, errors = read_form(letter, {**typed, "due": ["2017-12-14"]}, letter.cls(), LISTS, ALL)
    assert (value.due, errors) == (date(2017, 12, 14), {})


def test_a_day_in_the_future_is_no_day_on_which_it_happened() -> None:
    lists = replace(LISTS, today=date(2026, 11, 28))
    typed = _incident(when="1.1.2030")
    _, errors = read_form(INCIDENT, typed, Incident(), lists, ALL)
    assert set(errors) == {"when"}
    value, errors = read_form(INCIDENT, _incident(when="вчера"), Incident(), lists, ALL)
    assert (value.when, errors) == (exactly(date(2026, 11, 27)), {})


def test_a_date_that_can_be_two_is_asked_back_with_both() -> None:
    typed = _incident(when="03/04/2017")
    _, errors = read_form(INCIDENT, typed, Incident(), LISTS, ALL)
    assert "03.04.2017" in errors["when"]
    assert "04.03.2017" in errors["when"]


@pytest.mark.parametrize("typed", ["unknown", "неизвестно", "белгісіз"])
def test_unknown_is_an_answer_to_every_date(typed: str) -> None:
    value, errors = read_form(INCIDENT, _incident(when=typed), Incident(), LISTS, ALL)
    assert (value.when, errors) == (UNKNOWN, {})
    assert find(form_of(INCIDENT, value, LISTS, ALL), "when").value == "unknown"
    hearing, errors = _hearing(on=typed)
    assert (hearing.on, errors) == (None, {})
    _, errors = _hearing(on="")
    assert set(errors) == {"on"}


def test_figures_of_other_scripts_are_read_in_every_field_of_figures() -> None:
    hearing, errors = _hearing(at="١٦:٣٠", on="１４.１２.２０１７")
    assert (hearing.at, hearing.on, errors) == ("16:30", date(2017, 12, 14), {})
    hearing, errors = _hearing(at="۹")
    assert (hearing.at, errors) == ("09:00", {})
    value, errors = _read(**{"count-used": "७००"})
    assert errors == {}
    assert value.count is not None
    assert value.count.used == 700


def test_a_megabyte_in_a_name_is_refused_at_the_name() -> None:
    typed = _incident(title="x" * 1_000_000)
    _, errors = read_form(INCIDENT, typed, Incident(), LISTS, ALL)
    form = typed_form(INCIDENT, typed, LISTS, ALL, errors=errors)
    assert "200 characters" in errors["title"]
    assert "999800 too many" in errors["title"]
    assert len(find(form, "title").value) == 1_000_000


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\u202eabc", "a\u2066b", "a\x07"])
def test_characters_that_disguise_a_line_are_refused_at_the_field(text: str) -> None:
    assert set(_read(title=text)[1]) == {"title"}


def test_line_ends_are_one_kind_and_nul_is_never_kept() -> None:
    value, errors = _read(impact="one\r\ntwo\rthree\x00\x0b four\r\n\r\n", title="one\r\nline")
    assert (value.impact, value.title, errors) == ("one\ntwo\nthree\n four", "one line", {})


def test_letters_made_of_two_signs_become_one() -> None:
    value, _ = _read(title="\u0438\u0306")
    assert value.title == "\u0439"


def test_a_code_that_the_list_lost_stays_until_somebody_changes_it() -> None:
    stored = Incident(title="t", when=PartialDate(start="2017"), region="old", kinds=("a", "gone"))
    form = form_of(INCIDENT, stored, LISTS, ALL)
    assert ("old", "Not in the list any more: old", True) in find(form, "region").options
    value, errors = read_form(INCIDENT, {**_sent(form), **at(INCIDENT)}, stored, LISTS, ALL)
    assert (value, errors) == (stored, {})


@pytest.mark.parametrize("name", ["region", "kinds", "involvement", "evidence", "attacked-0-person", "pressure"])
def test_a_code_that_was_never_offered_is_refused(name: str) -> None:
    assert name in _read(**{name: "made-up"})[1]


def test_a_link_to_something_not_shared_survives_an_edit() -> None:
    stored = Incident(title="t", when=PartialDate(start="2017"), region="a", kinds=("a",), evidence=("f" * 32,))
    form = form_of(INCIDENT, stored, LISTS, ALL)
    assert ("f" * 32, "Something not shared with you", True) in find(form, "evidence").options
    assert read_form(INCIDENT, {**_sent(form), **at(INCIDENT)}, stored, LISTS, ALL) == (stored, {})


def test_what_the_form_did_not_show_is_not_emptied() -> None:
    stored = Incident(title="t", when=PartialDate(start="2017"), region="a", kinds=("a",), place="Kept")
    typed = {"when": ["2018"], "region": ["a"], "kinds": ["a"], "_at": ["core"], "title": [""], "place": [""]}
    value, errors = read_form(INCIDENT, typed, stored, LISTS, ALL)
    assert errors == {}
    assert (value.title, value.place, value.when) == ("t", "Kept", PartialDate(start="2018"))


def test_fields_that_nobody_declared_and_fields_that_rules_write_are_ignored() -> None:
    value, errors = _read(token="hacked", version="7", id="0" * 32)
    assert (value.token, errors) == ("", {})


def test_a_form_shows_only_what_the_person_may_write() -> None:
    form = form_of(INCIDENT, Incident(), LISTS, {"core"})
    assert "title" not in {field.name for field in form.fields}
    assert "region" in {field.name for field in form.fields}


def test_rows_keep_their_order_and_empty_ones_vanish() -> None:
    value, errors = _read(
        **{"sources-7-who": "Second", "sources-2-who": "First", "sources-3-who": "   ", "sources-9-material": "a"}
    )
    assert errors == {}
    assert [source.who for source in value.sources] == ["First", "Second", ""]


def test_one_more_row_adds_one_to_its_group_only_and_keeps_what_was_typed() -> None:
    typed = _incident(**{"sources-0-who": "A relative", "when": "not yet", "_shown-sources": "4"})
    before = typed_form(INCIDENT, typed, LISTS, ALL)
    assert len(find(before, "sources").rows) == 4
    others = {
        field.name: len(field.rows) for field in before.fields if field.kind == "rows" and field.name != "sources"
    }
    after = typed_form(INCIDENT, {**typed, "_more": ["sources"]}, LISTS, ALL)
    assert len(find(after, "sources").rows) == 5
    assert {field.name: len(field.rows) for field in after.fields if field.name in others} == others
    assert find(after, "sources-0-who").value == "A relative"
    assert find(after, "when").value == "not yet"
    assert after.errors == ()


def test_the_fold_in_which_a_button_was_pressed_stays_open() -> None:
    def opened(typed: dict[str, list[str]]) -> list[bool | None]:
        form = typed_form(INCIDENT, typed, LISTS, ALL)
        return [part.open for part in form.sections if any(field.name == "sources" for field in part.fields)]

    assert opened(_incident()) == [False]
    assert opened({**_incident(), "_more": ["sources"]}) == [True]
    assert opened({**_incident(), "_drop": ["sources-0"]}) == [True]


def test_a_row_is_taken_out_alone() -> None:
    typed = _incident(**{"sources-0-who": "First", "sources-1-who": "Second", "sources-10-who": "Last"})
    rest = without_row({**typed, "_shown-sources": ["4"], "_drop": ["sources-1"]})
    form = typed_form(INCIDENT, rest, LISTS, ALL)
    assert [row[0].value for row in find(form, "sources").rows] == ["First", "Last", ""]


def test_an_error_in_a_row_leads_to_the_control_of_that_row() -> None:
    action = entity_for(LegalAction)
    typed = {"title": ["Claim"], "kind": ["a"], "custody-1-until": ["soon"], **at(action)}
    _, errors = read_form(action, typed, action.cls(), LISTS, ALL)
    form = typed_form(action, typed, LISTS, ALL, errors=errors)
    assert [place for place, _ in form.errors] == ["f-custody-1-until"]
    assert find(form, "custody-1-until").value == "soon"


def test_too_many_rows_are_refused() -> None:
    assert "sources" in _read(**{f"sources-{number}-who": "x" for number in range(301)})[1]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"count-low": "9", "count-high": "3"}, "count-low"),
        ({"count-used": "many"}, "count-used"),
        ({"count-used": "-1"}, "count-used"),
        ({"count-used": "9" * 400}, "count-used"),
    ],
)
def test_a_count_that_cannot_be_is_refused(typed: dict[str, str], wrong: str) -> None:
    assert set(_read(**typed)[1]) == {wrong}


def test_a_count_may_have_spaces_between_its_figures() -> None:
    assert _read(**{"count-used": "1\u00a0200"})[0].count == Counted(used=1200)


@pytest.mark.parametrize(
    ("text", "kept"), [("16:00", "16:00"), ("9.05", "09:05"), ("16", "16:00"), ("25:00", ""), ("noon", ""), ("", "")]
)
def test_a_time_of_day_is_read_as_people_write_it(text: str, kept: str) -> None:
    value, errors = _hearing(at=text)
    assert (value.at, set(errors)) == ((kept, set()) if kept else (value.at, {"at"}))


def test_what_is_asked_for_stands_open_and_the_rest_folds_away() -> None:
    call = entity_for(Call)
    form = form_of(call, call.cls(), LISTS, ALL)
    assert [field.name for field in form.sections[0].fields] == ["urgent", "what", "when", "who", "reach", "topics"]
    assert form.sections[1].open is False


def test_a_translation_stands_after_its_original() -> None:
    value, _ = _read(
        **{"narrative-ru-text": "перевод", "narrative-ru-translator": "B", "narrative-en-text": "original"}
    )
    assert [part.language for part in value.narrative] == ["en", "ru"]


def test_an_interview_of_an_hour_fits_and_what_does_not_is_kept_whole() -> None:
    interview = "слово " * 20_000
    _value, errors = read_form(NOTE, {"subject": ["s"], "text": [interview], **at(NOTE)}, NOTE.cls(), LISTS, ALL)
    assert errors == {}
    million = "ж" * 1_000_000
    typed = {"subject": ["s"], "text": [million], **at(NOTE)}
    _, errors = read_form(NOTE, typed, NOTE.cls(), LISTS, ALL)
    assert set(errors) == {"text"}
    assert "850000 too many" in errors["text"]
    assert find(typed_form(NOTE, typed, LISTS, ALL, errors=errors), "text").value == million


def test_no_control_cuts_off_what_is_pasted() -> None:
    """A browser cuts at `maxlength` without a word."""
    templates = Path(__file__).resolve().parents[3] / "templates"
    assert [path.name for path in templates.rglob("*.html") if "maxlength" in path.read_text("utf-8")] == []


@pytest.mark.parametrize(
    ("code", "typed", "place"),
    [
        ("incident", {"count-low": "684", "count-high": "729", "count-used": "800"}, "count-used"),
        ("incident", {"count-low": "684", "count-used": "600"}, "count-used"),
        ("company", {"links-0-since": "2023", "links-0-until": "1995"}, "links-0-until"),
        ("case", {"opened": "14.12.2017", "next_review": "13.12.2017"}, "next_review"),
        ("action", {"opened": "2018", "withdrawn_on": "2017"}, "withdrawn_on"),
        ("letter", {"handed_in": "14.12.2017", "answered": "13.12.2017"}, "answered"),
        ("support", {"asked": "14.12.2017", "granted": "13.12.2017"}, "granted"),
        ("consent", {"said_on": "14.12.2017", "review": "13.12.2017"}, "review"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(code: str, typed: dict[str, str], place: str) -> None:
    entity = ENTITIES[code]
    _, errors = read_form(entity, {**{n: [t] for n, t in typed.items()}, **at(entity)}, entity.cls(), LISTS, ALL)
    assert place in errors
    first = {name: text for name, text in typed.items() if name != place}
    _, errors = read_form(entity, {**{n: [t] for n, t in first.items()}, **at(entity)}, entity.cls(), LISTS, ALL)
    assert place not in errors


def test_a_span_within_one_unclear_year_is_taken() -> None:
    company = entity_for(Company)
    typed = {"links-0-since": ["12.2017"], "links-0-until": ["2017"], **at(company)}
    _, errors = read_form(company, typed, company.cls(), LISTS, ALL)
    assert "links-0-until" not in errors


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=list(ENTITIES))
def test_what_a_date_comes_after_is_a_date_of_the_same_record_or_row(entity: Entity) -> None:
    groups = [entity.fields, *(fields_of(field.kind.item) for field in entity.fields if isinstance(field.kind, Rows))]
    for fields in groups:
        dated = {field.name for field in fields if isinstance(field.kind, When | Day)}
        assert {field.after for field in fields if field.after} <= dated
