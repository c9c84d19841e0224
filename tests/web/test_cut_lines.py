"""A line that is cut before, in the middle of and after a form, and the same form again: nothing lost, nothing double.

The real server stands behind a line of ours that breaks where a test says; "try again" is the same request once more.
"""

import hashlib
import http.client
import re
import secrets
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hrd_address import Visit
from hrd_browser import BOUNDARY, field, file, form
from hrd_cut import AFTER, BEFORE, CUTS, MIDDLE, Line, line_to
from hrd_forms import answered, found
from hrd_pages import Fields, Forms, Visitor
from hrd_served import served, status
from hrd_world import World
from hrd_world_fixtures import WorldOn
from sqlalchemy import func, select

from hrd_cases.domain.consents import PARAGRAPHS
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import people
from hrd_cases.store.tables import metadata
from hrd_cases.web.kernel import handling

COUNTED = ("records", "record_history", "headers", "grants", "memberships", "vaults", "used_forms")
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
FAILED = (ConnectionError, http.client.HTTPException)
ENDS_ACCESS = ("team.leave", "own_keys.end", "handing_over.hand_over")  # sent last
pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Client:
    """Somebody of the world who reaches the server only by the line."""

    world: World
    line: Line
    visit: Visit

    def send(self, path: str, body: bytes, kind: str, cut: str = "") -> str:
        """Send a form; where it leads, empty when the line was cut before an answer came."""
        self.line.cut = cut
        try:
            code, leads, data = self.visit.ask("POST", path, body, kind)
        except FAILED:
            assert cut, "a line that is whole answers"
            return ""
        assert not cut, (path, cut, code)
        assert code == 303, (path, code, re.findall(r'href="#f-[^<]*', data.decode()))
        return leads

    def through_cuts(self, path: str, body: bytes, kind: str = URLENCODED) -> tuple[str, dict[str, int]]:
        """Send one form into three cuts and then whole: where it leads, and how many rows all that made."""
        before = counts(self.world)
        for cut in (BEFORE, MIDDLE):
            self.send(path, body, kind, cut)
            assert counts(self.world) == before, f"{path}: cut {cut}, half of it is there"
        self.send(path, body, kind, AFTER)
        assert status(self.line.answers[-1]) == 303, self.line.answers[-1][:3000]
        created = counts(self.world)
        leads = self.send(path, body, kind)
        assert counts(self.world) == created, f"{path}: it was carried out twice"
        assert f"location: {leads}\r\n".encode() in self.line.answers[-1].lower(), "both lead to the same page"
        return leads, {name: created[name] - before[name] for name in created}


def counts(world: World) -> dict[str, int]:
    """How many rows the tables of people's work have."""
    with world.runtime.database.reading() as work:
        tables = {name: metadata.tables[name] for name in COUNTED}
        return {
            name: work.connection.scalar(select(func.count()).select_from(row)) or 0 for name, row in tables.items()
        }


def encoded(fields: Mapping[str, Any]) -> bytes:
    return urllib.parse.urlencode(fields, doseq=True).encode()


@pytest.fixture(scope="module")
def office(world_on: WorldOn) -> World:
    """A world whose clock is the wall's, since a server of its own serves it."""
    world = world_on("sqlite")
    world.now = datetime.now(UTC)
    return world


@pytest.fixture(scope="module")
def line(office: World) -> Iterator[Line]:
    with served(office) as server, line_to(server.port) as created:
        yield created


@pytest.fixture(scope="module")
def anna(office: World, line: Line) -> Client:
    visit, existing = Visit(line.port, {"__Host-g": "en"}), office.people["anna"]
    visit.fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    return Client(world=office, line=line, visit=visit)


def fields_of(client: Client, page: str, action: str = "") -> Fields:
    return Forms(client.visit.get(page)).forms[action or page]


WORDS = "words that took an evening"
MAIN: dict[str, tuple[str, Mapping[str, Any]]] = {
    "a call": ("/i/new", {"what": WORDS, "when": "2017", "who": "Brigade leader", "reach": "after eight"}),
    "a case": ("/c/new", {"title": WORDS, "region": "KZ-35", "summary-en-text": "A summary of the matter"}),
    "a case from a call": ("/i/{call}/c", {"title": WORDS}),
    "a person": ("/p/new/{case}", {"pseudonym": WORDS}),
    "an incident": (
        "/c/{case}/n/new",
        {
            "title": WORDS,
            "when": "2017",
            "narrative-en-text": "What happened there",
            "kinds": "summons",
            "region": "KZ-35",
        },
    ),
    "a letter": ("/c/{case}/k/new", {"subject": WORDS, "direction": "from_us"}),
    "a consent": ("/c/{case}/s/new", {"person": "{person}", "court": "yes", "read_aloud": "yes", "limits": WORDS}),
    "a task": ("/c/{case}/t/new", {"what": WORDS, "due": "1.12.2030"}),
    "a note": ("/c/{case}/m/new", {"subject": "Of a visit", "text": WORDS}),
    "an edit": ("/c/{case}/c", {"title": WORDS}),
}


@pytest.mark.parametrize("kind", sorted(MAIN))
def test_a_form_through_three_cuts_is_there_once_and_whole(anna: Client, kind: str) -> None:
    page, typed = MAIN[kind]
    created = {}
    for words in ("A first one, sent on a good line", WORDS):
        where, wording = _placed(anna, page, typed, words)
        body = encoded({**fields_of(anna, where), **wording})
        if words == WORDS:
            leads, created[words] = anna.through_cuts(where, body)
        else:
            before = counts(anna.world)
            anna.send(where, body, URLENCODED)
            after = counts(anna.world)
            created[words] = {name: after[name] - before[name] for name in after}
    assert len({tuple(row.items()) for row in created.values()}) == 1, f"as many rows as on a good line: {created}"
    visible = anna.visit.get(leads.partition("?")[0])
    texts = [text for text in wording.values() if " " in text]
    assert [text for text in texts if text not in visible] == []


def test_a_look_up_in_the_middle_of_a_form_gives_every_field_back_as_typed(anna: Client) -> None:
    """By the buttons of the bar; the line is cut there too, and the look-up tried again."""
    for page, typed in MAIN.values():
        where, wording = _placed(anna, page, typed, "words before a look-up")
        opened = Forms(anna.visit.get(where)).forms[where]
        was = re.findall(r'name="_was" value="([^"]+)"', anna.visit.get(where))[:1]
        body = encoded({**opened, **wording, "_was": was})
        for cut in CUTS:
            assert anna.send("/m/n?to=/c", body, URLENCODED, cut) == ""
        assert anna.send("/m/n?to=/c", body, URLENCODED) == "/c"
        back = re.findall(r'Your draft is saved\. <a href="([^"]+)"', anna.visit.get("/c"))
        _, leads, _ = anna.visit.ask("GET", back[0])
        again = Forms(anna.visit.get(leads)).forms[where]
        assert {name: again[name] for name in wording} == {name: [text] for name, text in wording.items()}
        assert anna.send(where, encoded(again), URLENCODED)
        assert "Continue writing" not in anna.visit.get("/c")
        assert 'href="/m/k/' not in anna.visit.get("/m"), "one form was kept, and none is left"


def _placed(client: Client, page: str, typed: Mapping[str, str], words: str) -> tuple[str, dict[str, str]]:
    """A page and what is typed there, with ids of the world; a call or a person nobody was asked about is made."""
    names = {"case": client.world.strike.case}
    if "{call}" in page:
        # Each call has a caller of its own: the same name twice would be asked about.
        stranger = "".join(secrets.choice("bdfgklmnprstvz") + secrets.choice("aeiou") for _ in range(6)).title()
        call = {**MAIN["a call"][1], "what": f"For a case: {words}", "who": stranger}
        names["call"] = client.visit.fill("/i/new", **call).rpartition("/")[2]
    if "{person}" in str(typed):
        with client.world.writing("anna") as ctx:
            names["person"] = people.create(ctx, Person(pseudonym=f"Somebody: {words}"), names["case"])
    return page.format(**names), {name: text.format(**names).replace(WORDS, words) for name, text in typed.items()}


def test_a_sheet_of_many_names_through_three_cuts_asks_each_person_once(anna: Client) -> None:
    page, names = f"/c/{anna.world.strike.case}/y/m", ["Забойщик Первый", "Забойщик Второй", "Забойщик Третий"]
    typed = {**dict.fromkeys(PARAGRAPHS, "yes"), "names": "\r\n".join(names)}
    code, _, data = anna.visit.ask("POST", page, encoded({**fields_of(anna, page), **typed}), URLENCODED)
    assert code == 200
    leads, created = anna.through_cuts(f"{page}/k", encoded(Forms(data.decode()).forms[f"{page}/k"]))
    visible = anna.visit.get(leads.partition("?")[0])
    assert created["vaults"] == len(names), "a file for each newcomer"
    assert [visible.count(f">{name}</a>") for name in names] == [1, 1, 1]


def test_sharing_a_case_through_three_cuts_lets_one_colleague_in_once(anna: Client) -> None:
    team, user = f"/c/{anna.world.strike.case}/team", anna.world.user("lawyer")
    text = {**fields_of(anna, team), "user": user, "level": "full", "last_day": "31.12.2030"}
    leads, _made = anna.through_cuts(team, encoded(text))
    assert anna.visit.get(leads.partition("?")[0])
    assert anna.visit.get(team).count(f"{team}/m?u={user}") == 1


PHOTOS = [b"\xff\xd8\xff\xe0" + bytes([at]) * 60_000 for at in range(3)]


def files(client: Client, title: str) -> tuple[str, bytes]:
    """The address and the body of three photos on their way into the strike case."""
    page = f"/c/{client.world.strike.case}/e/new"
    text = fields_of(client, page)
    photos = [file(f"{at}.jpg", photo) for at, photo in enumerate(PHOTOS)]
    texts = [field(name, text[name][0]) for name in ("csrf_token", "_keep")]
    return page, form(*texts, field("title", title), field("how", "one"), *photos)


@pytest.mark.parametrize("cut", CUTS)
def test_evidence_sent_again_after_a_cut_is_one_exhibit_with_every_file(anna: Client, cut: str) -> None:
    title = f"Three photos, cut {cut}"
    page, body = files(anna, title)
    assert anna.send(page, body, MULTIPART, cut) == ""
    leads = anna.send(page, body, MULTIPART)
    assert anna.send(page, body, MULTIPART) == leads
    visible = anna.visit.get(leads.partition("?")[0])
    assert [visible.count(hashlib.sha256(photo).hexdigest()) for photo in PHOTOS] == [1, 1, 1]
    listing = anna.visit.get(f"/c/{anna.world.strike.case}/e")
    # Rows alone: those of other exhibits name this one where they have the same file.
    assert (listing.count(f". {title}</a>"), "dropped" in listing) == (1, False)
    assert not list((anna.world.folder / "evidence" / "incoming").iterdir())


def test_no_form_that_a_caseworker_sees_is_halved_or_doubled_by_a_cut(anna: Client) -> None:
    """Found from the addresses of the application; what needs more than its page offers is in the tests above."""
    world, sent = anna.world, set[str]()
    met = {row.endpoint: row for row in found(Visitor(world).enter("anna"), world, "anna")}
    for row in sorted(met.values(), key=lambda row: row.endpoint in ENDS_ACCESS):
        if any(row.endpoint in left for left in (handling.DEFERRED, handling.LOOKING, handling.STREAMED)):
            continue
        code, _, data = anna.visit.ask("GET", row.page)
        fields = Forms(data.decode()).forms.get(row.action)
        if code != 200 or fields is None:
            continue  # what an earlier form did took it away
        body = encoded({**answered(fields), "_keep": fields["_keep"][:1]})
        before = counts(world)
        for cut in (BEFORE, MIDDLE):
            anna.send(row.action, body, URLENCODED, cut)
            assert counts(world) == before, (row, cut)
        anna.send(row.action, body, URLENCODED, AFTER)
        if status(anna.line.answers[-1]) != 303:
            assert counts(world) == before, row
            continue
        created = counts(world)
        leads = anna.send(row.action, body, URLENCODED)
        assert f"\r\nlocation: {leads}\r\n".encode() in anna.line.answers[-1].lower(), row
        assert counts(world) == created, row
        sent.add(row.endpoint)
    assert {"calls.take", "records.create", "records.save", "cases.create", "people.create", "deleting.ask"} <= sent
    assert len(sent) > 20, sorted(sent)
