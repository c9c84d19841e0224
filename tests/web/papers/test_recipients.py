"""Who reads a paper decides whose consent is asked, and pre-trial secrecy stops all but the court's: by the pages."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hrd_world import World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.people import Name
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.casework import people
from hrd_cases.services.records import records
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]
SCOPES = {
    "common_law_court": [],
    "outside_lawyer": [],  # the paragraph on the court opens to counsel too
    "un_letter": ["un_letter"],
    "un_treaty_body": ["un_letter", "un_public_report"],
    "ilo_body": ["ilo_channel"],
    "contact_point": ["ncp_by_name"],
    "partner": [],  # opened by what is kept and used inside
    "public_paper": ["publish_name"],
}
FORMS = [pytest.param(form, scopes, id=form) for form, scopes in SCOPES.items()]


def action(world: World, **changes: Any) -> None:
    """Change the legal action of the case."""
    record = world.strike.records["action"]
    with world.writing("lana") as ctx:
        stored = records.read(ctx, world.strike.case, record)
        records.save(ctx, world.strike.case, record, replace(stored.value, **changes), stored.versions)


def secret(world: World, **changes: Any) -> None:
    """Pre-trial secrecy was signed and binds."""
    text = {"secrecy_signed": "Counsel", "secrecy_until": world.now.date() + timedelta(days=300)}
    action(world, **{**text, "secrecy_released": "", **changes})


@pytest.fixture
def open_case(lana: Lawyer) -> Lawyer:
    """A case in which nothing is secret."""
    secret(lana.world, secrecy_signed="", secrecy_until=None)
    return lana


@pytest.mark.parametrize(("form", "scopes"), FORMS)
def test_the_consent_follows_from_who_reads_the_paper(open_case: Lawyer, form: str, scopes: list[str]) -> None:
    agreed(open_case)
    paper = open_case.prepare()
    assert open_case.change(f"{paper}/2", profile=form).status_code == 303
    gate = open_case.get(f"{paper}/4").text
    for scope in ("domestic_body", "un_letter", "un_public_report", "ilo_channel", "ncp_by_name", "publish_name"):
        text = vocabulary("consent_scopes").get(scope).text("en")
        assert (text in gate) == (scope in scopes), text
    assert ("Nothing is missing" in gate) == (not scopes)
    built = open_case.post(f"{paper}/5")
    assert built.location.endswith("/4") == bool(scopes)


def test_a_court_form_for_another_body_asks_for_the_consent_of_that_body(open_case: Lawyer) -> None:
    agreed(open_case)
    paper = open_case.prepare()
    with open_case.world.writing("lana") as ctx:
        body = records.create(ctx, None, Body(name="Working Group", kind="un_body"))
    action(open_case.world, forum=body)
    gate = open_case.get(f"{paper}/4").text
    assert vocabulary("consent_scopes").get("un_letter").text("en") in gate


def test_secrecy_refuses_every_form_but_the_courts_at_its_field(lana: Lawyer) -> None:
    secret(lana.world)
    agreed(lana)
    paper = lana.prepare()
    for form in [item for item in SCOPES if item != "common_law_court"]:
        answer = lana.change(f"{paper}/2", profile=form, place="Караганда")
        assert answer.status_code == 422, form
        assert "Pre-trial secrecy forbids this" in answer.text
        assert "Караганда" in answer.text
    assert lana.change(f"{paper}/2", profile="common_law_court", language="en").status_code == 303
    assert "Nothing is missing" in lana.get(f"{paper}/4").text


@pytest.mark.parametrize("step", ["preparing", "building", "looking", "releasing"])
def test_secrecy_signed_later_stops_a_paper_for_others_at_every_step(open_case: Lawyer, step: str) -> None:
    world = open_case.world
    agreed(open_case)
    paper = open_case.prepare()
    assert open_case.change(f"{paper}/2", profile="partner").status_code == 303
    if step in ("looking", "releasing"):
        assert "Read the built paper" in open_case.built(paper)
    secret(world)
    doors = {
        "preparing": lambda: open_case.get(f"{paper}/3"),
        "building": lambda: open_case.post(f"{paper}/5"),
        "looking": lambda: open_case.get(f"{paper}/d/1"),
        "releasing": lambda: open_case.post(f"{paper}/r"),
    }
    answer = doors[step]()
    assert answer.status_code == 422
    assert "Pre-trial secrecy forbids this" in answer.text
    assert f"/r/{world.strike.records['action']}" in answer.text
    assert open_case.get(f"{paper}/2").status_code == 200  # another form can be chosen
    lifted = {"secrecy_released": "The prosecutor, for our partner", "secrecy_released_on": world.now.date()}
    secret(world, **lifted)
    assert doors[step]().status_code == 422  # for nobody
    secret(world, **lifted, secrecy_released_for=("public", "un_letter"))
    assert doors[step]().status_code == 422  # for others
    secret(world, **{**lifted, "secrecy_released_on": None}, secrecy_released_for=("partner",))
    assert doors[step]().status_code == 422  # from no day
    secret(world, **lifted, secrecy_released_for=("partner",))
    assert doors[step]().status_code in (200, 303)


def test_secrecy_is_lifted_from_its_day_by_a_clock_that_is_sure(open_case: Lawyer) -> None:
    world = open_case.world
    agreed(open_case)
    paper = open_case.prepare()
    assert open_case.change(f"{paper}/2", profile="partner").status_code == 303
    lifted = {"secrecy_released": "The prosecutor", "secrecy_released_for": ("partner",)}
    secret(world, **lifted, secrecy_released_on=world.now.date() + timedelta(days=1))
    assert open_case.get(f"{paper}/4").status_code == 422
    secret(world, **lifted, secrecy_released_on=world.now.date())
    assert open_case.get(f"{paper}/4").status_code == 200


def test_secrecy_is_over_after_its_day_by_a_clock_that_is_sure(open_case: Lawyer) -> None:
    agreed(open_case)
    paper = open_case.prepare()
    secret(open_case.world, secrecy_until=open_case.world.now.date() - timedelta(days=1))
    assert open_case.change(f"{paper}/2", profile="partner").status_code == 303
    secret(open_case.world, secrecy_until=open_case.world.now.date())
    assert open_case.get(f"{paper}/4").status_code == 422


def test_the_secrecy_of_one_action_holds_for_the_papers_of_the_others(open_case: Lawyer) -> None:
    world = open_case.world
    agreed(open_case)
    paper = open_case.prepare()
    assert open_case.change(f"{paper}/2", profile="partner").status_code == 303
    with world.writing("lana") as ctx:
        saved = records.read(ctx, world.strike.case, world.strike.records["action"]).value
        other = replace(saved, title="Criminal case", secrecy_signed="Counsel", secrecy_until=date(2030, 1, 1))
        records.create(ctx, world.strike.case, other)
    answer = open_case.get(f"{paper}/4")
    assert (answer.status_code, "Criminal case" in answer.text) == (422, True)


def release(lana: Lawyer, paper: str, text: str) -> None:
    """Releasing is refused with this said."""
    answer = lana.post(f"{paper}/r")
    assert answer.status_code == 422
    assert text in answer.text
    assert "released, number" not in lana.get(paper).text


def test_what_changed_after_building_stops_the_release_and_is_said(open_case: Lawyer) -> None:
    lana, world = open_case, open_case.world
    agreed(lana)
    paper = lana.prepare()
    assert "Read the built paper" in lana.built(paper)
    action_id = world.strike.records["action"]
    with world.reading("lana") as ctx:
        parties = records.read(ctx, world.strike.case, action_id).value.parties
    action(world, parties=(*parties, replace(parties[0], name="Another party", person="", company="")))
    release(lana, paper, "The parties of the proceeding were changed after this version was built")
    action(world, parties=parties)
    with world.writing("lana") as ctx:
        person = people.read(ctx, world.strike.person)
        people.save(ctx, world.strike.person, replace(person.value, names=(Name(name="Али Сынақов"),)), person.versions)
    release(lana, paper, "changed")
    assert "Read the built paper" in lana.built(paper)
    assert lana.post(f"{paper}/r").status_code == 303


def test_a_withdrawal_after_building_stops_the_release_and_names_who(open_case: Lawyer) -> None:
    lana = open_case
    agreed(lana)
    paper = lana.prepare()
    assert "Read the built paper" in lana.built(paper)
    text = {"said_on": lana.world.now.date(), "form": "signed", "court": "no", "time_unknown": True}
    with lana.world.writing("lana") as ctx:
        records.create(ctx, lana.case, Consent(person=lana.world.strike.person, **text))
    release(lana, paper, "Somebody&#39;s answer changed after this version was built")
    assert "Әлібек Сынақов" in lana.post(f"{paper}/r").text
    assert "refused or withdrawn" in lana.get(f"{paper}/4").text
