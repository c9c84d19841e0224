"""The exhibits of a case as a list to work with: small pictures, kinds, sizes, duplicates; found and sorted."""

import re

import pytest
from hrd_browser import Browser, field, file
from hrd_world import World

from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.evidence import evidence_lists, previews
from hrd_cases.services.records import records
from tests.render.odd_files import ODD
from tests.render.strike_sample import photo


@pytest.fixture
def anna(sqlite_world: World) -> Browser:
    return Browser(sqlite_world, "anna")


def listed(browser: Browser, query: str = "") -> str:
    answer = browser.get(f"/c/{browser.world.strike.case}/e{query}")
    assert answer.status_code == 200
    return str(answer.text)


def titles(page: str) -> list[str]:
    return re.findall(r'<div class="what"><a href="[^"]+">(\d+\. [^<]+)</a>', page)


def take(browser: Browser, title: str, *files: bytes, kind: str = "photograph") -> str:
    parts = [file(f"{at}.jpg", data) for at, data in enumerate(files)]
    address = f"/c/{browser.world.strike.case}/e/new"
    return str(browser.upload(address, field("title", title), field("kind", kind), *parts).location)


def many(world: World, count: int) -> None:
    with world.writing("anna") as ctx:
        for at in range(count):
            records.create(ctx, world.strike.case, Evidence(title=f"Paper {at:02d}", kind="document"))


def test_a_row_has_picture_kind_size_and_where_the_same_file_is(anna: Browser) -> None:
    first = take(anna, "Leaflet", photo({}, 1))
    second = take(anna, "Again", photo({}, 1), photo({}, 2))
    with anna.world.reading("anna") as ctx:
        for item in (first, second):
            previews.of(ctx, anna.world.strike.case, item.rsplit("/", 1)[-1], 60)
    page = listed(anna)
    assert f'<img src="{first}/s" alt="" width="64" height="64" loading="lazy">' in page
    row = page[page.index(f'href="{second}"') :]
    row = row[: row.index("</li>")]
    assert "Photograph" in row
    assert "2 files" in row
    assert re.search(r"\d+ KB", row)
    assert f'You have this file already: <a href="{first}">Leaflet</a>' in row
    assert anna.get(f"{first}/s").status_code == 200


def test_a_file_without_picture_has_a_word_in_its_place(anna: Browser) -> None:
    created = take(anna, "Voice", ODD["sound"].make(), kind="audio")
    page = listed(anna)
    assert f"{created}/s" not in page
    assert re.search(r'<span class="thumb"><span class="quiet">\w+</span></span>', page)


def test_exhibits_are_found_by_word_and_number_and_narrowed_by_kind(anna: Browser) -> None:
    take(anna, "Leaflet", photo({}, 1))
    take(anna, "Letter of the union", photo({}, 2), kind="document")
    every = titles(listed(anna))
    address = f"/c/{anna.world.strike.case}/e/q"
    assert [title.split(". ")[1] for title in titles(anna.post(address, text="UNION").text)] == ["Letter of the union"]
    number = next(item for item in every if "Leaflet" in item).split(".")[0]
    assert titles(anna.post(address, text=number).text) == [f"{number}. Leaflet"]
    assert "Nothing found." in anna.post(address, text="no such word").text
    narrowed = titles(listed(anna, "?k=document"))
    assert any("Letter of the union" in item for item in narrowed)
    assert not any("Leaflet" in item for item in narrowed)


def test_a_title_is_found_by_letters_that_look_alike(anna: Browser) -> None:
    take(anna, "Хат әкімге", photo({}, 1))
    address = f"/c/{anna.world.strike.case}/e/q"
    for typed in ("эким", "ӘКІМ", "xaт"):
        assert len(titles(anna.post(address, text=typed).text)) == 1, typed


def test_a_file_that_could_not_be_read_is_not_drawn_anew_at_each_look(
    anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = take(anna, "Leaflet", photo({}, 1))
    world = anna.world
    with world.reading("anna") as ctx:
        (file_of,) = records.read(ctx, world.strike.case, created.rsplit("/", 1)[-1]).value.files
        ctx.runtime.blobs.remove(file_of["blob"])
        assert previews.of(ctx, world.strike.case, created.rsplit("/", 1)[-1], 60).files[0].wrong
    begun = []
    monkeypatch.setattr(previews, "begin", lambda *args: begun.append(args[2]))
    assert "Leaflet" in listed(anna)
    assert begun == []


def test_twenty_five_rows_stand_on_a_page_in_the_order_asked_for(sqlite_world: World, anna: Browser) -> None:
    many(sqlite_world, 30)
    first, second = titles(listed(anna, "?s=title")), titles(listed(anna, "?s=title&n=2"))
    assert len(first) == 25
    names = [item.split(". ", 1)[1] for item in (*first, *second)]
    assert names == sorted(names, key=str.casefold)
    newest = titles(listed(anna))[0]
    assert newest.endswith("Paper 29")
    assert titles(listed(anna, "?s=number"))[0].startswith("1. ")


def test_only_the_exhibits_of_the_page_are_opened_whole(
    sqlite_world: World, anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(sqlite_world, 60)
    opened = []
    with sqlite_world.reading("anna") as ctx:
        read = ctx.work.records.read
        monkeypatch.setattr(ctx.work.records, "read", lambda *value: opened.append(value) or read(*value))
        evidence_lists.listing(ctx, sqlite_world.strike.case, evidence_lists.ListFilter())
    assert len(opened) == evidence_lists.PER_PAGE


def test_whoever_holds_only_the_coded_part_sees_neither_title_nor_picture(sqlite_world: World, anna: Browser) -> None:
    created = take(anna, "Leaflet", photo({}, 1))
    take(anna, "Again", photo({}, 1))
    page = listed(Browser(sqlite_world, "external"))
    assert "not shared with you" in page
    assert "Leaflet" not in page
    assert f"{created}/s" not in page
    assert "You have this file already" not in page
    assert Browser(sqlite_world, "outsider").get(f"/c/{sqlite_world.strike.case}/e").status_code == 404
