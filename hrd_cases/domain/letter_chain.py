"""Letters as a chain: which one follows which, the steps of the ladder that come next, and what an answer says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.fields import Coded, Day, Entity, Links, Proposal, Text, TextLine, declare, fields_of
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.letters import NO_ANSWER, Letter, ours, unanswered, waits
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

LADDER = "letter_ladder"
MOST_SUBJECT = 200
SOLVED, FORWARDED = "solved", "forwarded"
WAITING, OVERDUE, ANSWERED_STATE, GIVEN_UP, RECEIVED = "w", "o", "a", "n", "u"  # as the register has them

# Printed at the head of the next letter, in its language.
SILENT_NUMBERED = N_("There was no answer to our letter No %(number)s of %(day)s (%(body)s).")
SILENT = N_("There was no answer to our letter of %(day)s (%(body)s).")
ANSWERED_NUMBERED = N_(
    "The answer of %(answered)s to our letter No %(number)s of %(day)s (%(body)s) did not settle the matter."
)
ANSWERED = N_("The answer of %(answered)s to our letter of %(day)s (%(body)s) did not settle the matter.")
ANSWER_TO = N_("Answer: %(subject)s")


@dataclass(frozen=True, kw_only=True)
class LetterAnswer:
    """What the page asks of an answer to a letter of ours."""

    received: date | None = declare(Day(past=True), N_("Received on"), at=CORE, required=True, proposed=Proposal.TODAY)
    their_number: str = declare(TextLine(max=60), N_("Their number"), at=IDENTITY)
    result: str = declare(Coded(list="letter_results"), N_("Result of the letter"), at=CORE, required=True)
    came_by: str = declare(Coded(list="intake_channels"), N_("How it came"), at=CORE)
    text: str = declare(Text(rows=4), N_("What it says, in our own words"), at=IDENTITY)
    stamped: tuple[RecordId, ...] = declare(Links(to="evidence"), N_("The answer itself, among the evidence"), at=CORE)


_LABEL = N_("Answer received")
ANSWER_FORM = Entity(
    code="letter_answer",
    letter="",
    vault="case",
    label=_LABEL,
    plural=_LABEL,
    new=_LABEL,
    cls=LetterAnswer,
    fields=fields_of(LetterAnswer),
    title=lambda answer: answer.their_number,
)


@dataclass(frozen=True, kw_only=True)
class LadderStep:
    """A step of the ladder: what usually follows it, the kind of body it goes to, and its kind of letter."""

    code: str
    next: tuple[str, ...]
    body_kind: str
    letter_kind: str


def ladder_step(code: str) -> LadderStep:
    """A step by its code; of one that is not known, or not said, nothing follows but the first step."""
    steps = vocabulary(LADDER)
    first = steps.entries[0].code
    extra = steps.get(code).extra if steps.has(code) else {"next": [first]}
    following = extra.get("next")
    return LadderStep(
        code=code,
        next=tuple(map(str, following)) if isinstance(following, list) else (),
        body_kind=str(extra.get("body", "")),
        letter_kind=str(extra.get("kind", "")),
    )


def steps_after(letter: Letter) -> tuple[str, ...]:
    """The steps that may come next, the most usual first: what somebody planned stands before all."""
    planned = [letter.next_step] if letter.next_step else []
    return tuple(dict.fromkeys([*planned, *ladder_step(letter.step).next]))


def linked(letters: Mapping[RecordId, Letter], start: RecordId) -> list[RecordId]:
    """The ids of the letters before and after one, itself among them, by day; those without a day stand last."""
    neighbours: dict[RecordId, set[RecordId]] = {record: set() for record in letters}
    for record, letter in letters.items():
        for other in {letter.follows, letter.answered_by} & letters.keys():
            neighbours[record].add(other)
            neighbours[other].add(record)
    reached, waiting = {start}, [start]
    while waiting:
        found = neighbours[waiting.pop()] - reached
        reached |= found
        waiting.extend(found)
    chain = [record for record in letters if record in reached]
    return sorted(chain, key=lambda record: day_of(letters[record]) or date.max)


def day_of(letter: Letter) -> date | None:
    """When a letter was handed in or received, or else its date."""
    return letter.handed_in or letter.dated


def before_it(letter: Letter, today: date) -> str:
    """The sentence about the letter before, for the next one: what was not answered, or not settled; or nothing.

    While there is still time for an answer, nothing is said of it.
    """
    in_time = waits(letter) and letter.due is not None and letter.due >= today
    if day_of(letter) is None or letter.result == SOLVED or in_time:
        return ""
    if unanswered(letter) or letter.result == NO_ANSWER:
        return SILENT_NUMBERED if letter.our_number else SILENT
    if letter.answered is None:
        return ""
    return ANSWERED_NUMBERED if letter.our_number else ANSWERED


def state_of(letter: Letter, today: date) -> str:
    """How a letter stands, for the register: RECEIVED, ANSWERED, GIVEN_UP, OVERDUE or WAITING."""
    if not ours(letter):
        return RECEIVED
    if not unanswered(letter):
        return ANSWERED_STATE
    if not waits(letter):
        return GIVEN_UP
    return OVERDUE if letter.due is not None and letter.due < today else WAITING
