"""Redaction through the pages: two touches mark a place, the copy is black there, the original stays as it is."""

import io
import re

import pypdfium2
import pytest
from hrd_browser import Browser
from hrd_world import World
from PIL import Image

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.papers import Variant
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.deletion import erasing
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.sealed_files import contents, stored_file, whole
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from tests.render.strike_sample import photo, scan
from tests.web.evidence.test_previews import Exhibit
from tests.web.papers.test_page_approvals import Protected
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]
DARK = 24


class Marking:
    """Somebody who marks the pages of an exhibit for one kind of reader, by what its pages offer and nothing else."""

    def __init__(self, browser: Browser, url: str, variant: str = "protected") -> None:
        self.browser, self.url = browser, url
        self.to = f"{url}/r/{variant}"
        self.page = ""

    def open(self, number: int) -> "Marking":
        self.page = self.browser.get(f"{self.to}/{number}").text
        self.number = number
        return self

    def carried(self) -> dict[str, list[str]]:
        """The hidden fields of the form; both forms carry the same."""
        form = next(part for part in self.page.split("<form") if f'action="{self.to[self.to.index("/f/") :]}' in part)
        pairs = re.findall(r'<input type="hidden" name="(\w)" value="([^"]*)">', form.split("</form>")[0])
        result: dict[str, list[str]] = {}
        for name, value in pairs:
            result.setdefault(name, []).append(value)
        return result

    def send(self, **more: str) -> "Marking":
        answer = self.browser.post(f"{self.to}/{self.number}/m", **self.carried(), **more)
        assert answer.status_code == 200, answer.text[:3000]
        self.page = answer.text
        return self

    def touch(self, *corners: tuple[int, int], size: str = "narrow") -> "Marking":
        for across, down in corners:
            self.send(**{f"{size}.x": str(across), f"{size}.y": str(down)})
        return self

    def save(self, *, on: bool = False) -> str:
        """Save the page; where that leads."""
        answer = self.browser.post(f"{self.to}/{self.number}", **self.carried(), **({"next": "1"} if on else {}))
        assert answer.status_code == 303, answer.text[:3000]
        return str(answer.location)

    def make(self) -> str:
        answer = self.browser.post(f"{self.to}/m")
        assert answer.status_code == 303, re.findall(r"Not done[^/]*/b>[^<]*", answer.text)
        assert self.browser.get(str(answer.location)).status_code == 200  # its pages are drawn when they are looked at
        return str(answer.location)

    def after(self, number: int) -> Image.Image:
        answer = self.browser.get(f"{self.to}/c/{number}")
        assert answer.status_code == 200
        return Image.open(io.BytesIO(answer.data)).convert("L")

    def squares(self) -> list[str]:
        return re.findall(r"<li><span>([^<]*)</span>", self.page)


@pytest.fixture
def exhibit(sqlite_world: World) -> Exhibit:
    return Exhibit(sqlite_world, photo({}, 1), scan(2))


@pytest.fixture
def marking(exhibit: Exhibit) -> Marking:
    return Marking(exhibit.anna, exhibit.url)


def black(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether this part (of the width, both ways) is black all over, but for a point at each edge."""
    wide = picture.width
    box = (int(left * wide) + 2, int(top * wide) + 2, int(right * wide) - 2, int(bottom * wide) - 2)
    return int(picture.crop(box).getextrema()[1]) <= DARK  # type: ignore[arg-type]


def test_two_touches_are_a_place_and_the_copy_is_black_there(exhibit: Exhibit, marking: Marking) -> None:
    before = exhibit.picture(2).convert("L")
    assert not black(before, 0.25, 0.25, 0.5, 0.375)
    marking.open(2).touch((160, 120))
    assert "One corner is set" in marking.page
    assert re.search(
        r'<div class="d-36"></div>.*<span class="w-49"></span><span class="mark-corner w-2 d-3">', marking.page
    )
    marking.touch((80, 80))
    assert "1 place is marked" in marking.page
    assert marking.squares() == ["E5-H6"]
    assert marking.save() == f"{exhibit.url}/r"
    assert "There is no redacted copy of these places yet" in exhibit.anna.get(f"{exhibit.url}/r").text
    assert marking.make() == f"{marking.to}/c"
    assert black(marking.after(2), 0.25, 0.25, 0.5, 0.375)
    assert not black(marking.after(2), 0.25, 0.4, 0.5, 0.525)
    assert not black(marking.after(3), 0.25, 0.25, 0.5, 0.375)
    page = exhibit.anna.get(f"{marking.to}/c").text
    for number in (1, 2, 3):
        assert f"{exhibit.url}/q/{number}" in page
        assert f"{marking.to}/c/{number}" in page
    assert exhibit.anna.get(f"{exhibit.url}/r/full/c").status_code == 404


def test_a_touch_counts_in_points_of_the_picture_that_is_shown(marking: Marking) -> None:
    narrow = marking.open(1).touch((80, 80), (160, 120)).carried()["r"]
    wide = marking.open(1).touch((160, 160), (320, 240), size="wide").carried()["r"]
    assert narrow == wide == ["2500 2500 5000 3750"]
    page = marking.page
    assert re.search(r'class="narrow" type="image" name="narrow"[^>]* width="320"', page)
    assert re.search(r'class="wide" type="image" name="wide"[^>]* width="640"', page)


def test_places_are_marked_by_squares_and_removed_without_touching(marking: Marking) -> None:
    marking.open(1).send(squares="b3-d7").send(squares="С2")  # Cyrillic
    assert marking.squares() == ["B3-D7", "C2"]
    marking.send(delete="0")
    assert marking.squares() == ["C2"]
    marking.send(squares="Z99")
    assert "We cannot read which squares are meant" in marking.page
    marking.send(**{"narrow.x": "0", "narrow.y": "0", "squares": "P22"})  # Enter, pressed in the field
    assert marking.squares() == ["C2", "P22"]
    marking.touch((5, 5), (5, 5))
    assert "Both corners are at the same point" in marking.page
    marking.send(drop="1")
    assert "One corner is set" not in marking.page


def test_saving_goes_on_to_the_next_page_and_the_marks_are_there_later(marking: Marking) -> None:
    assert marking.open(1).send(squares="B3").save(on=True) == f"{marking.to}/2#picture"
    assert marking.open(2).send(squares="C4").save(on=True) == f"{marking.to}/3#picture"
    assert marking.open(3).save(on=True).endswith("/r")
    assert marking.open(1).squares() == ["B3"]
    assert marking.open(2).squares() == ["C4"]
    overview = marking.browser.get(f"{marking.url}/r").text
    assert "2 places are marked" in overview


def test_each_kind_of_reader_has_places_of_its_own(exhibit: Exhibit, marking: Marking) -> None:
    marking.open(1).send(squares="B3").save()
    full = Marking(exhibit.anna, exhibit.url, "full")
    assert full.open(1).squares() == []
    full.send(squares="D9").save()
    full.make()
    assert exhibit.anna.get(f"{marking.to}/c").status_code == 404
    assert black(full.after(1), 3 / 16, 8 / 16, 4 / 16, 9 / 16)


def test_the_original_is_the_same_and_the_copy_is_a_file_with_a_hash_of_its_own(
    exhibit: Exhibit, marking: Marking
) -> None:
    case = exhibit.world.strike.case
    marking.open(2).send(squares="A1-P22").save()
    marking.make()
    with exhibit.world.reading("anna") as ctx:
        value = records.read(ctx, case, exhibit.id).value
    assert [whole(contents(exhibit.world.runtime, case, stored_file(item))) for item in value.files] == [
        photo({}, 1),
        scan(2),
    ]
    assert len(value.copies) == 2
    with exhibit.world.reading("anna") as ctx:
        vault = open_vault(ctx, Act.READ_CASE, case)
        named = erasing.files_of(ctx, vault, records.read(ctx, case, exhibit.id))
    assert set(named) == {item["blob"] for item in (*value.files, *value.copies)}  # they go with the exhibit
    hashes = {item["sha256"] for item in (*value.files, *value.copies)}
    assert len(hashes) == 4
    assert {item["for"] for item in value.copies} == {Variant.PROTECTED.value}


def test_what_two_marked_at_once_is_shown_together_and_saved_by_who_saw_it(exhibit: Exhibit, marking: Marking) -> None:
    marking.open(2).send(squares="B3")
    other = Marking(exhibit.anna, exhibit.url)
    other.open(2).send(squares="D9").save()
    answer = exhibit.anna.post(f"{marking.to}/2", **marking.carried())
    assert answer.status_code == 422
    assert "A colleague marked this page" in answer.text
    marking.page = answer.text
    assert marking.squares() == ["D9", "B3"]
    marking.save()
    assert marking.open(2).squares() == ["D9", "B3"]


def test_what_was_marked_on_a_page_that_was_turned_meanwhile_is_refused(exhibit: Exhibit, marking: Marking) -> None:
    marking.open(2).send(squares="B3")
    page = exhibit.shown().pages[1]
    exhibit.anna.post(f"{exhibit.url}/t", turn=f"2.{page.seen[:16]}")
    exhibit.shown()
    answer = exhibit.anna.post(f"{marking.to}/2", **marking.carried())
    assert answer.status_code == 422
    assert "This page was turned" in answer.text
    marking.page = answer.text
    assert marking.squares() == []


def test_while_pages_are_drawn_no_place_is_removed_for_want_of_a_page(exhibit: Exhibit, marking: Marking) -> None:
    """And nobody waits for the pictures where others wait for the database."""
    marking.open(2).send(squares="B3").save()
    with previews.WORK.itself(exhibit.world.runtime).slots:
        for file in exhibit.kept:
            file.unlink()
        answer = exhibit.anna.post(f"{marking.to}/d")
    assert answer.status_code == 422
    assert "not drawn yet" in answer.text
    exhibit.shown()
    assert marking.open(2).squares() == ["B3"]


def test_a_page_that_is_turned_is_marked_again_and_the_copy_holds_no_longer(exhibit: Exhibit, marking: Marking) -> None:
    marking.open(2).send(squares="B3").save()
    marking.make()
    assert exhibit.anna.get(f"{marking.to}/c").status_code == 200
    page = exhibit.shown().pages[1]
    exhibit.anna.post(f"{exhibit.url}/t", turn=f"2.{page.seen[:16]}")
    assert exhibit.anna.get(f"{marking.to}/c").status_code == 404
    assert "Mark them again" in exhibit.anna.get(f"{exhibit.url}/r").text
    assert exhibit.anna.post(f"{marking.to}/m").status_code == 422
    assert marking.open(2).squares() == []
    assert "Mark it again" in marking.page
    assert Image.open(io.BytesIO(exhibit.anna.get(f"{exhibit.url}/q/2").data)).width > 1000
    marking.send(squares="C4").save()
    marking.make()
    assert black(marking.after(2), 2 / 16, 3 / 16, 3 / 16, 4 / 16)


def test_places_of_a_page_that_is_gone_are_removed_on_request(exhibit: Exhibit, marking: Marking) -> None:
    marking.open(2).send(squares="B3").save()
    page = exhibit.shown().pages[1]
    exhibit.anna.post(f"{exhibit.url}/t", turn=f"2.{page.seen[:16]}")
    assert exhibit.anna.post(f"{marking.to}/d").status_code == 303
    assert "Nothing is marked" in exhibit.anna.get(f"{exhibit.url}/r").text


def test_the_log_says_that_a_copy_was_made_and_not_where_it_is_black(exhibit: Exhibit, marking: Marking) -> None:
    marking.open(2).send(squares="B3-D7").save()
    marking.make()
    with exhibit.world.reading("auditor") as ctx:
        lines = [
            line for line in audit_reader.entries(ctx, audit_reader.LogFilter()).items if line.record == exhibit.id
        ]
    (copied,) = (line for line in lines if line.act == "make a redacted copy")
    assert copied.more == ()
    (marked,) = (line for line in lines if line.act == "mark places to redact")
    assert [value for _name, value in marked.more] == ["2"]


def test_a_protected_paper_prints_the_copy_and_only_pages_with_a_tick(lana: Lawyer) -> None:
    here = Protected(lana, scan(2))
    here.tick(1, 2)
    assert here.step == "approved: 2 of 2"
    marking = Marking(lana, f"/f/{lana.case}/{here.evidence}")
    marking.open(1).send(squares="A1-P22").save()
    assert here.step == "ticks are no longer valid: check again"
    assert "there is no redacted copy of them yet" in lana.get(here.url).text
    marking.make()
    assert here.step == "ticks are no longer valid: check again"
    page = lana.get(here.url).text
    for number in (1, 2):
        assert f"/r/protected/c/{number}" in page
        assert f"/q/{number}" in page
    here.tick(1)
    assert here.step == "approved: 1 of 2"
    (shown,) = printed(here)
    assert black(shown, 0.1, 0.1, 0.9, 1.3)


def test_a_full_paper_prints_the_copy_made_for_its_readers(lana: Lawyer) -> None:
    agreed(lana)
    here = Protected(lana, scan(2), variant="full")
    marking = Marking(lana, f"/f/{lana.case}/{here.evidence}", "full")
    marking.open(1).send(squares="A1-P22").save()
    marking.make()
    assert "/r/full/c/1" in lana.get(here.url).text
    here.tick(1, 2)
    shown = printed(here)
    assert len(shown) == 2
    assert black(shown[0], 0.1, 0.1, 0.9, 1.3)
    assert not black(shown[1], 0.1, 0.1, 0.9, 1.3)


def printed(here: Protected) -> list[Image.Image]:
    """The exhibits' pages of the built paper as they are drawn."""
    page = here.lana.built(here.paper)
    assert "Read the built paper" in page, page[-1500:]
    data = here.lana.get(f"{here.paper}/d/1").data
    with pypdfium2.PdfDocument(data) as opened:
        has = [any(item.type == 3 for item in page.get_objects(max_depth=1)) for page in opened]
        return [
            page.render(scale=1).to_pil().convert("L") for page, pictured in zip(opened, has, strict=True) if pictured
        ]
