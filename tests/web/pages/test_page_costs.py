"""What pages across cases cost as cases are added: no statement more, and nothing opened for what is not shown."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta

import pytest
from hrd_pages import Visitor
from hrd_world import NOW, World, newcomer
from sqlalchemy import Engine, event

from benchmarks.counting import Costs, counting
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.legal_actions import CustodyMeasure, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Note, Task
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.services.casework import cases, people
from hrd_cases.services.kernel.pagination import PER_PAGE
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing

FEW, MORE = 5, 25
TODAY = NOW.date()


def far(number: int) -> date:
    """Days on which nothing of it is due soon."""
    return TODAY + timedelta(days=100 + number)


def add_cases(world: World, count: int, company: str, body: str) -> list[str]:
    """Cases with two people and what groups keep of them; none of it is due soon."""
    made = []
    with world.writing("lana") as ctx:
        for number in range(count):
            case = cases.create(ctx, Case(title=f"Strike {number}", stage="open", companies=(company,)))
            both = [
                people.create(ctx, Person(pseudonym=f"Witness {number}-{which}", names=(Name(name="Asylbek"),)), case)
                for which in range(2)
            ]
            charge = LegalAction(title="Charge", kind="criminal", forum=body, people=tuple(both[:1]))
            action = records.create(ctx, case, charge)
            for value in (
                Incident(title="Summons", when=exactly(TODAY), attacked=(Attacked(person=both[0]),)),
                Incident(title="Search", when=exactly(TODAY), kinds=("assault",), region="KZ-35"),
                Hearing(on=far(number), at="10:00", room="Room 4", notified="sms", action=action),
                Letter(subject="Complaint", direction="from_us", addressee=body, due=far(number)),
                Task(what="Ring the family", due=far(number), who=ctx.actor.user),
                Note(subject="Agreed"),
            ):
                records.create(ctx, case, value)
            for person in both:
                records.create(ctx, case, Consent(person=person, said_on=TODAY, keep="yes", form="oral"))
            made.append(case)
    return made


def costs_of(visitor: Visitor, paths: dict[str, str]) -> dict[str, Costs]:
    """What each page costs that somebody opens for the second time."""
    results = {}
    for name, path in paths.items():
        visitor.client.get(path)
        with counting() as costs:
            answer = visitor.client.get(path)
        assert answer.status_code == 200, path
        results[name] = costs
    return results


def test_a_page_across_cases_runs_as_many_statements_for_25_cases_as_for_5(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("lana") as ctx:
        company, body = records.create(ctx, None, Company(name="Mine")), records.create(ctx, None, Body(name="Court"))
    add_cases(world, FEW, company, body)
    paths = {
        "desk": "/d",
        "agenda": "/h",
        "calls": "/i",
        "people": "/p",
        "person": f"/p/{world.strike.person}",
        "company": f"/o/{company}",
        "deletion": "/z",
        "new case": "/c/new",
        "to code": "/d/u",
        "cases, narrowed": "/c?g=open",
    }
    world.again("lana")
    few = costs_of(Visitor(world).enter("lana"), paths)
    add_cases(world, MORE - FEW, company, body)
    world.again("lana")
    more = costs_of(Visitor(world).enter("lana"), paths)
    assert {name: costs.statements for name, costs in more.items()} == {
        name: costs.statements for name, costs in few.items()
    }
    # What did not change is opened once, in the packed digest; what of the keyring was not folded yet counts too.
    opened_once = ("desk", "agenda", "calls", "deletion", "to code", "company", "cases, narrowed", "people", "new case")
    for name in opened_once:
        assert more[name].envelopes - few[name].envelopes <= 1, (name, few[name], more[name])
    # Of people who are not shown the title alone is read.
    assert more["people"].decoded <= PER_PAGE < few["people"].decoded + 2 * (MORE - FEW)
    assert more["new case"].decoded == few["new case"].decoded
    # Of a case that does not name them nothing is decoded for somebody's page but its root, if it is offered there.
    assert more["person"].decoded - few["person"].decoded <= PER_PAGE - FEW, (few["person"], more["person"])


def test_of_a_line_that_the_desk_only_counts_the_case_is_not_read(sqlite_world: World) -> None:
    world = sqlite_world
    held = (CustodyMeasure(kind="custody", since=exactly(TODAY)),)
    counted = []
    for _ in range(2):  # at first as many as either page shows
        with world.writing("lana") as ctx:
            for number in range(PER_PAGE):
                case = cases.create(ctx, Case(title=f"Held {number}", stage="open"))
                records.create(ctx, case, LegalAction(title="Charge", kind="criminal", custody=held))
        world.again("lana")
        lana = Visitor(world).enter("lana")
        counted.append(costs_of(lana, {"desk": "/d", "hearings and letters": "/h"}))
    for page in ("desk", "hearings and letters"):
        assert PER_PAGE <= counted[1][page].decoded - counted[0][page].decoded < PER_PAGE + FEW, (page, counted)


def test_cases_shared_lately_and_people_who_wait_cost_no_statement_each(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("lana") as ctx:
        company, body = records.create(ctx, None, Company(name="Mine")), records.create(ctx, None, Body(name="Court"))
    shared = add_cases(world, 2 * FEW, company, body)
    counted = []
    for cases_of_step, handle in ((shared[:FEW], "one"), (shared[FEW:], "two")):
        newcomer(world, handle, frozenset({"caseworker"}))
        for case in cases_of_step:
            with world.writing("lana") as ctx:
                sharing.share(ctx, case, world.user("luka"), "full")
        luka, founder = Visitor(world).enter("luka"), Visitor(world).enter("founder")
        counted.append((costs_of(luka, {"desk": "/d"})["desk"], costs_of(founder, {"accounts": "/a"})["accounts"]))
    (desk_before, accounts_before), (desk_after, accounts_after) = counted
    assert desk_after.statements == desk_before.statements
    assert accounts_after.statements == accounts_before.statements


def test_earlier_keys_of_cases_that_were_renewed_are_asked_for_together(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("lana") as ctx:
        company, body = records.create(ctx, None, Company(name="Mine")), records.create(ctx, None, Body(name="Court"))
    anna, counted = frozenset({bytes.fromhex(world.people["anna"].fingerprint)}), []
    for _ in range(2):
        for case in add_cases(world, FEW, company, body):
            with world.writing("lana") as ctx:
                sharing.share(ctx, case, world.user("anna"), "full")
            with world.writing("lana") as ctx:
                key_rotation.renew(ctx, case, without={CORE: anna, IDENTITY: anna})
            with world.writing("lana") as ctx:
                sharing.share(ctx, case, world.user("luka"), "full")
        luka = Visitor(world).enter("luka")
        counted.append(costs_of(luka, {"cases": "/c"})["cases"])
    assert counted[0].statements == counted[1].statements


def test_a_search_runs_as_many_statements_for_25_cases_as_for_5_and_opens_one_pack_a_part(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("lana") as ctx:
        company, body = records.create(ctx, None, Company(name="Mine")), records.create(ctx, None, Body(name="Court"))

    def counted() -> Costs:
        world.again("lana")
        lana = Visitor(world).enter("lana")
        path = lana.fill("/s", text="helicopter").headers["Location"]
        return costs_of(lana, {"search": path})["search"]

    add_cases(world, FEW, company, body)
    few = counted()
    add_cases(world, MORE - FEW, company, body)
    more = counted()
    assert more.statements == few.statements
    # Of a case two packs; of each of its two people the keys of three parts, and two packs.
    assert more.envelopes - few.envelopes <= (2 + 2 * (3 + 2)) * (MORE - FEW) + 2, (few, more)


@contextmanager
def listening(note: Callable[..., None]) -> Iterator[None]:
    """Call this before each statement: connection, cursor, text, parameters, context."""
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def statements_of(visitor: Visitor, path: str) -> list[tuple[str, object]]:
    """The statements of a page that somebody opens for the second time, each with its parameters."""
    visitor.client.get(path)
    statements: list[tuple[str, object]] = []

    def note(*run: object) -> None:
        statements.append((str(run[2]), run[3]))

    with listening(note):
        assert visitor.client.get(path).status_code == 200
    return statements


def test_what_the_desk_a_list_and_a_case_ask_is_put_together_once(sqlite_world: World) -> None:
    world = sqlite_world
    lana = Visitor(world).enter("lana")
    asked: list[object] = []
    fresh: dict[str, list[str]] = {}
    with listening(lambda *run: asked.append(run[4].invoked_statement)):
        for path in ("/d", "/c", "/h", f"/c/{world.strike.case}"):
            lana.client.get(path)
            known = {id(statement) for statement in asked}
            before = len(asked)
            assert lana.client.get(path).status_code == 200
            fresh[path] = [str(statement) for statement in asked[before:] if id(statement) not in known]
    assert not any(fresh.values()), fresh


def test_saving_looks_at_the_headers_of_the_case_the_desk_of_figures_and_the_directory_at_once(
    sqlite_world: World,
) -> None:
    world, asked = sqlite_world, list[str]()
    for title in ("The first", "The second"):
        asked.clear()
        with listening(lambda *run: asked.append(str(run[2]))), world.writing("lana") as ctx:
            records.create(ctx, world.strike.case, Incident(title=title, when=exactly(TODAY)))
    assert sum("row_number() OVER" in statement for statement in asked) == 1


def test_what_every_page_asks_is_answered_by_an_index(sqlite_world: World) -> None:
    if not sqlite_world.url.startswith("sqlite"):
        pytest.skip("PostgreSQL chooses by what its tables hold: of so little it reads everything")
    lana = Visitor(sqlite_world).enter("lana")
    statements = [*statements_of(lana, "/c"), *statements_of(lana, "/d")]
    plans = set()
    with closing(sqlite3.connect(sqlite_world.url.removeprefix("sqlite:///"))) as connection:
        for statement, parameters in statements:
            if statement.startswith("SELECT"):
                plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                plans |= {str(row[3]) for row in plan}
    # The log grows with each page: none reads the whole of it, not even through an index.
    assert not [step for step in plans if step.split()[:2] == ["SCAN", "log"]]
    assert any("records USING COVERING INDEX ix_records_day" in step for step in plans)
    assert any("digests USING COVERING INDEX ix_digests_state" in step for step in plans)
    # No day has come on which a prepared successor counts: nobody's cases are looked through for one.
    prepared = [statement for statement, _ in statements if "FROM successors" in statement]
    assert prepared
    assert not [statement for statement in prepared if "memberships" in statement]
