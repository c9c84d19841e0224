"""Before a paper is built, the page of an exhibit says what of it will be printed, or why not and what to do."""

import pytest
from hrd_browser import Browser, field, file
from hrd_world import World

from hrd_cases.domain.printing import NOT_PRINTED, WHAT_TO_DO
from tests.render.odd_files import ODD
from tests.render.strike_sample import photo
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]

REASONS = {
    "half a JPEG": "broken",
    "a PDF with a layer off": "layers",
    "sound": "kind",
    "a PDF locked with a password": "encrypted",
}


def page_of(world: World, *names: str) -> str:
    anna = Browser(world, "anna")
    parts = [file(f"{at}.bin", ODD[name].make()) for at, name in enumerate(names, start=1)]
    created = anna.upload(f"/c/{world.strike.case}/e/new", field("title", "Odd files"), *parts)
    assert f'href="{created.location}/w"' in anna.get(created.location).text
    return str(anna.get(f"{created.location}/w").text)


def test_each_file_says_why_it_will_not_be_printed_and_what_to_do(sqlite_world: World) -> None:
    page = page_of(sqlite_world, *REASONS, "a PDF with a lost table", "a moving GIF")
    for reason in REASONS.values():
        assert NOT_PRINTED[reason] in page
        assert WHAT_TO_DO[reason] in page
    assert "Printed on 2 pages." in page
    assert "Printed on 1 page." in page
    assert "the first of 4 pictures is printed" in page


def test_a_scan_whose_end_did_not_arrive_is_never_printed_as_whole(sqlite_world: World) -> None:
    page = page_of(sqlite_world, "most of a TIFF of four pages", "most of a PDF of eight pages")
    assert page.count(NOT_PRINTED["broken"]) == 2
    assert "Printed on" not in page


def test_a_file_of_another_kind_says_so_on_the_page_of_its_exhibit(sqlite_world: World) -> None:
    anna = Browser(sqlite_world, "anna")
    created = anna.upload(
        f"/c/{sqlite_world.strike.case}/e/new", field("title", "Voice"), file("a.ogg", ODD["sound"].make())
    )
    page = anna.get(created.location).text
    assert NOT_PRINTED["kind"] in page
    assert WHAT_TO_DO["kind"] in page


@pytest.mark.parametrize(("name", "status"), [("outsider", 404), ("auditor", 404), ("external", 403)])
def test_who_may_not_open_the_files_is_told_nothing_of_them(sqlite_world: World, name: str, status: int) -> None:
    anna = Browser(sqlite_world, "anna")
    created = anna.upload(f"/c/{sqlite_world.strike.case}/e/new", field("title", "Photo"), file("a.jpg", photo({}, 1)))
    answer = Browser(sqlite_world, name).get(f"{created.location}/w")
    assert answer.status_code == status
    assert "Printed on" not in answer.text


def test_a_built_paper_says_what_it_prints_otherwise_with_a_way_there(lana: Lawyer) -> None:
    parts = [file("a.gif", ODD["a moving GIF"].make()), file("b.jpg", ODD["half a JPEG"].make())]
    lana.upload(f"/c/{lana.case}/e/new", field("title", "Odd"), *parts)
    agreed(lana)
    page = lana.built(lana.prepare())
    assert NOT_PRINTED["broken"] in page
    assert WHAT_TO_DO["broken"] in page
    assert "the first of 4 pictures is printed" in page
    assert '/w">exhibit' in page
