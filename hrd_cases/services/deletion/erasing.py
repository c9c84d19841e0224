"""Erasing for good: keys, what they sealed, and who could open it, in the transaction that confirms it.

The bytes of files go after it. Killed anywhere, a case is wholly there or wholly gone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hrd_cases.crypto.core.deletions import Deletion
from hrd_cases.crypto.core.headers import USER, VAULT, vault_member_id
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import Declared, Entity, RuleRows
from hrd_cases.domain.file_texts import FileText
from hrd_cases.domain.ids import CaseId, PersonId, RecordId
from hrd_cases.domain.vaults import CASE_VAULT, CORE, IDENTITY, KINDS, PERSON_VAULT, THROUGH_CASE
from hrd_cases.domain.words import N_
from hrd_cases.services.deletion.holds import refuse_if_held
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys import deleted_vaults, key_rotation, vault_membership
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.keys.vault_access import forget
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.records import answers, trend_facts
from hrd_cases.services.records.records import read_in, title
from hrd_cases.services.schedule import plans
from hrd_cases.store.deletions import DeletionRow
from hrd_cases.store.failpoints import reach
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class

NOT_TAKEN_OUT = N_(
    "One of its people is in other cases too and cannot be removed from this one. Change its keys first."
)
BELONGS = N_("“%(title)s” was made since and belongs to these entries: nothing was undone. Delete them one by one.")


@dataclass(frozen=True, kw_only=True)
class People:
    """The people of a case: `alone` are in no other case and nobody else's, so they go with it; `staying` do not."""

    alone: tuple[PersonId, ...]
    staying: tuple[PersonId, ...]


def people_of(ctx: Context, case: CaseId) -> People:
    """Who of the people of a case would go with it."""
    values = ctx.work.deletions.named_in(case)
    alone = tuple(person for person in values if _only_in(ctx, person, case))
    return People(alone=alone, staying=tuple(person for person in values if person not in alone))


def cases_of(ctx: Context, person: PersonId) -> tuple[str, ...]:
    """The cases that open a person."""
    roster = roster_if_verified(ctx, person)
    members = (member for chain in roster.chains.values() for member in chain.newest.members) if roster else ()
    return tuple(sorted({member.id.hex() for member in members if member.kind == VAULT}))


def whole(ctx: Context, vault: OpenVault, deletion: Deletion) -> list[str]:
    """Erase a case, a call or a person; returns the files whose bytes are still to be removed."""
    people = people_of(ctx, vault.case) if vault.kind == CASE_VAULT else People(alone=(), staying=())
    for person in people.staying:
        _take_out(ctx, person, vault.case)
    reach("deletion.after_people")
    files = [file for person in people.alone for file in _rows(ctx, person, PERSON_VAULT)]
    files += _rows(ctx, vault.id, vault.kind, headers_of=tuple(THROUGH_CASE))
    reach("deletion.after_rows")
    ctx.work.deletions.add(
        DeletionRow(
            vault_id=vault.id,
            day=ctx.today,
            asked=deletion.asked,
            asked_signature=deletion.asked_signature,
            confirmed_by=deletion.confirmed_by.hex(),
            confirmed_signature=deletion.confirmed_signature,
        )
    )
    ctx.entering.marks.append(deletion.mark)
    reach("deletion.after_statement")
    ctx.settle = True
    return files


def erase_one(ctx: Context, vault: OpenVault, stored: Stored[Declared], *, uncount: bool) -> list[str]:
    """Erase one record with its earlier versions; returns the files whose bytes are still to be removed."""
    files = files_of(ctx, vault, stored)
    if uncount:
        trend_facts.withdraw(ctx, stored.value)
    if isinstance(stored.value, Consent):
        answers.remove(ctx, stored.value.person, stored.id)
        trend_facts.unsay(ctx, vault, stored.value)
    ctx.work.records.remove(vault, stored.id)
    for text in of_class(ctx.work.records.cards([vault], (FileText,)), FileText):
        if text.value.exhibit == stored.id:
            ctx.work.records.remove(vault, text.id)
    reach("deletion.after_rows")
    ctx.work.files.remove(files)
    ctx.settle = True
    return files


def undo_plan(ctx: Context, case: CaseId, run: RecordId) -> int:
    """Take out every entry that the actor made with a plan today, if nothing was changed or added to it: all or none.

    Returns how many there were.
    """
    vault = open_vault(ctx, Act.WRITE_CASE, case)
    refuse_if_held(ctx, (vault,))
    together = [read_in(ctx, vault, card.id) for card in plans.made(ctx, case, run)]
    for stored in together:
        if stored.authors.get(CORE) != ctx.actor.user or stored.day != ctx.today:
            raise RuleBroken(N_("Only who made these entries can undo them, on the same day. Delete them one by one."))
        if max(stored.versions.values()) > 1:
            changed = N_("“%(title)s” was changed since: nothing was undone. Delete the entries one by one.")
            raise RuleBroken(changed, values={"title": title(stored)})
    _refuse_if_named(ctx, vault, {stored.id for stored in together})
    for stored in together:
        erase_one(ctx, vault, stored, uncount=True)
    ctx.note("write", "undo the entries of a plan", vault=case, records=len(together))
    return len(together)


def _refuse_if_named(ctx: Context, vault: OpenVault, records: Collection[RecordId]) -> None:
    """Raise RuleBroken where another record of the case names one of these in any field: it would lead nowhere."""
    for other in ctx.work.records.all(vault):
        if other.id not in records and any(record in repr(other.value) for record in records):
            raise RuleBroken(BELONGS, values={"title": title(other)})


def files_of(ctx: Context, vault: OpenVault, stored: Stored[Declared]) -> list[str]:
    """The files that a record names now or named in an earlier version."""
    past = ctx.work.records.history(vault, stored.id, IDENTITY) if has_files(stored.entity) else []
    versions = [stored.value, *(version.value for version in past)]
    entries = (entry for value in versions for entry in _entries(value))
    return sorted({str(entry["blob"]) for entry in entries if "blob" in entry})


def has_files(entity: Entity) -> bool:
    """True for a kind of record that names files."""
    return any(field.name == "files" for field in entity.fields)


def finish(runtime: Runtime, session: Session, now: datetime, files: list[str]) -> None:
    """After the transaction: remove the bytes of files, and let who confirmed forget the keys at once.

    What a pulled plug leaves of the files, which nothing names any more, the sweeper removes.
    """
    reach("deletion.before_files")
    with runtime.database.reading() as work:
        unnamed = [file for file in files if work.files.get(file) is None]  # a transaction that was undone names them
    for file in unnamed:
        runtime.blobs.remove(file)
        reach("deletion.after_file")
    with runtime.writing(session, now) as ctx:
        gone = deleted_vaults.deleted(ctx)
        if ctx.ring is not None and gone:
            ctx.ring.fold(ctx.work, gone)
            ctx.settle = True
    reach("deletion.after_keyring")


def _entries(value: object) -> RuleRows:
    named = (*(getattr(value, "files", ()) or ()), *(getattr(value, "copies", ()) or ()))
    return tuple(entry for entry in named if isinstance(entry, dict))


def _only_in(ctx: Context, person: PersonId, case: CaseId) -> bool:
    roster = roster_if_verified(ctx, person)
    members = [member for chain in roster.chains.values() for member in chain.newest.members] if roster else []
    return bool(members) and not any(member.kind == USER or member.id.hex() != case for member in members)


def _take_out(ctx: Context, person: PersonId, case: CaseId) -> None:
    """Give a person who stays new keys that the case is not handed, so that their file is whole without it."""
    raw = bytes.fromhex(case)
    idents = frozenset({raw, *(vault_member_id(raw, through) for through in THROUGH_CASE)})
    key_rotation.renew(ctx, person, without=dict.fromkeys(KINDS[PERSON_VAULT].compartments, idents))
    if case in cases_of(ctx, person):
        raise RuleBroken(NOT_TAKEN_OUT)


def _rows(ctx: Context, vault: str, kind: str, headers_of: tuple[str, ...] = ()) -> list[str]:
    ctx.work.records.remove_vault(vault)
    files = ctx.work.deletions.erase(vault, compartments=KINDS[kind].compartments, headers_of=headers_of)
    forget(ctx, vault)
    ctx.rosters.clear()
    vault_membership.forget(ctx.runtime, vault)
    return files
