"""Whether what is stored is as its last writer left it; if not, whoever opens it and the log are told.

A record shown in full is checked against certificates and the header of its time (`check_for`).
"""

from collections.abc import Iterable

from hrd_cases.crypto.core.authorship import check_author
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import sealed_answers
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.keys.vault_access import foreign_keys_logged, held_mark
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.store.doubts import (
    ADDED,
    ALTERED,
    CASE_KEY,
    EXCHANGED,
    GONE,
    MISSING,
    OLD,
    OTHER_KEY,
    PUT_BACK,
    WITHHELD,
    Doubt,
)
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Check, SignedDocument

WORDS = {
    MISSING: N_("removed from the database"),
    OLD: N_("put back to an earlier version"),
    ADDED: N_("added to the database without the key"),
    EXCHANGED: N_("replaced by something else"),
    WITHHELD: N_("an answer that waited for the keys of its case was removed from the database or replaced"),
    GONE: N_("the list of what belongs here was removed from the database"),
    PUT_BACK: N_("put back to an earlier state: the log knows of later changes"),
    ALTERED: N_("the list of what belongs here was altered"),
    OTHER_KEY: N_("you hold a key that is not the one of the list of members; it opens and encrypts nothing"),
    CASE_KEY: N_("a case holds a key that is not the one of this list of members; it opens and encrypts nothing"),
}


def tell(ctx: Context, vault: str, doubts: Iterable[Doubt]) -> None:
    """Enter in the log as refused what is not as its last writer left it, one entry for each record."""
    by_record: dict[str, set[str]] = {}
    for doubt in doubts:
        by_record.setdefault(doubt.record, set()).add(f"{doubt.compartment}: {doubt.what}")
    for record, values in by_record.items():
        ctx.note("refused", "changed outside the program", vault=vault, record=record, found=sorted(values))


def other_keys(ctx: Context, vault: OpenVault) -> tuple[Doubt, ...]:
    """The parts of a vault of which the actor, or a case of theirs, holds a key that no verified header fixes.

    Entered with `tell`, auditors and the people of a case read of it too. What the log was told of, and is not held any
    more, is told here once more, and has ended then.
    """
    membership, found = roster_if_verified(ctx, vault.id), dict[tuple[str, str], None]()
    if membership is None:
        return ()
    for (name, member), there in sorted(vault.foreign.items()):
        number, told = foreign_keys_logged(ctx, membership, name, member)
        if told and not there:
            ctx.alarm_marks.append(held_mark(ctx, membership, name, member, number, ended=True))
        if told or there:
            found[name, OTHER_KEY if member == ctx.keys.fingerprint else CASE_KEY] = None
    return tuple(Doubt(compartment=name, what=what) for name, what in found)


def accept(ctx: Context, case: CaseId) -> None:
    """Take what is in a case now for right, after its lead looked at what was changed."""
    vault = open_vault(ctx, Act.ACCEPT_STATE, case)
    _cards, doubts = ctx.work.records.examine(vault)
    answers = sealed_answers.withheld(ctx, vault)
    if not doubts and not answers:
        raise NotFound
    tell(ctx, case, (*doubts, *answers))
    if doubts:
        ctx.work.records.accept(vault)
    sealed_answers.let_go(ctx, vault, [answer.record for answer in answers])


MOST_REMEMBERED = 200_000


def check_for(ctx: Context, vault: str) -> Check:
    """A check for the records of one vault; what was found right is remembered in memory by ciphertext hash."""
    roster = roster_if_verified(ctx, vault)

    def check(signed: SignedDocument) -> bool:
        remembered = ctx.runtime.verified
        if signed.sealed_hash in remembered:
            return True
        if roster is None:
            return False
        try:
            header = None
            if roster.kind != PERSON_VAULT:
                header = roster.chains[signed.place.compartment].by_hash(signed.author.header_hash)
            check_author(signed.document, signed.author, signed.place, ctx.trust, header=header)
        except (CryptoError, KeyError):
            return False
        if len(remembered) > MOST_REMEMBERED:
            remembered.clear()
        remembered[signed.sealed_hash] = True
        return True

    return check
