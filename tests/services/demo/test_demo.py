"""The demo organisation: alive, labelled, and without anybody real in it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.companies import Company
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import Coded, CodedMany, Rows, fields_of
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.notes import Task
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services import desk
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.demo import demo, drawing, values
from hrd_cases.services.evidence import evidence
from hrd_cases.services.install import install
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.records import records
from hrd_cases.services.schedule import duty
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, organisation_setup

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday
# Everybody whom the sources of the demo name, in the letters in which they could slip in.
REAL = """
marzalinova марзалинов cherneva чернев tomilova томилов kushakbayev kushakbaev кушакбаев eleusinov yeleusinov елеусинов
kharkova харьков baltabay балтабай koshshygulov кошшыгулов kaparbekova капарбеков sokolova соколов tuletayeva тулетаев
nagashybayev нагашыбаев асанов asanov shinaliyeva шиналиев zinovich зинович uvarova уваров solyanik соляник
"""


@dataclass(frozen=True, kw_only=True)
class Built:
    """A demo with the accounts it printed and a session for each role."""

    place: install.InstallPlace
    accounts: tuple[demo.Account, ...]
    runtime: Runtime
    sessions: dict[str, Session]


def place_in(folder: Path) -> install.InstallPlace:
    """Everything of a demo under one folder."""
    inside = folder / "instance"
    return install.InstallPlace(
        folder=inside, database_url=f"sqlite:///{inside}/x.sqlite", evidence=inside / "evidence"
    )


def build(place: install.InstallPlace) -> tuple[demo.Account, ...]:
    place.folder.mkdir(parents=True, exist_ok=True)
    return demo.build(place, NOW, say=lambda _: None, kdf=CHEAP_FOR_TESTS)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    place = place_in(tmp_path_factory.mktemp("demo"))
    created = build(place)
    runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
    sessions = {item.role: accounts.sign_in(runtime, item.handle, item.passphrase, "", NOW) for item in created}
    yield Built(place=place, accounts=created, runtime=runtime, sessions=sessions)
    runtime.database.close()


def titles(built: Built, role: str) -> set[str]:
    with built.runtime.reading(built.sessions[role], NOW) as ctx:
        return {line.title for line in cases.listing(ctx, cases.CaseFilter()).items}


def case_of(built: Built, role: str, part: str) -> str:
    with built.runtime.reading(built.sessions[role], NOW) as ctx:
        return next(line.id for line in cases.listing(ctx, cases.CaseFilter()).items if part in line.title)


def every_value() -> Iterator[tuple[str, Any]]:
    """(entity code, raw fields) of everything the data files hold."""
    for content in (values.story(name) for name in values.STORIES):
        if content.case:
            yield "case", dict(content.case)
        yield from ((record.entity, dict(record.fields)) for record in content.records if record.entity != "link")
    yield from ((item.entity, dict(item.fields)) for item in values.planned(values.read("directory"), "x"))


def test_there_is_one_account_for_each_role_and_it_opens(built: Built) -> None:
    assert sorted(account.role for account in built.accounts) == sorted(ROLES)
    for role, session in built.sessions.items():
        assert session.actor.roles == {role}
        assert session.actor.state == "active"


def test_the_passphrases_are_kept_nowhere(built: Built) -> None:
    everything = b"".join(path.read_bytes() for path in built.place.folder.rglob("*") if path.is_file())
    assert all(account.passphrase.encode() not in everything for account in built.accounts)


def test_what_the_cases_tell_rests_nowhere_in_the_clear(built: Built) -> None:
    everything = b"".join(path.read_bytes() for path in built.place.folder.rglob("*") if path.is_file())
    for word in ("Лидер шахтёров", "Тентекская", "самоспасатели", "ВЫМЫШЛЕНО ДЛЯ", "шахт"):
        assert word.encode() not in everything
        assert word.encode("utf-16-le") not in everything


def test_nobody_real_is_named() -> None:
    folder = files("hrd_cases").joinpath("vocabularies", "demo")
    text = "".join(item.read_text("utf-8") for item in folder.iterdir() if item.name != "glyphs.toml").casefold()
    assert [name for name in REAL.split() if name in text] == []


GENERIC = """
Court District City Prosecutor Office Department Domestic Policy Labour Inspectorate National Contact Point General
region Орган Национальный Специальные Совета Республики Генеральная Управление Инспекция Прокуратура Профсоюз Суд
Казахстан Kazakhstan Шахта Construction Company Coal union Region City Metalworkers Akimat
"""
LABELS = ("вымышл", "составлен", "изложение", "вымышлен")


def leaves(raw: Any) -> Iterator[str]:
    """Every text of a record, rows and languages too."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from leaves(value)
    elif isinstance(raw, list | tuple):
        for value in raw:
            yield from leaves(value)


def told() -> Iterator[tuple[str, values.Planned]]:
    """(story, record) of everything that the data files hold, the case itself as a record."""
    for name in values.STORIES:
        story = values.story(name)
        if story.case:
            invented = any(record.invented for record in story.records) and all(
                record.invented for record in story.records
            )
            yield name, values.Planned(entity="case", key=name, by="", fields=story.case, invented=invented)
        yield from ((name, record) for record in story.records)


def real_directory() -> list[values.Planned]:
    return [item for item in values.planned(values.read("directory"), "x") if not item.invented]


def real_stems() -> set[str]:
    """Beginnings of the words by which the public part of the demo names companies, bodies, mines and towns."""
    texts = [
        text
        for item in real_directory()
        for name in ("name", "names", "sites")
        for text in leaves(item.fields.get(name, ""))
    ]
    words = {word for text in texts for word in re.findall(r"[A-ZА-ЯЁ][\w-]{3,}", text)}
    by_name = {word[: max(4, len(word) - 2)].casefold() for word in words - set(GENERIC.split())}
    return by_name | {"темиртау", "караганд", "актау", "шымкент", "алмат"}


def named_in(text: str, stems: set[str]) -> set[str]:
    return {stem for stem in stems if re.search(rf"(?<!\w){re.escape(stem)}", text.casefold())}


def test_the_public_part_of_the_demo_names_what_the_rule_is_about() -> None:
    stems = real_stems()
    assert {"qarm", "шахтинск", "абайск", "кора", "коргау"[:4]} & stems
    assert len(stems) > 20
    assert named_in("жалоба на АО «Qarmet»", stems)
    assert named_in("авария на шахте имени Костенко", stems)
    assert not named_in("Шахта-1 и Разрез-2 в вымышленной области", stems)


def test_nothing_invented_names_a_real_company_body_or_place() -> None:
    stems, real = real_stems(), {f"@{item.key}" for item in real_directory()}
    for story, entry in told():
        if story == "strike" and entry.entity in (
            "letter",
            "evidence",
        ):  # our papers may address the real ones, labelled
            text = " ".join(leaves(dict(entry.fields))).casefold()
            assert any(label in text for label in LABELS), (
                story,
                entry.fields.get("title") or entry.fields.get("subject"),
            )
            continue
        texts = [*leaves(dict(entry.fields)), *leaves(dict(entry.make))]
        if entry.invented:
            assert not real & set(texts), (story, entry.key or entry.fields)
            regions = {
                entry.fields.get("region", ""),
                *(row.get("region", "") for row in entry.fields.get("sites", ())),
            }
            assert regions <= {"", "invented_region"}, (story, entry.key)
        for text in texts:
            if entry.invented or "вымышл" in text.casefold():
                assert not named_in(text, stems), (story, entry.key, text)


def test_what_has_no_public_source_is_told_as_invented() -> None:
    for story, item in told():
        if item.entity in ("incident", "action") and item.fields["mark"] == "unverified":
            assert item.invented, (story, item.fields["title"])
            assert "вымышлен" in item.fields["title"]
        if item.entity == "call":
            assert item.invented


def test_no_narrative_carries_a_note_meant_for_us() -> None:
    for story, item in told():
        if item.entity == "incident":
            printed = " ".join(leaves(item.fields.get("narrative", {}))).casefold()
            for note in ("один источник", "single source", "в открытых источниках", "public sources", "расходит"):
                assert note not in printed, (story, item.fields["title"], note)


def test_the_demo_follows_the_public_record() -> None:
    existing = {item.key: item.fields for _, item in told() if item.key}
    claim, later, talks = existing["ac_claim"], existing["ac_claim_2018"], existing["ac_commission"]
    assert (claim["outcome"], claim["withdrawn_on"]) == ("claim_withdrawn", "15.12.2017")
    assert {head["article"] for head in claim["charges"]} == {"lc_176", "cpc_securing"}
    assert (later["opened"], later["mark"]) == ("2018", "single_source")
    assert "Открытый вопрос" in later["conflict"]
    assert talks["kind"] != "conciliation_commission"
    assert talks["outcome"] == "talks_without_agreement"
    assert "председатель Верховного Суда" in claim["history"]
    assert existing["in_criminal"]["perpetrators"] == ["unknown"]
    mine = next(item for item in real_directory() if item.key == "amt")
    assert "17 декабря 2025 года приговор оставлен в силе" in mine.fields["background"]["ru"]
    assert "15 August 2025" in mine.fields["background"]["en"]


def test_every_person_is_a_pseudonym_and_says_so() -> None:
    for code, fields in every_value():
        if code == "person":
            assert fields["pseudonym"] == fields["names"][0]["name"]
            assert all(name["where"] == "псевдоним" for name in fields["names"])
            assert not fields.keys() & {"birth", "national_number", "address", "health", "family"}


def coded(cls: type[Any], raw: Any) -> Iterator[tuple[str, str]]:
    """(vocabulary, code) of every coded answer in raw fields, rows too."""
    for field in fields_of(cls):
        value = raw.get(field.name)
        if value is None:
            continue
        if isinstance(field.kind, Coded):
            yield field.kind.list, value
        elif isinstance(field.kind, CodedMany):
            yield from ((field.kind.list, item) for item in value)
        elif isinstance(field.kind, Rows):
            for row in value:
                yield from coded(field.kind.item, row)


def test_every_coded_answer_is_in_its_list() -> None:
    for code, raw in every_value():
        for name, value in coded(ENTITIES[code].cls, raw):
            assert value in {entry.code for entry in vocabulary(name).entries}, (code, name, value)


def test_every_incident_has_a_mark_and_every_confirmed_or_reported_one_a_source() -> None:
    for code, raw in every_value():
        if code == "incident":
            assert raw["mark"]
            assert raw.get("public_sources") or "вымышлено" in raw["title"], raw["title"]


def test_three_people_see_their_cases_and_the_other_two_none(built: Built) -> None:
    assert len(titles(built, "caseworker")) == 3
    assert len(titles(built, "lawyer")) == 3
    assert len(titles(built, "coordinator")) == 2
    assert titles(built, "auditor") == titles(built, "administrator") == set()


def test_the_case_of_the_lawyer_alone_does_not_exist_for_the_caseworker(built: Built) -> None:
    case = case_of(built, "lawyer", "Нефтесервис")
    with built.runtime.reading(built.sessions["lawyer"], NOW) as ctx:
        assert cases.overview(ctx, case).sole_holder
    with pytest.raises(NotFound), built.runtime.reading(built.sessions["caseworker"], NOW) as ctx:
        cases.overview(ctx, case)


def test_the_coordinator_sees_a_number_where_the_title_is_not_hers(built: Built) -> None:
    assert not any("забастовка" in title.casefold() for title in titles(built, "coordinator"))


def test_the_strike_shows_three_numbers_and_what_the_sources_disagree_on(built: Built) -> None:
    case = case_of(built, "caseworker", "Подземная")
    with built.runtime.reading(built.sessions["caseworker"], NOW) as ctx:
        result = {card.value.title: card.id for card in records.listing(ctx, Incident, case)}
        strike = records.read(ctx, case, next(item for title, item in result.items() if "под землёй" in title)).value
        ruling = records.read(
            ctx, case, next(item for title, item in result.items() if "приостанавливают" in title)
        ).value
        criminal = records.read(ctx, case, next(item for title, item in result.items() if "Уголовные" in title)).value
    assert (strike.count.low, strike.count.used, strike.count.high) == (684, 700, 729)
    assert "приостановлении" in ruling.conflict
    assert "незаконной" in ruling.conflict
    assert criminal.mark == "single_source"


def test_the_strike_case_has_everything_a_filing_needs(built: Built) -> None:
    case = case_of(built, "lawyer", "Подземная")
    with built.runtime.reading(built.sessions["lawyer"], NOW) as ctx:
        view = cases.overview(ctx, case)
        claim = next(record for record in view.records["action"] if record.value.kind == "strike_case")
        action = records.read(ctx, case, claim.id).value
    assert action.counsel_of_record == (built.sessions["lawyer"].actor.user,)
    assert {part.role for part in action.parties} == {"claimant", "respondent"}
    assert all(charge.position == "denied" and charge.grounds for charge in action.charges)
    assert action.counsel[0].expires > NOW.date()
    assert action.strategy
    assert sum(record.value.count for record in view.records["evidence"]) >= 15
    assert len(view.records["consent"]) == 5
    assert view.records["advice"]


def test_ten_photos_are_one_exhibit_and_open_to_pictures_that_say_they_are_invented(built: Built) -> None:
    case = case_of(built, "caseworker", "Подземная")
    with built.runtime.reading(built.sessions["caseworker"], NOW) as ctx:
        exhibit = next(card for card in records.listing(ctx, Evidence, case) if card.value.count == 10)
        opened = evidence.open_file(ctx, case, exhibit.id, 10)
        data = b"".join(opened.pieces)
    assert len(data) == opened.length
    assert data == drawing.draw("photos", "protokol", _pages("ev_minutes"))[9].data
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (drawing.WIDTH, drawing.HEIGHT)


def _pages(key: str) -> list[str]:
    pages: list[str] = next(record for record in values.story("strike").records if record.key == key).make["pages"]
    return pages


def test_invented_papers_are_whole_pdfs() -> None:
    created = drawing.draw("pdf", "isk", _pages("ev_claim"))[0]
    with pikepdf.open(io.BytesIO(created.data)) as paper:
        assert len(paper.pages) == 4
        assert paper.check_pdf_syntax() == []


def test_the_same_person_stands_in_two_cases(built: Built) -> None:
    with built.runtime.reading(built.sessions["caseworker"], NOW) as ctx:
        line = next(item for item in people.listing(ctx).items if item.pseudonym == "Лидер шахтёров А")
        assert len(people.view(ctx, line.id).cases) == 2


def test_two_calls_wait_for_whoever_took_them_and_the_one_in_danger_for_who_is_on_duty(built: Built) -> None:
    visited = {}
    for role in ("caseworker", "lawyer", "coordinator"):
        with built.runtime.reading(built.sessions[role], NOW) as ctx:
            visited[role] = [(card.value.urgent, card.id) for card in calls.listing(ctx)]
            if role == "lawyer":
                assert [item.mine for item in duty.today(ctx)] == [True]
    ((urgent, in_danger),) = visited["caseworker"]
    assert urgent
    assert [item for item in visited["lawyer"] if item[0]] == [(True, in_danger)]
    assert len(visited["lawyer"]) == 2
    assert visited["coordinator"] == []


def test_the_desk_is_alive(built: Built) -> None:
    with built.runtime.reading(built.sessions["lawyer"], NOW) as ctx:
        visited = desk.view(ctx)
    assert visited.hearings
    assert visited.soon or visited.today


def test_companies_bear_the_names_of_their_time(built: Built) -> None:
    with built.runtime.reading(built.sessions["caseworker"], NOW) as ctx:
        by_name = sharing.names_of(ctx, Company)
        mine = next(item for item, name in by_name.items() if "Qarmet" in name)
        company = records.read(ctx, None, mine).value
    earlier = next(name for name in company.names if "АрселорМиттал" in name.name)
    assert earlier.until.start == "2023-12"
    assert company.links[0].until.start == "2023-12"


@pytest.mark.parametrize("days", range(-20, 21))
@pytest.mark.parametrize("weekday", range(7))
def test_a_day_counted_from_today_is_a_working_day_on_the_same_side(days: int, weekday: int) -> None:
    today = date(2026, 11, 16) + timedelta(days=weekday)
    due = values.value_of(Task, {"what": "x", "due": f"{days:+}"}, {}, today).due
    assert (due > today) == (days > 0)
    assert (due < today) == (days < 0)
    assert days == 0 or due.weekday() < 5


def test_a_field_that_does_not_exist_is_named() -> None:
    with pytest.raises(values.BadDemo, match="colour"):
        values.value_of(Task, {"what": "x", "colour": "red"}, {}, NOW.date())


def test_a_link_to_nothing_is_named() -> None:
    with pytest.raises(values.BadDemo, match="@nobody"):
        values.value_of(Task, {"what": "x", "who": "@nobody"}, {}, NOW.date())


def test_a_demo_is_removed_whole_and_can_be_made_again(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    first = build(place)
    assert demo.is_whole(place)
    demo.remove(place)
    assert not demo.is_demo(place.folder)
    assert not [path for path in place.evidence.rglob("*") if path.is_file()]
    assert {item.handle for item in build(place)}.isdisjoint(item.handle for item in first)


def test_a_demo_that_broke_off_is_not_whole(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.folder.mkdir()

    def breaks_off(step: str) -> None:
        if "letters" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.build(place, NOW, say=breaks_off, kdf=CHEAP_FOR_TESTS)
    assert demo.is_demo(place.folder)
    assert not demo.is_whole(place)


def test_a_real_organisation_is_never_taken_for_a_demo(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    runtime, _ = install.install(place, organisation="Ours", founder="F", language="ru", now=NOW, kdf=CHEAP_FOR_TESTS)
    runtime.database.close()
    before = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file() and "wal" not in path.name}
    with pytest.raises(RuleBroken):
        demo.is_demo(place.folder)
    with pytest.raises(RuleBroken):
        demo.remove(place)
    assert all(path.read_bytes() == data for path, data in before.items())
