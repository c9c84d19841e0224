"""The team of a case on its pages: a last day, taking back what was shared, leaving, and what waits for new keys."""

import re

import pytest
from hrd_pages import Visitor
from hrd_world import FULL, World

from hrd_cases.services.audit import audit_reader
from hrd_cases.services.team import member_removal
from hrd_cases.web.kernel import urls

ACCOUNT = urls.path("account")


def renewable(visitor: Visitor, case: str) -> bool:
    """True when the desk offers to renew the keys of a case."""
    return f'action="{case}/renew"' in visitor.get("/d").text


def test_a_colleague_is_taken_out_on_the_team_page_and_the_work_goes_on(sqlite_world: World, anna: Visitor) -> None:
    case, user = f"/c/{sqlite_world.granted[FULL].case}", sqlite_world.user("lawyer")
    lawyer = Visitor(sqlite_world).enter("lawyer")
    assert lawyer.get(case).status_code == 200
    member = f"{case}/team/m?u={user}"
    assert member.replace("&", "&amp;") in anna.get(f"{case}/team").text
    assert "Lawyer Person" in anna.get(member).text
    assert anna.fill(member, f"{case}/team/m", user=user, level="out").status_code == 303
    first, team = anna.get(case).text, anna.get(f"{case}/team").text
    assert "Removed. The keys were changed" in first
    assert "parts of records use the new keys" in first
    assert "parts of records" not in anna.get(case).text, "a small case is sealed anew in one visit"
    assert member not in team
    assert lawyer.get(case).status_code == 404
    assert lawyer.get(f"{case}/team").status_code == 404
    assert Visitor(sqlite_world).enter("caseworker").get(case).status_code == 200
    with sqlite_world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter(case=user)).items
    assert {line.act for line in lines if line.record == user} >= {"remove somebody from a case"}


def test_the_page_says_before_it_is_done_which_part_nobody_else_opens_and_who_helps(
    sqlite_world: World, anna: Visitor
) -> None:
    world, case = sqlite_world, f"/c/{sqlite_world.strike.case}"
    luka, lana = (f"{case}/team/m?u={world.user(name)}" for name in ("luka", "lana"))
    waits = "Nothing is added to it until one of them does: Lana Person."
    assert waits in anna.get(luka).text, "she is no lawyer; Lana holds that part too"
    assert "nobody else can open it" not in anna.get(luka).text
    assert anna.get(luka).text.count("you change its key in the same step") == 3
    assert anna.fill(luka, f"{case}/team/m", user=world.user("luka"), level="out").status_code == 303
    assert "nobody else can open it. Let them share it first" in anna.get(lana).text
    refused = anna.fill(lana, f"{case}/team/m", user=world.user("lana"), level="out")
    assert refused.status_code == 422
    assert "opens for nobody else" in refused.text
    assert Visitor(world).enter("lana").get(case).status_code == 200
    narrowed = anna.fill(lana, f"{case}/team/m", user=world.user("lana"), level="full")
    assert narrowed.status_code == 303, "what she keeps needs no such word"
    assert anna.fill(lana, f"{case}/team/m", user=world.user("lana"), level="out", lose="yes").status_code == 303
    assert Visitor(world).enter("lana").get(case).status_code == 404


def test_who_is_away_or_lacks_the_key_does_not_count_as_somebody_who_opens_it(
    sqlite_world: World, anna: Visitor
) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    lana = f"/c/{case}/team/m?u={world.user('lana')}"
    assert "nobody else can open it" not in anna.get(lana).text
    with world.runtime.database.writing() as work:
        work.missing_keys.put(case, world.people["luka"].fingerprint, ["privileged"])
    assert "nobody else can open it" in anna.get(lana).text


def test_what_a_colleague_may_open_is_narrowed_and_given_a_last_day(sqlite_world: World, anna: Visitor) -> None:
    case, user = f"/c/{sqlite_world.granted[FULL].case}", sqlite_world.user("lawyer")
    member = f"{case}/team/m?u={user}"
    refused = anna.fill(member, f"{case}/team/m", user=user, level="coded", last_day="2026")
    assert refused.status_code == 422
    assert "Write a whole day" in refused.text
    assert 'value="2026"' in refused.text
    assert anna.fill(member, f"{case}/team/m", user=user, level="coded", last_day="31.12.2026").status_code == 303
    assert "31" in anna.get(f"{case}/team").text
    assert 'value="31.12.2026"' in anna.get(member).text
    assert "Held full: case.title" not in Visitor(sqlite_world).enter("lawyer").get(case).text


def test_who_sees_no_names_is_offered_no_page_that_needs_them(sqlite_world: World, anna: Visitor) -> None:
    case, user = f"/c/{sqlite_world.granted[FULL].case}", sqlite_world.user("lawyer")
    anna.fill(f"{case}/k/new", subject="To the mine", direction="from_us", addressee=sqlite_world.body, body="We ask.")
    letter = re.findall(rf'href="({case}/r/[0-9a-f]{{32}})"', anna.get(f"{case}/k").text)[0]
    offers = {case: f"/p/new{case.removeprefix('/c')}", letter: f"{letter}/print"}
    lawyer = Visitor(sqlite_world).enter("lawyer")
    for page, offered in offers.items():
        assert f'href="{offered}"' in lawyer.get(page).text
    member = f"{case}/team/m?u={user}"
    assert anna.fill(member, f"{case}/team/m", user=user, level="coded", last_day="31.12.2026").status_code == 303
    lawyer = Visitor(sqlite_world).enter("lawyer")
    for page, offered in offers.items():
        visible = lawyer.get(page)
        assert visible.status_code == 200
        assert f'href="{offered}"' not in visible.text
    refused = lawyer.get(offers[case])
    assert refused.status_code == 403
    assert "check the entries" not in refused.text, "nothing was typed"


@pytest.mark.parametrize(("typed", "said"), [("12.2026", "Write a whole day"), ("21.11.2026", "This day is over")])
def test_a_last_day_is_asked_for_when_sharing(sqlite_world: World, anna: Visitor, typed: str, said: str) -> None:
    team, user = f"/c/{sqlite_world.strike.case}/team", sqlite_world.user("lawyer")
    refused = anna.fill(team, user=user, level="full", last_day=typed)
    assert refused.status_code == 422
    assert said in refused.text
    assert 'href="#f-last_day-box"' in refused.text
    assert anna.fill(team, user=user, level="full", last_day="31.12.2026").status_code == 303
    assert "until" in anna.get(team).text


def test_who_leaves_is_told_what_it_means_and_the_lead_is_told_on_the_desk(sqlite_world: World, anna: Visitor) -> None:
    case = f"/c/{sqlite_world.granted[FULL].case}"
    lawyer = Visitor(sqlite_world).enter("lawyer")
    assert f"{case}/team/o" in lawyer.get(f"{case}/team").text
    assert "until its lead changes the keys" in lawyer.get(f"{case}/team/o").text
    left = lawyer.fill(f"{case}/team/o")
    assert left.status_code == 303
    assert "You left the case." in lawyer.get(left.headers["Location"]).text
    assert lawyer.get(case).status_code == 404
    assert renewable(anna, case)
    assert "left: waits for new keys" in anna.get(f"{case}/team").text
    assert anna.fill("/d", f"{case}/renew").status_code == 303
    assert not renewable(anna, case)
    assert (
        "Nobody else can open this."
        in Visitor(sqlite_world).enter("outsider").get(f"/c/{sqlite_world.own.case}/team/o").text
    )


def test_the_lawyers_are_told_that_their_part_waits(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    with sqlite_world.writing("anna") as ctx:
        member_removal.change(ctx, case, sqlite_world.user("luka"), member_removal.OUT)
    assert not renewable(anna, f"/c/{case}")
    lana = Visitor(sqlite_world).enter("lana")
    assert renewable(lana, f"/c/{case}")
    assert lana.fill(f"/c/{case}", f"/c/{case}/renew").status_code == 303
    assert not renewable(lana, f"/c/{case}")


def test_my_passphrase_may_be_known(sqlite_world: World, anna: Visitor) -> None:
    """The page says what follows; afterwards nothing opens, and whoever leads a case with them is told."""
    lawyer = Visitor(sqlite_world).enter("lawyer")
    assert "Passphrase known to others: end my keys" in lawyer.get(ACCOUNT).text
    page = lawyer.get(f"{ACCOUNT}/e")
    assert "you get new keys like after a forgotten passphrase" in page.text
    refused = lawyer.fill(f"{ACCOUNT}/e")
    assert refused.status_code == 422
    assert "it cannot be undone" in refused.text
    assert lawyer.fill(f"{ACCOUNT}/e", sure="yes").status_code == 303
    assert lawyer.get(f"/c/{sqlite_world.granted[FULL].case}").status_code == 303
    assert renewable(anna, f"/c/{sqlite_world.granted[FULL].case}")
    assert "Only the recovery cards" not in page.text
    alone = Visitor(sqlite_world).enter("outsider").get(f"{ACCOUNT}/e").text
    assert "Nobody else leads these cases." in alone
    assert "The outsider" in alone
