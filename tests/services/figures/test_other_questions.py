"""Other questions of a coordinator, each in at most three pages, on a demo with many invented incidents."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.services.casework import cases
from hrd_cases.services.demo import many


class Asking:
    """A coordinator who may open three pages for each question."""

    def __init__(self, world: World) -> None:
        self.browser = Browser(world, "coordinator")
        self.loads = 0

    def begin(self, path: str) -> str:
        self.loads = 0
        return self.open(path)

    def open(self, path: str) -> str:
        self.loads += 1
        assert self.loads <= 3, "three pages are enough"
        answer = self.browser.get(path)
        assert answer.status_code == 200
        return html.unescape(answer.text)

    def asks(self, **fields: str) -> str:
        """The page of trends, then its form as it is sent: what is chosen there is offered."""
        form = self.begin("/t")
        for name, value in fields.items():
            assert f'name="{name}"' in form
            assert f'value="{value}"' in form or name in "ftyz", value
        return self.open("/t?" + "&".join(f"{name}={value}" for name, value in fields.items()))

    def follow(self, page: str, words: str) -> str:
        links = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', page)
        return self.open(next(to for to, text in links if words == text))


@pytest.fixture
def asking(sqlite_world: World) -> Iterator[Asking]:
    many.write(sqlite_world.runtime, sqlite_world.session("anna"), sqlite_world.now)
    return Asking(sqlite_world)


def bars(page: str) -> dict[str, str]:
    """The rows of all charts of a question, by their words."""
    rows = re.findall(r'<th scope="row" role="rowheader">(.*?)</th><td role="cell" class="is-number">(.*?)</td>', page)
    return {re.sub(r"<span.*|<[^>]+>", "", head): figure for head, figure in rows}


def figures(page: str) -> dict[str, str]:
    """The figures of a quarter or a year, by their words."""
    pattern = r'<tr role="row"><th.*?<div>(.*?)</div></th><td.*?<div>(.*?)</div></td><td.*?<div>.*?</div></td></tr>'
    rows = re.findall(pattern, page, re.DOTALL)
    return {re.sub(r'<span class="sub">.*', "", head, flags=re.DOTALL).strip(): now for head, now in rows}


def test_of_incidents(asking: Asking) -> None:
    named = asking.asks(k="*threats", e="woman", f="01.2020")
    assert re.search(r"Named most.*\(вымышленная компания\), (each )?\d+ of \d+ \(incidents\)", named)

    fines = asking.asks(k="fine", f="01.2025", t="11.2025", y="01.2026", z="11.2026")
    assert re.search(r"January 2025 – November 2025: \d+ incidents; .* – November 2026: \d+\. ", fines)
    assert re.search(r'<th[^>]*><div>incidents<span class="sub">[+−][\d,.]+ percent</span></div></th>', fines)

    places = asking.asks(r="KZ-35", v="KZ-47", f="01.2024", t="12.2025")
    assert "Karaganda Region" in places[places.index("Side by side") :]

    police = asking.asks(p="police", u="persons", f="01.2025", t="12.2025")
    assert re.search(r"<b>Persons attacked: \d+", police)

    whom = bars(asking.asks(f="01.2026", t="12.2026"))
    assert {"Union leader", "Journalist or blogger"} <= whom.keys()


def test_of_legal_actions(asking: Asking) -> None:
    page = asking.asks(u="actions", f="01.2025", t="12.2025")
    rows = bars(page)
    assert [rows[f"Суд-{number} (вымышленный суд)"] for number in (1, 2)] == ["3", "1"]
    endings = ("Settled, by agreement of the parties", "Fined", "Claim withdrawn")
    assert [rows[words] for words in endings] == ["1", "1", "1"]
    assert (rows["Wages"], rows["Safety at work"]) == ("2", "1")
    assert "<h2>Court or authority</h2>" in page


def test_of_a_year(asking: Asking) -> None:
    """How many were released, what came of papers filed, how letters were answered, who paid, and what lies open."""
    quarter = asking.follow(asking.begin("/t"), "The quarter in figures")
    year = figures(asking.follow(quarter, "2026"))
    released = year["– Released, under investigation"]
    assert int(released) > 0
    assert (year["What came of papers filed"], year["– Accepted"], year["– Refused"]) == ("3", "1", "1")
    sent, answered = int(year["Letters sent"]), [int(year[f"Letters answered {how}"]) for how in ("in time", "late")]
    assert 0 < sum(answered) <= sent
    assert int(year["– Our own supporters, KZT"].replace(",", "")) > 0
    assert {"Hearings held", "Observers refused", "of these, new", "Calls of somebody in danger"} <= year.keys()


def test_which_cases_had_no_entry_for_60_days(sqlite_world: World) -> None:
    asking, now = Asking(sqlite_world), sqlite_world.now
    for title, days in (("Long quiet", 60), ("Quiet for less", 59), ("New", 0)):
        sqlite_world.now = now - timedelta(days=days)
        with sqlite_world.writing("coordinator") as ctx:
            cases.create(ctx, Case(title=title))
    page = asking.follow(asking.begin("/d/w"), "Cases without an entry for long")
    assert "No entry for 60 days" in page
    assert "Long quiet" in page
    assert "Quiet for less" not in page
    assert ">New<" not in page
