"""Pages of an exhibit as pictures: drawn once, kept sealed beside the file, shown to whoever may open the file."""

import io
from pathlib import Path

import pytest
from hrd_browser import Browser, field, file
from hrd_world import World
from PIL import Image

from hrd_cases.services.evidence import previews
from hrd_cases.services.records import records
from tests.render.odd_files import ODD
from tests.render.strike_sample import photo, scan


class Exhibit:
    """An exhibit with these files in the strike case, its pages drawn."""

    def __init__(self, world: World, *files: bytes, draw: bool = True) -> None:
        self.world, self.anna = world, Browser(world, "anna")
        parts = [file(f"{at}.bin", data) for at, data in enumerate(files, start=1)]
        created = self.anna.upload(f"/c/{world.strike.case}/e/new", field("title", "Leaflet"), *parts)
        self.url = str(created.location)
        self.id = self.url.rsplit("/", 1)[-1]
        if draw:
            self.shown()

    def shown(self) -> previews.Shown:
        with self.world.reading("anna") as ctx:
            return previews.of(ctx, self.world.strike.case, self.id, 60)

    def picture(self, number: int) -> Image.Image:
        answer = self.anna.get(f"{self.url}/p/{number}")
        assert answer.status_code == 200
        return Image.open(io.BytesIO(answer.data))

    @property
    def kept(self) -> list[Path]:
        """The sealed pictures, in the order of the files."""
        with self.world.reading("anna") as ctx:
            files = records.read(ctx, self.world.strike.case, self.id).value.files
        return [self.world.folder / "evidence" / "previews" / item["blob"] for item in files]


def test_every_page_of_every_file_is_a_picture_with_nothing_else_in_it(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1), scan(3))
    visible = exhibit.shown()
    assert [(page.number, page.file, page.source) for page in visible.pages] == [
        (1, 1, 1),
        (2, 2, 1),
        (3, 2, 2),
        (4, 2, 3),
    ]
    for number in range(1, 5):
        page = exhibit.picture(number)
        assert page.width == 600
        assert not page.getexif()
        assert set(page.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert exhibit.anna.get(f"{exhibit.url}/p/5").status_code == 404
    small = Image.open(io.BytesIO(exhibit.anna.get(f"{exhibit.url}/s").data))
    assert max(small.size) == 128


def test_pictures_are_never_kept_by_a_browser_and_never_run(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1))
    for address in ("p/1", "s"):
        answer = exhibit.anna.get(f"{exhibit.url}/{address}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] in ("image/png", "image/jpeg")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("name", "status"), [("outsider", 404), ("auditor", 404), ("external", 403)])
def test_who_may_not_open_the_file_sees_no_picture_of_it(sqlite_world: World, name: str, status: int) -> None:
    exhibit, other = Exhibit(sqlite_world, photo({}, 1)), Browser(sqlite_world, name)
    for address in ("p/1", "s"):
        answer = other.get(f"{exhibit.url}/{address}")
        assert answer.status_code == status
        if status == 404:
            assert answer.data == other.get(f"/f/{'0' * 32}/{'0' * 32}/{address}").data


def test_pictures_rest_sealed_and_are_drawn_once(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1))
    (saved,) = exhibit.kept
    before = saved.stat().st_mtime_ns, saved.read_bytes()
    for number in (0, 1):
        data = exhibit.anna.get(f"{exhibit.url}/{'s' if not number else 'p/1'}").data
        assert data
        assert data[:200] not in before[1]
    assert saved.stat().st_mode & 0o777 == 0o600
    exhibit.shown()
    exhibit.anna.get(f"{exhibit.url}/w")
    assert (saved.stat().st_mtime_ns, saved.read_bytes()) == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_turned_file_is_drawn_anew(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1))
    upright, visited = exhibit.picture(1), exhibit.shown().pages[0].seen
    with sqlite_world.reading("anna") as ctx:
        versions = records.read(ctx, sqlite_world.strike.case, exhibit.id).versions
    sent = {f"_v-{name}": str(number) for name, number in versions.items()}
    exhibit.anna.post(f"{exhibit.url}/o", place=["1"], turn=["90"], **sent)
    assert exhibit.anna.get(f"{exhibit.url}/p/1").status_code == 404, "never the picture of what it was"
    turned = exhibit.shown().pages[0]
    assert turned.seen != visited
    assert (exhibit.picture(1).width > exhibit.picture(1).height) != (upright.width > upright.height)


@pytest.mark.parametrize("harm", ["flipped", "cut", "of another file", "gone"])
def test_pictures_that_are_not_as_they_were_are_drawn_anew(sqlite_world: World, harm: str) -> None:
    exhibit, other = Exhibit(sqlite_world, photo({}, 1)), Exhibit(sqlite_world, photo({}, 2))
    (saved,), right = exhibit.kept, exhibit.picture(1).tobytes()
    data = bytearray(saved.read_bytes())
    if harm == "flipped":
        data[len(data) // 4] ^= 1
    elif harm == "cut":
        del data[len(data) // 2 :]
    saved.write_bytes(other.kept[0].read_bytes() if harm == "of another file" else data)
    if harm == "gone":
        saved.unlink()
    assert exhibit.anna.get(f"{exhibit.url}/p/1").status_code == 404
    exhibit.shown()
    assert exhibit.picture(1).tobytes() == right


def test_a_file_that_is_not_as_it_was_taken_in_is_named_and_stops_no_other(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1), photo({}, 2), draw=False)
    blob = (
        sqlite_world.folder / "evidence" / exhibit.kept[0].name[:2] / exhibit.kept[0].name[2:4] / exhibit.kept[0].name
    )
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    page = exhibit.anna.get(f"{exhibit.url}/w").text
    assert page.count("has changed since it was uploaded") == 1
    assert page.count("Printed on 1 page.") == 1
    blob.unlink()
    page = exhibit.anna.get(f"{exhibit.url}/w").text
    assert page.count("no longer on the server") == 1
    assert page.count("Printed on 1 page.") == 1


def test_nothing_is_kept_of_a_file_whose_kind_is_never_printed(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, ODD["sound"].make())
    assert exhibit.shown().files[0].reason == "kind"
    assert not exhibit.kept[0].exists()
    assert exhibit.anna.get(f"{exhibit.url}/s").status_code == 404


def test_a_file_deleted_while_it_was_drawn_leaves_no_picture(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, photo({}, 1))
    with sqlite_world.reading("anna") as ctx:
        stored = records.read(ctx, sqlite_world.strike.case, exhibit.id)
    from hrd_cases.services.evidence.evidence import files_of

    (saved,) = exhibit.kept
    sqlite_world.runtime.blobs.remove(saved.name)
    assert not saved.exists()
    outcome = previews.Outcome(count=0, of=0)
    previews._keep(sqlite_world.runtime, sqlite_world.strike.case, files_of(stored)[0], outcome, ())
    assert not saved.exists()
