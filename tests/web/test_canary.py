"""Promise P1: nothing that anybody wrote can be read from the disks, in whatever encoding one looks.

Two made-up words are planted in every field of every form, in files and their names, and in a court dossier; all of it
goes through the pages. Then every byte that was written is looked at. Catalogue 11, 12 and 15 to 17.
"""

import base64
import gzip
import json
import logging
import random
import re
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hrd_at_rest import files_at_rest
from hrd_browser import Browser, filled_form
from hrd_browser import field as text_part
from hrd_browser import file as file_part
from hrd_canaries import Hit, Scanner
from hrd_filled import filled
from hrd_thief import Copy
from hrd_world import CaseIds, World, admit
from sqlalchemy import insert

from hrd_cases.domain import entities
from hrd_cases.domain.fields import ENTITIES, Hidden
from hrd_cases.services.casework import people
from hrd_cases.services.drafting.plans import PaperStart, SectionPlan
from hrd_cases.services.papers import papers, releasing
from hrd_cases.services.records import records
from hrd_cases.store import columns, tables
from hrd_cases.store.classified import classification
from hrd_cases.web.forms.spelling import spell

LATIN, CYRILLIC = "zqvxkanarejka", "жкщъканарейка"
SCANNER = Scanner((LATIN, CYRILLIC))
BIG = 1_300_000


def planted(name: str) -> str:
    """A text for a field: both words, and the field's name, so that a leak says where it came from."""
    return f"{LATIN} {CYRILLIC} {name}"


# --- the scanner itself ------------------------------------------------------------------------------------------

NOISE = random.Random(7).randbytes(200_000)  # noise that is the same in every run


def _zip(data: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", data)
    return out.getvalue()


HIDINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda word: word.encode(),
    "utf-16le": lambda word: word.encode("utf-16-le"),
    "utf-16be": lambda word: word.encode("utf-16-be"),
    "base64, first phase": lambda word: base64.b64encode(f"abc{word}xyz".encode()),
    "base64, second phase": lambda word: base64.b64encode(f"abcd{word}xyz".encode()),
    "base64, third phase": lambda word: base64.b64encode(f"abcde{word}xyz".encode()),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(f"abcd{word}xyz".encode()),
    "hex": lambda word: word.encode().hex().encode(),
    "hex in capitals": lambda word: word.encode().hex().upper().encode(),
    "address": lambda word: "".join(f"%{byte:02x}" for byte in word.encode()).encode(),
    "gzip": lambda word: gzip.compress(f"{'x' * 9000}{word}".encode()),
    "zlib": lambda word: zlib.compress(f"{'x' * 9000}{word}".encode(), 9),
    "fast zlib": lambda word: zlib.compress(f"{'xy' * 900}{word}".encode(), 1),
    "an archive": lambda word: _zip(f"<w:t>{word}</w:t>".encode()),
    "gzip in an archive": lambda word: _zip(gzip.compress(word.encode())),
    "json": lambda word: json.dumps({"title": word}).encode(),
    "json with every letter escaped": lambda word: "".join(f"\\u{ord(item):04x}" for item in word).encode(),
    "reversed": lambda word: word[::-1].encode(),
    "reversed bytes": lambda word: word.encode()[::-1],
}


@pytest.mark.parametrize("word", [LATIN, CYRILLIC])
@pytest.mark.parametrize("hiding", HIDINGS)
def test_the_search_finds_a_planted_word_in_every_disguise(tmp_path: Path, hiding: str, word: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(NOISE[:77_777] + HIDINGS[hiding](word) + NOISE[77_777:])
    assert SCANNER.folder(tmp_path)


def test_the_search_finds_a_word_in_the_name_of_a_file_and_nothing_in_noise(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(NOISE)
    assert SCANNER.folder(tmp_path) == []
    (tmp_path / f"{LATIN}.tmp").write_bytes(b"")
    assert {(hit.word, Path(hit.place).name) for hit in SCANNER.folder(tmp_path)} == {(LATIN, f"{LATIN}.tmp")}


# --- a whole life of the organisation ----------------------------------------------------------------------------


@dataclass
class Life:
    """What was done, and everything that was written meanwhile."""

    world: World
    temporary: Path
    logged: str = ""
    seen_in_temporary: list[Hit] = field(default_factory=list)

    @property
    def folders(self) -> list[Path]:
        """Every folder that anything was written to."""
        return [self.world.folder, self.temporary]

    def database_files(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each file of the database, side files too, and of everything that its server writes."""
        return files_at_rest(self.world.runtime.database, whole_server=True)


class _Watching:
    """Looks into the temporary folder all the while: what is there for a moment only counts too."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._end = folder, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.hits: list[Hit] = []

    def __enter__(self) -> "_Watching":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(0.02):
            for path in list(self._folder.rglob("*")):
                try:
                    data = path.read_bytes() if path.is_file() else b""
                except OSError:  # gone in the meantime, as temporary files are
                    continue
                self.hits += list(SCANNER.scan(path.name.encode() + data, str(path)))


def _form(code: str, value: Any) -> dict[str, Any]:
    """A value as its form sends it."""
    return spell([item for item in ENTITIES[code].fields if not isinstance(item.kind, Hidden)], value)


def _sent(browser: Browser, path: str, fields: dict[str, Any]) -> str:
    answer = browser.post(path, **fields)
    assert answer.status_code == 303, (path, answer.status_code, _problems(answer.text))
    return str(answer.location)


def _problems(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "error" in line.casefold()][:8]


def _directory(anna: Browser) -> dict[str, tuple[str, ...]]:
    created = {}
    for code, place in (("company", "/o"), ("body", "/b")):
        at = _sent(anna, f"{place}/new", _form(code, filled(code, write=planted)))
        created[code] = (at.partition("?")[0].rsplit("/", 1)[1],)
        assert LATIN in anna.get(f"{place}/{created[code][0]}").text
    return created


def _case(anna: Browser, links: dict[str, tuple[str, ...]]) -> CaseIds:
    """A call, a case made of it, a person, and one of everything, all typed into forms."""
    call = _sent(anna, "/i/new", _form("call", filled("call", write=planted))).partition("?")[0].rsplit("/", 1)[1]
    page = anna.get(f"/i/{call}/c").text
    # "Caller 1", as the form proposes, would tell of a caller whose name holds the word "call".
    visible = filled_form(page, f"/i/{call}/c") | {"title": planted("case.title"), "pseudonym": planted("first person")}
    at = _sent(anna, f"/i/{call}/c", visible)
    case = at.partition("?")[0].rsplit("/", 1)[1]
    visible = filled_form(anna.get(f"/c/{case}/c").text, f"/c/{case}/c")
    _sent(
        anna, f"/c/{case}/c", {**visible, **_form("case", filled("case", links, planted)), "people": visible["people"]}
    )
    at = _sent(anna, f"/p/new/{case}", _form("person", filled("person", links, planted)))
    person = at.partition("?")[0].rsplit("/", 1)[1]
    links = {**links, "person": (person,)}
    created: dict[str, str] = {}
    for code in (entity.code for entity in entities.in_case()):
        if code in ("advice", "evidence"):
            continue
        value = filled(code, {**links, **{item: (record,) for item, record in created.items()}}, planted)
        value = replace(value, strategy="") if code == "action" else value
        _sent(anna, f"/c/{case}/{ENTITIES[code].letter}/new", _form(code, value))
        with anna.world.reading("anna") as ctx:
            created[code] = records.listing(ctx, ENTITIES[code].cls, case)[0].id
    return CaseIds(case=case, person=person, call=call, call_vault=case, records=created)


def _files(browser: Browser, case: str) -> None:
    whole = (planted("in a file") * 40_000).encode()[:BIG]
    answer = browser.upload(
        f"/c/{case}/e/new",
        text_part("title", planted("evidence.title")),
        text_part("got_from", planted("evidence.got_from")),
        text_part("how", "one"),
        file_part(f"{LATIN} {CYRILLIC}.txt", whole, "text/plain"),
        file_part(f"{CYRILLIC}.docx", _zip(planted("docx").encode()), "application/zip"),
    )
    assert answer.status_code == 303
    assert browser.get(f"{answer.location.partition('?')[0]}/1").data == whole
    broken = browser.send(
        f"/c/{case}/e/new",
        b'------boundary7a\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + browser.token(f"/c/{case}/e/new").encode()
        + b"\r\n"
        + file_part(f"{LATIN}.txt", whole, "text/plain")
        + file_part(f"{LATIN} 2.txt", whole, "text/plain")[: BIG // 2],
        length=2 * BIG,
    )
    assert broken.status_code == 400


def _say_whom_the_letter_names(browser: Browser, address: str) -> None:
    """Every field holds the word that is a person's name, too: it is printed once somebody has said that it is none."""
    page = browser.get(address)
    request = re.findall(r'name="s-([0-9a-f]+)" value="([0-9a-f]+)"', page.text) if page.status_code == 200 else []
    if request:
        sent = {f"s-{group}": sign for group, sign in request} | {f"g-{group}": "nobody" for group, _sign in request}
        assert browser.post(address, **sent).status_code == 303


def _looks(browsers: list[Browser], ids: CaseIds) -> None:
    """Every page that shows any of it, searches for it, or refuses it."""
    pages = ["/d", "/i", "/c", "/p", "/o", "/b", "/h", "/t", "/l", "/a", "/m", f"/c/{ids.case}", f"/p/{ids.person}"]
    pages += [f"/c/{ids.case}/r/{record}{end}" for record in ids.records.values() for end in ("", "/e", "/h")]
    pages += [f"/c/{ids.case}/opened", f"/c/{ids.case}/team", f"/w/{ids.case}", f"/c/{LATIN}", f"/{CYRILLIC}"]
    pages += [f"/c/{ids.case}/r/{ids.records['letter']}/print/docx"]
    for browser in browsers:
        _say_whom_the_letter_names(browser, f"/c/{ids.case}/r/{ids.records['letter']}/w")
        for page in pages:
            assert browser.get(page).status_code in (200, 303, 403, 404), page
        for place in ("/c/q", "/p/q", "/o/q", "/b/q"):
            browser.post(place, text=planted("search"), q=planted("search"))
        browser.post("/s", text=planted("search"), q=planted("search"))


def _mistakes(anna: Browser, ids: CaseIds) -> None:
    """Forms that are wrong, late, or older than what a colleague saved."""
    wrong = {**_form("incident", filled("incident", write=planted)), "when": [planted("not a date")]}
    assert anna.post(f"/c/{ids.case}/n/new", **wrong).status_code == 422
    again = _form("note", filled("note", write=planted))
    assert anna.post(f"/c/{ids.case}/r/{ids.records['note']}/e", **again).status_code == 409
    for path in (f"/c/{ids.case}/team", "/a/i", "/m/p", "/l/x", "/t/x"):
        anna.post(path, user=LATIN, name=planted("x"), purpose=planted("x"), old=planted("x"), passphrase=planted("x"))
    page = anna.get(f"/c/{ids.case}/m/new").text
    token = page.partition('name="_keep"')[2].partition('value="')[2].partition('"')[0]
    assert token
    anna.world.runtime.sessions.lock(anna.session.cookie)
    late = anna.post(f"/c/{ids.case}/m/new", **again, _keep=token)
    assert late.status_code == 303
    existing = anna.world.people["anna"]
    anna.client.post("/e", data={"handle": f"{existing.handle} {LATIN}", "passphrase": planted("passphrase")})


def _trends_and_log(world: World) -> None:
    Browser(world, "coordinator").post("/t/x", d="inside", purpose=planted("purpose"), b="kind", u="incidents")
    assert Browser(world, "auditor").post("/l/x", purpose=planted("purpose")).status_code == 200


def _dossier(world: World, links: dict[str, tuple[str, ...]]) -> None:
    """A court dossier of the strike case, with an exhibit, built by the worker and released."""
    ids = world.strike
    with world.writing("lana") as ctx:
        stored = records.read(ctx, ids.case, ids.records["action"])
        mine = {**links, "person": (ids.person,), "colleague": (world.user("lana"),)}
        value = filled("action", mine, planted, within=("core", "identity", "privileged"))
        value = replace(value, custody=(), secrecy_until=None, secrecy_signed="", people=())
        value = replace(value, parties=tuple(replace(party, person="", protected="") for party in value.parties))
        records.save(ctx, ids.case, stored.id, value, stored.versions)
        person = people.read(ctx, ids.person)
        people.save(ctx, ids.person, filled("person", mine, planted), person.versions)
        records.create(ctx, ids.case, filled("advice", write=planted))
    start = PaperStart(title=planted("paper"), action=ids.records["action"], language="ru", variant="full")
    with world.writing("lana") as ctx:
        paper = papers.begin(ctx, ids.case, start)
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, ids.case, paper)
        filing = replace(
            desk.plan.filing,
            court=planted("court"),
            case_number=LATIN,
            filed_by=planted("filed by"),
            authority=planted("authority"),
            signatory=planted("signatory"),
            requests=planted("requests"),
            sections=(SectionPlan(heading=planted("heading"), text=planted("text")),),
        )
        papers.save_filing(ctx, ids.case, paper, filing, desk.stored.versions)
    session = world.session("lana")
    papers.build_blocking(world.runtime, session, world.now, ids.case, paper)
    releasing.release(world.runtime, session, world.now, ids.case, paper)
    with world.reading("lana") as ctx:
        visited = papers.view(ctx, ids.case, paper)
        bodies = [
            b"".join(releasing.released_file(ctx, ids.case, paper, number).pieces)
            for number in range(1, len(visited.files) + 1)
        ]
    assert any(body.startswith(b"%PDF") for body in bodies)
    assert list(SCANNER.scan(b"".join(body for body in bodies if body.startswith(b"PK")), "the DOCX"))


def _live(world: World) -> None:
    """Everything that people do with the program, in one go."""
    anna, lana = Browser(world, "anna"), Browser(world, "lana")
    links = {**_directory(anna), "colleague": (world.user("lana"),)}
    ids = _case(anna, links)
    assert CYRILLIC in anna.get(f"/c/{ids.case}").text
    for code, record in ids.records.items():
        page = anna.get(f"/c/{ids.case}/r/{record}/e")
        assert LATIN in page.text, code
    _files(anna, ids.case)
    _looks([anna, lana, Browser(world, "outsider"), Browser(world, "auditor"), Browser(world, "admin")], ids)
    anna.post(f"/c/{ids.case}/team", user=[world.user("lana")], level=["lead"])
    admit(world, f"{LATIN} {CYRILLIC}", frozenset({"caseworker"}))
    _trends_and_log(world)
    _dossier(world, links)
    _mistakes(anna, ids)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def life(request: pytest.FixtureRequest, world_on: Callable[[str], World], tmp_path_factory: Any) -> Life:
    world = world_on(request.param)
    temporary = tmp_path_factory.mktemp("temporary")
    created, caught = Life(world, temporary), _Caught()
    with pytest.MonkeyPatch.context() as patched, _Watching(temporary) as watching:
        patched.setenv("TMPDIR", str(temporary))
        patched.setattr(tempfile, "tempdir", str(temporary))
        logging.getLogger().addHandler(caught)
        logging.getLogger().setLevel(logging.DEBUG)
        try:
            _live(world)
        finally:
            logging.getLogger().removeHandler(caught)
            logging.getLogger().setLevel(logging.WARNING)
    created.logged, created.seen_in_temporary = "\n".join(caught.lines), watching.hits
    return created


class _Caught(logging.Handler):
    """Every line that any part of the program logs, with its arguments and where it went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._format = logging.Formatter("%(name)s %(message)s %(pathname)s")

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self._format.format(record) + repr(record.args))


@pytest.mark.slow
def test_nothing_of_it_rests_in_the_database_its_journals_or_free_pages(life: Life) -> None:
    looked, hits = 0, []
    for name, data in life.database_files():
        looked += len(data)
        hits += SCANNER.scan(data, name)
    assert looked > 500_000
    assert hits == []


@pytest.mark.slow
def test_nothing_of_it_rests_in_evidence_instance_or_temporary_folders(life: Life) -> None:
    written = [path for folder in life.folders for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in written) > 2 * BIG / 2, "a file of over 1 MB was among it"
    assert [hit for folder in life.folders for hit in SCANNER.folder(folder)] == []
    assert life.seen_in_temporary == []


@pytest.mark.slow
def test_nothing_of_it_is_in_what_the_program_logged(life: Life) -> None:
    assert list(SCANNER.scan(life.logged.encode(), "log")) == []
    for person in life.world.people.values():
        assert person.passphrase not in life.logged
        assert person.handle not in life.logged


@pytest.mark.slow
def test_what_is_sealed_is_an_envelope_of_a_declared_size(life: Life) -> None:
    """Catalogue 12 and 17: every value of a sealed column begins as an envelope and has one of the padded lengths."""
    from hrd_cases.crypto.core.encoding import padded_length

    kinds = classification()
    rows = Copy.of(life.world.runtime.database).rows
    looked = 0
    for place, rests in kinds.items():
        table, column = place.split(".")
        for row in rows[table] if rests == columns.SEALED else ():
            value = row[column]
            if value is None:
                continue
            sealed = value[20:] if table == "log" else value
            assert sealed[0] in (1, 2), place
            inner = len(sealed) - (1 + 32 + 32 + 16) if sealed[0] == 1 else len(sealed) - (2 + 1120 + 16)
            assert padded_length(inner) == inner, (place, inner)
            looked += 1
    assert looked > 300


@pytest.mark.slow
def test_equal_texts_are_never_equal_bytes(life: Life) -> None:
    rows = Copy.of(life.world.runtime.database).rows
    sealed = [row["body_sealed"] for row in rows["records"]]
    sealed += [row["digest_sealed"] for table in ("digests", "text_packs") for row in rows[table]]
    for width in (33, 64):
        assert len({value[1:width] for value in sealed}) == len(sealed)


@pytest.mark.slow
def test_a_word_planted_in_the_database_would_have_been_found(life: Life) -> None:
    """The search looks where the data is: one plain value, written and removed, is enough to be found."""
    with life.world.runtime.database.writing() as work:
        work.connection.execute(insert(tables.settings).values(name="planted", value=planted("settings")))
    life.world.runtime.database.settle()
    hits = {hit.word for name, data in life.database_files() for hit in SCANNER.scan(data, name)}
    assert hits == {LATIN, CYRILLIC}
