"""Calls on their pages: taken, carried into a case, closed, taken back; danger in red; the list of duty."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World, newcomer

from hrd_cases.domain.cases import Case
from hrd_cases.domain.dates import parse
from hrd_cases.domain.incidents import TO_BE_CODED, Incident
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import cases, consents, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration

REACH = "WhatsApp через жену, после 20:00; в Telegram не писать"


def take(visitor: Visitor, who: str = "A miner", **more: str) -> str:
    """The address of a call that was just taken."""
    typed = {"what": "They were told to come", "when": "2017", "who": who, "reach": REACH, **more}
    return str(visitor.fill("/i/new", **typed).headers["Location"])


def on_duty(world: World, name: str, number: str = "+7 700 000 00 00") -> None:
    coordinator = Visitor(world).enter("coordinator")
    typed = {"who": world.user(name), "begins": "22.11.2026", "ends": "29.11.2026", "number": number}
    assert coordinator.fill("/i/j/new", **typed).headers["Location"] == "/i/j"


def red(page: str) -> list[str]:
    return re.findall(r'<section class="danger".*?</section>', page, flags=re.DOTALL)


def test_a_call_from_an_unknown_person_takes_two_pages_and_four_fields(anna: Visitor) -> None:
    page = anna.get("/i/new").text
    assert page.count('class="need"') == 4
    first = re.findall(r'<(?:input|textarea|select)[^>]* name="([a-z]+)"', page.split("</header>")[-1])
    assert next(name for name in first if name in ("urgent", "what", "when", "who", "reach")) == "urgent"
    call = take(anna)
    visible = anna.get(call)
    assert {f"{call}/s", f"{call}/x"} <= set(forms(visible))
    assert f'href="{call}/c"' in visible.text
    assert f'href="{call}/a"' in visible.text


def test_a_call_becomes_a_case_with_everything_typed_once(sqlite_world: World, anna: Visitor) -> None:
    call = take(anna, urgent="yes", topics="dismissal")
    fields = anna.fields(f"{call}/c")
    assert fields["title"] == ["They were told to come"]
    assert fields["pseudonym"] == ["Caller 1"]
    assert fields["note"] == [REACH]
    assert fields["priority"] == ["urgent"]
    assert fields["kinds"] == ["to_be_coded"]
    assert fields["region"] == ["to_be_coded"]
    assert "keep" not in fields
    case = anna.fill(f"{call}/c").headers["Location"]
    page = anna.get(case).text
    assert "They were told to come" in page
    assert f'href="{case}/i"' in page
    assert f'href="{call}"' in anna.get(f"{case}/i").text, "listed in its case for good"
    assert call not in anna.get("/i").text
    assert call in anna.get("/i?g=sorted").text
    with sqlite_world.reading("anna") as ctx:
        visited = cases.overview(ctx, case.rpartition("/")[2])
        assert len(visited.people) == len(visited.records["incident"]) == 1
    assert anna.fields(f"{take(anna)}/c")["pseudonym"] == ["Caller 2"], "a pseudonym stands for one person"


@pytest.mark.parametrize("known", [False, True])
def test_keeping_is_interim_from_the_day_of_the_call_however_late_its_person_is_entered(
    sqlite_world: World, anna: Visitor, known: bool
) -> None:
    """Somebody new, and somebody who was entered before an older call was carried over."""
    call = take(anna)
    later = sqlite_world.day_is_sure(sqlite_world.now + timedelta(days=9))
    sqlite_world.now = later
    sqlite_world.again("anna")
    week = Visitor(sqlite_world).enter("anna")
    person = ""
    if known:
        with sqlite_world.writing("anna") as ctx:
            case = cases.create(ctx, Case(title="Known before"))
            person = people.create(ctx, Person(pseudonym="Miner K"), case)
        added = week.fill(f"{call}/a/{case}", f"{call}/a/{case}", with_person="yes", person=person)
        assert added.status_code == 303
    else:
        case = week.fill(f"{call}/c").headers["Location"].rpartition("/")[2]
    with sqlite_world.reading("anna") as ctx:
        (line,) = consents.view(ctx, case).people
    assert line.interim_until == date(2026, 12, 6), "14 days after the call"
    assert "ask by 6 Dec" in week.get(f"/c/{case}/y").text


def test_a_form_that_is_refused_keeps_everything(anna: Visitor) -> None:
    call = take(anna)
    answer = anna.fill(f"{call}/c", title="", pseudonym="", event="A line of my own")
    assert answer.status_code == 422
    assert "A line of my own" in answer.text
    answer = anna.fill(f"{call}/c", pseudonym="")
    assert answer.status_code == 422
    assert 'id="f-pseudonym-error"' in answer.text


def test_a_call_is_added_to_a_case_that_was_chosen_and_taken_back(sqlite_world: World, anna: Visitor) -> None:
    case, call = sqlite_world.strike.case, take(anna, who="Тайный Свидетель")
    chosen = anna.get(f"{call}/a").text
    assert f'href="{call}/a/{case}"' in chosen
    assert "checked" not in chosen.split("<main")[1]
    assert "selected" not in chosen.split("<main")[1]
    answer = anna.fill(f"{call}/a/{case}", f"{call}/a/{case}")
    assert answer.headers["Location"] == f"/c/{case}"
    listed = anna.get(f"/c/{case}/i").text
    (copy,) = re.findall(r'href="(/i/[0-9a-f]{32})"', listed.split("<main")[1])
    assert "Тайный Свидетель" in anna.get(copy).text
    assert anna.get(call).headers["Location"] == copy, "the call as it goes on"
    assert anna.get(f"/c/{case}/r/{copy[3:]}").headers["Location"] == copy
    external = Visitor(sqlite_world).enter("external")
    assert "Тайный" not in external.get(copy).text
    assert f"{copy}/b" not in external.get(copy).text
    back = anna.fill(copy, f"{copy}/b").headers["Location"]
    assert back == call
    assert "Next step" in anna.get(call).text
    assert anna.get(copy).status_code == external.get(copy).status_code == 404


def test_a_call_cannot_be_added_to_a_case_of_others(sqlite_world: World, anna: Visitor) -> None:
    call = take(anna)
    form = anna.fields(f"{call}/a/{sqlite_world.strike.case}", f"{call}/a/{sqlite_world.strike.case}")
    for case in (sqlite_world.own.case, "0" * 32, "x"):
        path = f"{call}/a/{case}"
        assert anna.get(path).status_code == 404
        token = sqlite_world.session("anna").csrf(path)
        assert anna.send(path, {**form, "csrf_token": token}).status_code == 404
    assert call in anna.get("/i").text


def test_a_call_of_others_is_not_there_by_any_of_its_addresses(sqlite_world: World, anna: Visitor) -> None:
    call = take(anna)
    outsider = Visitor(sqlite_world).enter("outsider")
    for path in ("", "/e", "/c", "/a"):
        assert outsider.get(f"{call}{path}").status_code == 404
        assert outsider.get(f"{call}{path}").data == outsider.get(f"/i/{'0' * 32}{path}").data


def test_a_call_is_closed_for_a_reason_found_under_its_filter_and_opened_again(anna: Visitor) -> None:
    call = take(anna)
    answer = anna.fill(call, f"{call}/x", advice="Write to the inspectorate")
    assert answer.status_code == 422
    assert 'id="f-ending-error"' in answer.text
    assert "Write to the inspectorate" in answer.text
    answer = anna.fill(call, f"{call}/x", ending="advice_given", advice="Write to the inspectorate")
    assert answer.headers["Location"] == call
    page = anna.get(call).text
    assert "Advice given" in page
    assert "Write to the inspectorate" in page
    assert call not in anna.get("/i").text
    assert "Advice given" in anna.get("/i?g=closed").text
    anna.fill(call, f"{call}/o")
    assert call in anna.get("/i").text


def test_danger_is_red_on_desk_call_and_case_until_somebody_was_reached(sqlite_world: World, anna: Visitor) -> None:
    on_duty(sqlite_world, "luka")
    call = take(anna, who="Серый", urgent="yes")
    case = anna.fill(f"{call}/c").headers["Location"]
    for path in ("/d", call, case):
        (block,) = red(anna.get(path).text)
        assert "Серый" in block
        assert REACH in block
        assert "Luka Person" in block
        assert "+7 700 000 00 00" in block
        assert f'action="{call}/d"' in block
    desk = anna.get("/d").text
    assert desk.index('class="danger"') < desk.index('id="today"'), "before everything that is due"
    assert anna.fill("/d", f"{call}/d").headers["Location"] == call
    for path in ("/d", call, case):
        assert red(anna.get(path).text) == []
    assert "Reached: Anna Person" in anna.get(call).text
    anna.fill(call, f"{call}/n")
    assert len(red(anna.get("/d").text)) == 1


def test_the_form_says_who_will_see_a_call_in_danger(sqlite_world: World, anna: Visitor) -> None:
    assert "only you will see this call" in anna.get("/i/new").text
    assert "only you will see this call" not in anna.get(f"{take(anna)}/e").text, "others may hold its keys already"
    on_duty(sqlite_world, "luka")
    on_duty(sqlite_world, "lana")
    page = anna.get("/i/new").text
    assert re.search(r"will see this call too: (Luka Person, Lana Person|Lana Person, Luka Person)\.", page)
    call = take(anna, urgent="yes")
    luka = Visitor(sqlite_world).enter("luka")
    assert luka.get(call).status_code == 200
    saved = anna.get(f"{call}/c").text
    assert saved.count('name="keep"') == 2
    assert "keep" not in anna.fields(f"{call}/c"), "off by default"
    case = anna.fill(f"{call}/c", keep=sqlite_world.user("lana")).headers["Location"]
    assert luka.get(case).status_code == luka.get(call).status_code == 404
    assert Visitor(sqlite_world).enter("lana").get(case).status_code == 200


def test_a_call_leads_to_the_page_where_it_is_shared(sqlite_world: World, anna: Visitor) -> None:
    call = take(anna)
    (team,) = re.findall(r'href="(/c/[0-9a-f]{32}/team)">Share this call', anna.get(call).text)
    page = anna.get(team).text
    leaving = anna.get(f"{team}/o").text
    assert "case" not in re.sub(r"<[^>]*>", "", leaving.partition("<main")[2].partition("</main>")[0]).lower()
    assert f'href="{call}"' in page
    assert "Who can open this call" in page
    assert "this case" not in page


def test_the_list_of_duty_is_changed_by_coordinators_and_leads_alone(sqlite_world: World, anna: Visitor) -> None:
    on_duty(sqlite_world, "luka")
    page = anna.get("/i/j").text
    assert "Luka Person" in page
    (record,) = re.findall(r'action="/i/j/([0-9a-f]{32})/x"', page)
    for name in ("auditor", "admin"):
        other = Visitor(sqlite_world).enter(name)
        visible = other.get("/i/j")
        assert "Luka Person" in visible.text
        assert "/i/j/new" not in visible.text
        assert other.get("/i/j/new").status_code == 403
    wrong = anna.fill("/i/j/new", who=sqlite_world.user("lana"), begins="22.11.2026", ends="21.11.2026")
    assert wrong.status_code == 422
    assert 'id="f-ends-error"' in wrong.text
    offered = anna.get("/i/j/new").text
    assert sqlite_world.user("auditor") not in offered
    assert sqlite_world.user("admin") not in offered
    anna.fill("/i/j", f"/i/j/{record}/x")
    assert "Luka Person" not in anna.get("/i/j").text


def test_external_counsel_reads_neither_the_list_nor_a_name_from_it(sqlite_world: World, anna: Visitor) -> None:
    on_duty(sqlite_world, "luka")
    call = take(anna, urgent="yes")
    case = anna.fill(f"{call}/c").headers["Location"]
    existing = newcomer(sqlite_world, "counsel", frozenset({"lawyer"}))
    with sqlite_world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, "Outside Counsel", frozenset({"lawyer"}), external=True)
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, case.rpartition("/")[2], existing.user, "full")
    counsel = Visitor(sqlite_world).enter("counsel")
    assert counsel.get("/i/j").status_code == 403
    for path in ("/d", call, case, "/i", "/i/new"):
        page = counsel.get(path).text
        assert "Luka" not in page, path
        assert "Anna" not in page, path
        assert "+7 700" not in page, path
    assert len(red(counsel.get(case).text)) == 1
    assert 'href="/i/j"' not in counsel.get("/i").text


def test_what_waits_to_be_coded_stands_on_the_desk_of_who_can_code_it(sqlite_world: World, anna: Visitor) -> None:
    case = anna.fill(f"{take(anna)}/c").headers["Location"]
    desk = anna.get("/d").text
    assert 'id="to-code"' in desk
    (form,) = re.findall(rf'href="({case}/r/[0-9a-f]{{32}}/e)"', desk)
    assert form in anna.get("/d/u").text
    assert anna.fill(form, kinds="summons", region="KZ-35").status_code == 303
    assert 'id="to-code"' not in anna.get("/d").text
    assert form not in anna.get("/d/u").text


def test_what_waits_is_told_apart_by_its_day_for_whoever_sees_no_title(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        waits = Incident(title="Canary title", when=parse("14.05.2001"), kinds=(TO_BE_CODED,))
        for day in ("14.05.2001", "14.05.2001", "15.05.2001"):
            records.create(ctx, case, replace(waits, when=parse(day)))
        sharing.share(ctx, case, sqlite_world.user("coordinator"), "coded")
    coordinator = Visitor(sqlite_world).enter("coordinator")
    for path in ("/d", "/d/u"):
        page = coordinator.get(path).text
        names = re.findall(rf'href="/c/{case}/r/[0-9a-f]{{32}}/e">(.*?)</a>', page)
        assert names == ["Incident: 14 May 2001", "Incident: 14 May 2001 (2)", "Incident: 15 May 2001"]
        assert "Canary" not in page


def test_topics_are_asked_on_call_case_letter_action_and_note(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    for path in ("/i/new", "/c/new", f"/c/{case}/k/new", f"/c/{case}/l/new", f"/c/{case}/m/new"):
        page = anna.get(path).text
        assert page.count('name="topics"') == 25, path
        assert 'class="choices pills"' in page
    call = take(anna, topics="housing")
    assert "Housing" in anna.get(call).text
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, None, sqlite_world.company)  # the directory knows no topics


def test_leading_to_a_case_from_a_call_that_is_none_yet_opens_the_call(sqlite_world: World, anna: Visitor) -> None:
    ids = sqlite_world.strike
    assert anna.get(f"/c/{ids.call_vault}").headers["Location"] == f"/i/{ids.call}"
