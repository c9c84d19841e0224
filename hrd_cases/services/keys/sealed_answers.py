"""An answer given while its case waits for new keys: it rests sealed to its writer and the leads, and is never refused.

Signed under the case's newest header as any record is, so that nobody who reaches the database can plant one.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hrd_cases.crypto.core.authorship import check_author, read_document, sign_document
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import GRANT, USER
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.fields import blank, entity_of
from hrd_cases.domain.ids import CaseId, RecordId, case_id, record_id
from hrd_cases.domain.vaults import CORE, WRITE
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_access import peek
from hrd_cases.services.keys.vault_membership import Roster, roster, roster_if_verified
from hrd_cases.store import codec
from hrd_cases.store.doubts import WITHHELD, Doubt
from hrd_cases.store.opened import OpenVault


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """An answer that waits for a key of its case, as its writer signed it."""

    id: RecordId
    case: CaseId
    value: Consent
    author: str  # user id


def fits(vault: OpenVault, value: Consent) -> bool:
    """True when every part of a case that this answer has words for can be written now."""
    needed = {CORE, *(part.at for part in entity_of(value).fields if not blank(getattr(value, part.name), part.kind))}
    return all(vault.may_write(name) for name in needed)


def writable(vault: OpenVault) -> frozenset[str]:
    """The parts in which an answer may be written down: also those that wait for a new key."""
    return frozenset(name for name in vault.keys if WRITE in vault.rights.get(name, frozenset()))


def add(ctx: Context, vault: OpenVault, record: RecordId, value: Consent) -> None:
    """Seal an answer to the public keys of its writer and of those who lead its case."""
    membership = roster(ctx, vault.id)
    newest = membership.newest(CORE) if membership is not None else None
    if membership is None or newest is None:
        raise NotFound  # nobody is told that an answer is kept which is not
    entity = entity_of(value)
    parts = {name: codec.encode(value, name).decode("utf-8", "surrogatepass") for name in entity.compartments}
    document = json.dumps(parts, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    place = ctx.work.sealed_answers.place(vault.id, record)
    author = bytes.fromhex(ctx.actor.user)
    body = sign_document(ctx.keys, place, newest.hash(), document, author=author)
    for fingerprint in sorted({ctx.keys.fingerprint, *_lead_ids(ctx, membership)}):
        public = ctx.trust.check(fingerprint, ctx.day_number).kem_public
        ctx.work.sealed_answers.add(
            vault_id=vault.id, answer=record, recipient=fingerprint.hex(), public=public, body=body
        )
    ctx.answer_marks.append(ctx.work.sealed_answers.waiting_mark(_newest_key(vault), vault.id, record))
    ctx.work.records.wrote(vault, record, value)


def let_go(ctx: Context, vault: OpenVault, records: Collection[str]) -> None:
    """Have answers wait no more: they were entered in their case, or its lead accepts that they are gone."""
    ctx.work.sealed_answers.remove(records)
    key = _newest_key(vault)
    ctx.answer_marks.extend(ctx.work.sealed_answers.entered_mark(key, vault.id, record) for record in records)


def withheld(ctx: Context, vault: OpenVault) -> tuple[Doubt, ...]:
    """The answers that wait by what the log says, and whose rows were taken out or exchanged; nobody's yes counts."""
    announced = _announced(ctx, vault)
    sums = ctx.work.sealed_answers.sums(vault.id) if announced else {}
    lost = [answer for answer, own in announced.items() if sums.get(answer) != own]
    return tuple(Doubt(compartment=CORE, what=WITHHELD, record=record_id(answer)) for answer in sorted(lost))


def mine(ctx: Context) -> Iterator[Sealed]:
    """Those that are sealed to the actor, rightly signed, and wait; not one that was put back after it was entered.

    Who holds no key of its case can not tell, and reads it by its signature alone.
    """
    for row in ctx.work.sealed_answers.of(ctx.actor.fingerprint, ctx.keys.kem_seed):
        vault = peek(ctx, row.vault_id)
        if vault is not None and vault.keys.get(CORE) and row.id not in _announced(ctx, vault):
            continue
        membership = roster_if_verified(ctx, row.vault_id)
        try:
            place = ctx.work.sealed_answers.place(row.vault_id, row.id)
            document, author = read_document(row.body or b"", place)
            header = membership.chains[CORE].by_hash(author.header_hash) if membership is not None else None
            if header is None:
                continue
            check_author(document, author, place, ctx.trust, header=header)
            parts = {name: text.encode("utf-8", "surrogatepass") for name, text in json.loads(document).items()}
            _entity, value = codec.decode(parts)
        except (CryptoError, ValueError, KeyError, AttributeError):
            continue
        if isinstance(value, Consent):
            yield Sealed(id=record_id(row.id), case=case_id(row.vault_id), value=value, author=author.user.hex())


def _announced(ctx: Context, vault: OpenVault) -> dict[str, bytes]:
    keys = [key.secret for key in vault.keys.get(CORE, {}).values()]
    return ctx.work.sealed_answers.announced(vault.id, keys, ctx.answer_marks)


def _newest_key(vault: OpenVault) -> Secret:
    compartment_keys = vault.keys[CORE]
    return compartment_keys[max(compartment_keys)].secret


def _lead_ids(ctx: Context, membership: Roster) -> Iterator[bytes]:
    newest = membership.newest(CORE)
    for member in newest.members if newest is not None else ():
        if member.kind == USER and GRANT in member.rights and membership.stays(ctx, CORE, member):
            yield member.id
