"""Records of every kind on their pages: shown, changed, in conflict, and only as far as they are shared."""

from typing import Any

import pytest
from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.entities import ENTITIES, in_case
from hrd_cases.domain.fields import Hidden
from hrd_cases.services.records import records

GENERIC = [entity.code for entity in in_case() if entity.code != "evidence"]  # evidence has pages of its own


@pytest.fixture
def lana(sqlite_world: World) -> Visitor:
    """A lawyer's browser."""
    return Visitor(sqlite_world).enter("lana")


def page_of(world: World, code: str) -> str:
    """The address of the strike case's record of a kind."""
    return f"/c/{world.strike.case}/r/{world.strike.records[code]}"


def value_of(world: World, code: str, name: str = "lana") -> Any:
    """The stored value of that record."""
    with world.reading(name) as ctx:
        return records.read(ctx, world.strike.case, world.strike.records[code]).value


def answered(code: str, value: Any) -> dict[str, Any]:
    """What people wrote in a record, without what rules write."""
    request = [field.name for field in ENTITIES[code].fields if not isinstance(field.kind, Hidden)]
    return {name: getattr(value, name) for name in request}


@pytest.mark.parametrize("code", GENERIC)
def test_a_record_opened_for_change_and_saved_untouched_stays_the_same(
    sqlite_world: World, lana: Visitor, code: str
) -> None:
    before = value_of(sqlite_world, code)
    page = page_of(sqlite_world, code)
    answer = lana.fill(f"{page}/e")
    assert (answer.status_code, answer.headers.get("Location")) == (303, page)
    assert answered(code, value_of(sqlite_world, code)) == answered(code, before)


@pytest.mark.parametrize("code", GENERIC)
def test_an_empty_form_says_what_is_missing_and_keeps_nothing(sqlite_world: World, lana: Visitor, code: str) -> None:
    entity = ENTITIES[code]
    path = f"/c/{sqlite_world.strike.case}/{entity.letter}/new"
    empty = {name: texts for name, texts in lana.fields(path).items() if name.startswith(("_", "csrf"))}
    answer = lana.send(path, empty)
    assert answer.status_code == 422
    for field in entity.fields:
        assert (f'href="#f-{field.name}-box"' in answer.text) is field.required, field.name


@pytest.mark.parametrize("code", GENERIC)
def test_every_kind_of_record_has_its_list_and_page(sqlite_world: World, lana: Visitor, code: str) -> None:
    listed = lana.get(f"/c/{sqlite_world.strike.case}/{ENTITIES[code].letter}")
    assert page_of(sqlite_world, code) in listed.text
    assert lana.get(page_of(sqlite_world, code)).status_code == 200
    assert lana.get(page_of(sqlite_world, code) + "/h").status_code == 200


def test_a_colleague_who_was_faster_is_not_overwritten(sqlite_world: World, anna: Visitor, lana: Visitor) -> None:
    page = page_of(sqlite_world, "note") + "/e"
    mine, theirs = anna.fields(page), lana.fields(page)
    assert lana.send(page, {**theirs, "text": "What Lana wrote"}).status_code == 303
    conflict = anna.send(page, {**mine, "text": "What Anna wrote"})
    assert conflict.status_code == 409
    assert "What Lana wrote" in conflict.text
    again = forms(conflict)[page]
    assert again["text"] == ["What Anna wrote"]
    assert value_of(sqlite_world, "note").text == "What Lana wrote"
    assert anna.send(page, again).status_code == 303
    assert value_of(sqlite_world, "note").text == "What Anna wrote"


def test_more_empty_rows_are_given_without_saving_or_losing(sqlite_world: World, lana: Visitor) -> None:
    page = page_of(sqlite_world, "incident") + "/e"
    fields = {**lana.fields(page), "title": "Not yet saved", "_more": "sources"}
    answer = lana.send(page, fields)
    again = forms(answer)[page]
    assert answer.status_code == 200
    assert again["title"] == ["Not yet saved"]
    rows = [name for name in again if name.startswith("sources-") and name.endswith("-who")]
    assert len(rows) == len([name for name in fields if name.startswith("sources-") and name.endswith("-who")]) + 1
    assert value_of(sqlite_world, "incident").title != "Not yet saved"


def test_who_was_given_dates_and_kinds_alone_sees_no_names_and_erases_none(sqlite_world: World) -> None:
    external = Visitor(sqlite_world).enter("external")
    before = value_of(sqlite_world, "incident")
    page = page_of(sqlite_world, "incident")
    visited = external.get(page).text
    assert "Part of this record is not shared with you." in visited
    assert before.title not in visited
    fields = external.fields(f"{page}/e")
    assert "title" not in fields
    forged = {**fields, "severity": "", "title": "Overwritten", "_at": "core identity source"}
    assert external.send(f"{page}/e", forged).status_code == 303
    after = value_of(sqlite_world, "incident")
    assert (after.title, after.sources, after.severity) == (before.title, before.sources, "")


def test_the_lawyers_part_is_kept_from_others(sqlite_world: World, anna: Visitor, lana: Visitor) -> None:
    page = page_of(sqlite_world, "action")
    assert lana.fill(f"{page}/e", strategy="Ask for the expert first").status_code == 303
    assert "Ask for the expert first" in lana.get(page).text
    assert "Ask for the expert first" not in anna.get(page).text
    assert "strategy" not in anna.fields(f"{page}/e")
    assert anna.fill(f"{page}/e", history="New").status_code == 303
    assert value_of(sqlite_world, "action").strategy == "Ask for the expert first"
    assert anna.get(page_of(sqlite_world, "advice")).status_code in (200, 404)
    assert value_of(sqlite_world, "advice").text not in anna.get(page_of(sqlite_world, "advice")).text


def test_a_covered_number_is_shown_only_when_asked_for_and_that_is_logged(sqlite_world: World, anna: Visitor) -> None:
    person = f"/p/{sqlite_world.strike.person}"
    assert anna.fill(f"{person}/e", national_number="800101300123").status_code == 303
    page = anna.get(person).text
    assert "800101300123" not in page
    assert "•••••23" in page
    with sqlite_world.runtime.database.reading() as work:
        before = work.log.head().size
    assert "800101300123" in anna.fill(person, f"{person}/v").text
    with sqlite_world.runtime.database.reading() as work:
        assert work.log.head().size > before


def test_what_is_looked_for_never_stands_in_an_address(sqlite_world: World, anna: Visitor) -> None:
    result = anna.fill("/c", "/c/q", text="strike")
    assert result.status_code == 200
    assert "Location" not in result.headers
    for path in ("/c", "/p", "/o", "/b"):
        page = anna.get(path).text
        assert f'method="post" action="{path}/q"' in page


def test_invisible_characters_in_a_name_are_shown_as_such(sqlite_world: World, anna: Visitor) -> None:
    page = page_of(sqlite_world, "note")
    anna.fill(f"{page}/e", text="left \u202eto right\u202c and <b>bold</b>")
    visible = anna.get(page).text
    assert "\u202e" not in visible.split("<main")[1]
    assert "hidden character" in visible
    assert "&lt;b&gt;bold" in visible


def test_a_company_and_a_court_are_kept_found_and_changed(anna: Visitor) -> None:
    for place in ("/o", "/b"):
        created = anna.fill(f"{place}/new", name="ТОО «Шахта»").headers["Location"]
        assert "ТОО «Шахта»" in anna.get(created).text
        assert created in anna.fill(place, f"{place}/q", text="шахта").text
        assert anna.fill(f"{created}/e", name="АО «Шахта»").status_code == 303
        assert "АО «Шахта»" in anna.get(place).text


def test_a_person_begins_within_a_case(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    created = anna.fill(f"/p/new/{case}", **{"pseudonym": "Leader B", "names-0-name": "Новый Человек"}).headers[
        "Location"
    ]
    assert created in anna.get(f"/c/{case}").text
    assert f"/c/{case}" in anna.get(created).text
    assert Visitor(sqlite_world).enter("outsider").get(created).status_code == 404


def test_sharing_shows_the_eight_words_and_lets_a_colleague_in(sqlite_world: World, anna: Visitor) -> None:
    case = anna.fill("/c/new", title="Anna's alone").headers["Location"]
    team = anna.get(f"{case}/team")
    assert "Only you can open this case" in team.text
    user = sqlite_world.user("caseworker")
    assert anna.fill(f"{case}/team", user=user, level="full").status_code == 303
    assert "Anna&#39;s alone" in Visitor(sqlite_world).enter("caseworker").get(case).text
    assert "Only you can open this case" not in anna.get(case).text


@pytest.mark.parametrize("user", ["", "0" * 32, "x"])
def test_sharing_with_nobody_is_refused_on_the_page(anna: Visitor, user: str) -> None:
    case = anna.fill("/c/new", title="Anna's alone").headers["Location"]
    answer = anna.fill(f"{case}/team", user=user, level="full")
    assert answer.status_code == 422
    assert "Choose a colleague from the list." in answer.text


def test_a_long_list_of_cases_is_turned_page_by_page(sqlite_world: World, anna: Visitor) -> None:
    for number in range(30):
        anna.fill("/c/new", title=f"Case number {number}")
    first, second = anna.get("/c").text, anna.get("/c?n=2").text
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    for strange in ("0", "-1", "99999999", "x", "²"):
        assert anna.get(f"/c?n={strange}").status_code == 200


@pytest.mark.parametrize("code", [*GENERIC, "case", "person", "company", "body", "call"])
def test_a_new_form_begins_with_choices_that_its_lists_offer(sqlite_world: World, lana: Visitor, code: str) -> None:
    paths = {"case": "/c/new", "call": "/i/new", "company": "/o/new", "body": "/b/new"}
    within = f"/c/{sqlite_world.strike.case}/{ENTITIES[code].letter}/new"
    path = f"/p/new/{sqlite_world.strike.case}" if code == "person" else paths.get(code, within)
    page = lana.get(path)
    assert page.status_code == 200
    assert "Not in the list any more" not in page.text


def test_a_case_begun_with_its_title_alone_has_a_stage_that_the_list_knows(anna: Visitor) -> None:
    case = anna.fill("/c/new", title="Begun in a hurry").headers["Location"]
    assert "Not in the list any more" not in anna.get(f"{case}/c").text


def test_a_commission_is_kept_with_its_members_and_the_days_they_were_absent(
    sqlite_world: World, lana: Visitor
) -> None:
    case = sqlite_world.strike.case
    typed = {
        "title": "Commission on hours",
        "kind": "conciliation_commission",
        "commission_asked": "01.02.2026",
        "commission_state": "refused",
        "commission_since": "05.02.2026",
        "commission_refusal": "No dispute, says the employer",
    }
    created = lana.fill(f"/c/{case}/l/new", **typed)
    assert created.status_code == 303, created.text
    path = created.headers["Location"]
    member = {"name": "Head of personnel", "side": "employer", "days_absent": "7"}
    fields = {f"commission-0-{name}": text for name, text in member.items()}
    assert lana.fill(f"{path}/e", **fields).status_code == 303
    page = lana.get(path).text
    refused = "The other side refused to convene it"
    for words in (refused, "No dispute, says the employer", "Head of personnel", "Employer", "7"):
        assert words in page
    late = lana.fill(f"{path}/e", commission_since="01.01.2026")
    assert late.status_code == 422


def test_support_says_how_much_was_paid_and_by_whom(sqlite_world: World, lana: Visitor) -> None:
    case = sqlite_world.strike.case
    paid = {"amount": "50000", "currency": "KZT", "source": "own_supporters", "provider": "Fifty miners"}
    created = lana.fill(f"/c/{case}/v/new", what="Fine", kind="fine_or_bail", state="granted", **paid)
    assert created.status_code == 303, created.text
    page = lana.get(created.headers["Location"]).text
    for words in ("Our own supporters", "KZT", "Fifty miners"):
        assert words in page
