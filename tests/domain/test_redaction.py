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
    Answer,
    Choice,
    Decision,
    Draft,
    ExhibitRules,
    LeftOut,
    PersonInPaper,
    Recipient,
    Said,
    Scope,
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


def say(*pieces: str | Who, approved: frozenset[Recipient] = COURT) -> Said:
    return Said(pieces=pieces, approved_for=approved)


def someone(standing: Standing = Standing.SUPPORTED, **consents: Answer) -> PersonInPaper:
    return PersonInPaper(
        id="p",
        standing=standing,
        names={"": NAME, "dat": "to Named Miner"},
        pseudonyms={"": "Miner A", "dat": "to Miner A"},
        consents={Scope[scope]: answer for scope, answer in consents.items()},
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
    assert NEEDS[Recipient.COURT] == {Scope.COURT}
    assert NEEDS[Recipient.LAWYER] == {Scope.LAWYER}
    assert {Standing.SUPPORTED, Standing.SOURCE} == ASKED


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_ASKED])
def test_a_missing_consent_names_person_and_scope(answer: Answer) -> None:
    found = missing_consents(draft(someone(COURT=answer)), Recipient.COURT, Variant.FULL)
    assert found == (Missing(person="p", label=NAME, scope=Scope.COURT, answer=answer),)


def test_consent_for_the_court_does_not_open_the_paper_to_the_un() -> None:
    made = draft(someone(COURT=Answer.YES))
    assert missing_consents(made, Recipient.COURT, Variant.FULL) == ()
    assert [one.scope for one in missing_consents(made, Recipient.UN_LETTER, Variant.FULL)] == [Scope.UN_LETTER]


@pytest.mark.parametrize("standing", [Standing.OFFICIAL, Standing.PARTY])
def test_officials_and_named_parties_are_not_asked(standing: Standing) -> None:
    assert missing_consents(draft(someone(standing)), Recipient.COURT, Variant.FULL) == ()


def test_what_an_edited_filing_says_is_asked_for_like_a_typed_text() -> None:
    made = draft(someone())
    filing = dataclasses.replace(made.case.filing, filed_by=say("Counsel"))
    nobody = dataclasses.replace(made, case=dataclasses.replace(made.case, filing=filing, parties=(), facts=()))
    assert missing_consents(nobody, Recipient.COURT, Variant.FULL) == ()
    page = Said(pieces=("Then ", Who(person="p", text="Miner"), " came."), written="Then Miner came.")
    edited = dataclasses.replace(nobody, edited=(page,))
    assert [one.person for one in missing_consents(edited, Recipient.COURT, Variant.FULL)] == ["p"]
    assert overridden(edited, Recipient.COURT, Variant.FULL, "p").texts == ("Then Miner came.",)


def test_a_source_is_asked_like_the_person_we_support() -> None:
    assert missing_consents(draft(someone(Standing.SOURCE)), Recipient.COURT, Variant.FULL)


def test_someone_seen_in_a_photo_is_asked_for_their_picture_even_when_no_name_is_printed() -> None:
    made = draft(
        someone(COURT=Answer.YES), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN, pictured=("p",))}
    )
    assert [one.scope for one in missing_consents(made, Recipient.COURT, Variant.PROTECTED)] == [Scope.IMAGE]


def test_medical_matter_is_asked_for_by_itself() -> None:
    made = draft(someone(COURT=Answer.YES), exhibits={"x": ExhibitRules(medical_of=("p",))})
    assert [one.scope for one in missing_consents(made, Recipient.COURT, Variant.FULL)] == [Scope.MEDICAL]


@pytest.mark.parametrize(
    "decision",
    [
        Decision(choice=Choice.PSEUDONYM),
        Decision(choice=Choice.LEAVE_OUT),
        Decision(choice=Choice.OVERRIDE, reason="Detained, cannot be asked", chosen_by="a", second_person="b"),
    ],
    ids=lambda one: one.choice.value,
)
def test_a_choice_opens_the_gate(decision: Decision) -> None:
    made = draft(someone(), decisions={"p": decision})
    assert missing_consents(made, Recipient.COURT, Variant.FULL) == ()


@pytest.mark.parametrize(("reason", "second"), [("", "b"), ("  ", "b"), ("why", ""), ("why", "a")])
def test_an_override_needs_a_reason_and_somebody_else(reason: str, second: str) -> None:
    with pytest.raises(ValueError, match="override"):
        Decision(choice=Choice.OVERRIDE, reason=reason, chosen_by="a", second_person=second)


def test_a_photo_of_somebody_pseudonymised_still_asks_for_their_picture() -> None:
    made = draft(
        someone(), decisions={"p": Decision(choice=Choice.PSEUDONYM)}, exhibits={"x": ExhibitRules(pictured=("p",))}
    )
    assert {one.scope for one in missing_consents(made, Recipient.COURT, Variant.FULL)} == {Scope.COURT, Scope.IMAGE}


def test_secrecy_blocks_every_paper_but_the_courts() -> None:
    secrecy = Secrecy(signed_by="Counsel")
    today = date(2026, 11, 22)
    assert [one for one in Recipient if not secrecy_blocks(secrecy, one, today)] == [Recipient.COURT]
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
    assert secrecy_blocks(Secrecy(signed_by="Counsel", **said), Recipient.PUBLIC, DAY) is blocked


def test_the_full_paper_prints_names_and_everything_chosen() -> None:
    found = redact(draft(someone()), Recipient.COURT, Variant.FULL)
    assert found.case.facts[0].text == f"{NAME} was summoned."
    assert len(found.case.facts) == 2
    assert len(found.case.filing.opening) == 2
    assert found.left_out == (LeftOut(place="Exhibit.source", text="A source", why="source"),)
    assert found.forbidden == ()
    assert [exhibit.id for exhibit in found.case.exhibits] == [exhibit.id for exhibit in draft(someone()).case.exhibits]


def test_the_protected_paper_has_pseudonyms_and_no_unapproved_words() -> None:
    made = draft(someone(), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN)})
    found = redact(made, Recipient.COURT, Variant.PROTECTED)
    assert [fact.text for fact in found.case.facts] == ["Miner A was summoned."]
    assert found.case.filing.opening == ("Approved words.",)
    assert found.case.parties[0].name == "Miner A"
    assert "Named" not in repr(found.case)
    assert {NAME, "to Named Miner", "Namedmyner", "870101300123"} == set(found.forbidden)


def test_what_is_left_out_is_listed_with_its_place_and_reason() -> None:
    made = draft(someone(), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN)})
    parties = (Party(role=say("Respondent"), name=say("Union of Miners", approved=frozenset()), address=say("1 Road")),)
    found = redact(dataclasses.replace(made, case=dataclasses.replace(made.case, parties=parties)), *PROTECTED)
    assert found.case.parties == ()
    assert {(one.place, one.text, one.why) for one in found.left_out} == {
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
    made = draft(someone())
    position = Position(
        head=say("Head", approved=frozenset()), stance=Stance.DENIED, grounds=(say("Approved ground."),)
    )
    filing = dataclasses.replace(made.case.filing, positions=(position,))
    found = redact(dataclasses.replace(made, case=dataclasses.replace(made.case, filing=filing)), *PROTECTED)
    assert found.case.filing.positions == ()
    assert {("Position.head", "unapproved"), ("Position.grounds", "belongs")} <= {
        (one.place, one.why) for one in found.left_out
    }


def test_words_approved_for_the_court_stay_out_of_another_audience() -> None:
    found = redact(draft(someone()), Recipient.PUBLIC, Variant.PROTECTED)
    assert found.case.facts == ()
    assert found.case.filing.opening == ()


def test_an_exhibit_is_absent_unless_approved_and_nothing_points_to_it() -> None:
    found = redact(
        draft(someone(), exhibits={"x": ExhibitRules(approved_for=COURT, pages=SEEN)}),
        Recipient.COURT,
        Variant.PROTECTED,
    )
    assert [exhibit.id for exhibit in found.case.exhibits] == ["x"]
    assert (found.case.exhibits[0].title, found.case.exhibits[0].author) == ("", None)
    assert found.case.facts[0].exhibits == (Cited(exhibit="x", page=1),)
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
    made = draft(someone(), decisions={"p": Decision(choice=Choice.PSEUDONYM)})
    found = redact(made, Recipient.COURT, Variant.FULL)
    assert found.case.facts[0].text == "Miner A was summoned."
    assert NAME in found.forbidden


def test_leaving_someone_out_leaves_out_what_refers_to_them_and_what_shows_them() -> None:
    rules = {"x": ExhibitRules(pictured=("p",))}
    made = draft(someone(), decisions={"p": Decision(choice=Choice.LEAVE_OUT)}, exhibits=rules)
    found = redact(made, Recipient.COURT, Variant.FULL)
    assert [fact.text for fact in found.case.facts] == ["An unapproved fact."]
    assert found.case.parties == ()
    assert [exhibit.id for exhibit in found.case.exhibits] == ["y"]
    assert NAME in found.forbidden


def test_an_official_keeps_their_name_in_the_protected_paper() -> None:
    found = redact(draft(someone(Standing.OFFICIAL)), Recipient.COURT, Variant.PROTECTED)
    assert found.case.parties[0].name == NAME
    assert found.forbidden == ()


def test_the_case_of_the_name_follows_the_reference() -> None:
    made = draft(someone())
    case = dataclasses.replace(made.case, facts=(Fact(text=say("The claim ", Who(person="p", form="dat"))),))
    made = dataclasses.replace(made, case=case)
    assert redact(made, Recipient.COURT, Variant.FULL).case.facts[0].text == "The claim to Named Miner"
    assert redact(made, Recipient.COURT, Variant.PROTECTED).case.facts[0].text == "The claim to Miner A"


def test_facts_in_another_language_are_listed() -> None:
    found = redact(draft(someone()), Recipient.COURT, Variant.FULL)
    assert untranslated(found.case, Language.RU) == (2,)
    assert untranslated(found.case, Language.KK) == ()


def test_an_override_is_given_in_spite_of_the_answer_that_stood_then() -> None:
    never, refused = (
        overridden(draft(someone(COURT=answer)), Recipient.COURT, Variant.FULL, "p")
        for answer in (Answer.NOT_ASKED, Answer.NO)
    )
    assert (never.consents, refused.consents) == (("C4 not_asked",), ("C4 no",))
    assert never.texts == refused.texts == (NAME, f"{NAME} was summoned.")
