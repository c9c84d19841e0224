"""One exhibit by its pages: pictures in a grid, moved and turned by buttons; papers print it so."""

import io
import re
from typing import Any

import pikepdf
import pytest
from hrd_browser import Browser, field, file, filled_form
from hrd_world import World
from PIL import Image

from hrd_cases.domain.arranging import SourcePage
from hrd_cases.domain.printing import NOT_PRINTED
from hrd_cases.render import drawing, exhibits
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.evidence import files_of
from hrd_cases.services.evidence.sealed_files import contents
from hrd_cases.services.papers.papers import desk
from hrd_cases.services.records import records
from tests.render.odd_files import ODD
from tests.render.strike_sample import part_of, photo, scan
from tests.web.evidence.test_previews import Exhibit
from tests.web.papers.test_page_approvals import Protected
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]


def grid(page: str) -> list[str]:
    """The key of each page shown, in order."""
    return re.findall(r'<li id="p-([0-9a-f]+-\d+)"', page)


def pressed(browser: Browser, url: str, name: str, at: int) -> Any:
    """Press a button of the page that stands at this place (from 1)."""
    page = str(browser.get(url).text)
    row = page[page.index(f'<li id="p-{grid(page)[at - 1]}"') :]
    result = re.search(rf'name="{name}" value="([^"]+)"', row[: row.index("</li>")])
    assert result
    return browser.post(f"{url.partition('?')[0]}/t", **{name: result[1]})


def sources(exhibit: Exhibit) -> list[tuple[int, int, int]]:
    """File, page of the file and turn of each printed page."""
    return [(page.file, page.source, page.turn) for page in exhibit.shown().pages]


def test_pages_stand_as_pictures_below_what_will_be_printed(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1), scan(2), ODD["sound"].make())
    page = exhibit.anna.get(exhibit.url).text
    assert len(grid(page)) == 3
    for number in (1, 2, 3):
        assert f'src="{exhibit.url}/p/{number}" alt="Page {number}"' in page
        assert f'aria-label="Page {number}: turn to the right"' in page
    assert page.index(NOT_PRINTED["kind"]) < page.index("<img class=")
    assert page.index("Printed on 3 pages.") < page.index("<img class=")
    assert page.index("<img class=") < page.index("Files: download, hash, kind, origin") < page.index("SHA-256")


def test_a_page_is_moved_and_turned_and_the_place_on_the_page_is_kept(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(3))
    first = grid(exhibit.anna.get(exhibit.url).text)
    answer = pressed(exhibit.anna, exhibit.url, "down", 1)
    assert answer.status_code == 303
    assert answer.location == f"{exhibit.url}#p-{first[0]}"
    assert grid(exhibit.anna.get(exhibit.url).text) == [first[1], first[0], first[2]]
    pressed(exhibit.anna, exhibit.url, "up", 3)
    pressed(exhibit.anna, exhibit.url, "turn", 2)
    assert sources(exhibit) == [(1, 2, 0), (1, 3, 90), (1, 1, 0)]
    assert 'class="turn-90"' in exhibit.anna.get(exhibit.url).text


def test_the_print_has_the_order_and_turns_of_the_pictures(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(3))
    for name, at in (("down", 1), ("turn", 1), ("up", 3)):
        pressed(exhibit.anna, exhibit.url, name, at)
    with sqlite_world.reading("anna") as ctx:
        (saved,) = files_of(records.read(ctx, sqlite_world.strike.case, exhibit.id))
        data = b"".join(contents(ctx.runtime, sqlite_world.strike.case, saved))
    created = exhibits.prepare(previews.part_of(saved), data, 100)
    plain = exhibits.prepare(part_of("x", data), data, 100)
    assert list(created.sources) == [source for _, source, _ in sources(exhibit)] == [2, 3, 1]
    assert created.pdf is not None
    assert plain.pdf is not None
    with drawing.opened(created.pdf) as now, drawing.opened(plain.pdf) as before:
        assert now.size(0) == before.size(1)[::-1], "turned to lie"
        assert drawing.alike(now.picture(2, 60), before.picture(0, 60), drawing.MOVED)


def test_the_small_picture_and_the_large_page_are_those_that_are_printed(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(3))
    case = f"/c/{sqlite_world.strike.case}/e"
    before = exhibit.anna.get(f"{exhibit.url}/s").data
    third = exhibit.anna.get(f"{exhibit.url}/p/3").data
    assert f'<img src="{exhibit.url}/s"' in exhibit.anna.get(case).text
    for name, at in (("up", 3), ("up", 2), ("turn", 1)):
        pressed(exhibit.anna, exhibit.url, name, at)
    assert exhibit.anna.get(f"{exhibit.url}/s").data == third != before
    assert f'<img class="turn-90" src="{exhibit.url}/s"' in exhibit.anna.get(case).text
    assert f'href="{exhibit.url}/v/1"' in exhibit.anna.get(exhibit.url).text
    sizes = [Image.open(io.BytesIO(exhibit.anna.get(f"{exhibit.url}/l/{number}").data)).size for number in (1, 2)]
    assert [width > height for width, height in sizes] == [True, False]
    assert all(width >= 1200 for width, _ in sizes)
    answer = exhibit.anna.get(f"{exhibit.url}/l/1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert exhibit.anna.get(f"{exhibit.url}/l/4").status_code == 404


def test_a_large_page_says_which_it_is_and_leads_to_the_others_and_back(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(3))
    key = grid(exhibit.anna.get(exhibit.url).text)[1]
    page = exhibit.anna.get(f"{exhibit.url}/v/2").text
    assert "Page 2 of 3" in page
    for address in (f"{exhibit.url}/v/1", f"{exhibit.url}/v/3", f"{exhibit.url}/v/2?z=1"):
        assert f'href="{address}"' in page
    assert f'src="{exhibit.url}/l/2"' in page
    back = re.search(r'href="([^"#]+)#p-([^"]+)"', page)
    assert back is not None
    assert (back[2], f'id="p-{key}"' in exhibit.anna.get(back[1].replace("&amp;", "&")).text) == (key, True)
    assert [exhibit.anna.get(f"{exhibit.url}/v/{number}").status_code for number in (0, 4)] == [404, 404]


def test_where_it_came_from_stands_with_hash_and_kind(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1))
    address = f"/c/{sqlite_world.strike.case}/r/{exhibit.id}/e"
    fields = filled_form(exhibit.anna.get(address).text, address)
    assert exhibit.anna.post(address, **{**fields, "got_from": "A clerk of the mine"}).status_code == 303
    page = exhibit.anna.get(exhibit.url).text
    fold = page[page.index('id="files"') :]
    fold = fold[: fold.index("</details>")]
    assert "Received from" in fold
    assert "A clerk of the mine" in fold
    assert page.count("A clerk of the mine") == 1


def test_each_index_is_read_once_for_a_page(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1), scan(2))
    real, read = previews._index, list[str]()
    monkeypatch.setattr(previews, "_index", lambda *args: read.append(args[2].blob) or real(*args))
    exhibit.shown()
    assert len(read) == len(set(read)) == 2


def test_chosen_pages_count_as_they_are_printed() -> None:
    data = scan(3)
    arrangement = tuple(SourcePage(number=number) for number in (3, 1, 2))
    created = exhibits.prepare(part_of("x", data, arrangement=arrangement, pages=(1, 3)), data, 100)
    assert created.sources == (3, 2)


def test_pictures_of_one_file_are_moved_and_turned_one_by_one() -> None:
    frames = [Image.new("RGB", (300, 200), shade) for shade in ("red", "green", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "TIFF", save_all=True, append_images=frames[1:])
    data = target.getvalue()
    arrangement = (SourcePage(number=3), SourcePage(number=1, turn=90), SourcePage(number=2))
    created = exhibits.prepare(part_of("x", data, arrangement=arrangement), data, 100)
    assert created.sources == (3, 1, 2)
    assert created.pdf is not None
    with pikepdf.open(io.BytesIO(created.pdf)) as pdf:
        lying = [float(page.mediabox[2]) > float(page.mediabox[3]) for page in pdf.pages]
    assert lying == [True, False, True]


def test_at_the_end_of_its_file_the_whole_file_moves(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(2), ODD["sound"].make(), photo({}, 1))
    pressed(exhibit.anna, exhibit.url, "up", 3)
    assert [item.file.sniffed for item in exhibit.shown().files] == ["image/jpeg", "application/pdf", "audio/ogg"]
    pressed(exhibit.anna, exhibit.url, "down", 1)
    assert [source for _, source, _ in sources(exhibit)] == [1, 2, 1]


def test_a_page_that_is_not_as_it_was_shown_is_not_moved(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(2))
    old = exhibit.shown().pages[0]
    pressed(exhibit.anna, exhibit.url, "turn", 1)
    before = sources(exhibit)
    for value in (f"1.{old.seen[:16]}", "1.", "", "99.aaaa", "x.y"):
        answer = exhibit.anna.post(f"{exhibit.url}/t", down=value)
        assert answer.status_code == 422
        assert "has other pages now" in answer.text
    assert sources(exhibit) == before


def test_twenty_four_pages_stand_on_a_page(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(30))
    first = grid(exhibit.anna.get(exhibit.url).text)
    second = grid(exhibit.anna.get(f"{exhibit.url}?n=2").text)
    assert (len(first), len(second)) == (24, 6)
    answer = pressed(exhibit.anna, exhibit.url, "down", 24)
    assert answer.location == f"{exhibit.url}?n=2#p-{first[23]}"
    assert grid(exhibit.anna.get(f"{exhibit.url}?n=2").text)[0] == first[23]


def test_whoever_may_not_open_the_files_gets_the_page_without_pictures(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, scan(2))
    page = Browser(sqlite_world, "external").get(exhibit.url)
    assert page.status_code == 200
    assert "<img" not in page.text
    assert "Printed on" not in page.text


def test_the_same_file_in_another_case_of_mine_is_found_when_asked(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1))
    outsider = Browser(sqlite_world, "outsider")
    other = f"/c/{sqlite_world.own.case}/e/new"
    mine = outsider.upload(other, field("title", "Mine"), file("one.jpg", photo({}, 1))).location
    page = exhibit.anna.get(f"{exhibit.url}?a=1").text
    assert "None of your other cases has these files." in page
    assert "Mine" not in page
    with sqlite_world.writing("anna") as ctx:
        from hrd_cases.domain.cases import Case
        from hrd_cases.services.casework import cases

        second = cases.create(ctx, Case(title="Second"))
    there = exhibit.anna.upload(f"/c/{second}/e/new", field("title", "There"), file("one.jpg", photo({}, 1))).location
    page = exhibit.anna.get(f"{exhibit.url}?a=1").text
    assert f'In your other cases: <a href="{there}">There</a> (file 1)' in page
    assert str(mine) not in page


def test_a_paper_is_handed_the_order_and_turns(lana: Lawyer) -> None:
    paper = Protected(lana, scan(2), variant="full")
    url = f"/f/{lana.case}/{paper.evidence}"
    with lana.world.reading("lana") as ctx:
        previews.of(ctx, lana.case, paper.evidence, 60)
    pressed(Browser(lana.world, "lana"), url, "down", 1)
    with lana.world.reading("lana") as ctx:
        here = desk(ctx, lana.case, paper.paper.rsplit("/", 1)[-1])
    parts = [part for exhibit in here.draft.case.exhibits for part in exhibit.parts if exhibit.id == paper.evidence]
    assert [[page.number for page in part.arrangement] for part in parts] == [[2, 1]]


@pytest.mark.parametrize("name", ["down", "turn"])
def test_moving_or_turning_a_page_voids_its_approval(lana: Lawyer, name: str) -> None:
    paper = Protected(lana, scan(2))
    paper.tick(1)
    assert lana.get(paper.url).text.count(" checked") == 1
    assert "A file was turned, or its pages were moved." not in lana.get(paper.url).text
    pressed(Browser(lana.world, "lana"), f"/f/{lana.case}/{paper.evidence}", name, 1)
    page = lana.get(paper.url).text
    assert ("A file was turned, or its pages were moved." in page, " checked" in page) == (True, False)


def test_a_turned_page_is_approved_as_it_is_printed(lana: Lawyer) -> None:
    paper = Protected(lana, scan(2))
    assert re.findall(r'class="turn-(\d+)"', lana.get(paper.url).text) == ["0", "0"]
    pressed(Browser(lana.world, "lana"), f"/f/{lana.case}/{paper.evidence}", "turn", 2)
    assert re.findall(r'class="turn-(\d+)"', lana.get(paper.url).text) == ["0", "90"]
