"""What somebody agreed to: the newest answer counts, a single scope outweighs its bundle, a withdrawal ends it."""

from datetime import date

import pytest

from hrd_cases.domain.consent import NO, NOT_ASKED, YES, answer, answers
from hrd_cases.domain.consents import Consent, Scope
from hrd_cases.domain.dates import parse
from hrd_cases.domain.vocabulary import vocabulary

MINER, LEADER = "aa" * 16, "bb" * 16
BUNDLES = ("keep", "court", "international", "publish")
ENTRIES = vocabulary("consent_scopes").entries
ALONE = [entry.code for entry in ENTRIES if entry.extra.get("asked_alone")]
BUNDLED = [(entry.code, entry.extra["bundle"]) for entry in ENTRIES if entry.code not in [*ALONE, "statistics"]]


def _asked(day: int = 1, person: str = MINER, **more: object) -> Consent:
    return Consent(person=person, asked_on=date(2017, 12, day), form="oral", **more)  # type: ignore[arg-type]


def test_there_are_four_bundles_and_each_opens_something() -> None:
    assert {bundle for _, bundle in BUNDLED} == set(BUNDLES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_who_was_never_asked_did_not_agree(entry: object) -> None:
    code = entry.code  # type: ignore[attr-defined]
    assert answer([], MINER, code) == NOT_ASKED
    assert answer([_asked()], MINER, code) == NOT_ASKED
    assert answer([_asked(keep="yes", court="yes", international="yes", publish="yes")], LEADER, code) == NOT_ASKED


@pytest.mark.parametrize(("scope", "bundle"), BUNDLED)
def test_a_bundle_answers_for_its_scopes_and_for_no_other(scope: str, bundle: str) -> None:
    for said in (YES, NO):
        assert answer([_asked(**{bundle: said})], MINER, scope) == said
    others = {name: YES for name in BUNDLES if name != bundle}
    assert answer([_asked(**others)], MINER, scope) == NOT_ASKED


@pytest.mark.parametrize("scope", ALONE)
def test_what_must_be_asked_alone_no_bundle_opens(scope: str) -> None:
    assert answer([_asked(**dict.fromkeys(BUNDLES, YES))], MINER, scope) == NOT_ASKED
    assert answer([_asked(scopes=(Scope(scope=scope, answer=YES),))], MINER, scope) == YES


def test_there_is_something_that_must_be_asked_alone() -> None:
    assert ALONE


def test_statistics_have_a_question_of_their_own() -> None:
    assert answer([_asked(**dict.fromkeys(BUNDLES, YES))], MINER, "statistics") == NOT_ASKED
    assert answer([_asked(statistics=YES)], MINER, "statistics") == YES
    assert answer([_asked(statistics=NO, keep=YES)], MINER, "statistics") == NO


@pytest.mark.parametrize(("scope", "bundle"), BUNDLED[:6])
def test_a_scope_answered_differently_outweighs_its_bundle(scope: str, bundle: str) -> None:
    single = (Scope(scope=scope, answer=NO),)
    assert answer([_asked(**{bundle: YES}, scopes=single)], MINER, scope) == NO
    assert answer([_asked(**{bundle: NO}, scopes=(Scope(scope=scope, answer=YES),))], MINER, scope) == YES
    unsaid = (Scope(scope=scope, answer="unknown"),)
    assert answer([_asked(**{bundle: YES}, scopes=unsaid)], MINER, scope) == YES


def test_the_newest_answer_counts_in_whatever_order_they_lie() -> None:
    early, late = _asked(1, court=YES), _asked(20, court=NO)
    for consents in ([early, late], [late, early]):
        assert answer(consents, MINER, _court()) == NO


def _court() -> str:
    return next(code for code, bundle in BUNDLED if bundle == "court")


def test_a_newer_consent_that_says_nothing_of_a_scope_leaves_the_older_answer() -> None:
    assert answer([_asked(1, court=YES), _asked(20, publish=NO)], MINER, _court()) == YES


def test_a_withdrawal_ends_everything_agreed_before() -> None:
    withdrawn = _asked(20, court=YES, withdrawn_on=parse("2018"))
    assert answer([_asked(1, court=YES), withdrawn], MINER, _court()) == NO
    assert answer([withdrawn, _asked(25, court=YES)], MINER, _court()) == YES


def test_a_withdrawn_older_consent_does_not_undo_a_newer_one_that_is_silent() -> None:
    """Agreed, withdrawn, then asked about another thing: what was withdrawn stays withdrawn."""
    assert answer([_asked(1, court=YES, withdrawn_on=parse("2018")), _asked(20, publish=YES)], MINER, _court()) == NO


def test_a_consent_without_a_day_is_the_oldest() -> None:
    undated = Consent(person=MINER, court=YES)
    assert answer([_asked(1, court=NO), undated], MINER, _court()) == NO
    assert answer([undated], MINER, _court()) == YES


def test_unknown_is_not_an_agreement() -> None:
    assert answer([_asked(court="unknown")], MINER, _court()) == NOT_ASKED


def test_all_answers_at_once_are_the_single_ones() -> None:
    consents = [_asked(1, keep=YES, court=YES), _asked(5, publish=NO, scopes=(Scope(scope=ALONE[0], answer=YES),))]
    assert answers(iter(consents), MINER) == {entry.code: answer(consents, MINER, entry.code) for entry in ENTRIES}
    assert len(answers([], MINER)) == len(ENTRIES)
