"""Exhibits of a protected paper through the pages: each page is seen as a picture and ticked, or it is absent."""

import io
import re
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from hrd_browser import Browser, field, file
from hrd_world import World
from PIL import Image
from pypdf import PdfReader

from hrd_cases.services.drafting import drafts
from hrd_cases.services.papers import edited, page_ticks, papers
from hrd_cases.services.records import records
from tests.render.strike_sample import photo, scan
from tests.services.papers.test_edited_filings import pdf
from tests.web.papers.test_papers import Lawyer, agreed, lana
from tests.web.papers.test_protected import approve, step_four, ticks

__all__ = ["lana"]
KNOWN = ("Экономический суд", "адвокат Лана", "Лана", "Отказать в иске")


class Protected:
    """A protected paper with these files as one exhibit, all that its form requires approved."""

    def __init__(self, lana: Lawyer, *files: bytes, variant: str = "protected", **more: str) -> None:
        self.lana, self.world = lana, lana.world
        parts = [file(f"{at}.bin", data) for at, data in enumerate(files, start=1)]
        created = lana.upload(f"/c/{lana.case}/e/new", field("title", "Список бригады"), *parts)
        self.evidence = str(created.location).rsplit("/", 1)[-1]
        self.paper = lana.begin(variant)
        wording = {"court": KNOWN[0], "filed_by": KNOWN[1], "authority": "ордер", "signatory": KNOWN[2]}
        assert lana.change(f"{self.paper}/2", **wording, requests=KNOWN[3], case_number="2").status_code == 303
        assert self.choose(use="yes", **more).status_code == 303
        marks = ticks(self.step_page)
        approve(lana, self.paper, [mark for text, mark in marks.items() if text in KNOWN])
        self.url = f"{self.paper}/x/{self.evidence}"

    def choose(self, **text: str) -> Any:
        """The exhibit in step 3 with these choices."""
        return self.lana.change(f"{self.paper}/3/e/{self.evidence}", **text)

    def marks(self, part: int = 1) -> list[str]:
        for _ in range(12):  # a page waits for its pictures some seconds, and then says that they are not there yet
            page = self.lana.get(f"{self.url}?p={part}").text
            if "Reload this page" not in page:
                return re.findall(r'name="s" value="(\w{32})"', page)
        pytest.fail("not drawn in four minutes")

    def tick(self, *pages: int, part: int = 1) -> Any:
        """Tick these of the shown pages (from 1) and save."""
        marks = self.marks(part)
        return self.lana.post(f"{self.url}?p={part}", s=marks, ok=[marks[page - 1] for page in pages])

    def turn(self) -> None:
        """Turn the first file of the exhibit."""
        with self.world.writing("lana") as ctx:
            stored = records.read(ctx, self.lana.case, self.evidence)
            files = tuple({**item, "turn": 90} if not at else item for at, item in enumerate(stored.value.files))
            value = replace(stored.value, files=files)
            records.save(ctx, self.lana.case, self.evidence, value, stored.versions)

    @property
    def step(self) -> str:
        """What step 4 says of the exhibit."""
        result = re.search(rf'/x/{self.evidence}">[^<]*</a>\s*<span class="hint">([^<]*)<', self.step_page)
        return result[1] if result else ""

    @property
    def step_page(self) -> str:
        return step_four(self.lana, self.paper)

    def printed(self) -> list[tuple[int, int]]:
        """The pictures of the built paper, by their size."""
        page = self.lana.built(self.paper)
        assert "Read the built paper" in page, page[-1500:]
        with pikepdf.open(io.BytesIO(self.lana.get(f"{self.paper}/d/1").data)) as opened:
            drawn = [page.obj.Resources.get("/XObject", {}).get("/Picture") for page in opened.pages]
            return [(int(item.Width), int(item.Height)) for item in drawn if item is not None]


def test_a_page_is_seen_ticked_and_printed_or_it_is_absent_and_listed(lana: Lawyer) -> None:
    here = Protected(lana, photo({}, 1, size=(600, 800)), scan(3))
    assert here.step == "not looked at yet"
    assert "exhibit not approved" in here.step_page
    page = lana.get(here.url)
    assert page.text.count("<figure") == 4
    for number in range(1, 5):
        picture = lana.get(f"/f/{lana.case}/{here.evidence}/p/{number}")
        assert Image.open(io.BytesIO(picture.data)).width == 600
        assert f"/f/{lana.case}/{here.evidence}/p/{number}" in page.text
    assert " checked" not in page.text.split("<figure", 1)[1]
    assert here.tick(1, 3).location.endswith("/4?p=pages#pages")
    assert here.step == "approved: 2 of 4"
    assert "Список бригады: 2, 4 " in here.step_page
    assert lana.get(here.url).text.count(" checked>") == 2
    assert len(here.printed()) == 2
    assert "Список бригады: 2, 4 " in lana.get(f"{here.paper}/5").text  # before releasing it
    assert here.tick(2).status_code == 303
    assert "This version is not built yet" in lana.get(f"{here.paper}/5").text
    assert len(here.printed()) == 1


def test_an_edited_filing_never_enters_a_protected_version(lana: Lawyer) -> None:
    here = Protected(lana, scan(1))
    page = lana.get(f"{here.paper}/5").text
    assert "An edited filing does not go into a protected version" in page
    assert f'action="{here.paper}/5/e"' not in page
    answer = lana.upload(f"{here.paper}/5/e", file("Отзыв.pdf", pdf(), "application/pdf"))
    assert answer.status_code == 422
    assert "was not approved text by text" in answer.text
    assert "An edited filing was uploaded" not in answer.text
    assert "Read the built paper" in lana.built(here.paper)
    data = lana.get(f"{here.paper}/d/1").data
    assert "Filing as edited" not in " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    with lana.world.reading("lana") as ctx:
        stored = papers.view(ctx, lana.case, here.paper.rsplit("/", 1)[-1]).stored
    assert edited.kept_of(stored.value) is None


def test_a_page_is_shown_large_as_it_is_printed(lana: Lawyer) -> None:
    here = Protected(lana, scan(2))
    assert f"{here.url}/2" in lana.get(here.url).text
    answer = lana.get(f"{here.url}/2")
    assert Image.open(io.BytesIO(answer.data)).width >= 1200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert lana.get(f"{here.url}/3").status_code == 404


def test_what_was_seen_changes_and_the_tick_is_void(lana: Lawyer, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Protected(lana, scan(3))
    here.tick(1, 2, 3)
    assert here.step == "approved: 3 of 3"
    old = here.marks()
    here.turn()
    assert here.step == "ticks are no longer valid: check again"
    assert "A file was turned, or its pages were moved." in lana.get(here.url).text
    assert lana.built(here.paper)
    assert here.printed() == []
    assert lana.post(here.url, s=old, ok=old).status_code == 422  # ticked on a page from before
    here.tick(1, 2, 3)
    assert here.choose(pages="1-2").status_code == 303
    assert "Other pages were chosen" in lana.get(here.url).text
    here.tick(1, 2)
    assert here.step == "approved: 2 of 2"
    for item in (drafts, page_ticks):
        monkeypatch.setattr(item, "EDITION", 99)
    assert "The program draws pages in another way now." in lana.get(here.url).text
    assert here.step == "ticks are no longer valid: check again"


def test_many_pages_take_a_press_for_twelve_of_them(lana: Lawyer) -> None:
    here = Protected(lana, scan(26))
    places = []
    for part in range(1, 4):
        marks = here.marks(part)
        assert len(marks) == (12 if part < 3 else 2)
        answer = lana.post(f"{here.url}?p={part}", s=marks, every="1")
        places.append(str(answer.location))
    assert [place.rsplit("/", 1)[-1] for place in places[:2]] == [f"{here.evidence}?p={part}" for part in (2, 3)]
    assert places[2].endswith("/4?p=pages#pages")
    assert here.step == "approved: 26 of 26"
    here.tick(1, part=3)  # what stands on other parts stays
    assert here.step == "approved: 25 of 26"


def test_a_file_without_pages_says_why_and_stands_by_its_hash_only_with_a_tick(lana: Lawyer) -> None:
    here = Protected(lana, b"ID3\x04\x00\x00" + bytes(4000))
    page = lana.get(here.url).text
    assert "<img" not in page.split("<figure", 1)[1]
    assert "may be listed in the paper with its hash" in page
    assert here.step == "not looked at yet"
    here.tick(1)
    assert here.step == "by its hash"
    here.tick()
    assert here.step == "nothing of it is shown"


def test_in_the_full_version_an_exhibit_can_be_shown_by_approved_pages_alone(lana: Lawyer) -> None:
    agreed(lana)
    here = Protected(lana, scan(3), variant="full")
    assert lana.get(here.url).status_code == 404
    assert here.choose(pictures="yes").status_code == 303
    assert here.step == "not looked at yet"
    here.tick(2)
    assert len(here.printed()) == 1


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("luka", 403), ("outsider", 404)])
def test_nobody_but_counsel_sees_or_approves_pages(sqlite_world: World, lana: Lawyer, name: str, status: int) -> None:
    here = Protected(lana, scan(1))
    marks = here.marks()
    other = Browser(sqlite_world, name)
    assert other.get(here.url).status_code == status
    assert other.get(f"{here.url}/1").status_code == status
    assert other.post(here.url, s=marks, ok=marks).status_code == status
    assert here.step == "not looked at yet"
    assert lana.get(f"{here.paper}/x/{'0' * 32}").status_code == 404
