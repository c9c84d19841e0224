"""What no text of the law confirms says so where it is chosen and where it is shown, with source and date.

Generated over every such entry of every list; and names that hold for a time are offered by the day of the event.
"""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from hrd_browser import Browser, filled_form, with_list
from hrd_world import World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.dates import parse
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Coded, CodedMany, Entity, Field, Rows, fields_of
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import Charge, LegalAction
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.vocabulary import VocabularyEntry, vocabulary, vocabulary_names
from hrd_cases.services.records import records
from hrd_cases.web.pages.lists import MARK_WORDS
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]


def by_choice(entry: VocabularyEntry) -> bool:
    return not entry.extra.get("procedural") and not entry.extra.get("demo")


DOUBTFUL = [(name, entry) for name in vocabulary_names() for entry in vocabulary(name).entries if entry.doubtful]
DOUBTFUL_LISTS = frozenset(name for name, _ in DOUBTFUL)
OWN_FIELDS = [(kind, field) for kind, profile in profiles().items() for field in profile.fields if field.list]
ASKED_BY_PAPERS = frozenset(field.list for _, field in OWN_FIELDS)
ADDRESS = {"ready_plan": "/h/p/new", "case": "/c/new", "company": "/o/new", "body": "/b/new"}


def lists_of(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        if isinstance(field.kind, Coded | CodedMany):
            yield field.kind.list
        if isinstance(field.kind, Rows):
            yield from lists_of(fields_of(field.kind.item))


def field_of(entity: Entity, name: str) -> str:
    """The field that asks the list."""
    within = [part for field in entity.fields if isinstance(field.kind, Rows) for part in fields_of(field.kind.item)]
    request = [field for field in (*entity.fields, *within) if isinstance(field.kind, Coded | CodedMany)]
    return next(item.name for item in request if item.kind.list == name)  # type: ignore[union-attr]


def forms_with(name: str) -> list[Entity]:
    result = [item for code, item in ENTITIES.items() if item.in_case or code in ADDRESS]
    return [item for item in result if name in set(lists_of(item.fields))]


def form_of(world: World, entity: Entity) -> str:
    return ADDRESS.get(entity.code, f"/c/{world.strike.case}/{entity.letter}/new")


def label_in(page: str, code: str, field: str = "") -> str:
    """The words of a choice in a form; `field` where a form asks two lists that share a code."""
    text = unescape(page)
    if field:
        text = "".join(re.findall(rf'(?s)<select[^>]* name="[a-z0-9-]*{field}".*?</select>', text)) or text
    option = re.search(rf'<option value="{code}"[^>]*>([^<]*)<|value="{code}"[^>]*><span>([^<]*)<', text)
    return (option.group(1) or option.group(2)) if option else ""


def test_some_entries_of_laws_regions_and_forums_are_doubtful() -> None:
    assert {name for name, _ in DOUBTFUL} >= {"law_articles", "regions", "forums"}


@pytest.mark.parametrize("name", sorted({name for name, _ in DOUBTFUL}))
def test_every_unconfirmed_choice_carries_its_mark_in_every_form(sqlite_world: World, name: str) -> None:
    lana = Browser(sqlite_world, "lana")
    forms = forms_with(name)
    for entity in forms:
        field = field_of(entity, name)
        page = with_list(lana, form_of(sqlite_world, entity), field)
        assert "A mark in brackets: this name was not yet checked against the law" in page
        for entry in (item for listed, item in DOUBTFUL if listed == name and by_choice(item)):
            assert MARK_WORDS[entry.mark] in label_in(page, entry.code, field), (entity.code, entry.code)
        for entry in (entry for entry in vocabulary(name).entries if not entry.doubtful):
            assert not any(word in label_in(page, entry.code, field) for word in MARK_WORDS.values()), entry.code
    assert forms or name in ("expiry_effects", *ASKED_BY_PAPERS), f"no form asks for {name}"


@pytest.mark.parametrize("kind", sorted({kind for kind, field in OWN_FIELDS if field.list in DOUBTFUL_LISTS}))
def test_every_unconfirmed_choice_of_a_kind_of_paper_carries_its_mark(lana: Lawyer, kind: str) -> None:
    paper = lana.begin()
    assert lana.change(f"{paper}/2", profile=kind).status_code in (200, 303, 422)
    for field in (field for own_kind, field in OWN_FIELDS if own_kind == kind and field.list in DOUBTFUL_LISTS):
        control = f"own_{field.key}"
        page = with_list(lana, f"{paper}/2", control)
        assert f'name="{control}"' in page, control
        asked = page.partition(f'id="f-{control}-box"')[2].partition("</fieldset>")[0] or page
        for entry in (item for listed, item in DOUBTFUL if listed == field.list and by_choice(item)):
            label = label_in(asked, entry.code)
            assert not label or MARK_WORDS[entry.mark] in label, (control, entry.code, label)
        assert any(label_in(asked, item.code) for listed, item in DOUBTFUL if listed == field.list), control


def value_with(name: str, entry: VocabularyEntry) -> tuple[str, object]:
    if name == "law_articles":
        charge = Charge(against="А", article=entry.code, text="Обвинение")
        return "action", LegalAction(title="Дело", kind="criminal_case", charges=(charge,))
    if name == "regions":
        return "incident", Incident(title="Угроза", when=parse("2026"), region=entry.code, kinds=("threat",))
    return "body", Body(name="Орган", forum=entry.code)


@pytest.mark.parametrize("name", ["law_articles", "regions", "forums"])
def test_every_unconfirmed_entry_shows_mark_source_and_date_on_its_record(sqlite_world: World, name: str) -> None:
    lana, case = Browser(sqlite_world, "lana"), sqlite_world.strike.case
    for entry in (item for listed, item in DOUBTFUL if listed == name):
        code, value = value_with(name, entry)
        with sqlite_world.writing("lana") as ctx:
            record = records.create(ctx, None if code == "body" else case, value)
        page = unescape(lana.get(f"/b/{record}" if code == "body" else f"/c/{case}/r/{record}").text)
        assert f"{entry.text('en')} (" in page, entry.code
        assert entry.source is not None
        for text in (MARK_WORDS[entry.mark], f"source: {entry.source.title}", "list checked on", *entry.note.values()):
            assert text in page or text in (entry.note.get("ru"), entry.note.get("kk")), (entry.code, text)


def choices(page: str, code: str) -> bool:
    return bool(label_in(page, code))


def open_form(browser: Browser, case: str, record: str) -> str:
    return browser.get(f"/c/{case}/r/{record}/e").text


def test_an_incident_is_offered_the_regions_of_its_day(sqlite_world: World) -> None:
    anna, case = Browser(sqlite_world, "anna"), sqlite_world.strike.case
    value = Incident(title="Угроза", when=parse("14.12.2017"), region="KZ-35", kinds=("threat",))
    with sqlite_world.writing("anna") as ctx:
        old = records.create(ctx, case, value)
    page = open_form(anna, case, old)
    assert choices(page, "south_kazakhstan")
    assert not any(choices(page, code) for code in ("KZ-10", "KZ-33", "KZ-62", "nur_sultan"))
    assert "(since 2022" not in page


def test_where_the_day_is_not_known_all_are_offered_with_their_years(sqlite_world: World) -> None:
    page = Browser(sqlite_world, "anna").get(f"/c/{sqlite_world.strike.case}/n/new").text
    assert "since 2022" in label_in(page, "KZ-10")
    assert "2019–2022" in label_in(page, "nur_sultan")
    assert label_in(page, "KZ-35") == "Karaganda Region"


def test_a_stored_name_of_another_time_stays_shown_and_kept(sqlite_world: World) -> None:
    anna, case = Browser(sqlite_world, "anna"), sqlite_world.strike.case
    value = Incident(title="Угроза", when=parse("14.12.2017"), region="KZ-10", kinds=("threat",))
    with sqlite_world.writing("anna") as ctx:
        record = records.create(ctx, case, value)
    url = f"/c/{case}/r/{record}/e"
    page = open_form(anna, case, record)
    assert label_in(page, "KZ-10").startswith("Abai Region (since 2022")
    assert anna.post(url, **filled_form(page, url)).status_code == 303
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, case, record).value.region == "KZ-10"


def test_a_date_that_was_just_typed_counts_when_the_form_comes_back(sqlite_world: World) -> None:
    anna, url = Browser(sqlite_world, "anna"), f"/c/{sqlite_world.strike.case}/n/new"
    page = anna.post(url, **{**filled_form(anna.get(url).text, url), "when": "14.12.2017"})
    assert page.status_code == 422
    assert not choices(page.text, "KZ-10")
    sent = {**filled_form(page.text, url), "title": "Угроза", "region": "KZ-10", "kinds": "threat"}
    assert anna.post(url, **sent).status_code == 303, "what a person knows better is kept"


@pytest.mark.parametrize(
    ("when", "offered", "not_offered"),
    [("08.08.2011", "cc1997_334", "cc_400"), ("14.12.2017", "cc_400", "cc1997_334")],
)
def test_a_charge_is_offered_the_articles_of_the_day_of_the_act(
    sqlite_world: World, when: str, offered: str, not_offered: str
) -> None:
    lana, case = Browser(sqlite_world, "lana"), sqlite_world.strike.case
    act = Incident(title="Забастовка", when=parse(when), region="KZ-47", kinds=("criminal_prosecution",))
    with sqlite_world.writing("lana") as ctx:
        incident = records.create(ctx, case, act)
        value = LegalAction(title="Дело", kind="criminal_case", incidents=(incident,), opened=parse("2019"))
        action = records.create(ctx, case, value)
        alone = records.create(ctx, case, LegalAction(title="Дело", kind="criminal_case", opened=parse(when)))
    for record in (action, alone):
        page = with_list(lana, f"/c/{case}/r/{record}/e", "article")
        assert choices(page, offered)
        assert not choices(page, not_offered)
    page = with_list(lana, f"/c/{case}/l/new", "article")
    assert choices(page, offered)
    assert choices(page, not_offered)


def test_an_article_on_procedure_is_offered_as_no_charge(sqlite_world: World) -> None:
    page = with_list(Browser(sqlite_world, "lana"), f"/c/{sqlite_world.strike.case}/l/new", "article")
    for entry in vocabulary("law_articles").entries:
        assert bool(label_in(page, entry.code, "article")) is not bool(entry.extra.get("procedural")), entry.code


def test_the_region_of_the_demonstration_is_offered_to_no_real_organisation(sqlite_world: World) -> None:
    page = Browser(sqlite_world, "anna").get(f"/c/{sqlite_world.strike.case}/n/new").text
    assert not choices(page, "invented_region")
    assert choices(page, "UZ-TK")
