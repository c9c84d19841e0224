"""Who can confirm: the page names who could finish what two people do together, and says where nobody could."""

import re

from hrd_pages import Visitor
from hrd_replaced import ended_alone
from hrd_world import CODED, World, newcomer

from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration

PAGE = "/d/s"
DELETION = "ask that something be deleted for good"
CONSENT = "print a letter (where a consent is missing)"


def blocks(page: str) -> dict[str, str]:
    """What the page says of each case, by the case."""
    rows = [row.split("</li>")[0] for row in page.split("<li>")[1:]]
    found = {}
    for row in rows:
        case = re.search(r'href="/c/([0-9a-f]{32})/team"', row)
        if case is not None:
            found[case[1]] = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    return found


def said_of(text: str, act: str) -> str:
    """Who could be second for one act."""
    line = next(part for part in re.findall(r'<span class="sub">(.*?)</span>', text) if act in part)
    return re.sub(r"<[^>]+>", "", line).split(": ", 1)[1]


def test_a_case_names_who_could_finish_each_act_besides_the_reader(sqlite_world: World, anna: Visitor) -> None:
    found = blocks(anna.get(PAGE).text)
    strike = found[sqlite_world.strike.case]
    assert DELETION in strike
    assert "Lana Person, Luka Person" in strike, "of a missing consent"
    assert "nobody" not in strike
    assert "Anna Person" not in " ".join(found.values())
    alone = found[sqlite_world.granted[CODED].case]
    assert f"{DELETION}; lift a legal hold" in alone
    assert "nobody" in alone
    assert "could be finished by nobody" in anna.get(PAGE).text


def test_where_the_only_other_one_left_nobody_is_second(sqlite_world: World, anna: Visitor) -> None:
    with sqlite_world.writing("admin") as ctx:
        administration.disable(ctx, sqlite_world.user("lana"), lose=True)
    strike = blocks(anna.get(PAGE).text)[sqlite_world.strike.case]
    assert f"{DELETION}; lift a legal hold: nobody" in strike.replace(" :", ":")
    assert "Lana" not in strike
    assert "Luka Person" in strike


def test_an_administrator_sees_who_else_can_certify(sqlite_world: World) -> None:
    text = Visitor(sqlite_world).enter("admin").get(PAGE).text
    assert "Founder Person" in said_of(text, "certify a key")
    assert "Anna Person" in said_of(text, "end all sessions")
    ended_alone(sqlite_world, "founder")
    text = Visitor(sqlite_world).enter("admin").get(PAGE).text
    assert said_of(text, "certify a key") == "nobody"
    assert "Anna Person" in said_of(text, "recover keys"), "anybody who is let in, where there is no administrator"


def test_a_coordinator_sees_who_can_agree_that_figures_leave(sqlite_world: World) -> None:
    text = Visitor(sqlite_world).enter("coordinator").get(PAGE).text
    named = said_of(text, "ask that figures leave")
    assert "Anna Person" in named
    assert "Coordinator Person" not in named


def test_external_counsel_sees_that_there_is_somebody_and_no_name(sqlite_world: World) -> None:
    existing = newcomer(sqlite_world, "counsel", frozenset({"lawyer"}))
    with sqlite_world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, "Outside Counsel", frozenset({"lawyer"}), external=True)
    with sqlite_world.writing("lana") as ctx:
        sharing.share(ctx, sqlite_world.strike.case, existing.user, "lead")
    text = Visitor(sqlite_world).enter("counsel").get(PAGE).text
    assert "a colleague, a colleague" in text
    assert not re.search(r"[A-Z][a-z]+ Person", text)


def test_the_desk_leads_to_it_while_something_waits(sqlite_world: World, anna: Visitor) -> None:
    assert PAGE not in anna.get("/d").text
    anna.fill("/m/o", who="all", hours="1")
    assert f'href="{PAGE}"' in anna.get("/d").text
    assert f'href="{PAGE}"' in anna.get("/m").text
