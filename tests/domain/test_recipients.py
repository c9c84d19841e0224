"""Who reads a paper or letter: from its form, the kind of the body, or what was said; in doubt nobody."""

import pytest

from hrd_cases.domain import recipients
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.vocabulary import vocabulary

UNTOLD = {"other"}


def test_every_recipient_is_reached_by_a_form_or_a_kind_of_body() -> None:
    by_form = {recipients.of_paper(code, "") for code, item in profiles().items() if item.required}
    by_kind = {recipients.of_kind(entry.code) for entry in vocabulary("body_kinds").entries}
    assert by_form == set(Recipient)
    assert set(Recipient) - {Recipient.UN_REPORT} <= by_kind


def test_every_kind_of_body_but_the_untold_says_its_recipient() -> None:
    untold = {entry.code for entry in vocabulary("body_kinds").entries if recipients.of_kind(entry.code) is None}
    assert untold == UNTOLD
    assert recipients.of_kind("") is None


@pytest.mark.parametrize(
    ("profile", "kind", "expected"),
    [
        ("kz_court", "court", Recipient.COURT),
        ("kz_court", "", Recipient.COURT),
        ("kz_court", "un_body", Recipient.UN_LETTER),
        ("kz_court", "prosecutor", Recipient.STATE_BODY),
        ("kz_court", "media", Recipient.PUBLIC),
        ("un_treaty_body", "court", Recipient.UN_REPORT),
        ("outside_lawyer", "court", Recipient.LAWYER),
        ("no_such_form", "court", Recipient.PUBLIC),
    ],
)
def test_the_form_of_a_court_makes_no_court_of_another_body(profile: str, kind: str, expected: Recipient) -> None:
    assert recipients.of_paper(profile, kind) is expected


@pytest.mark.parametrize(
    ("kinds", "said", "expected"),
    [
        (["court"], "", {Recipient.COURT}),
        (["prosecutor"], "public", {Recipient.STATE_BODY, Recipient.PUBLIC}),
        ([], "partner", {Recipient.PARTNER}),
        ([], "", set()),
        (["other"], "", set()),
        (["other"], "ncp", {Recipient.NCP}),
        (["court"], "nonsense", {Recipient.COURT}),
    ],
)
def test_a_letter_has_the_recipients_of_all_its_addressees(kinds: list[str], said: str, expected: set[str]) -> None:
    assert recipients.of_letter(kinds, said) == expected
