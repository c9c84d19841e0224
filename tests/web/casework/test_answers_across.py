"""What pages tell a second team of an answer, and where a withdrawal stands in the title."""

import re

from hrd_browser import Browser
from hrd_world import NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.consents import Consent
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing

SECRETS = {"place": "Canary kitchen", "asked_by": "Canary colleague", "limits": "Canary limit", "told": "Canary told"}


def test_pages_tell_another_team_the_day_and_that_a_limit_is_set_and_no_more(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("luka") as ctx:
        text = {"said_on": NOW.date(), "form": "signed", "court": "no", **SECRETS}
        record = records.create(ctx, world.strike.case, Consent(person=world.strike.person, **text))
        name = sharing.names_of(ctx, ColleagueCard)[world.user("luka")]
    with world.writing("anna") as ctx:
        other = cases.create(ctx, Case(title="Another matter"))
        people.link(ctx, world.strike.person, other)
    with world.writing("anna") as ctx:
        sharing.share(ctx, other, world.user("outsider"), "lead")
    outsider, anna = Browser(world, "outsider"), Browser(world, "anna")
    for address in (f"/c/{other}/y", f"/p/{world.strike.person}"):
        mine, theirs = anna.get(address).text, outsider.get(address).text
        assert "answered on" in theirs
        assert "A limit is set: ask its holder." in theirs
        assert "in a case that is not shared with you" in theirs
        assert f"/r/{record}" in mine
        for hidden in (record, world.strike.case, name, "Canary", *SECRETS.values()):
            assert hidden not in theirs
    assert outsider.get(f"/c/{world.strike.case}/r/{record}").status_code == 404


def test_a_persons_page_and_the_list_of_a_case_say_in_the_title_what_was_withdrawn(sqlite_world: World) -> None:
    anna = Browser(sqlite_world, "anna")
    case, person = anna.world.strike.case, anna.world.strike.person
    for address in (f"/p/{person}", f"/c/{case}/s", f"/c/{case}", f"/c/{case}/y"):
        assert re.search("Consent withdrawn|withdrew everything", anna.get(address).text), address
