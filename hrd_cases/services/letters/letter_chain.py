"""Letters as a chain: an answer closes the letter it came to, and the next step of the ladder is made from the last."""

from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId
from hrd_cases.domain.letter_chain import (
    ANSWER_TO,
    FORWARDED,
    MOST_SUBJECT,
    LetterAnswer,
    before_it,
    day_of,
    ladder_step,
    linked,
    steps_after,
)
from hrd_cases.domain.letters import (
    ANSWER,
    FORWARDING,
    FROM_US,
    NO_ANSWER,
    TO_US,
    Letter,
    addressee_of,
    ours,
    unanswered,
)
from hrd_cases.domain.papers import Language
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.catalogues import catalogue
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.services.sharing.sharing import addressees
from hrd_cases.store.records import Stored, of_class


@dataclass(frozen=True, kw_only=True)
class ChainLetter:
    """One letter of a chain as its list shows it; `body` is whom it went to, or who sent it."""

    record: RecordId
    title: str
    day: date | None
    ours: bool
    body: str
    step: str
    due: date | None
    answered: date | None
    answered_by: str
    result: str


def chain(ctx: Context, case: CaseId, record: RecordId) -> tuple[ChainLetter, ...]:
    """The letters before and after one, itself among them; empty where it stands alone."""
    cards = {card.id: card for card in records.listing(ctx, Letter, case)}
    ids = linked({card.id: card.value for card in cards.values()}, record) if record in cards else []
    if len(ids) < 2:
        return ()
    names = addressees(ctx, [cards[item].value for item in ids])
    return tuple(_shown(cards[item], addressee_of(cards[item].value, names)) for item in ids)


def receive(ctx: Context, case: CaseId, record: RecordId, answer: LetterAnswer) -> RecordId:
    """Keep an answer as a letter to us, and close the letter that it came to; the answer's id."""
    stored = _ours(ctx, case, record)
    letter = stored.value
    if answer.result == NO_ANSWER:
        raise RuleBroken(N_("An answer came: choose what it achieved."), place="result")
    if letter.handed_in and answer.received and answer.received < letter.handed_in:
        raise RuleBroken(N_("The answer cannot be before the letter was handed in."), place="received")
    subject = catalogue(_language(letter)).gettext(ANSWER_TO) % {"subject": letter.subject}
    created = records.create(
        ctx,
        case,
        Letter(
            subject=subject[:MOST_SUBJECT],
            direction=TO_US,
            addressee=letter.addressee,
            to_company=letter.to_company,
            to_person=letter.to_person,
            addressee_name=letter.addressee_name,
            reader=letter.reader,
            kind=FORWARDING if answer.result == FORWARDED else ANSWER,
            step=letter.step,
            language=letter.language,
            body=answer.text,
            their_number=answer.their_number,
            handed_in=answer.received,
            came_by=answer.came_by,
            stamped=answer.stamped,
            follows=record,
        ),
    )
    closed = replace(letter, answered=answer.received, answered_by=created, result=answer.result)
    records.save(ctx, case, record, closed, stored.versions)
    return created


def proposed(ctx: Context, case: CaseId, record: RecordId, step: str = "") -> Letter:
    """The next letter as far as the last one tells it; `step` is the step chosen, by default the most usual one."""
    last = _ours(ctx, case, record).value
    steps = steps_after(last)
    chosen = ladder_step(step if step in steps else next(iter(steps), ""))
    return Letter(
        subject=last.subject,
        direction=FROM_US,
        addressee=_only_body(ctx, chosen.body_kind),
        applicants=last.applicants,
        kind=chosen.letter_kind,
        topics=last.topics,
        step=chosen.code,
        language=last.language,
        body=_beginning(ctx, last),
        signed_by=last.signed_by,
        signatory=last.signatory,
        follows=record,
    )


def climb(ctx: Context, case: CaseId, record: RecordId, following: Letter) -> RecordId:
    """Keep the next letter, and say on the last one which step followed; the id of the next one.

    Nobody waits any more for an answer to a letter whose time is over.
    """
    stored = _ours(ctx, case, record)
    last = stored.value
    created = records.create(ctx, case, replace(following, follows=following.follows or record))
    over = unanswered(last) and last.due is not None and last.due < ctx.today
    result = last.result or (NO_ANSWER if over else "")
    changed = replace(last, next_step=following.step or last.next_step, result=result)
    if changed != last:
        records.save(ctx, case, record, changed, stored.versions)
    return created


def answerable(ctx: Context, case: CaseId, record: RecordId) -> Letter:
    """A letter of ours, for the forms of its answer and of the next one; RuleBroken for a letter that came to us."""
    return _ours(ctx, case, record).value


def _ours(ctx: Context, case: CaseId, record: RecordId) -> Stored[Letter]:
    vault = open_vault(ctx, Act.WRITE_CASE, case, record=record, sealing=False)
    stored = records.read_in(ctx, vault, record, Letter)
    if not ours(stored.value):
        raise RuleBroken(N_("This letter came to us. Only a letter of ours has an answer and a next step."))
    return stored


def _beginning(ctx: Context, last: Letter) -> str:
    """What the next letter says first: that the last one was not answered, or that the answer settled nothing."""
    sentence, day = before_it(last, ctx.today), day_of(last)
    if not sentence or day is None:
        return ""
    values = {
        "number": last.our_number,
        "day": f"{day:%d.%m.%Y}",
        "body": addressee_of(last, addressees(ctx, [last])),
        "answered": f"{last.answered:%d.%m.%Y}" if last.answered else "",
    }
    return (catalogue(_language(last)).gettext(sentence) % values).replace(" ()", "")


def _only_body(ctx: Context, kind: str) -> RecordId:
    """The body of that kind, if the directory has only one: of several, a person chooses."""
    if not kind:
        return NO_RECORD
    found = [card.id for card in of_class(records.listing(ctx, Body), Body) if card.value.kind == kind]
    return found[0] if len(found) == 1 else NO_RECORD


def _language(letter: Letter) -> str:
    """The language of a letter; Russian where it does not say."""
    return letter.language if letter.language in set(Language) else Language.RU.value


def _shown(card: Stored[Letter], body: str) -> ChainLetter:
    letter = card.value
    return ChainLetter(
        record=card.id,
        title=records.title(card),
        day=day_of(letter),
        ours=ours(letter),
        body=body,
        step=letter.step,
        due=letter.due,
        answered=letter.answered,
        answered_by=letter.answered_by,
        result=letter.result,
    )
