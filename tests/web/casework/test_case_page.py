"""The page of a case: what is next, every kind with its count, people, what was added last; short however full."""

import re
from datetime import date, timedelta

import pytest
from hrd_pages import Visitor, forms
from hrd_world import NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.people import Channel, Person
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.casework import cases, people
from hrd_cases.services.kernel.pagination import PER_PAGE
from hrd_cases.services.records import records
from hrd_cases.web.casework.cases import PEOPLE, UNDONE

TODAY = NOW.date()
MOST_BYTES = 60_000


@pytest.fixture
def case(sqlite_world: World) -> str:
    with sqlite_world.writing("anna") as ctx:
        return cases.create(ctx, Case(title="Rows"))


def part(visitor: Visitor, case: str, name: str) -> str:
    """A section of the page of a case."""
    return visitor.get(f"/c/{case}").text.partition(f'id="{name}"')[2].partition("</section>")[0]


def due_in(world: World, case: str, *days: int) -> None:
    """A task for each of these days from today."""
    with world.writing("anna") as ctx:
        for number in days:
            records.create(ctx, case, Task(what=f"Task of {number}", due=TODAY + timedelta(days=number)))


def test_what_is_overdue_stands_first_and_the_rest_in_a_fold(sqlite_world: World, anna: Visitor, case: str) -> None:
    due_in(sqlite_world, case, 40, 3, -9, 1, -2, 60)
    section = part(anna, case, "next")
    titles = re.findall(r"Task of (-?\d+)<", section)
    assert titles == ["-9", "-2", "1", "3", "40", "60"]
    shown, _, folded = section.partition("<details")
    assert re.findall(r"Task of (-?\d+)<", shown) == titles[:UNDONE]
    assert len(re.findall(r'class="when late"', shown)) == 2
    assert shown.count("overdue") == 2
    assert "2 more" in folded


def test_what_is_next_names_the_person_and_the_colleague(sqlite_world: World, anna: Visitor, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="Somebody Invented"), case)
    lana, soon = sqlite_world.user("lana"), TODAY + timedelta(days=3)
    with sqlite_world.writing("anna") as ctx:
        records.create(ctx, case, Task(what="Ring back", due=soon, who=lana))
        records.create(ctx, case, Consent(person=person, said_on=TODAY, form="signed", keep="yes", review=soon))
    section = part(anna, case, "next")
    assert "Lana Person" in section
    assert ">Somebody Invented<" in section
    assert person not in section
    assert lana not in section


def test_what_is_done_is_not_next(sqlite_world: World, anna: Visitor, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        records.create(ctx, case, Task(what="Finished", due=TODAY, done=True))
    section = part(anna, case, "next")
    assert "Finished" not in section
    assert "This case has no next step." in section
    assert f"/c/{case}/t/new" in section


def test_a_row_of_a_person_says_what_counts_in_this_case(sqlite_world: World, anna: Visitor, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        other = cases.create(ctx, Case(title="Other"))
        person = people.create(ctx, Person(pseudonym="Somebody Invented"), case)
    with sqlite_world.writing("anna") as ctx:
        people.link(ctx, person, other)
    assert "not asked" in part(anna, case, "people")
    given = {"person": person, "said_on": TODAY, "form": "signed", "about": "matter"}
    with sqlite_world.writing("anna") as ctx:
        records.create(ctx, case, Consent(court="yes", international="yes", publish="no", **given))
    assert "yes: court, UN · no: publish" in part(anna, case, "people")
    there = part(anna, other, "people")
    assert "no: publish" in there
    assert "yes" not in there, "a yes for one matter is none for another"


def test_the_way_to_somebody_is_shown_only_to_whom_it_is_shared_with(sqlite_world: World, anna: Visitor) -> None:
    strike = sqlite_world.strike
    reveal = f"/p/{strike.person}/v"
    assert reveal in part(anna, strike.case, "people")
    external = Visitor(sqlite_world).enter("external")
    assert strike.person in part(external, strike.case, "people")
    assert reveal not in part(external, strike.case, "people")


def test_the_timeline_is_read_a_year_at_a_time(sqlite_world: World, anna: Visitor, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        for text in ("2017-12-11", "2017-12-15", "2018-01"):
            records.create(ctx, case, Incident(title=f"Event {text}", when=parse(text)))
    page = anna.get(f"/c/{case}").text
    assert f'href="/c/{case}/f?y=2017">2017</a> <span class="quiet">2</span>' in page
    newest = anna.get(f"/c/{case}/f").text
    assert "Event 2018-01" in newest
    assert "Event 2017" not in newest
    older = anna.get(f"/c/{case}/f?y=2017").text
    assert older.index("Event 2017-12-11") < older.index("Event 2017-12-15")
    assert "Event 2018-01" not in older
    for odd in ("y=0", "y=x", "y=2017&n=9", "n=-1"):
        assert "Event 201" in anna.get(f"/c/{case}/f?{odd}").text


def test_a_timeline_of_many_is_read_page_by_page(sqlite_world: World, anna: Visitor, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        for number in range(35):
            records.create(
                ctx, case, Incident(title=f"Event <{number:02}>", when=parse(f"2020-01-{number % 28 + 1:02}"))
            )
    first, second = (anna.get(f"/c/{case}/f?y=2020&n={number}").text for number in (1, 2))
    shown = [set(re.findall(r"Event &lt;(\d\d)&gt;", text)) for text in (first, second)]
    assert len(shown[0]) == 25
    assert len(shown[1]) == 10
    assert not shown[0] & shown[1]
    assert len(anna.get(f"/c/{case}").text) < MOST_BYTES


def test_a_case_with_many_people_and_a_long_summary_stays_short(sqlite_world: World, anna: Visitor, case: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        for number in range(PEOPLE + 3):
            people.create(ctx, Person(pseudonym=f"Person {number}"), case)
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, case, case, Case)
        summary = (LangText(language="en", text="First words " + "and more " * 200 + "last words"),)
        records.save(ctx, case, case, Case(title="Rows", opened=date(2026, 1, 1), summary=summary), stored.versions)
    shown, _, folded = part(anna, case, "people").partition("<details")
    assert shown.count('href="/p/') == PEOPLE
    assert "3 more" in folded
    shown, _, folded = part(anna, case, "summary").partition("<details")
    assert "First words" in shown
    assert "last words" not in shown
    assert "last words" in folded


@pytest.mark.parametrize("place", ["n", "t", "s", "e", "n/new", "team", "f", "y"])
def test_every_page_inside_a_case_names_it_and_leads_to_its_places(
    sqlite_world: World, anna: Visitor, case: str, place: str
) -> None:
    answer = anna.get(f"/c/{case}/{place}")
    assert answer.status_code == 200
    bar = answer.text.partition('class="case-bar"')[2].partition("</nav>")[0]
    assert ">Rows<" in bar
    for letter in ("n", "k", "m"):
        assert f"/c/{case}/{letter}" in bar or f"%2Fc%2F{case}%2F{letter}" in bar, (
            "a link, or a button that keeps the form"
        )


def test_a_reader_of_the_coded_part_finds_no_title_in_the_bar(sqlite_world: World) -> None:
    external = Visitor(sqlite_world).enter("external")
    bar = external.get(f"/c/{sqlite_world.strike.case}/n").text.partition('class="case-bar"')[2].partition("</nav>")[0]
    assert "Parts of this case" in bar
    with sqlite_world.reading("anna") as ctx:
        assert cases.title_of(ctx, sqlite_world.strike.case) not in ("", None)
        assert str(cases.title_of(ctx, sqlite_world.strike.case)) not in bar


def test_nobody_outside_a_case_learns_its_title(sqlite_world: World) -> None:
    with sqlite_world.reading("outsider") as ctx:
        assert cases.title_of(ctx, sqlite_world.strike.case) is None


def test_a_refusal_says_nothing_of_the_case_in_its_address(sqlite_world: World, anna: Visitor, case: str) -> None:
    unknown = "0" * 32
    own, strange = (anna.get(f"/c/{address}/r/{unknown}") for address in (case, unknown))
    assert (own.status_code, strange.status_code) == (404, 404)
    assert "case-bar" not in own.text


def test_somebody_is_connected_to_one_of_many_cases_by_its_title(sqlite_world: World, anna: Visitor) -> None:
    with sqlite_world.writing("anna") as ctx:
        made = {f"Row {number}": cases.create(ctx, Case(title=f"Row {number}")) for number in range(30)}
    path, person = f"/p/{sqlite_world.strike.person}", sqlite_world.strike.person

    def offered(page: str) -> list[str]:
        return re.findall(r"<option [^>]*>([^<]*)</option>", page)

    page = anna.get(path).text
    assert 0 < len(offered(page)) <= PER_PAGE
    # Enter in the line presses the first button of the form.
    assert page.index('name="find"') < page.index(">Connect<")
    found = anna.fill(path, f"{path}/l", text="row 17", find="1")
    assert offered(found.text) == ["Row 17"]
    assert person not in part(anna, made["Row 17"], "people")
    nothing = anna.fill(path, f"{path}/l", text="no such", find="1")
    assert offered(nothing.text) == []
    assert "Nothing found." in nothing.text
    sent = anna.send(f"{path}/l", {**forms(found)[f"{path}/l"], "case": made["Row 17"]})
    assert sent.headers["Location"].startswith(f"/c/{made['Row 17']}")
    assert person in part(anna, made["Row 17"], "people")


def test_whoever_asks_how_to_reach_somebody_reads_it_first_and_what_is_not_to_be_used_last(
    sqlite_world: World, anna: Visitor, case: str
) -> None:
    ways = (
        Channel(kind="phone", value="8 701 555 44 44", safety="do_not_use"),
        Channel(kind="phone", value="8 701 555 33 33", safety="safe", note="after eight"),
    )
    with sqlite_world.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="Miner 33", channels=ways), case)
    assert 'id="reach"' not in anna.get(f"/p/{person}").text
    page = anna.send(f"/p/{person}/v", forms(anna.get(f"/c/{case}"))[f"/p/{person}/v"]).text
    first = page.partition('id="reach"')[2].partition("</section>")[0]
    assert first.index("8 701 555 33 33") < first.index("after eight") < first.index("8 701 555 44 44")
    assert page.index('id="reach"') < page.index('id="cases"')


def test_lists_of_a_case_say_what_became_of_letters_legal_actions_and_tasks(
    sqlite_world: World, anna: Visitor, case: str
) -> None:
    early, late = TODAY - timedelta(days=40), TODAY - timedelta(days=10)
    with sqlite_world.writing("anna") as ctx:
        for letter in (
            Letter(subject="Waited", handed_in=TODAY, due=TODAY + timedelta(days=9)),
            Letter(subject="Late", handed_in=early, due=late),
            Letter(subject="Closed", handed_in=early, answered=late, result="solved"),
            Letter(subject="Theirs", direction="to_us"),
        ):
            records.create(ctx, case, letter)
        records.create(ctx, case, LegalAction(title="Claim", kind="civil_claim", stage="trial"))
        records.create(ctx, case, Task(what="Ring", done=True))
    rows = anna.get(f"/c/{case}/k").text.partition('class="list"')[2].partition("</ul>")[0].split("<li>")[1:]
    said = {name: row for row in rows for name in ("Waited", "Late", "Closed", "Theirs") if f">{name}<" in row}
    assert "no answer yet" in said["Waited"]
    assert "The answer is overdue" in said["Late"]
    assert "answered" in said["Closed"]
    assert "Letter to us" in said["Theirs"]
    assert vocabulary("stages").get("trial").text("en") in anna.get(f"/c/{case}/l").text
    assert "done" in anna.get(f"/c/{case}/t").text.partition(">Ring<")[2].partition("</li>")[0]
