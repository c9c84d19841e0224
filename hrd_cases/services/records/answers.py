"""What people answered, as one reader may know it; and how an answer reaches the file of the person who gave it.

An answer rests whole in the case where it was said, and what counts of it in the person's file. Where that file can
not be written now, the case's own record counts for whoever opens the case, until a later visit enters it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from hrd_cases.crypto.core.authorship import Author
from hrd_cases.crypto.core.headers import VAULT
from hrd_cases.domain import consents
from hrd_cases.domain.consents import Consent, Statement, statement_of
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import NO_CASE, CaseId, PersonId, RecordId, case_id, is_id, record_id
from hrd_cases.domain.vaults import CASE_VAULT, CORE, PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import sealed_answers
from hrd_cases.services.keys.integrity import check_for
from hrd_cases.services.keys.vault_access import forget, peek
from hrd_cases.services.keys.vault_membership import look_up, roster_if_verified
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of, of_class
from hrd_cases.store.stored import new_record_id


@dataclass(frozen=True, kw_only=True)
class WaitingConsent:
    """A consent of a case that is not yet in the person's file: other teams do not see it."""

    person: PersonId
    case: CaseId
    record: RecordId
    sealed: bool = False  # not in the case's records either, for want of its keys: only its writer and leads see it


@dataclass(frozen=True, kw_only=True)
class PersonAnswers:
    """What a person said, as far as the reader's keys reach; `whole` when nothing of their file stayed closed."""

    statements: tuple[Statement, ...] = ()
    whole: bool = False
    waiting: tuple[WaitingConsent, ...] = ()
    authors: Mapping[str, Author] = field(default_factory=dict)  # who entered a statement, by its consent

    def answers(self, case: CaseId) -> dict[str, str]:
        """The answer for every scope in a case."""
        return consents.answers(self.statements, matter=case)

    def answer(self, scope: str, case: CaseId) -> str:
        """The answer for one scope in a case."""
        return consents.answer(self.statements, scope, matter=case)

    def proven(self, case: CaseId) -> dict[str, str]:
        """The answers to act upon: where something stayed closed there may be a no in it, so no yes counts."""
        results = self.answers(case)
        if self.whole:
            return results
        return {scope: consents.NOT_ASKED if word == consents.YES else word for scope, word in results.items()}


def of_people(ctx: Context, people: Iterable[PersonId], *, case: CaseId = NO_CASE) -> dict[PersonId, PersonAnswers]:
    """What each of these people answered: in their files, and in the cases of theirs that the actor opens."""
    values = [person for person in dict.fromkeys(people) if is_id(person)]
    look_up(ctx, values)
    cases = _opened(ctx, values, case)
    text = _in_cases(ctx, values, cases)
    lost = {case.id for case in cases if sealed_answers.withheld(ctx, case)}
    return {
        person: _answered(ctx, person, text.get(person, []), lost=bool(lost & {case, *cases_of(ctx, person)}))
        for person in values
    }


def of_person(ctx: Context, person: PersonId, *, case: CaseId = NO_CASE) -> PersonAnswers:
    """What one person answered."""
    return of_people(ctx, [person], case=case).get(person, PersonAnswers())


def cases_of(ctx: Context, person: PersonId) -> tuple[CaseId, ...]:
    """The cases that a person's file is opened through."""
    roster = roster_if_verified(ctx, person)
    newest = roster.newest(CORE) if roster is not None and roster.kind == PERSON_VAULT else None
    return tuple(case_id(member.id.hex()) for member in newest.members if member.kind == VAULT) if newest else ()


def opens(ctx: Context, case: CaseId) -> bool:
    """True when the actor holds a key of this case."""
    vault = peek(ctx, case) if is_id(case) else None
    return vault is not None and vault.kind == CASE_VAULT and bool(vault.keys.get(CORE))


def author_of(ctx: Context, answered: PersonAnswers, statement: Statement) -> str:
    """The id of who entered a statement, for somebody who shares a case with them; empty for others."""
    author = answered.authors.get(statement.consent)
    if author is None:
        return ""
    mine, theirs = (
        set(ctx.work.keys.rights_of(item, CASE_VAULT, ctx.day_number))
        for item in (ctx.actor.fingerprint, author.fingerprint.hex())
    )
    return author.user.hex() if mine & theirs else ""


def enter_later(ctx: Context, waiting: Collection[WaitingConsent]) -> None:
    """Let this visit enter in the people's files what waits for it, where the actor's keys allow."""
    for waiting_item in waiting:
        vault = peek(ctx, waiting_item.case if waiting_item.sealed else waiting_item.person)
        if vault is not None and vault.may_write(CORE):
            ctx.after.append(partial(_retry, waiting_item=waiting_item))


def waiting_in(
    ctx: Context, case: CaseId, cards: Iterable[Stored[Declared]], files: Iterable[Stored[Declared]]
) -> list[WaitingConsent]:
    """What was said in a case and is not in its people's files, as far as these cards tell."""
    existing = {(file.value.consent, file.value.revision) for file in files if isinstance(file.value, Statement)}
    records = [card for card in of_class(cards, Consent) if not card.broken]
    sealed = [sealed_answer for sealed_answer in sealed_answers.mine(ctx) if sealed_answer.case == case]
    return [
        *(
            WaitingConsent(person=sealed_answer.value.person, case=case, record=sealed_answer.id, sealed=True)
            for sealed_answer in sealed
        ),
        *(
            WaitingConsent(person=card.value.person, case=case, record=card.id)
            for card in records
            if (card.id, card.value.revision) not in existing
        ),
    ]


def enter(ctx: Context, case: OpenVault, record: RecordId, value: Consent) -> bool:
    """Enter what counts of a consent in the person's file; False when it can not be written now."""
    file = peek(ctx, value.person)
    if file is None or file.kind != PERSON_VAULT or not file.may_write(CORE):
        return False
    statement = statement_of(value, record=record, case=case.case)
    before = next((stored for stored in of_class(_file(ctx, file), Statement) if stored.value.consent == record), None)
    if before is None:
        ctx.work.records.add(file, ctx.author, new_record_id(), statement, ctx.today)
    elif before.value.revision < statement.revision:
        ctx.work.records.update(file, ctx.author, before.id, statement, before.versions, ctx.today)
    else:
        return True
    ctx.note("write", "enter a person's answer", vault=case.id, record=record)
    return True


def remove(ctx: Context, person: PersonId, record: RecordId) -> None:
    """Take out of a person's file what a consent that is deleted said; RuleBroken while the file can not be written."""
    file = peek(ctx, person)
    for stored in _file(ctx, file) if file is not None and file.kind == PERSON_VAULT else ():
        if file is not None and isinstance(stored.value, Statement) and stored.value.consent == record:
            file.must_write([CORE])
            ctx.work.records.remove(file, stored.id)


def _retry(ctx: Context, waiting_item: WaitingConsent) -> None:
    """The same in a transaction of its own, with keys and rosters as they are now."""
    ctx.rosters.clear()
    for vault in (waiting_item.person, waiting_item.case):
        forget(ctx, vault)
    case = peek(ctx, waiting_item.case)
    if waiting_item.sealed and (case is None or not _unsealed(ctx, case, waiting_item.record)):
        return
    stored = (
        ctx.work.records.read(case, waiting_item.record, check_for(ctx, waiting_item.case))
        if case is not None
        else None
    )
    if case is None or stored is None or not isinstance(stored.value, Consent) or stored.broken or stored.unproven:
        return
    enter(ctx, case, waiting_item.record, stored.value)


def _unsealed(ctx: Context, case: OpenVault, record: RecordId) -> bool:
    """Make a record of its case of an answer that waited for the case's keys; False when it can not be yet."""
    sealed_answer = next(
        (answer for answer in sealed_answers.mine(ctx) if (answer.id, answer.case) == (record, case.id)), None
    )
    if sealed_answer is None or not sealed_answers.fits(case, sealed_answer.value):
        return False
    ctx.work.records.add(case, ctx.author, record, sealed_answer.value, ctx.today)
    sealed_answers.let_go(ctx, case, [record])
    ctx.note("write", "enter a person's answer", vault=case.id, record=record)
    return True


def _answered(ctx: Context, person: PersonId, statements: list[Statement], *, lost: bool) -> PersonAnswers:
    file = peek(ctx, person)
    if file is None or file.kind != PERSON_VAULT:
        stored, whole = [], False
    else:
        stored = _file(ctx, file)
        whole = not lost and _has_newest_key(ctx, file) and not any(_closed(record) for record in stored)
    right = [record for record in of_class(stored, Statement) if not _closed(record)]
    entered = [stored.value for stored in right]
    revisions = {item.consent: item.revision for item in entered}
    waiting = [statement for statement in statements if revisions.get(statement.consent, 0) < statement.revision]
    sealed = {sealed_answer.id for sealed_answer in sealed_answers.mine(ctx)} if waiting else set()
    return PersonAnswers(
        statements=consents.newest_versions((*entered, *statements)),
        whole=whole,
        authors={stored.value.consent: stored.signatures[CORE].author for stored in right},
        waiting=tuple(
            WaitingConsent(
                person=person,
                case=statement.case,
                record=record_id(statement.consent),
                sealed=statement.consent in sealed,
            )
            for statement in waiting
        ),
    )


def _file(ctx: Context, file: OpenVault) -> list[Stored[Declared]]:
    """The statements of a person's file, and what of it does not open."""
    every = ctx.work.records.all(file, check_for(ctx, file.id))
    return [stored for stored in every if not stored.opened or is_of(stored, Statement)]


def _closed(stored: Stored[Declared]) -> bool:
    return bool(stored.broken or stored.unproven or stored.doubts) or not isinstance(stored.value, Statement)


def _has_newest_key(ctx: Context, file: OpenVault) -> bool:
    roster = roster_if_verified(ctx, file.id)
    newest = roster.newest(CORE) if roster is not None else None
    return newest is not None and file.key(CORE, newest.epoch) is not None


def _opened(ctx: Context, people: Collection[PersonId], case: CaseId) -> list[OpenVault]:
    """The cases of these people that the actor opens."""
    requested = {case: None} if case else {}
    for person in people:
        requested.update(dict.fromkeys(cases_of(ctx, person)))
    vaults = [peek(ctx, item) for item in requested]
    return [vault for vault in vaults if vault is not None and vault.keys.get(CORE)]


def _in_cases(ctx: Context, people: Collection[PersonId], opened: Sequence[OpenVault]) -> dict[str, list[Statement]]:
    """What these people said in the cases of theirs that the actor opens, by person."""
    results: dict[str, list[Statement]] = {}
    for card in ctx.work.records.cards(opened, of=(Consent,)):
        if isinstance(card.value, Consent) and not card.broken and card.value.person in people:
            statement = statement_of(card.value, record=card.id, case=card.case)
            results.setdefault(card.value.person, []).append(statement)
    for sealed_answer in sealed_answers.mine(ctx):
        if sealed_answer.value.person in people:
            statement = statement_of(sealed_answer.value, record=sealed_answer.id, case=sealed_answer.case)
            results.setdefault(sealed_answer.value.person, []).append(statement)
    return results
