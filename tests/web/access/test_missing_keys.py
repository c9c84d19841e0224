"""A key that is missing, on the pages: what was typed stays, the page says who can help, and the lead helps."""

import re

import pytest
from hrd_pages import Visitor, forms
from hrd_world import FULL, NOW, World
from sqlalchemy import delete, update

from hrd_cases.domain.dates import exactly
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.casework import cases
from hrd_cases.services.records import records
from hrd_cases.services.team import member_removal
from hrd_cases.store import tables

OFFICES = ("directory", "trends", "log")


def lacking(world: World, *parts: str) -> str:
    """The caseworker's waiting keys of a renewed case are deleted; the address of that case."""
    case = world.granted[FULL].case
    for name in ("caseworker", "lawyer"):
        with world.reading(name) as ctx:
            cases.overview(ctx, case)
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("lawyer"), member_removal.OUT)
    with world.runtime.database.writing() as work:
        here = (tables.grants.c.vault_id == case, tables.grants.c.member == world.people["caseworker"].fingerprint)
        work.connection.execute(delete(tables.grants).where(*here, tables.grants.c.compartment.in_(parts)))
    return f"/c/{case}"


@pytest.mark.parametrize("parts", [("core", "identity", "source"), ("identity",)])
def test_what_was_typed_stays_when_the_key_went_missing_meanwhile(sqlite_world: World, parts: tuple[str, ...]) -> None:
    case = f"/c/{sqlite_world.granted[FULL].case}"
    visitor = Visitor(sqlite_world).enter("caseworker")
    note, person = f"{case}/m/new", f"/p/new/{sqlite_world.granted[FULL].case}"
    typed_note, typed_person = visitor.fields(note), visitor.fields(person)
    lacking(sqlite_world, *parts)
    for path, fields, text in (
        (note, {**typed_note, "subject": "Typed before it went"}, "Typed before it went"),
        (person, {**typed_person, "pseudonym": "Typed name"}, "Typed name"),
    ):
        answer = visitor.send(path, fields)
        assert answer.status_code == 422
        assert "key" in answer.text
        assert any(text in values for values in forms(answer)[path].values()), path
    assert "key of yours is missing" in visitor.get(case).text
    refused = visitor.get(person)
    assert refused.status_code == 422, "nobody fills a form in vain"
    assert f'href="{case}/team"' in refused.text, "and the page leads to who can help"
    if "core" in parts:
        assert visitor.get(f"{case}/c").status_code == 422
        assert visitor.get(f"{case}/r/{sqlite_world.granted[FULL].records['note']}/e").status_code == 422


def test_what_was_typed_for_a_part_whose_key_went_missing_is_not_dropped_from_a_record(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    page = f"/c/{ids.case}/r/{ids.records['incident']}/e"
    visitor = Visitor(sqlite_world).enter("caseworker")
    typed = {**visitor.fields(page), "impact": "Typed before it went"}
    lacking(sqlite_world, "identity")
    answer = visitor.send(page, typed)
    assert answer.status_code == 422, "saving the rest would lose this part without a word"
    assert "Typed before it went" in forms(answer)[page]["impact"]


def test_forms_of_papers_and_hearings_come_back_too_when_somebody_left_meanwhile(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    lana = Visitor(sqlite_world).enter("lana")
    paper, hearing = f"/w/{ids.case}/new", f"/c/{ids.case}/r/{ids.records['hearing']}/n"
    begun = {paper: lana.fields(paper), hearing: {**lana.fields(hearing), "on": "30.11.2026"}}
    with sqlite_world.writing("luka") as ctx:
        member_removal.leave(ctx, ids.case)
    for path, fields in begun.items():
        answer = lana.send(path, fields)
        assert answer.status_code == 422, path
        assert path in forms(answer), path
        assert lana.get(path).status_code == 422, path
    assert forms(lana.send(hearing, begun[hearing]))[hearing]["on"] == ["30.11.2026"]


def test_the_lead_sends_the_keys_again_from_the_desk_and_from_the_team_page(sqlite_world: World) -> None:
    case = lacking(sqlite_world, "core", "identity", "source")
    caseworker, anna = Visitor(sqlite_world).enter("caseworker"), Visitor(sqlite_world).enter("anna")
    assert "Anna Person" in caseworker.get(case).text
    assert "a key is missing" in anna.get(f"{case}/team").text
    member = f"{case}/team/m?u={sqlite_world.user('caseworker')}"
    assert f'action="{case}/team/k"' in anna.get(member).text
    desk = anna.get("/d")
    assert "Caseworker Person" in desk.text
    assert anna.send(f"{case}/team/k", forms(desk)[f"{case}/team/k"]).status_code == 303
    assert "A key of a case is missing" not in anna.get("/d").text
    assert "key of yours is missing" not in caseworker.get(case).text
    assert caseworker.fill(f"{case}/m/new", subject="Written again").status_code == 303


def altered(world: World, office: str) -> None:
    """Every signature under the headers of an office is destroyed in the database."""
    vault = getattr(world.runtime.organisation, office)
    with world.runtime.database.writing() as work:
        work.connection.execute(
            update(tables.headers).where(tables.headers.c.vault_id == vault).values(signature=b"\0")
        )


@pytest.mark.parametrize("office", OFFICES)
def test_an_office_that_does_not_verify_stops_no_casework_and_is_an_alarm(sqlite_world: World, office: str) -> None:
    case = f"/c/{sqlite_world.granted[FULL].case}"
    altered(sqlite_world, office)
    visitor = Visitor(sqlite_world).enter("caseworker")
    new = f"{case}/n/new"
    typed = {"title": "Beaten at the gate", "when": "20.11.2026", "region": "KZ-47", "kinds": "killing"}
    incident = visitor.fill(new, **typed)
    assert incident.status_code == 303, re.findall(r'href="#f-[^<]*', incident.text)
    assert "Beaten at the gate" in visitor.get(incident.headers["Location"]).text
    text = {"person": sqlite_world.granted[FULL].person, "said_on": "20.11.2026", "keep": "yes", "time_unknown": "yes"}
    consent = visitor.fill(f"{case}/s/new", form="signed", **text)
    assert consent.status_code == 303, re.findall(r'href="#f-[^<]*', consent.text)
    call = visitor.fill("/i/new", what="They were told to come", when="2017", who="A miner", reach="A neighbour")
    assert call.status_code == 303
    for name in ("coordinator", "auditor", "admin"):
        assert "a shared area cannot be verified" in Visitor(sqlite_world).enter(name).get("/d").text, name
    assert "a shared area cannot be verified" not in visitor.get("/d").text


def test_work_goes_on_when_the_headers_of_the_log_are_gone(sqlite_world: World) -> None:
    vault = sqlite_world.runtime.organisation.log
    with sqlite_world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.headers).where(tables.headers.c.vault_id == vault))
    visitor = Visitor(sqlite_world).enter("caseworker")
    call = visitor.fill("/i/new", what="They were told to come", when="2017", who="A miner", reach="A neighbour")
    assert call.status_code == 303


def test_a_fact_that_was_left_out_is_counted_with_the_next_save(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.granted[FULL]

    def facts() -> int:
        with world.runtime.database.reading() as work:
            return len(work.connection.execute(tables.trend_facts.select()).all())

    with world.runtime.database.reading() as work:
        signatures = {row.hash: row.signature for row in work.keys.headers_of([world.runtime.organisation.trends])}
    before = facts()
    altered(world, "trends")
    with world.writing("caseworker") as ctx:
        created = records.create(ctx, ids.case, Incident(title="Beaten", when=exactly(NOW.date())))
    assert facts() == before
    with world.runtime.database.writing() as work:
        for existing, signature in signatures.items():
            here = tables.headers.c.hash == existing
            work.connection.execute(update(tables.headers).where(here).values(signature=signature))
    with world.writing("caseworker") as ctx:
        stored = records.read(ctx, ids.case, created)
        records.save(ctx, ids.case, created, stored.value, stored.versions)
    assert facts() == before + 1
