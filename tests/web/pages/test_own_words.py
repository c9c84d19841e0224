"""What people typed is never translated, and no catalogue's head reaches a page.

A role that may not read names sees records without a title: nothing must stand there that nobody wrote.
"""

import re
from collections import Counter, deque
from pathlib import Path

import pytest
from hrd_visits import Site
from hrd_world import ROLE_ACTORS, World
from hrd_world_fixtures import WorldOn

from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.words import N_, Msgid
from hrd_cases.services.kernel.catalogues import LANGUAGES, catalogues
from hrd_cases.services.records import records

ROOT = Path(__file__).resolve().parents[3]
HEAD = ("Project-Id-Version", "Report-Msgid-Bugs-To", "Content-Transfer-Encoding")
ID = re.compile(r"[0-9a-f]{32}")
LINK = re.compile(r'href="(/[^"?#]*)')
FEWEST, MOST_OF_A_KIND = 15, 2
OURS = "Telephone"  # a sentence of the catalogue that a person may well type as a title


def test_the_words_for_nothing_are_nothing() -> None:
    for language in LANGUAGES:
        result = catalogues().of(language)
        assert (result.gettext(""), result.ugettext("")) == ("", "")


def test_a_sentence_of_ours_stays_one_in_an_error_and_in_a_string() -> None:
    text = N_("Write a date.")
    assert isinstance(str(ValueError(text)), Msgid)
    assert not isinstance(f"{text} ", Msgid)


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("role", ROLE_ACTORS)
def test_no_page_shows_the_head_of_a_catalogue(shared_world: World, role: str, language: str) -> None:
    """Every page that links lead this role to, in this language."""
    site, name = Site(shared_world), ROLE_ACTORS[role]
    visited: dict[str, str] = {}
    kinds = Counter[str]()
    waiting = deque(["/d", "/c", "/p", "/o", "/b", "/h", "/t", "/l", "/a", "/m", f"/c/{shared_world.strike.case}"])
    while waiting:
        path = waiting.popleft()
        kind = ID.sub("#", path)
        if path in visited or path.startswith(("/static", "/x", "/y")) or kinds[kind] >= MOST_OF_A_KIND:
            continue
        kinds[kind] += 1
        answer = site.visit(shared_world.session(name), "GET", path, headers={"Accept-Language": language})
        visited[path] = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        assert answer.status_code < 500, path
        waiting.extend(LINK.findall(visited[path]))
    assert len(visited) >= FEWEST, sorted(visited)
    assert [path for path, page in visited.items() if any(word in page for word in HEAD)] == []


def test_a_title_that_equals_a_sentence_of_ours_is_not_translated(world_on: WorldOn) -> None:
    world = world_on("sqlite")
    site = Site(world)
    assert catalogues().of("ru").gettext(OURS) != OURS
    with world.writing("anna") as ctx:
        case = world.strike.case
        base = records.start(ctx, Incident, case)
        record = records.create(ctx, case, type(base)(**{**vars(base), "title": OURS}))
    for path in (f"/c/{case}/n", f"/c/{case}/r/{record}", f"/c/{case}/r/{record}/h"):
        page = site.visit(world.session("anna"), "GET", path, headers={"Accept-Language": "ru"})
        assert OURS in page.get_data(as_text=True), path


def test_templates_translate_literals_only() -> None:
    """A value goes through the filter `translated`, which leaves people's words alone."""
    called = re.compile(r"(?<![\w.])_\(\s*([^\"'\s])")
    wrong = [path.name for path in (ROOT / "templates").rglob("*.html") if called.search(path.read_text("utf-8"))]
    assert wrong == []
