"""Searching: whatever is written on a card is found in any spelling, and nothing is found that is not shared."""

from dataclasses import replace

import pytest
from hrd_world import NOW, World

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Company, DatedName
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import CaseNumber, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Advice, Note
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people, search
from hrd_cases.services.deletion import deleting
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.keys.gate import every
from hrd_cases.services.records import records


def find(world: World, name: str, text: str) -> dict[str, list[str]]:
    """The titles of what is found, by kind."""
    result: dict[str, list[str]] = {}
    with world.reading(name) as ctx:
        for group in search.find(ctx, text).groups:
            for hit in group.hits:
                result.setdefault(hit.code, []).append(hit.title)
    return result


@pytest.fixture
def filed(sqlite_world: World) -> World:
    with sqlite_world.writing("lana") as ctx:
        case = cases.create(ctx, Case(title="Забастовка на шахте", reference="2017-KRG4"))
        people.create(
            ctx,
            Person(pseudonym="Leader A", names=(Name(name="Сәуле Жұмабекқызы"), Name(name="Saule Zhumabek"))),
            case,
        )
        numbers = (CaseNumber(number="3512-17/1234"),)
        records.create(ctx, case, LegalAction(title="Claim", kind="civil", numbers=numbers))
        letter = Letter(subject="Hours", direction="from_us", our_number="ИСХ-77", their_number="ЗТ-99")
        records.create(ctx, case, letter)
        records.create(ctx, case, Hearing(on=NOW.date(), at="10:00", room="Зал № 4", notified="sms"))
        records.create(ctx, case, Evidence(title="Расчётный листок"))
        records.create(ctx, None, Company(name="New Steel", names=(DatedName(name="Old Mine Department"),)))
    return sqlite_world


@pytest.mark.parametrize(
    ("typed", "code", "title"),
    [
        ("забастовка", "case", "Забастовка на шахте"),
        ("KRG4", "case", "Забастовка на шахте"),
        ("сәуле", "person", "Сәуле Жұмабекқызы"),
        ("сэуле жумабеккызы", "person", "Сәуле Жұмабекқызы"),
        ("zhumabek", "person", "Сәуле Жұмабекқызы"),
        ("leader a", "person", "Сәуле Жұмабекқызы"),
        ("17/1234", "action", "Claim"),
        ("исх-77", "letter", "Hours"),
        ("зт-99", "letter", "Hours"),
        ("зал № 4", "hearing", "Зал № 4 · 10:00"),
        ("расчетный", "evidence", "Расчётный листок"),
        ("old mine", "company", "New Steel"),
        ("шахте забастовка", "case", "Забастовка на шахте"),
    ],
)
def test_names_and_numbers_are_found_in_every_spelling(filed: World, typed: str, code: str, title: str) -> None:
    assert title in find(filed, "lana", typed).get(code, [])


def test_a_hit_says_where_it_is_and_what_matched(filed: World) -> None:
    with filed.reading("lana") as ctx:
        (group,) = search.find(ctx, "зт-99").groups
    (hit,) = group.hits
    assert (group.case_title, hit.label, hit.excerpt) == ("Забастовка на шахте", "Their number", (("ЗТ-99", True),))


def test_nothing_is_found_in_a_case_that_is_not_shared(filed: World) -> None:
    for text in ("забастовка", "KRG4", "zhumabek", "leader a", "17/1234", "исх-77", "зал № 4", "расчётный"):
        assert find(filed, "outsider", text) == {}
        assert find(filed, "coordinator", text) == {}
    assert find(filed, "outsider", "old mine") == {"company": ["New Steel"]}
    assert find(filed, "admin", "old mine") == {}


def test_the_coded_part_alone_finds_numbers_without_names_and_no_titles(sqlite_world: World) -> None:
    """The external lawyer holds only the coded part of the strike case: references are there, titles are not."""
    with sqlite_world.reading("lana") as ctx:
        stored = records.read(ctx, sqlite_world.strike.case, sqlite_world.strike.case)
    with sqlite_world.writing("lana") as ctx:
        changed = replace(stored.value, reference="2026-QQ77")
        records.save(ctx, sqlite_world.strike.case, sqlite_world.strike.case, changed, stored.versions)
    assert find(sqlite_world, "external", "QQ77") == {"case": ["2026-QQ77"]}
    assert find(sqlite_world, "external", "Strike") == {}


def test_the_lawyers_part_is_found_by_its_readers_and_by_nobody_else_on_the_case(sqlite_world: World) -> None:
    world = sqlite_world
    case = world.strike.case
    with world.writing("lana") as ctx:
        claim = LegalAction(title="Claim 77", kind="civil", strategy="Provoke nobody, ask for tapes")
        records.create(ctx, case, claim)
        records.create(ctx, case, Advice(subject="Settlement", text="Offer them nothing on tapes"))
    for reader in ("lana", "luka"):
        assert find(world, reader, "tapes") == {"action": ["Claim 77"], "advice": ["Settlement"]}
    assert find(world, "anna", "Claim 77") == {"action": ["Claim 77"]}
    assert find(world, "anna", "tapes") == {}
    assert find(world, "anna", "claim tapes") == {}, "not by what stands beside it either"


def test_a_deleted_record_and_a_text_that_was_taken_out_are_no_longer_found(sqlite_world: World) -> None:
    world = sqlite_world
    case = world.strike.case
    with world.writing("lana") as ctx:
        note = records.create(ctx, case, Note(subject="Ledger canary", text="Kept under the stairs"))
        other = records.create(ctx, case, Note(subject="Diary canary", text="Kept under the roof"))
    assert find(world, "lana", "canary") == {"note": ["Diary canary", "Ledger canary"]}
    with world.reading("lana") as ctx:
        stored = records.read(ctx, case, other)
    with world.writing("lana") as ctx:
        records.save(ctx, case, other, replace(stored.value, text=""), stored.versions)
    assert find(world, "lana", "under the roof") == {}
    target = DeletionTarget(vault=case, record=note)
    with world.writing("anna") as ctx:
        deleting.ask(ctx, target, "Not needed")
    with world.writing("lana") as ctx:
        deleting.confirm(ctx, target, sure=True)
    assert find(world, "lana", "canary") == {"note": ["Diary canary"]}
    assert find(world, "lana", "stairs") == {}
    with world.reading("lana") as ctx:
        packs = [pack for _, own in ctx.work.records.texts(every(ctx, Act.SEE_DESK, CASE_VAULT)) for pack in own]
    assert any(other in pack for pack in packs)
    assert not any(note in pack for pack in packs), "its words rest nowhere"


def test_names_of_files_are_found(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("lana") as ctx:
        value = replace(Evidence(title="Scan"), files=({"name": "Повестка_Сейітовой.pdf"},))
        records.create(ctx, world.strike.case, value)
        (group,) = search.find(ctx, "повестка").groups
    assert [(hit.title, hit.label) for hit in group.hits] == [("Scan", "Files")]


def test_hits_are_narrowed_by_kind_and_year(filed: World) -> None:
    with filed.reading("lana") as ctx:
        everything = search.find(ctx, "зал № 4")
        hearings = search.find(ctx, "зал № 4", kind="hearing", year=NOW.year)
        other = search.find(ctx, "зал № 4", kind="hearing", year=NOW.year - 1)
    assert everything.kinds == {"hearing": 1}
    assert everything.years == {NOW.year: 1}
    assert [hit.title for group in hearings.groups for hit in group.hits] == ["Зал № 4 · 10:00"]
    assert other.groups == ()
    assert other.years == {NOW.year: 1}, "where there is something is still offered"


def test_there_are_25_hits_a_page_and_a_page_beyond_the_last_is_the_last(sqlite_world: World) -> None:
    with sqlite_world.writing("outsider") as ctx:
        for number in range(53):
            records.create(ctx, sqlite_world.own.case, Note(subject=f"Pit canary {number:02d}"))
    with sqlite_world.reading("outsider") as ctx:
        pages = [search.find(ctx, "pit canary", page=number) for number in (1, 2, 3, 9)]
    titles = [[hit.title for group in results.groups for hit in group.hits] for results in pages]
    assert [len(own) for own in titles] == [25, 25, 3, 3]
    assert sorted(titles[0] + titles[1] + titles[2]) == [f"Pit canary {number:02d}" for number in range(53)]
    assert (pages[0].page.total, pages[3].page.page) == (53, 3)


# The query itself


def remember(world: World, text: str) -> str:
    with world.writing("lana") as ctx:
        return search.remember(ctx, text)


def recall(world: World, name: str, page: str) -> str:
    with world.reading(name) as ctx:
        ctx.asked = True
        return search.recall(ctx, page)


def test_what_was_searched_for_is_known_to_its_session_alone_and_rests_sealed(sqlite_world: World) -> None:
    page = remember(sqlite_world, "  Canary   name ")
    assert recall(sqlite_world, "lana", page) == "Canary name"
    assert b"Canary" not in sqlite_world.session("lana").row.search
    with pytest.raises(NotFound):
        recall(sqlite_world, "luka", page)


def test_only_the_last_five_searches_are_kept_and_none_after_locking(sqlite_world: World) -> None:
    pages = [remember(sqlite_world, f"query {number}") for number in range(6)]
    with pytest.raises(NotFound):
        recall(sqlite_world, "lana", pages[0])
    assert [recall(sqlite_world, "lana", page) for page in pages[1:]] == [f"query {number}" for number in range(1, 6)]
    runtime: Runtime = sqlite_world.runtime
    runtime.sessions.lock(sqlite_world.session("lana").cookie)
    assert sqlite_world.session("lana").row.search == b""


@pytest.mark.parametrize("text", ["", " ", "x", "x" * 201])
def test_too_short_or_too_long_is_said_at_the_field(sqlite_world: World, text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        remember(sqlite_world, text)
    assert refused.value.place == "text"


def test_the_log_tells_that_somebody_searched_and_not_for_what(sqlite_world: World) -> None:
    find(sqlite_world, "lana", "Canary query")
    with sqlite_world.reading("auditor") as ctx:
        visible = audit_reader.entries(ctx, audit_reader.LogFilter())
    assert any(line.act == "search" and line.user == sqlite_world.user("lana") for line in visible.items)
    assert "Canary" not in repr(visible)
