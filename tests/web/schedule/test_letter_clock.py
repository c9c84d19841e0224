"""The clock of a letter: a rule is offered to whom it binds, nothing is counted unasked, and it says how it counted."""

from dataclasses import replace
from datetime import date

import pytest
from hrd_browser import Browser, filled_form
from hrd_pages import Visitor
from hrd_world import World
from markupsafe import escape

from hrd_cases.domain.companies import Body
from hrd_cases.domain.deadlines import rules
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.kernel.catalogues import catalogues
from hrd_cases.services.records import records
from hrd_cases.web.kernel import cookies
from hrd_cases.web.pages.lists import MARK_WORDS

STATE = {"prosecutor", "police", "investigation", "detention_place", "labour_inspectorate", "akimat", "ministry"}
REQUESTS = {"request", "information_request", "inspection_request", "prosecutor_application"}
COMPLAINTS = {"complaint", "higher_body_complaint", "deemed_refusal_complaint"}
HANDED_IN = date(2026, 10, 12)
FIFTEEN, TWENTY = "Answer of a state body to a letter: 15 working days", "Decision on an administrative complaint: 20"


def letter_to(world: World, kind_of_body: str, **more: object) -> str:
    """Write a letter to a body of that kind, or to a name; its address."""
    value = Letter(**{"subject": "О сменах", "direction": "from_us", "kind": "request", "handed_in": HANDED_IN, **more})
    with world.writing("anna") as ctx:
        if kind_of_body:
            body = records.create(ctx, None, Body(name=f"Body: {kind_of_body}", kind=kind_of_body))
            value = replace(value, addressee=body)
        record = records.create(ctx, world.strike.case, value)
    return f"/c/{world.strike.case}/r/{record}"


def send(browser: Browser, url: str, **changes: str) -> None:
    """Send the form of a page as it stands, with what was changed in it."""
    answer = browser.post(url, **{**filled_form(browser.get(url).text, url), **changes})
    assert answer.status_code == 303, answer.text


def offered(page: str) -> set[str]:
    return {rule for rule in ("letter_answer", "complaint_answer") if f'value="{rule}"' in page}


@pytest.mark.parametrize("body", [entry.code for entry in vocabulary("body_kinds").entries])
def test_each_addressee_is_offered_the_rules_that_bind_it_and_no_other(sqlite_world: World, body: str) -> None:
    anna = Browser(sqlite_world, "anna")
    kinds = [entry.code for entry in vocabulary("letter_kinds").entries]
    for kind in kinds if body in ("akimat", "union") else ["request", "complaint", "employer_letter", "answer"]:
        page = anna.get(letter_to(sqlite_world, body, kind=kind) + "/d").text
        expected = {"letter_answer"} if body in STATE and kind in REQUESTS else set()
        expected |= {"complaint_answer"} if body in STATE and kind in COMPLAINTS else set()
        assert offered(page) == expected, (body, kind)
        assert ("No rule is offered" in page) is not bool(expected)


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        ("", {"addressee_name": "АО «Разрез-2», директору", "kind": "employer_letter"}, "Rules bind state bodies"),
        ("akimat", {"direction": "to_us"}, "This letter came to us"),
        ("akimat", {"kind": ""}, "Say first what kind of letter it is"),
        ("akimat", {"handed_in": None}, "Say first when the letter was handed in"),
        ("akimat", {"handed_in": date(2017, 12, 29)}, "was not in force on that day"),
        ("akimat", {"handed_in": date(2027, 12, 20)}, "calendar of 2028 is not known"),
        ("akimat", {"handed_in": date(2023, 12, 20)}, "calendar of 2023 is not known"),
        ("conciliation_commission", {"kind": "commission_application"}, "No rule is known that sets this addressee"),
    ],
)
def test_where_no_rule_is_offered_the_page_says_why(
    sqlite_world: World, body: str, more: dict[str, object], said: str
) -> None:
    page = Browser(sqlite_world, "anna").get(letter_to(sqlite_world, body, **more) + "/d").text
    assert said in page
    assert not offered(page)


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_periods_that_are_only_known_stand_there_with_source_mark_and_what_was_not_checked(
    sqlite_world: World, language: str
) -> None:
    anna, url = Visitor(sqlite_world).enter("anna"), letter_to(sqlite_world, "akimat")
    anna.client.set_cookie(anna.cookie(cookies.LANGUAGE), language, domain="localhost")
    page = anna.get(f"{url}/d").text
    existing = [rule for rule in rules().values() if not rule.offered]
    assert len(existing) > 12
    for rule in existing:
        lines = [line for line in page.split("<li>") if str(escape(rule.text(language))) in line]
        assert len(lines) == 1, rule.id
        assert str(escape(rule.source.title)) in lines[0], rule.id
        assert str(escape(rule.note_text(language))) in lines[0], rule.id
        assert rule.mark == "verified" or mark_of(language)[rule.mark] in lines[0], rule.id
        assert rule.note_text(language), rule.id
    assert {rule.mark for rule in existing} == {"verified", "single_source", "unverified"}


def mark_of(language: str) -> dict[str, str]:
    """The words for marks, as the catalogues say them."""
    return {mark: catalogues().of(language).gettext(words) for mark, words in MARK_WORDS.items()}


def test_nothing_is_counted_until_a_rule_is_chosen_and_then_it_says_how(sqlite_world: World) -> None:
    anna, url = Browser(sqlite_world, "anna"), letter_to(sqlite_world, "akimat")
    assert "3 November 2026" not in anna.get(url).text
    send(anna, f"{url}/d")
    page = anna.get(url).text
    assert "3 November 2026" in page
    for text in (
        "15 working days; from the next working day after it was handed in",
        "not confirmed by a lawyer",
        "Safe date to aim at",
        "Centre of Forensic Examinations",
        "Silence counts as a refusal",
    ):
        assert text in page, text
    for code in ("letter_answer", "deemed_refusal", "appc_explainer", "2026-10-12"):
        assert code not in page, code


def test_a_rule_that_does_not_bind_the_addressee_is_refused(sqlite_world: World) -> None:
    anna, url = Browser(sqlite_world, "anna"), letter_to(sqlite_world, "akimat")
    answer = anna.post(f"{url}/d", rule="complaint_answer")
    assert answer.status_code == 422
    assert "Choose one of the rules that bind this addressee" in answer.text


def test_when_the_time_is_over_the_letter_says_what_follows(sqlite_world: World) -> None:
    anna = Browser(sqlite_world, "anna")
    late, answered = (
        letter_to(sqlite_world, "akimat", handed_in=date(2026, 6, 1), answered=day) for day in (None, date(2026, 6, 20))
    )
    for url in (late, answered):
        send(anna, f"{url}/d")
    over = "The time is over and no answer is written down"
    assert over in anna.get(late).text
    assert over not in anna.get(answered).text


def test_a_count_says_when_the_letter_changed_under_it_and_a_typed_date_ends_it(sqlite_world: World) -> None:
    anna, url = Browser(sqlite_world, "anna"), letter_to(sqlite_world, "akimat")
    send(anna, f"{url}/d")
    changed = "counted from other facts"
    assert changed not in anna.get(url).text
    send(anna, f"{url}/e", handed_in="13.10.2026")
    assert changed in anna.get(url).text
    send(anna, f"{url}/e", due="20.11.2026")
    page = anna.get(url).text
    assert "20 November 2026" in page
    assert "How the date was counted" not in page
