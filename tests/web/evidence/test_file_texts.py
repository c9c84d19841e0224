"""What stands in files of exhibits is found through the page, by whoever may open the file and by nobody else."""

import re
from collections import Counter

import pytest
from hrd_browser import Browser, field, file
from hrd_pages import Visitor, below_search
from hrd_scans import LETTER as LETTER_ON_PAPER
from hrd_scans import joined, scanned_pdf, stored, typed_pdf, written
from hrd_world import World

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.file_texts import FileText
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.render import ocr
from hrd_cases.services.casework import search
from hrd_cases.services.deletion import deleting
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.demo.drawing import docx
from hrd_cases.services.evidence import file_texts
from hrd_cases.services.keys.gate import every, open_vault
from hrd_cases.services.records import records
from hrd_cases.store.digests import DigestRow, Digests
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import of_class
from tests.render.odd_files import pdf, saved

LETTER = "Мастер Қайрат велел молчать про метан. Телефон 8 701 555 66 77."


class Exhibit:
    """An exhibit with these files in the strike case, looked at by who took it in."""

    def __init__(self, world: World, *files: bytes, title: str = "Leaflet") -> None:
        self.world, self.anna = world, Browser(world, "anna")
        parts = [file(f"Letter {at}.docx", data) for at, data in enumerate(files, start=1)]
        self.url = str(self.anna.upload(f"/c/{world.strike.case}/e/new", field("title", title), *parts).location)
        self.id = self.url.rsplit("/", 1)[-1]
        self.look()

    def look(self, url: str = "") -> str:
        page = self.anna.get(url or self.url)
        assert page.status_code == 200
        file_texts.wait(self.world.runtime)
        return page.text

    @property
    def texts(self) -> list[FileText]:
        with self.world.reading("anna") as ctx:
            vault = open_vault(ctx, Act.READ_CASE, self.world.strike.case)
            return [text.value for text in of_class(ctx.work.records.cards([vault], (FileText,)), FileText)]


def found(world: World, name: str, text: str) -> str:
    """What the page of a search shows below its form."""
    visitor = Visitor(world).enter(name)
    answer = visitor.fill("/s", text=text)
    return below_search(visitor.get(answer.headers["Location"]).text)


@pytest.mark.parametrize(
    "typed", ["метан", "молчать метан", "Kairat", "Кайрату", "87015556677", "555 66 77", "leaflet метан"]
)
def test_words_names_and_numbers_in_a_file_are_found_with_their_line_and_their_file(
    sqlite_world: World, typed: str
) -> None:
    exhibit = Exhibit(sqlite_world, docx(["Расписка"]), docx([LETTER]))
    page = found(sqlite_world, "anna", typed)
    assert f'href="{exhibit.url}"' in page
    assert page.count('href="/f/') == 1, "one row for the exhibit"
    shown = re.sub("<[^>]+>", "", page)
    assert "Text of a file · Letter 2.docx: " in shown
    assert "велел молчать про метан" in shown
    assert "<mark>" in page


def test_the_pages_of_a_pdf_and_a_row_of_the_list_are_enough(sqlite_world: World) -> None:
    world = sqlite_world
    anna = Browser(world, "anna")
    anna.upload(f"/c/{world.strike.case}/e/new", field("title", "Scan"), file("s.pdf", saved(pdf(pages=2))))
    assert "Scan" not in found(world, "anna", "specimen 2")
    anna.get(f"/c/{world.strike.case}/e")
    file_texts.wait(world.runtime)
    assert "Scan" in found(world, "anna", "specimen 2")


@pytest.mark.parametrize("name", ["external", "outsider", "coordinator"])
def test_who_may_not_open_the_file_finds_nothing_of_it(sqlite_world: World, name: str) -> None:
    exhibit = Exhibit(sqlite_world, docx([LETTER]))
    for typed in ("метан", "Қайрат", "8 701 555 66 77"):
        assert exhibit.id in found(sqlite_world, "luka", typed)
        page, other = found(sqlite_world, name, typed), found(sqlite_world, name, "вертолёт")
        assert "Nothing found" in page
        assert page == other
    with sqlite_world.reading(name) as ctx:
        packs = [pack for _, own in ctx.work.records.texts(every(ctx, Act.SEE_DESK, CASE_VAULT)) for pack in own]
    assert not any("метан".encode() in card.document for pack in packs for card in pack.values())


def test_a_search_that_looks_twice_opens_nothing_twice(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Exhibit(sqlite_world, docx([LETTER]))
    opened: Counter[tuple[str, str, str]] = Counter()
    plain = Digests._plain

    def noted(packs: Digests, vault: OpenVault, row: DigestRow) -> bytes | None:
        opened[packs.table.name, row.vault_id, row.compartment] += 1
        return plain(packs, vault, row)

    with sqlite_world.reading("anna") as ctx:
        assert search.find(ctx, "метан малчать").near, "one word is in the file, the other differs by a letter"
        monkeypatch.setattr(Digests, "_plain", noted)
        assert search.find(ctx, "метан вертолётчица").page.total == 0
    assert {table for table, _, _ in opened} == {"text_packs", "digests"}
    assert {at: times for at, times in opened.items() if times > 1} == {}


def test_a_file_is_read_once_and_rests_sealed_beside_its_exhibit(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, docx([LETTER]))
    for url in ("", f"/c/{sqlite_world.strike.case}/e", ""):
        exhibit.look(url)
    assert [text.exhibit for text in exhibit.texts] == [exhibit.id]
    rests = (sqlite_world.folder / "evidence").rglob("*")
    assert not any("молчать".encode() in path.read_bytes() for path in rests if path.is_file())
    with sqlite_world.reading("anna") as ctx:
        stored = records.read(ctx, sqlite_world.strike.case, exhibit.id)
    assert max(stored.versions.values()) == 1, "the exhibit itself is as it was entered"


def test_a_file_that_cannot_be_read_is_taken_in_all_the_same(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, docx([LETTER])[:300], b"%PDF-1.4 broken", docx(["Вторая страница"]))
    assert [text.file for text in exhibit.texts] != []
    assert exhibit.id in found(sqlite_world, "anna", "вторая страница")
    assert len(exhibit.texts) == 1


def test_the_page_says_of_which_file_only_the_beginning_is_found(sqlite_world: World) -> None:
    said = "Search finds only the first 200,000 letters"
    exhibit = Exhibit(sqlite_world, docx(["слово " * 33_400 + "конец"]))
    assert exhibit.look().count(said) == 1
    assert exhibit.id in found(sqlite_world, "anna", "слово")
    assert exhibit.id not in found(sqlite_world, "anna", "конец")
    assert said not in Exhibit(sqlite_world, docx(["слово"])).look()


@pytest.mark.parametrize("typed", ["запретил собрание", "Kairat", "ереуіл", "refused"])
def test_words_on_a_scan_are_found_and_said_to_be_read_by_a_machine(sqlite_world: World, typed: str) -> None:
    exhibit = Exhibit(sqlite_world, stored(written(*LETTER_ON_PAPER)), docx(["Расписка"]), title="Photograph")
    page = found(sqlite_world, "anna", typed)
    assert f'href="{exhibit.url}"' in page
    assert "Text of a scan, read by machine · Letter 1.docx: " in re.sub("<[^>]+>", "", page)
    assert exhibit.look().count("A machine read the words on its pages for search") == 1
    assert [text.scanned for text in exhibit.texts] == [False, True]
    for name in ("external", "outsider", "coordinator"):
        assert "Nothing found" in found(sqlite_world, name, typed)
    rests = [path.read_bytes() for path in sqlite_world.folder.rglob("*") if path.is_file()]
    assert not any("запретил".encode() in data for data in rests)


def test_a_scan_behind_pages_of_text_is_read_and_nothing_twice(sqlite_world: World) -> None:
    exhibit = Exhibit(
        sqlite_world, joined(typed_pdf("Asked in the spring " * 5), scanned_pdf(written(*LETTER_ON_PAPER)))
    )
    exhibit.look()
    texts = sorted(whole(exhibit), key=lambda text: text.scanned)
    counted = [(text.scanned, text.unread, text.text.count("запретил"), text.text.count("spring")) for text in texts]
    assert counted == [(False, 1, 0, 5), (True, 0, 1, 0)]
    shown = re.sub("<[^>]+>", "", found(sqlite_world, "anna", "asked spring"))
    assert "Text of a file · Letter 1.docx: " in shown, "what is written is not called read by a machine"


def test_written_text_is_kept_though_reading_of_pictures_breaks(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError

    scan = scanned_pdf(written(*LETTER_ON_PAPER))
    monkeypatch.setattr(ocr, "words_on", broken)
    exhibit = Exhibit(sqlite_world, joined(typed_pdf("Asked in the spring " * 5), scan))
    assert exhibit.id in found(sqlite_world, "anna", "asked spring")
    assert "Nothing found" in found(sqlite_world, "anna", "запретил")
    monkeypatch.undo()
    with file_texts.WORK.of(sqlite_world.runtime) as work:
        work.tried.clear()  # as after the server was started again
    exhibit.look()
    assert exhibit.id in found(sqlite_world, "anna", "запретил")
    assert len(whole(exhibit)) == 2


def test_of_a_long_scan_the_page_says_that_more_pages_are_not_read(sqlite_world: World) -> None:
    pages = [written("Приказ об увольнении", size=(700, 200)), *[written(size=(60, 40))] * 51]
    exhibit = Exhibit(sqlite_world, scanned_pdf(*pages))
    assert [(text.scanned, text.unread) for text in exhibit.texts] == [(True, 2)]
    assert "Search does not know the words on pages of this file that are pictures." in exhibit.look()
    assert exhibit.id in found(sqlite_world, "anna", "приказ увольнение")


def test_where_nothing_reads_pictures_the_page_says_so_and_texts_are_found(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "program", lambda: "")
    scan = scanned_pdf(written(*LETTER_ON_PAPER))
    exhibit = Exhibit(sqlite_world, stored(written(*LETTER_ON_PAPER)), docx([LETTER]), scan)
    assert exhibit.look().count("Tesseract is not installed on this server") == 2
    assert "Nothing found" in found(sqlite_world, "anna", "запретил")
    assert exhibit.id in found(sqlite_world, "anna", "метан")
    assert "Tesseract" not in Exhibit(sqlite_world, docx(["слово"])).look()


def whole(exhibit: Exhibit) -> list[FileText]:
    """The texts as they rest, with their words."""
    with exhibit.world.reading("anna") as ctx:
        vault = open_vault(ctx, Act.READ_CASE, exhibit.world.strike.case)
        return [text.value for text in of_class(ctx.work.records.all(vault), FileText)]


def test_with_an_exhibit_the_text_of_its_files_goes(sqlite_world: World) -> None:
    world = sqlite_world
    exhibit, other = Exhibit(world, docx([LETTER])), Exhibit(world, docx(["Про метан тоже"]))
    target = DeletionTarget(vault=world.strike.case, record=exhibit.id)
    with world.writing("anna") as ctx:
        deleting.ask(ctx, target, "Not needed")
    with world.writing("lana") as ctx:
        deleting.confirm(ctx, target, sure=True)
    page = found(world, "anna", "метан")
    assert other.id in page
    assert exhibit.id not in page
    assert [text.exhibit for text in exhibit.texts] == [other.id]


def test_a_title_that_says_it_all_shows_no_line(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, docx([LETTER]), title="Метан")
    with sqlite_world.reading("anna") as ctx:
        (group,) = search.find(ctx, "метан").groups
    assert [(hit.record, hit.file, hit.excerpt) for hit in group.hits] == [(exhibit.id, "", ())]
