"""The agenda goes page by page: 25 rows, what is late whatever its day, and letters that wait without one."""

import re
from datetime import timedelta

from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.services.records import records
from hrd_cases.web.kernel import cookies

TODAY = NOW.date()
MOST_BYTES = 60_000


def keep(world: World, *values: object) -> None:
    with world.writing("lana") as ctx:
        for value in values:
            records.create(ctx, world.strike.case, value)  # type: ignore[arg-type]


def rows(text: str) -> list[str]:
    return re.findall(r">Step <?(\d+)", text.partition("<main")[2])


def test_what_is_due_is_read_page_by_page(sqlite_world: World) -> None:
    keep(sqlite_world, *(Task(what=f"Step {number}", due=TODAY) for number in range(30)))
    lana = Visitor(sqlite_world).enter("lana")
    address = f"/h?f={TODAY}&t={TODAY}"
    first, second = lana.get(address).text, lana.get(f"{address}&n=2").text
    assert len(set(rows(first))) == 25
    assert len(first) < MOST_BYTES
    assert set(rows(second)) >= {str(number) for number in range(30)} - set(rows(first))
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert lana.get(following[1].replace("&amp;", "&")).text.count("Step ") == second.count("Step ")


def test_what_is_late_stands_on_a_page_of_its_own_whatever_its_day(sqlite_world: World) -> None:
    keep(
        sqlite_world,
        Task(what="Step 1", due=TODAY - timedelta(days=300)),
        Task(what="Step 2", due=TODAY - timedelta(days=2)),
        Task(what="Step 3", due=TODAY + timedelta(days=2)),
    )
    assert rows(Visitor(sqlite_world).enter("lana").get("/h?w=o").text) == ["2", "1"]


def test_the_agenda_leads_earlier_and_later_in_words_of_time(sqlite_world: World) -> None:
    lana = Visitor(sqlite_world).enter("lana")
    lana.client.set_cookie(lana.cookie(cookies.LANGUAGE), "ru", domain="localhost")
    page = lana.get("/h").text
    assert [word for word in ("Раньше", "Позже") if f">{word}</a>" not in page] == []


def test_letters_without_a_date_are_counted_and_listed(sqlite_world: World) -> None:
    lana = Visitor(sqlite_world).enter("lana")
    keep(sqlite_world, Letter(subject="Step 7", direction="from_us", handed_in=TODAY - timedelta(days=90)))
    agenda = lana.get("/h").text
    assert "Step 7" not in agenda
    assert 'href="/h?w=u"' in agenda
    assert rows(lana.get("/h?w=u").text) == ["7"]
