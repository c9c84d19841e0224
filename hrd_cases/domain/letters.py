"""A letter, in or out: the everyday unit of the work, with a due date, an answer, and a next step of the ladder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.agenda import LETTER, REPLY, DatedLine
from hrd_cases.domain.fields import (
    Coded,
    CodedMany,
    Day,
    Hidden,
    Link,
    Links,
    RuleRows,
    Text,
    TextLine,
    declare,
    entity,
)
from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

TO_US = "to_us"
FROM_US = "from_us"
ANSWER, FORWARDING = "answer", "forwarding_notice"  # kinds of letters that come to us
NO_ANSWER = "none"  # the result of a letter for whose answer nobody waits any more


def ours(letter: "Letter") -> bool:
    """Whether it is we who wait for an answer."""
    return letter.direction != TO_US


def unanswered(letter: "Letter") -> bool:
    """Whether no answer is written down."""
    return letter.answered is None and not letter.answered_by


def waits(letter: "Letter") -> bool:
    """Whether somebody still waits for an answer: none is written down, and nobody said that none came."""
    return unanswered(letter) and letter.result != NO_ANSWER


def waits_without_day(letter: "Letter") -> bool:
    """Whether a letter of ours waits for an answer, and no day is known by which one is due."""
    return waits(letter) and letter.handed_in is not None and letter.due is None and ours(letter)


def addressee_of(letter: "Letter", names: Mapping[str, str]) -> str:
    """Whom a letter goes to, or who sent it: its body, company and person by these names, else what was typed."""
    linked = (names.get(item, "") for item in linked_addressees(letter))
    return ", ".join(filter(None, linked)) or letter.addressee_name


def linked_addressees(letter: "Letter") -> tuple[str, ...]:
    """The ids of the body, company and person that a letter goes to."""
    return tuple(item for item in (letter.addressee, letter.to_company, letter.to_person) if item)


def _agenda(letter: "Letter", _today: date) -> Iterator[DatedLine]:
    if letter.due is not None:
        kind, done = LETTER if ours(letter) else REPLY, not waits(letter)
        yield DatedLine(kind=kind, on=letter.due, detail=letter.step, words="letter_ladder", done=done)


def _answer(letter: "Letter") -> str:
    """Whether a letter was answered, and in time where a day was due."""
    if letter.answered is None:
        return "undated" if letter.answered_by else ""
    return "late" if letter.due is not None and letter.answered > letter.due else "in_time" if letter.due else "no_term"


def _counted(letter: "Letter") -> Values:
    return Values(
        when=letter.handed_in,
        codes={
            "direction": [letter.direction],
            "kind": [letter.kind],
            "step": [letter.step],
            "topics": letter.topics,
            "answer": [_answer(letter)],
            "result": [letter.result],
        },
        days={"due": letter.due, "answered": letter.answered},
    )


@yields(_counted)
@entity(
    "letter",
    letter="k",
    vault="case",
    label=N_("Letter"),
    plural=N_("Letters"),
    new=N_("New letter"),
    title=lambda letter: letter.subject,
    dated="handed_in",
    newest_first=True,
    in_case=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Letter:
    """Addressee, applicants, body, numbers, handed in on, due date, answered by, next step of the ladder (APPC of
    Kazakhstan, arts. 63, 76)."""

    subject: str = declare(TextLine(), N_("Subject"), at=IDENTITY, required=True, card=True, search=True)
    direction: str = declare(
        Coded(list="letter_directions"), N_("From us or to us"), at=CORE, required=True, card=True, proposed="from_us"
    )
    addressee: RecordId = declare(Link(to="body"), N_("Court or authority"), at=CORE, card=True)
    to_company: RecordId = declare(Link(to="company"), N_("Or a company"), at=CORE, card=True)
    to_person: PersonId = declare(
        Link(to="person"),
        N_("Or a person of the case"),
        at=CORE,
        card=True,
        hint=N_("Their name is printed as their consent allows; their address only if you write it below"),
    )
    addressee_name: str = declare(TextLine(max=300), N_("Or another addressee"), at=IDENTITY, card=True, search=True)
    reader: str = declare(
        Coded(list="recipients"),
        N_("Who will read it"),
        at=CORE,
        hint=N_("Where the addressee does not tell it. Whose consent is asked for follows from it"),
    )
    applicants: str = declare(
        Text(rows=2),
        N_("Applicants"),
        at=IDENTITY,
        search=True,
        hint=N_("As they sign; address and number only if the body needs them"),
    )
    kind: str = declare(Coded(list="letter_kinds"), N_("Kind"), at=CORE)
    topics: tuple[str, ...] = declare(CodedMany(list="topics"), N_("Topics"), at=CORE, card=True)
    step: str = declare(Coded(list="letter_ladder"), N_("Step of the ladder"), at=CORE, card=True)
    language: str = declare(Coded(list="languages"), N_("Language"), at=CORE)
    body: str = declare(Text(rows=14), N_("Text"), at=IDENTITY, search=True)
    attachments: str = declare(Text(rows=2), N_("Attachments, one a line"), at=IDENTITY, search=True)
    signed_by: str = declare(
        Link(to="colleague"),
        N_("Signed by our colleague"),
        at=CORE,
        hint=N_("Counsel from outside does not see who it is"),
    )
    signatory: str = declare(
        TextLine(),
        N_("Or signed by somebody else"),
        at=IDENTITY,
        hint=N_("A name written here is read by everybody who opens the letter"),
    )
    our_number: str = declare(
        TextLine(max=60), N_("Our number"), at=IDENTITY, card=True, search=True, section=N_("Numbers")
    )
    their_number: str = declare(
        TextLine(max=60), N_("Their number"), at=IDENTITY, card=True, search=True, section=N_("Numbers")
    )
    dated: date | None = declare(Day(), N_("Dated"), at=CORE, section=N_("Numbers"))
    handed_in: date | None = declare(Day(past=True), N_("Handed in, or received, on"), at=CORE, card=True)
    due: date | None = declare(
        Day(),
        N_("Answer due"),
        at=CORE,
        card=True,
        hint=N_("If you know it. Rules that bind this addressee are shown on the letter's page after saving"),
    )
    due_rule: object = declare(Hidden(), N_("How the date was counted"), at=CORE)
    came_by: str = declare(Coded(list="intake_channels"), N_("How it was sent, or came"), at=CORE)
    follows: RecordId = declare(
        Link(to="letter"),
        N_("Follows the letter"),
        at=CORE,
        card=True,
        hint=N_("The letter before it, to another body or to the same"),
    )
    stamped: tuple[RecordId, ...] = declare(Links(to="evidence"), N_("Stamped copy"), at=CORE, section=N_("Answer"))
    answered_by: RecordId = declare(Link(to="letter"), N_("Answered by"), at=CORE, card=True, section=N_("Answer"))
    answered: date | None = declare(
        Day(past=True), N_("Answered on"), at=CORE, card=True, section=N_("Answer"), after="handed_in"
    )
    result: str = declare(
        Coded(list="letter_results"), N_("Result of the letter"), at=CORE, card=True, section=N_("Answer")
    )
    next_step: str = declare(Coded(list="letter_ladder"), N_("Next step of the ladder"), at=CORE, section=N_("Answer"))
    decided: RuleRows = declare(
        Hidden(default=()), N_("What was decided about people named"), at=IDENTITY, printed=False
    )
    second_asked: str = declare(
        Hidden(default=""), N_("Who waits for a second person to agree"), at=CORE, card=True, printed=False
    )
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=IDENTITY, card=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE)
    made_with: RecordId = declare(Hidden(default=""), N_("What it was made together with"), at=CORE, card=True)


def settled(letter: Letter, before: Letter | None) -> Letter:
    """A date typed over a counted one is a typed date: how the old one was counted is said no more."""
    if before is None or not letter.due_rule or letter.due == before.due or letter.due_rule != before.due_rule:
        return letter
    return replace(letter, due_rule=None)
