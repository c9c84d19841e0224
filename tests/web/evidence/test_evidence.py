"""Files in and out: what a person notices when they take ten photos in, and when something goes wrong on the way."""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hrd_browser import Browser, arrived_body, field, file, form
from hrd_pages import Forms
from hrd_world import World

from hrd_cases.crypto.core.errors import NotOpened
from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.kernel.upload_limits import Limits
from hrd_cases.services.records import records

ALREADY = "You have this file already:"
SEEN_BEFORE = "One of these files is in this case already."
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


@pytest.fixture
def anna(sqlite_world: World) -> Browser:
    return Browser(sqlite_world, "anna")


@pytest.fixture
def address(sqlite_world: World) -> str:
    return f"/c/{sqlite_world.strike.case}/e/new"


def exhibits(browser: Browser) -> dict[str, Any]:
    """Title -> record of every exhibit in the strike case that has files."""
    world = browser.world
    with world.reading("anna") as ctx:
        cards = records.listing(ctx, Evidence, world.strike.case)
        result = [records.read(ctx, world.strike.case, card.id) for card in cards]
    return {item.value.title: item for item in result if item.value.files}


def test_ten_photos_become_one_exhibit_with_their_hashes(world: World) -> None:
    anna, address = Browser(world, "anna"), f"/c/{world.strike.case}/e/new"
    photos = [PHOTO + bytes([at]) * at for at in range(10)]
    parts = [file(f"photo {at}.jpg", data) for at, data in enumerate(photos)]
    answer = anna.upload(address, field("title", "Leaflet"), field("how", "one"), *parts)
    assert answer.status_code == 303
    page = anna.get(answer.location)
    assert page.status_code == 200
    for data in photos:
        assert hashlib.sha256(data).hexdigest() in page.text
    assert exhibits(anna)["Leaflet"].value.count == 10


def _token(anna: Browser, page: str, address: str) -> bytes:
    """The number of the form on a page, as it travels beside the files."""
    return field("_keep", Forms(anna.get(page).text).forms[address]["_keep"][0])


def test_files_sent_a_second_time_open_the_exhibit_that_the_first_sending_made(anna: Browser, address: str) -> None:
    parts = [_token(anna, address, address), field("title", "Twice"), file("a.jpg", PHOTO), file("b.jpg", PHOTO + b"b")]
    first, second = anna.upload(address, *parts), anna.upload(address, *parts)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert [title for title in exhibits(anna) if "Twice" in title] == ["Twice"]
    more = first.location + "/a"
    parts = [_token(anna, first.location, more), file("c.jpg", PHOTO + b"c")]
    assert [anna.upload(more, *parts).status_code for _ in range(2)] == [303, 303]
    assert exhibits(anna)["Twice"].value.count == 3


@pytest.mark.parametrize("how", ["one", "each"])
def test_files_sent_again_after_the_line_dropped_complete_what_had_arrived(
    anna: Browser, address: str, how: str
) -> None:
    photos = [file(f"{at}.jpg", PHOTO + bytes([at])) for at in range(3)]
    parts = [_token(anna, address, address), field("title", "Ten photos"), field("how", how), *photos]
    whole = arrived_body(anna, address, *parts)
    anna.send(address, whole[: whole.index(b"2.jpg")], length=len(whole))
    assert any("before the connection was lost" in title for title in exhibits(anna))
    for _ in range(2):
        assert anna.send(address, whole).status_code == 303
    result = {title: item for title, item in exhibits(anna).items() if "Ten photos" in title or "dropped" in title}
    assert not any("dropped" in title for title in result)
    names = sorted(str(entry["name"]) for item in result.values() for entry in item.value.files)
    assert names == ["0.jpg", "1.jpg", "2.jpg"]
    assert len(result) == (1 if how == "one" else 3)


def test_a_file_comes_out_byte_for_byte_under_a_name_that_tells_nothing(anna: Browser, address: str) -> None:
    data = os.urandom(300_000)
    answer = anna.upload(address, field("title", "Scan"), file("Договор Иванова.pdf", data))
    where = f"{answer.location}/1"
    result = anna.get(where)
    assert result.data == data
    assert result.headers["Content-Length"] == str(len(data))
    assert result.headers["Content-Disposition"] == "attachment; filename=download-01.bin"
    assert result.headers["Content-Type"] == "application/octet-stream"
    assert result.headers["Content-Security-Policy"].startswith("sandbox")
    assert result.headers["X-Content-Type-Options"] == "nosniff"
    assert "%D0%98" not in result.headers["Content-Disposition"]
    by_name = anna.post(where)
    assert by_name.data == data
    assert "filename*=UTF-8''%D0%94" in by_name.headers["Content-Disposition"]


def test_each_file_can_be_an_exhibit_of_its_own(anna: Browser, address: str) -> None:
    parts = [file(f"{at}.jpg", PHOTO) for at in range(3)]
    anna.upload(address, field("title", "Row"), field("how", "each"), *parts)
    created = {title for title in exhibits(anna) if title.startswith("Row")}
    assert created == {"Row · 0.jpg", "Row · 1.jpg", "Row · 2.jpg"}


class Broken(io.RawIOBase):
    """A connection that ends early."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        piece = self._data.read(len(target))
        target[: len(piece)] = piece
        return len(piece)


def test_what_came_whole_before_the_line_dropped_is_found_in_the_case(anna: Browser, address: str) -> None:
    whole = arrived_body(anna, address, field("title", "Ten photos"), *(file(f"{at}.jpg", PHOTO) for at in range(10)))
    answer = anna.send(address, Broken(whole[: len(whole) // 2]), length=len(whole))
    assert answer.status_code == 400
    result = exhibits(anna)["Received before the connection was lost: Ten photos"]
    assert 3 <= result.value.count <= 5
    assert result.value.files[0]["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    assert not list((anna.world.folder / "evidence" / "incoming").iterdir())


def test_nothing_is_left_of_a_single_file_that_was_cut(anna: Browser, address: str) -> None:
    before = set(exhibits(anna))
    whole = arrived_body(anna, address, field("title", "Cut"), file("cut.jpg", PHOTO * 20))
    anna.send(address, Broken(whole[: len(whole) // 2]), length=len(whole))
    assert set(exhibits(anna)) == before
    assert not list((anna.world.folder / "evidence" / "incoming").iterdir())


class Watched(io.RawIOBase):
    """A slow line; each time it gives something, it looks at what this process has open and at the temporary folder."""

    def __init__(self, data: bytes, look: Callable[[], None]) -> None:
        self._data, self._look = io.BytesIO(data), look

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        self._look()
        piece = self._data.read(min(len(target), 500_000))
        target[: len(piece)] = piece
        return len(piece)


def test_no_clear_byte_of_a_file_touches_a_disk_on_its_way_in(anna: Browser, address: str) -> None:
    marker = b"CANARY-OF-THE-MINERS-" * 3
    visited: list[str] = []

    def look() -> None:
        for number in os.listdir("/proc/self/fd"):
            try:
                path = os.readlink(f"/proc/self/fd/{number}")
                if (
                    path.startswith("/")
                    and os.path.isfile(path)
                    and path.startswith((tempfile.gettempdir(), str(anna.world.folder)))
                ):
                    visited.append(path)
                    assert marker not in Path(path).read_bytes()
            except (FileNotFoundError, PermissionError):
                continue

    body = arrived_body(anna, address, field("title", "Watched"), file("a.bin", marker * 60_000))
    answer = anna.send(address, Watched(body, look), length=len(body))
    assert answer.status_code == 303
    assert any("/evidence/" in path for path in visited)
    for path in (p for p in anna.world.folder.rglob("*") if p.is_file()):
        assert marker not in path.read_bytes()


def test_a_file_of_a_hundred_megabytes_goes_in_and_comes_out(anna: Browser, address: str) -> None:
    block = os.urandom(1 << 20)
    body = arrived_body(anna, address, field("title", "Large"), file("large.mp4", block * 100))
    answer = anna.send(address, body)
    assert answer.status_code == 303
    result = anna.get(f"{answer.location}/1")
    digest = hashlib.sha256()
    for _ in range(100):
        digest.update(block)
    assert hashlib.sha256(result.data).hexdigest() == digest.hexdigest()


def test_a_file_over_the_limit_is_refused_in_words_and_the_others_are_kept(anna: Browser, address: str) -> None:
    anna.world.runtime.upload_limits = Limits(file=100_000, files=50)
    parts = (file("fits.jpg", PHOTO), file("large.jpg", PHOTO * 12))
    answer = anna.upload(address, field("title", "Mixed"), *parts)
    assert answer.status_code == 413
    assert "This is too large" in answer.text
    assert exhibits(anna)["Received before the connection was lost: Mixed"].value.count == 1


def test_more_bytes_than_a_form_may_have_are_not_read(anna: Browser, address: str) -> None:
    anna.world.runtime.upload_limits = Limits(file=10_000, files=50)
    answer = anna.upload(address, file("large.jpg", PHOTO * 12))
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_too_many_files_are_said_so_and_the_first_are_kept(anna: Browser, address: str) -> None:
    anna.world.runtime.upload_limits = Limits(files=2)
    parts = [file(f"{at}.jpg", PHOTO) for at in range(4)]
    answer = anna.upload(address, field("title", "Many"), *parts)
    assert answer.status_code == 422
    assert "At most 2 files at once" in answer.text
    assert exhibits(anna)["Received before the connection was lost: Many"].value.count == 2


def test_a_form_without_files_comes_back_with_what_was_typed(anna: Browser, address: str) -> None:
    answer = anna.upload(address, field("title", "No file yet"), file("", b""))
    assert answer.status_code == 422
    assert "Choose at least one file" in answer.text
    assert "No file yet" in answer.text


def test_an_empty_file_is_said_so(anna: Browser, address: str) -> None:
    answer = anna.upload(address, field("title", "Empty"), file("nothing.jpg", b""))
    assert answer.status_code == 422
    _at_the_field(answer.text)


def test_an_empty_file_for_an_exhibit_is_said_at_the_field(anna: Browser, address: str) -> None:
    exhibit = anna.upload(address, field("title", "Leaflet"), file("one.jpg", PHOTO)).location
    answer = anna.upload(f"{exhibit}/a", file("nothing.jpg", b""))
    assert answer.status_code == 422
    _at_the_field(answer.text)


def _at_the_field(page: str) -> None:
    box = page[page.index('id="f-files-box"') :]
    assert "The file is empty (0 bytes)." in box[: box.index("</div>")]
    assert page.index('href="#f-files-box"') < page.index('id="f-files-box"')


@pytest.mark.parametrize("name", ["anna", "luka"])
def test_a_file_that_is_there_already_is_kept_and_named(sqlite_world: World, address: str, name: str) -> None:
    someone = Browser(sqlite_world, name)
    first = someone.upload(address, field("title", "Order of dismissal"), file("one.jpg", PHOTO)).location
    assert ALREADY not in someone.get(first).text
    second = someone.upload(address, field("title", "Later"), file("x.jpg", PHOTO + b"x"), file("y.jpg", PHOTO))
    assert second.status_code == 303
    page = someone.get(second.location).text
    assert SEEN_BEFORE in page
    assert page.count(ALREADY) == 1
    assert f'{ALREADY} <a href="{first}">Order of dismissal</a> (file 1)' in page
    assert f'{ALREADY} <a href="{second.location}">Later</a> (file 2)' in someone.get(first).text
    assert SEEN_BEFORE not in someone.get(second.location).text, "said once"
    third = someone.upload(f"{first}/a", file("y.jpg", PHOTO + b"x"))
    assert SEEN_BEFORE in someone.get(third.location).text


def test_a_file_of_another_case_is_not_told_of(sqlite_world: World, anna: Browser, address: str) -> None:
    anna.upload(address, field("title", "Order of dismissal"), file("one.jpg", PHOTO))
    other = Browser(sqlite_world, "outsider")
    created = other.upload(f"/c/{sqlite_world.own.case}/e/new", field("title", "Mine"), file("one.jpg", PHOTO))
    page = other.get(created.location).text
    assert SEEN_BEFORE not in page
    assert ALREADY not in page


def test_an_empty_file_among_others_is_said_so_and_the_others_are_kept(anna: Browser, address: str) -> None:
    parts = (file("one.jpg", PHOTO), file("nothing.jpg", b""), file("two.jpg", PHOTO + b"2"))
    answer = anna.upload(address, field("title", "Three"), *parts)
    assert answer.status_code == 303
    assert exhibits(anna)["Three"].value.count == 2
    assert "One of the files was empty (0 bytes)" in anna.get(answer.headers["Location"]).text


def test_a_wrong_date_loses_neither_the_files_nor_what_was_typed(anna: Browser, address: str) -> None:
    answer = anna.send(
        address,
        arrived_body(anna, address, field("title", "Dated"), field("dated", "31.02.2018"), file("a.jpg", PHOTO)),
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/e")
    assert "31.02.2018" in exhibits(anna)["Dated"].value.notes


@pytest.mark.parametrize("token", ["", "wrong"])
def test_no_byte_of_a_file_is_taken_without_the_token(anna: Browser, address: str, token: str) -> None:
    before = set(exhibits(anna))
    answer = anna.send(address, form(field("csrf_token", token), field("title", "Forged"), file("a.jpg", PHOTO)))
    assert answer.status_code == 400
    late = anna.send(address, form(file("a.jpg", PHOTO), field("csrf_token", anna.token(address))))
    assert late.status_code == 400
    assert set(exhibits(anna)) == before


class NeverRead(io.RawIOBase):
    """A body that must not be touched."""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        raise AssertionError("a byte was read before the gate had answered")


@pytest.mark.parametrize("name", ["outsider", "auditor"])
def test_who_is_not_on_the_case_is_told_that_there_is_none_before_a_byte_is_read(
    sqlite_world: World, address: str, name: str
) -> None:
    browser = Browser(sqlite_world, name)
    answer = browser.send(address, NeverRead(), length=10_000)
    unknown = browser.send(f"/c/{'0' * 32}/e/new", NeverRead(), length=10_000)
    assert answer.status_code == unknown.status_code == 404
    assert answer.data == unknown.data


def test_who_holds_only_the_coded_part_may_neither_add_nor_open_files(
    sqlite_world: World, address: str, anna: Browser
) -> None:
    created = anna.upload(address, field("title", "Named"), file("a.jpg", PHOTO)).location
    external = Browser(sqlite_world, "external")
    assert external.send(address, NeverRead(), length=10_000).status_code == 403
    assert external.get(f"{created}/1").status_code == 403
    page = external.get(created)
    assert page.status_code == 200
    assert "not shared with you" in page.text
    assert hashlib.sha256(PHOTO).hexdigest() not in page.text


def test_an_outsider_cannot_tell_a_file_from_no_file(sqlite_world: World, address: str, anna: Browser) -> None:
    created = anna.upload(address, field("title", "Hidden"), file("a.jpg", PHOTO)).location
    outsider = Browser(sqlite_world, "outsider")
    answers = [outsider.get(f"{created}/1"), outsider.get(f"/f/{'0' * 32}/{'0' * 32}/1"), outsider.get(created)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1


def test_files_can_be_put_in_order_and_turned(anna: Browser, address: str) -> None:
    parts = [file(f"{at}.jpg", PHOTO + bytes([at])) for at in range(3)]
    created = anna.upload(address, field("title", "Order"), *parts).location
    versions = dict(re.findall(r'name="(_v-[a-z]+)" value="(\d+)"', anna.get(created).text))
    answer = anna.post(f"{created}/o", place=["3", "1", "2"], turn=["90", "0", "180"], **versions)
    assert answer.status_code == 303
    files = exhibits(anna)["Order"].value.files
    assert [(item["name"], item["turn"]) for item in files] == [("1.jpg", 0), ("2.jpg", 180), ("0.jpg", 90)]


def test_further_files_come_after_the_last(anna: Browser, address: str) -> None:
    created = anna.upload(address, field("title", "More"), file("1.jpg", PHOTO)).location
    answer = anna.upload(f"{created}/a", file("2.jpg", PHOTO + b"2"))
    assert answer.status_code == 303
    assert [item["name"] for item in exhibits(anna)["More"].value.files] == ["1.jpg", "2.jpg"]


def test_a_flipped_byte_in_the_store_cuts_the_download(anna: Browser, address: str) -> None:
    created = anna.upload(address, field("title", "Flip"), file("1.jpg", PHOTO * 30)).location
    blob = exhibits(anna)["Flip"].value.files[0]["blob"]
    path = anna.world.folder / "evidence" / blob[:2] / blob[2:4] / blob
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(NotOpened):
        _ = anna.get(f"{created}/1").data


def test_names_with_folders_and_hidden_characters_are_harmless(anna: Browser, address: str) -> None:
    name = "..\\\\..\\\\evil\u202egpj.exe"
    anna.upload(address, field("title", "Names"), file(name, PHOTO))
    page = anna.get(f"/f/{anna.world.strike.case}/{exhibits(anna)['Names'].id}")
    assert ".." not in exhibits(anna)["Names"].value.files[0]["name"]
    assert "hidden character" in page.text


def test_a_bomb_is_taken_in_as_it_is_and_opened_by_nobody_here(anna: Browser, address: str) -> None:
    # The head of a picture of 50,000 x 50,000 pixels: kept byte for byte, its size is nobody's business here.
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + bytes(64)
    created = anna.upload(address, field("title", "Bomb"), file("b.png", bomb)).location
    assert anna.get(f"{created}/1").data == bomb
    assert exhibits(anna)["Bomb"].value.files[0]["sniffed"] == "image/png"
