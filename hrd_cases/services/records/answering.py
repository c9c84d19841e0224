"""Writing down what a person answered: whole in the case where it was said, and what counts in the person's file."""

from collections.abc import Mapping
from dataclasses import replace

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain import consents
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import (
    ORAL_NOTED,
    ORAL_RECORDED,
    PARAGRAPHS,
    REFUSES,
    WITHDRAWS,
    Consent,
    Statement,
    renewed,
    statement_of,
)
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_CASE, NO_RECORD, CaseId, PersonId, RecordId, record_id
from hrd_cases.domain.vaults import CORE
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import sealed_answers
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import answers
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored
from hrd_cases.store.stored import new_record_id


def give(ctx: Context, case: CaseId | None, value: Consent) -> RecordId:
    """Keep a person's answer and return its id in the case; RuleBroken at the field that is wrong.

    Never refused for want of a key: see services/keys/sealed_answers.py.
    """
    vault = open_vault(ctx, Act.ANSWER, case or "")
    _check(ctx, vault, value, record=NO_RECORD)
    saved, record = replace(renewed(value), token=random(16).hex()), new_record_id()
    if sealed_answers.fits(vault, saved):
        ctx.work.records.add(vault, ctx.author, record, saved, ctx.today)
    else:
        sealed_answers.add(ctx, vault, record, saved)
    ctx.note("write", "new consent", vault=vault.id, record=record)
    answers.enter(ctx, vault, record, saved)
    return record


def correct(
    ctx: Context, vault: OpenVault, before: Stored[Consent], value: Consent, expected: Mapping[str, int]
) -> None:
    """Keep a corrected answer; it stays the answer of the same person. Raises Changed as any record does."""
    if value.person != before.value.person:
        raise RuleBroken(N_("An answer stays with its person. Write a new one for somebody else."), place="person")
    vault.must_write([CORE])
    _check(ctx, vault, value, record=before.id)
    saved = value if value == before.value else renewed(value)
    ctx.work.records.update(vault, ctx.author, before.id, saved, expected, ctx.today)
    ctx.note("write", "change consent", vault=vault.id, record=before.id)
    answers.enter(ctx, vault, before.id, saved)


def _check(ctx: Context, vault: OpenVault, value: Consent, *, record: RecordId) -> None:
    _check_person(ctx, vault, value.person)
    _check_moment(ctx, value)
    check_answers(value)
    statements = answers.of_person(ctx, value.person, case=vault.case).statements
    same_day = any(statement.said_on == value.said_on and statement.consent != record for statement in statements)
    if same_day and not value.said_at and not value.time_unknown:
        text = N_("This person already answered on this day. Write the time, or tick that nobody remembers it.")
        raise RuleBroken(text, place="said_at")


def check_answers(value: Consent) -> None:
    """Something was said, not two things at once, and a spoken yes to a text that was heard."""
    if not _has_answer(value):
        raise RuleBroken(N_("Write down at least one answer."), place="keep")
    agreed = [name for name in PARAGRAPHS if getattr(value, name) == consents.YES]
    if value.said in (REFUSES, WITHDRAWS) and (agreed or any(scope.answer == consents.YES for scope in value.scopes)):
        raise RuleBroken(N_("Somebody who refuses or withdraws everything says yes to nothing."), place="said")
    spoken = value.form in (ORAL_NOTED, ORAL_RECORDED)
    if agreed and spoken and value.read_aloud != consents.YES:
        text = N_("A spoken yes counts only when the text was read aloud. Tick that it was.")
        raise RuleBroken(text, place="read_aloud")


def _has_answer(value: Consent) -> bool:
    """True when there is a yes or a no in it."""
    words = {getattr(value, name) for name in PARAGRAPHS} | {scope.answer for scope in value.scopes if scope.scope}
    return value.said in (REFUSES, WITHDRAWS) or bool(words & {consents.YES, consents.NO})


def _check_person(ctx: Context, vault: OpenVault, person: PersonId) -> None:
    stored = ctx.work.records.read(vault, record_id(vault.id))
    values = stored.value.people if stored is not None and isinstance(stored.value, Case) else ()
    if person not in values and vault.id not in answers.cases_of(ctx, person):
        raise RuleBroken(N_("Choose a person of this case."), place="person")


def _check_moment(ctx: Context, value: Consent) -> None:
    """Nobody has answered yet on a day or at a time to come."""
    if value.said_on is None:
        raise RuleBroken(N_("Write the day on which it was said."), place="said_on")
    if value.said_on > ctx.today:
        raise RuleBroken(N_("This day is still to come. Write the day on which it was said."), place="said_on")
    now = Statement(said_on=ctx.today, said_at=ctx.clock)
    if value.said_at and consents.begins(statement_of(value, record=NO_RECORD, case=NO_CASE)) > consents.begins(now):
        raise RuleBroken(N_("This time is still to come. Write the time at which it was said."), place="said_at")
