import dataclasses
from datetime import date
from typing import Any

import pytest

from hrd_cases.domain.consent_gate import Missing, missing_consents
from hrd_cases.domain.overrides import overridden
from hrd_cases.domain.page_approvals import ApprovedPages
from hrd_cases.domain.papers import (
    Attachment,
    Cited,
    Exhibit,
    Fact,
    Filing,
    Language,
    PaperCase,
    Part,
    PartKind,
    Party,
    Position,
    Stance,
    Variant,
)
from hrd_cases.domain.redaction import (
    ASKED,
    NEEDS,
    Choice,
    Draft,
    ExhibitRules,
    LeftOut,
    PersonAnswer,
    PersonDecision,
    PersonInPaper,
    Recipient,
    RecipientScope,
    RedactedText,
    Standing,
    Who,
    redact,
)
from hrd_cases.domain.secrecy import Secrecy, secrecy_blocks
from hrd_cases.domain.writing import untranslated

NAME = "Named Miner"
COURT = frozenset({Recipient.COURT})
SEEN = ApprovedPages(files={"f": (1,)}, lengths={"f": 1}, places=(1,))
PROTECTED = (Recipient.COURT, Variant.PROTECTED)


def say(*pieces: str | Who, approved: frozenset[Recipient] = COURT) -> RedactedText:
    return RedactedText(pieces=pieces, approved_for=approved)


def someone(standing: Standing = Standing.SUPPORTED, **consents: PersonAnswer) -> PersonInPaper:
    return PersonInPaper(
        id="p",
        standing=standing,
        names={"": NAME, "dat": "to Named Miner"},
        pseudonyms={"": "Miner A", "dat": "to Miner A"},
        consents={RecipientScope[scope]: answer for scope, answer in consents.items()},
        other_names=("Namedmyner", "870101300123"),
    )


def draft(person: PersonInPaper, **more: object) -> Draft:
    part = Part(id="f", kind=PartKind.IMAGE, sha256="0" * 64, length=1)
    filing = Filing(
        court=say("Court"),
        title=say("Response"),
        case_number=say("1"),
        filed_by=say(Who(person="p")),
        authority=say("Warrant"),
        signatory=say("Advocate B"),
        signatory_capacity=say("Counsel"),
        requests=(say("Dismiss"),),
        opening=(say("Approved words."), say("Words nobody approved.", approved=frozenset())),
        attachments=(Attachment(title=say("Warrant")),),
    )
    case = PaperCase(
        filing=filing,
        parties=(Party(role=say("Respondent"), name=say(Who(person="p"), approved=frozenset())),),
        facts=(
            Fact(
                text=say(Who(person="p"), " was summoned."), exhibits=(Cited(exhibit="x", page=1), Cited(exhibit="y"))
            ),
            Fact(text=say("An unapproved fact.", approved=frozenset()), language=Language.KK),
        ),
        exhibits=(
            Exhibit(id="x", number=1, title=say("Photo"), parts=(part,), source=say("A source")),
            Exhibit(id="y", number=2, title=say("Translation"), parts=(part,), translation_of="x"),
        ),
    )
    return Draft(case=case, people={"p": person}, **more)  # type: ignore[arg-type]


def test_every_recipient_says_what_it_needs() -> None:
    assert set(NEEDS) == set(Recipient)
    assert NEEDS[Recipient.COURT] == {RecipientScope.COURT}
    assert NEEDS[Recipient.LAWYER] == {RecipientScope.LAWYER}
    assert {Standing.SUPPORTED, Standing.SOURCE} == ASKED


@pytest.mark.parametrize("answer", [PersonAnswer.NO, PersonAnswer.NOT_ASKED])
def test_a_missing_consent_names_person_and_scope(answer: PersonAnswer) -> None:
    result = missing_consents(draft(someone(COURT=answer)), Recipient.COURT, Variant.FULL)
    assert result == (Missing(person="p", label=NAME, scope=RecipientScope.COURT, answer=answer),)


def test_consent_for_the_court_does_not_open_the_paper_to_the_un() -> None:
    created = draft(someone(COURT=PersonAnswer.YES))
    assert missing_consents(created, Recipient.COURT, Variant.FULL) == ()
    assert [
        missing_consent.scope for missing_consent in missing_consents(created, Recipient.UN_LETTER, Variant.FULL)
    ] == [RecipientScope.UN_LETTER]


@pytest.mark.parametrize("standing", [Standing.OFFICIAL, Standing.PARTY])
def test_officials_and_named_parties_are_not_asked(standing: Standing) -> None:
    assert missing_consents(draft(someone(standing)), Recipient.COURT, Variant.FULL) == ()


def test_what_an_edited_filing_says_is_asked_for_like_a_typed_text() -> None:
    created = draft(someone())
    filing = dataclasses.replace(created.case.filing, filed_by=say("Counsel"))
    nobody = dataclasses.replace(created, case=dataclasses.replace(created.case, filing=filing, parties=(), facts=()))
    assert missing_consents(nobody, Recipient.COURT, Variant.FULL) == ()
    page = RedactedText(pieces=("Then ", Who(person="p", text="Miner"), " came."), written="Then Miner came.")
    edited = dataclasses.replace(nobody, edited=(page,))
    assert [missing_consent.person for missing_consent in missing_consents(edited, Recipient.COURT, Variant.FULL)] == [
        "p"
    ]
    assert overridden(edited, Recipient.COURT, Variant.FULL, "p").texts == ("Then Miner came.",)


def test_a_source_is_asked_like_the_person_we_support() -> None:
    assert missing_consents(draft(someone(Standing.SOURCE)), Recipient.COURT, Variant.FULL)


def test_someone_seen_in_a_photo_is_asked_for_their_picture_even_when_no_name_is_printed() -> None:
    created = draft(
        someone(COURT=PersonAnswer.YES), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN, pictured=("p",))}
    )
    assert [
        missing_consent.scope for missing_consent in missing_consents(created, Recipient.COURT, Variant.PROTECTED)
    ] == [RecipientScope.IMAGE]


def test_medical_matter_is_asked_for_by_itself() -> None:
    created = draft(someone(COURT=PersonAnswer.YES), exhibits={"x": ExhibitRules(medical_of=("p",))})
    assert [missing_consent.scope for missing_consent in missing_consents(created, Recipient.COURT, Variant.FULL)] == [
        RecipientScope.MEDICAL
    ]


@pytest.mark.parametrize(
    "decision",
    [
        PersonDecision(choice=Choice.PSEUDONYM),
        PersonDecision(choice=Choice.LEAVE_OUT),
        PersonDecision(choice=Choice.OVERRIDE, reason="Detained, cannot be asked", chosen_by="a", second_person="b"),
    ],
    ids=lambda item: item.choice.value,
)
def test_a_choice_opens_the_gate(decision: PersonDecision) -> None:
    created = draft(someone(), decisions={"p": decision})
    assert missing_consents(created, Recipient.COURT, Variant.FULL) == ()


@pytest.mark.parametrize(("reason", "second"), [("", "b"), ("  ", "b"), ("why", ""), ("why", "a")])
def test_an_override_needs_a_reason_and_somebody_else(reason: str, second: str) -> None:
    with pytest.raises(ValueError, match="override"):
        PersonDecision(choice=Choice.OVERRIDE, reason=reason, chosen_by="a", second_person=second)


def test_a_photo_of_somebody_pseudonymised_still_asks_for_their_picture() -> None:
    created = draft(
        someone(),
        decisions={"p": PersonDecision(choice=Choice.PSEUDONYM)},
        exhibits={"x": ExhibitRules(pictured=("p",))},
    )
    assert {missing_consent.scope for missing_consent in missing_consents(created, Recipient.COURT, Variant.FULL)} == {
        RecipientScope.COURT,
        RecipientScope.IMAGE,
    }


def test_secrecy_blocks_every_paper_but_the_courts() -> None:
    secrecy = Secrecy()
    today = date(2026, 11, 22)
    assert [item for item in Recipient if not secrecy_blocks(secrecy, item, today)] == [Recipient.COURT]
    assert not secrecy_blocks(None, Recipient.PUBLIC, today)


DAY = date(2026, 11, 22)
LIFTED: dict[str, Any] = {
    "released": "Prosecutor, for the submission",
    "released_on": DAY,
    "released_for": frozenset({"public"}),
}


@pytest.mark.parametrize(
    ("said", "blocked"),
    [
        ({"until": date(2026, 11, 21)}, False),
        ({"until": DAY}, True),
        ({"until": date(2027, 1, 1)}, True),
        (LIFTED, False),
        ({**LIFTED, "until": date(2027, 1, 1)}, False),
        ({**LIFTED, "released": "  "}, True),
        ({**LIFTED, "released_on": None}, True),
        ({**LIFTED, "released_on": date(2026, 11, 23)}, True),
        ({**LIFTED, "released_for": frozenset()}, True),
        ({**LIFTED, "released_for": frozenset({"partner", "un_letter"})}, True),
    ],
)
def test_secrecy_ends_after_its_day_or_when_it_is_lifted_for_these_readers(said: dict[str, Any], blocked: bool) -> None:
    assert secrecy_blocks(Secrecy(**said), Recipient.PUBLIC, DAY) is blocked


def test_the_full_paper_prints_names_and_everything_chosen() -> None:
    result = redact(draft(someone()), Recipient.COURT, Variant.FULL)
    assert result.case.facts[0].text == f"{NAME} was summoned."
    assert len(result.case.facts) == 2
    assert len(result.case.filing.opening) == 2
    assert result.left_out == (LeftOut(place="Exhibit.source", text="A source", why="source"),)
    assert result.forbidden == ()
    assert [exhibit.id for exhibit in result.case.exhibits] == [
        exhibit.id for exhibit in draft(someone()).case.exhibits
    ]


def test_the_protected_paper_has_pseudonyms_and_no_unapproved_words() -> None:
    created = draft(someone(), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN)})
    result = redact(created, Recipient.COURT, Variant.PROTECTED)
    assert [fact.text for fact in result.case.facts] == ["Miner A was summoned."]
    assert result.case.filing.opening == ("Approved words.",)
    assert result.case.parties[0].name == "Miner A"
    assert "Named" not in repr(result.case)
    assert {NAME, "to Named Miner", "Namedmyner", "870101300123"} == set(result.forbidden)


def test_what_is_left_out_is_listed_with_its_place_and_reason() -> None:
    created = draft(someone(), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN)})
    parties = (Party(role=say("Respondent"), name=say("Union of Miners", approved=frozenset()), address=say("1 Road")),)
    result = redact(dataclasses.replace(created, case=dataclasses.replace(created.case, parties=parties)), *PROTECTED)
    assert result.case.parties == ()
    assert {(item.place, item.text, item.why) for item in result.left_out} == {
        ("Party.role", "Respondent", "belongs"),
        ("Party.name", "Union of Miners", "unapproved"),
        ("Party.address", "1 Road", "belongs"),
        ("Filing.opening", "Words nobody approved.", "unapproved"),
        ("Fact.text", "An unapproved fact.", "unapproved"),
        ("Exhibit.title", "Translation", "exhibit"),
        ("Exhibit.title", "Photo", "neutral"),
        ("Exhibit.source", "A source", "source"),
    }


def test_a_position_is_absent_with_its_head() -> None:
    created = draft(someone())
    position = Position(
        head=say("Head", approved=frozenset()), stance=Stance.DENIED, grounds=(say("Approved ground."),)
    )
    filing = dataclasses.replace(created.case.filing, positions=(position,))
    result = redact(dataclasses.replace(created, case=dataclasses.replace(created.case, filing=filing)), *PROTECTED)
    assert result.case.filing.positions == ()
    assert {("Position.head", "unapproved"), ("Position.grounds", "belongs")} <= {
        (item.place, item.why) for item in result.left_out
    }


def test_words_approved_for_the_court_stay_out_of_another_audience() -> None:
    result = redact(draft(someone()), Recipient.PUBLIC, Variant.PROTECTED)
    assert result.case.facts == ()
    assert result.case.filing.opening == ()


def test_an_exhibit_is_absent_unless_approved_and_nothing_points_to_it() -> None:
    result = redact(
        draft(someone(), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN)}),
        Recipient.COURT,
        Variant.PROTECTED,
    )
    assert [exhibit.id for exhibit in result.case.exhibits] == ["x"]
    assert (result.case.exhibits[0].title, result.case.exhibits[0].author) == ("", None)
    assert result.case.facts[0].exhibits == (Cited(exhibit="x", page=1),)
    turned = redact(
        draft(someone(), exhibits={"y": ExhibitRules(approved_for=COURT, pages=SEEN)}),
        Recipient.COURT,
        Variant.PROTECTED,
    )
    assert turned.case.exhibits[0].translation_of is None


def test_a_source_is_named_only_where_it_may_be_and_never_in_the_protected_paper() -> None:
    rules = {"x": ExhibitRules(approved_for=COURT, pages=SEEN, source_may_be_named=True)}
    assert redact(draft(someone()), Recipient.COURT, Variant.FULL).case.exhibits[0].source is None
    assert redact(draft(someone(), exhibits=rules), Recipient.COURT, Variant.FULL).case.exhibits[0].source == "A source"
    assert redact(draft(someone(), exhibits=rules), Recipient.COURT, Variant.PROTECTED).case.exhibits[0].source is None


def test_a_pseudonym_by_choice_hides_the_name_in_the_full_paper_too() -> None:
    created = draft(someone(), decisions={"p": PersonDecision(choice=Choice.PSEUDONYM)})
    result = redact(created, Recipient.COURT, Variant.FULL)
    assert result.case.facts[0].text == "Miner A was summoned."
    assert NAME in result.forbidden


def test_leaving_someone_out_leaves_out_what_refers_to_them_and_what_shows_them() -> None:
    rules = {"x": ExhibitRules(pictured=("p",))}
    created = draft(someone(), decisions={"p": PersonDecision(choice=Choice.LEAVE_OUT)}, exhibits=rules)
    result = redact(created, Recipient.COURT, Variant.FULL)
    assert [fact.text for fact in result.case.facts] == ["An unapproved fact."]
    assert result.case.parties == ()
    assert [exhibit.id for exhibit in result.case.exhibits] == ["y"]
    assert NAME in result.forbidden


def test_an_official_keeps_their_name_in_the_protected_paper() -> None:
    result = redact(draft(someone(Standing.OFFICIAL)), Recipient.COURT, Variant.PROTECTED)
    assert result.case.parties[0].name == NAME
    assert result.forbidden == ()


def test_the_case_of_the_name_follows_the_reference() -> None:
    created = draft(someone())
    case = dataclasses.replace(created.case, facts=(Fact(text=say("The claim ", Who(person="p", form="dat"))),))
    created = dataclasses.replace(created, case=case)
    assert redact(created, Recipient.COURT, Variant.FULL).case.facts[0].text == "The claim to Named Miner"
    assert redact(created, Recipient.COURT, Variant.PROTECTED).case.facts[0].text == "The claim to Miner A"


def test_facts_in_another_language_are_listed() -> None:
    result = redact(draft(someone()), Recipient.COURT, Variant.FULL)
    assert untranslated(result.case, Language.RU) == (2,)
    assert untranslated(result.case, Language.KK) == ()


def test_an_override_is_given_in_spite_of_the_answer_that_stood_then() -> None:
    never, refused = (
        overridden(draft(someone(COURT=answer)), Recipient.COURT, Variant.FULL, "p")
        for answer in (PersonAnswer.NOT_ASKED, PersonAnswer.NO)
    )
    assert (never.consents, refused.consents) == (("C4 not_asked",), ("C4 no",))
    assert never.texts == refused.texts == (NAME, f"{NAME} was summoned.")
