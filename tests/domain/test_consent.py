"""What somebody agreed to: one rule, against ten lines of its own for thousands of stories; and what a yes opens."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hrd_answers import model, told

from hrd_cases.domain.consents import (
    NO,
    NOT_ASKED,
    PARAGRAPHS,
    YES,
    Consent,
    ScopeAnswer,
    Statement,
    answer,
    answers,
    newest_versions,
    renewed,
    statement_of,
)
from hrd_cases.domain.vocabulary import vocabulary

CASE, OTHER = "c1" * 16, "c2" * 16
ENTRIES = vocabulary("consent_scopes").entries
ALONE = [entry.code for entry in ENTRIES if entry.extra.get("asked_alone")]
OPENED = [(entry.code, entry.extra["bundle"]) for entry in ENTRIES if entry.code not in ALONE]
SCOPE = "domestic_body"


def said(day: int = 1, at: str = "", **more: object) -> Statement:
    return Statement(**{"case": CASE, "said_on": date(2017, 12, day), "said_at": at, **more})  # type: ignore[arg-type]


def court(*statements: Statement, matter: str = CASE) -> str:
    return answer(statements, SCOPE, matter=matter)


def test_there_are_five_paragraphs_and_each_opens_something() -> None:
    assert {paragraph for _, paragraph in OPENED} == set(PARAGRAPHS)


@pytest.mark.parametrize("code", [entry.code for entry in ENTRIES])
def test_who_was_never_asked_did_not_agree(code: str) -> None:
    assert answer([], code, matter=CASE) == NOT_ASKED
    assert answer([said()], code, matter=CASE) == NOT_ASKED
    assert answer([said(**dict.fromkeys(PARAGRAPHS, "unknown"))], code, matter=CASE) == NOT_ASKED


@pytest.mark.parametrize(("scope", "paragraph"), OPENED)
def test_a_paragraph_answers_for_its_scopes_and_for_no_other(scope: str, paragraph: str) -> None:
    for word in (YES, NO):
        assert answer([said(**{paragraph: word})], scope, matter=CASE) == word
    others = {name: YES for name in PARAGRAPHS if name != paragraph}
    assert answer([said(**others)], scope, matter=CASE) == NOT_ASKED


@pytest.mark.parametrize("scope", ALONE)
def test_what_must_be_asked_alone_no_paragraph_opens_but_its_no_closes_it(scope: str) -> None:
    paragraph = str(vocabulary("consent_scopes").get(scope).extra["bundle"])
    alone = said(1, scopes=(ScopeAnswer(scope=scope, answer=YES),))
    assert answer([said(**dict.fromkeys(PARAGRAPHS, YES))], scope, matter=CASE) == NOT_ASKED
    assert answer([alone], scope, matter=CASE) == YES
    assert answer([alone, said(2, **{paragraph: NO})], scope, matter=CASE) == NO
    assert answer([alone, said(2, **{paragraph: NO}), said(3, **{paragraph: YES})], scope, matter=CASE) == NO


def test_there_is_something_that_must_be_asked_alone() -> None:
    assert len(ALONE) > 2


def test_a_scope_answered_differently_outweighs_its_paragraph() -> None:
    single = {word: (ScopeAnswer(scope=SCOPE, answer=word),) for word in (YES, NO, "unknown")}
    assert court(said(court=YES, scopes=single[NO])) == NO
    assert court(said(court=NO, scopes=single[YES])) == YES
    assert court(said(court=YES, scopes=single["unknown"])) == YES
    assert court(said(court=YES, scopes=single[YES] + single[NO])) == NO


@pytest.mark.parametrize("kind", ["refuses", "withdraws"])
@pytest.mark.parametrize("code", [entry.code for entry in ENTRIES])
def test_who_refuses_or_withdraws_says_no_to_everything_everywhere(kind: str, code: str) -> None:
    every = tuple(ScopeAnswer(scope=entry.code, answer=YES) for entry in ENTRIES)
    agreed = said(1, about="everything", scopes=every)
    for matter in (CASE, OTHER):
        assert answer([agreed], code, matter=matter) == YES
        assert answer([agreed, said(2, said=kind)], code, matter=matter) == NO
        assert answer([agreed, said(2, said=kind, scopes=every)], code, matter=matter) == NO
        assert answer([said(2, said=kind), replace(agreed, said_on=date(2017, 12, 3))], code, matter=matter) == YES


@pytest.mark.parametrize("turn", [1, -1])
def test_on_one_day_the_no_counts_unless_the_yes_is_known_to_be_later(turn: int) -> None:
    def of(*pair: Statement) -> str:
        return court(*pair[::turn])

    assert of(said(court=YES), said(court=NO)) == NO
    assert of(said(at="18:00", court=YES), said(court=NO)) == NO
    assert of(said(court=YES), said(at="09:00", court=NO)) == NO
    assert of(said(at="18:00", court=YES), said(at="18:00", court=NO)) == NO
    assert of(said(at="18:01", court=YES), said(at="18:00", court=NO)) == YES
    assert of(said(at="8:59", court=YES), said(at="18:00", court=NO)) == NO
    assert of(said(2, court=YES), said(1, at="23:59", court=NO)) == YES
    assert of(said(2, at="00:00", court=YES), said(1, court=NO)) == YES
    assert of(said(1, court=YES), said(2, court=NO)) == NO


def test_a_yes_holds_in_its_own_matter_unless_everything_was_meant_and_a_no_holds_everywhere() -> None:
    assert court(said(court=YES), matter=OTHER) == NOT_ASKED
    assert court(said(court=YES, about="matter"), matter=OTHER) == NOT_ASKED
    assert court(said(court=YES, about="everything"), matter=OTHER) == YES
    assert court(said(court=NO), matter=OTHER) == NO
    later = (said(court=NO), said(2, court=YES))
    assert (court(*later), court(*later, matter=OTHER)) == (YES, NO)


def test_figures_know_no_matter() -> None:
    assert answer([said(statistics=YES)], "statistics", matter=OTHER) == YES


def test_a_statement_that_says_nothing_of_a_scope_leaves_the_older_answer() -> None:
    assert court(said(1, court=YES), said(20, publish=NO)) == YES


def test_without_a_day_a_yes_is_the_oldest_and_a_no_the_newest() -> None:
    assert court(said(said_on=None, court=YES), said(1, court=NO)) == NO
    assert court(said(said_on=None, court=NO), said(1, court=YES)) == NO
    assert court(said(said_on=None, court=YES)) == YES
    assert court(said(at="late", court=YES), said(at="09:00", court=NO)) == NO


def test_of_a_consent_that_was_corrected_only_the_newest_version_speaks() -> None:
    wrong, right = (said(consent="aa" * 16, revision=at, court=word) for at, word in ((1, NO), (2, YES)))
    assert court(wrong, right) == court(right, wrong) == YES
    assert newest_versions([wrong, right, wrong]) == (right,)
    assert court(replace(wrong, consent="bb" * 16), right) == NO


def test_the_statement_of_a_consent_holds_what_counts_and_nothing_of_the_circumstances() -> None:
    consent = renewed(Consent(person="dd" * 16, said_on=date(2017, 12, 1), court=YES, limits="no photographs"))
    statement = statement_of(consent, record="aa" * 16, case=CASE)
    assert court(statement) == YES
    assert (statement.limited, statement.revision, statement.case) == (True, 1, CASE)
    assert not {"limits", "place", "asked_by"} & set(vars(statement))
    assert renewed(consent).revision == 2


def test_all_answers_at_once_are_the_single_ones() -> None:
    every = [said(1, keep=YES, court=YES), said(5, publish=NO, scopes=(ScopeAnswer(scope=ALONE[0], answer=YES),))]
    single = {entry.code: answer(every, entry.code, matter=CASE) for entry in ENTRIES}
    assert answers(iter(every), matter=CASE) == single
    assert len(answers([], matter=CASE)) == len(ENTRIES)


@pytest.mark.parametrize("seed", range(20))
def test_a_hundred_stories_end_as_the_ten_lines_say(seed: int) -> None:
    """Days, times, cases; teams that write at once and enter late, in any order."""
    dice = random.Random(seed)
    visited = set()
    for _ in range(100):
        story = [told(dice, cases=(CASE, OTHER)) for _ in range(dice.randint(0, 7))]
        statements = [statement for _, statement in story]
        dice.shuffle(statements)
        for matter in (CASE, OTHER, "c3" * 16):
            requested = {entry.code: model([plain for plain, _ in story], entry.code, matter) for entry in ENTRIES}
            assert answers(statements, matter=matter) == requested
            visited |= set(requested.values())
    assert visited == {YES, NO, NOT_ASKED}
