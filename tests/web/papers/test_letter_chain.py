"""Letters as a chain: an answer closes the letter it came to, and the next step is made from the last letter."""

import re
from datetime import date, timedelta

from hrd_pages import Visitor, forms
from hrd_world import NOW, World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.letter_chain import LADDER, ladder_step, linked
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.records import records

TODAY = NOW.date()
SENT, DUE = TODAY - timedelta(days=40), TODAY - timedelta(days=5)


def letter_of(world: World, **more: object) -> str:
    """Write a letter of ours to an inspectorate; its id."""
    value = {"subject": "Shifts of twelve hours", "direction": "from_us", "step": "labour_inspectorate", **more}
    with world.writing("lana") as ctx:
        office = records.create(ctx, None, Body(name="Inspectorate of Nowhere", kind="labour_inspectorate"))
        value = {"addressee": office, "our_number": "17", "handed_in": SENT, "due": DUE, "language": "en", **value}
        return records.create(ctx, world.strike.case, Letter(**value))  # type: ignore[arg-type]


def read(world: World, record: str) -> Letter:
    with world.reading("lana") as ctx:
        return records.read(ctx, world.strike.case, record, Letter).value


def page_of(world: World, record: str) -> str:
    return f"/c/{world.strike.case}/r/{record}"


def test_an_answer_is_a_letter_of_its_own_and_closes_the_one_it_came_to(world: World) -> None:
    lana, record = Visitor(world).enter("lana"), letter_of(world)
    page = page_of(world, record)
    assert f'href="{page}/b"' in lana.get(page).text
    assert "Shifts of twelve hours" in lana.get("/d").text, "it is late"
    typed = {"received": "today", "result": "partly", "came_by": "post", "their_number": "ЖТ-5", "text": "Two of four"}
    answer = lana.fill(f"{page}/b", **typed)
    assert answer.status_code == 303, answer.text
    letter = read(world, record)
    assert (letter.answered, letter.result) == (TODAY, "partly")
    came = read(world, letter.answered_by)
    assert (came.direction, came.addressee, came.follows) == ("to_us", letter.addressee, record)
    assert (came.subject, came.body, came.their_number) == ("Answer: Shifts of twelve hours", "Two of four", "ЖТ-5")
    assert "Shifts of twelve hours" not in lana.get("/d").text, "nobody waits any more"
    chain = lana.get(page).text.partition('id="chain"')[2].partition("</ul>")[0]
    assert f'href="{page_of(world, letter.answered_by)}"' in chain
    assert "Labour inspectorate · Inspectorate of Nowhere · answered 22 November 2026 · Solved in part" in chain


def test_an_answer_is_refused_where_it_cannot_be(sqlite_world: World) -> None:
    lana, record = Visitor(sqlite_world).enter("lana"), letter_of(sqlite_world)
    page = page_of(sqlite_world, record)
    too_early = lana.fill(f"{page}/b", received=f"{SENT - timedelta(days=1):%d.%m.%Y}", result="refused")
    assert too_early.status_code == 422
    assert "cannot be before the letter was handed in" in too_early.text
    silent = lana.fill(f"{page}/b", received="today", result="none")
    assert (silent.status_code, read(sqlite_world, record).answered) == (422, None)
    to_us = letter_of(sqlite_world, direction="to_us", subject="From them")
    assert "/b" not in re.findall(
        rf'href="{page_of(sqlite_world, to_us)}(/\w+)"', lana.get(page_of(sqlite_world, to_us)).text
    )
    assert "Only a letter of ours" in lana.get(page_of(sqlite_world, to_us) + "/b").text


def test_the_next_letter_is_filled_in_from_the_last(world: World) -> None:
    with world.writing("lana") as ctx:
        prosecutor = records.create(ctx, None, Body(name="Prosecutor of Nowhere", kind="prosecutor"))
    lana, record = Visitor(world).enter("lana"), letter_of(world, topics=("wages",), applicants="A group")
    page = page_of(world, record)
    fields = lana.fields(f"{page}/s")
    assert (fields["step"], fields["addressee"]) == (["prosecutor"], [prosecutor])
    assert (fields["applicants"], fields["topics"], fields["follows"]) == (["A group"], ["wages"], [record])
    early = page_of(world, letter_of(world, due=TODAY))
    assert lana.fields(f"{early}/s")["body"] == [""], "there is still time for an answer"
    said = f"There was no answer to our letter No 17 of {SENT:%d.%m.%Y} (Inspectorate of Nowhere)."
    assert fields["body"] == [said]
    answer = lana.fill(f"{page}/s")
    assert answer.status_code == 303, answer.text
    following = read(world, answer.headers["Location"].rpartition("/")[2])
    assert (following.follows, following.step, following.kind) == (record, "prosecutor", "prosecutor_application")
    last = read(world, record)
    assert (last.next_step, last.result, last.answered) == ("prosecutor", "none", None)
    assert "Shifts of twelve hours" not in lana.get("/d").text.partition('id="overdue"')[2].partition("</section>")[0]


def test_the_next_letter_takes_the_step_that_was_chosen_and_says_what_an_answer_left_open(sqlite_world: World) -> None:
    with sqlite_world.writing("lana") as ctx:
        for name in ("Commissioner of Nowhere", "Commissioner of Elsewhere"):
            records.create(ctx, None, Body(name=name, kind="ombudsman"))
    lana = Visitor(sqlite_world).enter("lana")
    record = letter_of(sqlite_world, answered=DUE, result="formal", due=None)
    page = page_of(sqlite_world, record)
    text = lana.get(f"{page}/s?s=ombudsman").text
    assert forms(lana.get(f"{page}/s?s=ombudsman"))[f"{page}/s"]["addressee"] == [""], "of two, a person chooses"
    assert re.search(r'<a href="[^"]*s=ombudsman" aria-current="page"', text)
    assert re.search(r'<option value="ombudsman" selected', text)
    assert f"The answer of {DUE:%d.%m.%Y} to our letter No 17 of {SENT:%d.%m.%Y}" in text
    assert lana.fill(f"{page}/s").status_code == 303
    assert read(sqlite_world, record).result == "formal"


def test_whoever_may_not_write_is_offered_neither(sqlite_world: World) -> None:
    record = letter_of(sqlite_world)
    page = page_of(sqlite_world, record)
    for name in ("auditor", "outsider"):
        for address in ("b", "s"):
            assert Visitor(sqlite_world).enter(name).get(f"{page}/{address}").status_code in (403, 404)


def test_every_step_of_the_ladder_names_steps_kinds_and_bodies_that_exist() -> None:
    codes = [entry.code for entry in vocabulary(LADDER).entries]
    for code in codes:
        step = ladder_step(code)
        assert set(step.next) <= set(codes) - {code}, code
        assert vocabulary("letter_kinds").has(step.letter_kind), code
        assert not step.body_kind or vocabulary("body_kinds").has(step.body_kind), code
    assert ladder_step("").next == ("employer",)


def test_a_chain_holds_what_follows_and_what_answers_whatever_the_order() -> None:
    def letter(day: int, **more: str) -> Letter:
        return Letter(subject="x", direction="from_us", handed_in=date(2026, 1, day), **more)

    letters = {
        "c": letter(9, follows="a"),
        "a": letter(1, answered_by="b"),
        "b": letter(5),
        "loop": letter(2, follows="loop"),
        "far": letter(3, follows="gone"),
    }
    assert linked(letters, "b") == ["a", "b", "c"]
    assert linked(letters, "loop") == ["loop"]
    assert linked(letters, "far") == ["far"]
