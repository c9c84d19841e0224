"""Words found on a page that is redacted: names of the case and long numbers as ticks, each at its place."""

import io
import re

import pikepdf
import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.services.casework import people
from hrd_cases.services.evidence.exhibit_turns import TURNS
from tests.render.strike_sample import photo
from tests.web.evidence.test_page_redactions import Marking, black
from tests.web.evidence.test_previews import Exhibit

LINES = (
    "Meeting at the mine on 14.12.2017, about 1 250 000 tenge.",
    "Alibek Synakov came; his telephone is +7 701 555 01 23.",
    "The document N 045678912 was taken from Synakov.",
)
NUMBERS = ("+7 701 555 01 23", "N 045678912")


def typed(*lines: str, turn: int = 0) -> bytes:
    """A PDF of one page with these lines as text."""
    created = pikepdf.new()
    page = created.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    text = "".join(f"0 -40 Td ({line}) Tj " for line in lines)
    page.obj.Contents = created.make_stream(f"BT /F 14 Tf 60 780 Td {text} ET".encode())
    if turn:
        page.obj.Rotate = turn
    target = io.BytesIO()
    created.save(target, deterministic_id=True)
    return target.getvalue()


@pytest.fixture
def world(sqlite_world: World) -> World:
    with sqlite_world.writing("lana") as ctx:
        person = sqlite_world.strike.person
        value = Person(
            pseudonym="Лидер шахтёров А",
            names=(Name(name="Әлібек Сынақов"),),
            channels=(Channel(kind="mobile", value="8 701 555 01 23"),),
        )
        people.save(ctx, person, value, people.read(ctx, person).versions)
    return sqlite_world


def offered(page: str) -> dict[str, tuple[str, str]]:
    """The words to tick: what each says, with its number in the form and its squares."""
    rows = re.findall(r'name="t" value="(\d+)"><span>([^<]*) <span class="sub">([^<]*)</span>', page)
    return {word: (number, squares) for number, word, squares in rows}


def test_names_and_numbers_are_ticks_and_what_is_ticked_is_black_in_the_copy(world: World) -> None:
    exhibit = Exhibit(world, typed(*LINES))
    marking = Marking(exhibit.anna, exhibit.url).open(1)
    words = offered(marking.page)
    assert list(words) == ["Alibek Synakov", NUMBERS[0], NUMBERS[1], "Synakov"]
    assert marking.page.count("mark-found") == len(words)
    marking.send(words="1", t=words["Alibek Synakov"][0])
    assert marking.squares() == [words["Alibek Synakov"][1]]
    assert list(offered(marking.page)) == [*NUMBERS, "Synakov"]
    left, top, right, bottom = (int(number) / 10_000 for number in marking.carried()["r"][0].split())
    marking.save()
    marking.make()
    assert black(marking.after(1), left, top, right, bottom)
    assert not black(marking.after(1), right + 0.02, top, right + 0.2, bottom)
    assert black_ink(exhibit, left, top, right, bottom), "the words lie under the place"


def black_ink(exhibit: Exhibit, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether something is written at this part of the original page."""
    picture = exhibit.picture(1).convert("L")
    wide = picture.width
    part = picture.crop((int(left * wide), int(top * wide), int(right * wide), int(bottom * wide)))
    return int(part.getextrema()[0]) < 128  # type: ignore[arg-type]


def test_every_word_found_is_marked_at_one_press(world: World) -> None:
    marking = Marking(Browser(world, "anna"), Exhibit(world, typed(*LINES)).url).open(1)
    count = len(offered(marking.page))
    marking.send(every="1")
    assert len(marking.squares()) == count
    assert offered(marking.page) == {}
    marking.send(delete="0")
    assert len(offered(marking.page)) == 1


def test_days_years_and_sums_of_money_are_no_numbers_of_people(world: World) -> None:
    text = ("On 14.12.2017 and 2017-12-14, in 2015-2017:", "1 250 000 tenge and 12 500.")
    page = Marking(Browser(world, "anna"), Exhibit(world, typed(*text)).url).open(1).page
    assert offered(page) == {}
    assert "holds no name of a person of this case" in page


def test_a_page_without_a_text_layer_says_so(world: World) -> None:
    page = Marking(Browser(world, "anna"), Exhibit(world, photo({}, 1)).url).open(1).page
    assert "This page has no text layer" in page
    assert offered(page) == {}


def test_nothing_ticked_is_said_and_nothing_is_lost(world: World) -> None:
    marking = Marking(Browser(world, "anna"), Exhibit(world, typed(*LINES)).url).open(1)
    before = offered(marking.page)
    marking.send(squares="B3").send(words="1")
    assert "Tick the words to mark" in marking.page
    assert marking.squares() == ["B3"]
    assert offered(marking.page) == before


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_places_follow_a_page_that_is_turned(world: World, turn: int) -> None:
    exhibit = Exhibit(world, typed("Alibek Synakov", turn=turn))
    marking = Marking(exhibit.anna, exhibit.url)
    exhibit.anna.post(f"{exhibit.url}/t", turn=f"1.{exhibit.shown().pages[0].seen[:16]}")  # by 90 more
    marking.open(1).send(every="1").save()
    (place,) = marking.open(1).carried()["r"]
    marking.make()
    after = marking.after(1)
    wide = after.width
    box = [int(number) * wide // 10_000 for number in place.split()]
    assert (box[2] - box[0]) * (box[3] - box[1]) < wide * wide // 20
    after.paste(255, (box[0] - 6, box[1] - 6, box[2] + 6, box[3] + 6))
    assert int(after.getextrema()[0]) > 200, "nothing is written beside the place"  # type: ignore[arg-type]


def test_a_name_broken_at_the_end_of_a_line_has_a_place_in_each(world: World) -> None:
    marking = Marking(Browser(world, "anna"), Exhibit(world, typed("they took Alibek Syna-", "kov to the office")).url)
    words = offered(marking.open(1).page)
    assert list(words) == ["Alibek Synakov"]
    marking.send(every="1")
    assert len(marking.squares()) == 2


def test_a_page_that_others_are_looking_at_is_shown_without_its_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = Exhibit(world, typed(*LINES))
    monkeypatch.setattr("hrd_cases.services.evidence.page_words.WAIT", 0.01)
    with TURNS.itself(world.runtime):
        page = Marking(exhibit.anna, exhibit.url).open(1).page
    assert "could not be read now" in page
    assert offered(page) == {}


def test_a_forged_word_marks_nothing_that_is_no_place(world: World) -> None:
    marking = Marking(Browser(world, "anna"), Exhibit(world, photo({}, 1)).url).open(1)
    for forged in ("name|1 2 3|x", "other|1 1 900 900|x", "name|1 1 1 1|x", "", "name|a b c d|x|y"):
        marking.send(w=forged, t="0", words="1")
        assert marking.squares() == []
