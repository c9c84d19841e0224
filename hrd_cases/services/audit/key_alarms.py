"""What is wrong with keys and with what people signed about them, as far as no key is needed to see it.

`hrd-cases check` and the auditors' page say the same, each with what to do: docs/threat-model.md 5 has the table.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from hrd_cases.crypto.core.certificates import AgreedRevocation, Revocation, revoked_mark
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import Header, own_half
from hrd_cases.crypto.core.statements import NO_PREVIOUS, follower_mark
from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.vaults import KINDS
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import deleted_vaults, successors
from hrd_cases.services.keys.vault_access import foreign_keys_logged
from hrd_cases.services.keys.vault_membership import Roster, Unverified, roster

REVOCATIONS, STATEMENTS, HEADERS, MEMBERS = "revocations", "statements", "headers", "members"
KEYS, LEAVINGS, ENDS, DELETIONS = "keys", "leavings", "ends", "deletions"
NAMES = {
    REVOCATIONS: N_("ended keys"),
    STATEMENTS: N_("certificates"),
    HEADERS: N_("headers"),
    MEMBERS: N_("members"),
    KEYS: N_("keys held"),
    LEAVINGS: N_("who left"),
    ENDS: N_("planned ends"),
    DELETIONS: N_("deletions"),
}


@dataclass(frozen=True, kw_only=True)
class KeyAlarm:
    """One thing that is wrong: of what kind (NAMES), `msgid` with `values` says what, and what to do.

    `user`: the account it is about, if it is one. `notice`: to be done soon, and nothing wrong yet.
    """

    kind: str
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    user: str = ""
    notice: bool = False

    @property
    def sentence(self) -> Sentence:
        """What is wrong, for saying it in any language."""
        return Sentence(msgid=self.msgid, values=self.values)


def every(ctx: Context) -> tuple[KeyAlarm, ...]:
    """All alarms, in the order in which one thing stands on another."""
    found = [*_revocations(ctx), *_statements(ctx)]
    for vault in (vault for kind in KINDS for vault in ctx.work.keys.vaults(kind)):
        found += _vault(ctx, vault)
    return (*found, *_deletions(ctx))


def _revocations(ctx: Context) -> Iterator[KeyAlarm]:
    """Every revocation that the log knows of has its statement: also of keys that nobody ever certified."""
    present = {row.fingerprint for row in ctx.work.keys.revocations()}
    keys = {bytes.fromhex(row.fingerprint) for row in ctx.work.users.all() if row.fingerprint not in present}
    refused = {key for key in keys if ctx.work.log.position(revoked_mark(ctx.runtime.org, key)) is not None}
    for fingerprint in sorted(ctx.trust.missing | refused):
        yield KeyAlarm(kind=REVOCATIONS, msgid=REVOCATION, values={"id": fingerprint.hex()[:16]})
    for user in _opened_again(ctx):
        yield KeyAlarm(kind=REVOCATIONS, msgid=OPEN_AGAIN, values={"who": user}, user=user)


def _opened_again(ctx: Context) -> Iterator[str]:
    """The accounts that an administrator closed or refused, and whose row does not say so.

    Who ends their own keys waits for new ones, in an account that stays open.
    """
    closed = frozenset(_ended_by_others(ctx))
    for row in ctx.work.users.all():
        key = bytes.fromhex(row.fingerprint)
        ended = key in closed and ctx.work.log.position(revoked_mark(ctx.runtime.org, key)) is not None
        if ended and row.state != DISABLED:
            yield row.id


def _ended_by_others(ctx: Context) -> Iterator[bytes]:
    """The keys of which a statement says that somebody else ended them."""
    for row in ctx.work.keys.revocations():
        for kind in (Revocation, AgreedRevocation):
            with suppress(CryptoError):
                said = kind.decode(row.body)
                if said.issuer != said.fingerprint:
                    yield said.fingerprint


def _statements(ctx: Context) -> Iterator[KeyAlarm]:
    """Every certificate and agreement in the database counts; one that does not was planted or signed too late."""
    for uncounted in ctx.trust.uncounted:
        msgid = TOO_LATE if uncounted.late else NOT_ALLOWED if uncounted.logged else UNKNOWN
        values = {"id": uncounted.about.hex()[:16], "by": uncounted.issuer.hex()[:16]}
        yield KeyAlarm(kind=STATEMENTS, msgid=msgid, values=values)
    missing = tuple(_uncertified(ctx))
    exchanged = tuple(_exchanged(ctx))
    for user in missing:
        msgid = CERTIFICATE_MISSING if ctx.trust.chain(bytes.fromhex(user)) else NO_CERTIFICATE
        if user in exchanged:  # nobody changes the roles of keys that no certificate names
            msgid = KEYS_CERTIFICATE
        yield KeyAlarm(kind=STATEMENTS, msgid=msgid, values={"who": user}, user=user)
    for user in (user for user in exchanged if user not in missing):
        yield KeyAlarm(kind=STATEMENTS, msgid=OTHER_ACCOUNT, values={"who": user}, user=user)
    if ctx.trust.unread:
        yield KeyAlarm(kind=STATEMENTS, msgid=UNREADABLE, values={"number": ctx.trust.unread})


def _uncertified(ctx: Context) -> Iterator[str]:
    """The accounts of which the log has a certificate that is not in the database: the first, or the newest."""
    for row in ctx.work.users.all():
        user = bytes.fromhex(row.id)
        chain = ctx.trust.chain(user)
        before = chain[-1].hash() if chain else NO_PREVIOUS
        if ctx.work.log.position(follower_mark(ctx.runtime.org, user, before)) is not None:
            yield row.id


def _exchanged(ctx: Context) -> Iterator[str]:
    """The accounts whose row has other keys than their newest certificate, such as those of another account."""
    for row in ctx.work.users.all():
        chain = ctx.trust.chain(bytes.fromhex(row.id))
        if chain and chain[-1].fingerprint.hex() != row.fingerprint:
            yield row.id


def _vault(ctx: Context, vault: str) -> Iterator[KeyAlarm]:
    """What is wrong with one vault."""
    try:
        membership = roster(ctx, vault)
    except Unverified:
        yield KeyAlarm(kind=HEADERS, msgid=_unverified(ctx, vault), values={"id": vault})
        return
    if membership is None:
        return
    for name in sorted(membership.withheld):
        yield KeyAlarm(kind=HEADERS, msgid=LIST_MISSING, values={"place": f"{vault} ({name})"})
    for name in _unlike(ctx, membership):
        yield KeyAlarm(kind=MEMBERS, msgid=INDEX, values={"place": f"{vault} ({name})"})
    yield from _held(ctx, membership)
    for name, _ in sorted(membership.unsaid):
        yield KeyAlarm(kind=LEAVINGS, msgid=LEAVING, values={"place": f"{vault} ({name})"})
    if what := successors.amiss(ctx, membership):
        yield KeyAlarm(kind=ENDS, msgid=PLANNED[what], values={"id": vault}, notice=True)


def _unverified(ctx: Context, vault: str) -> str:
    """Why the headers of a vault do not stand: the log has another one in the place of one of them, or none."""
    for row in ctx.work.keys.headers_of([vault]):
        try:
            header = Header.decode(row.body)
        except CryptoError:
            return LIST_ALTERED
        first = ctx.work.log.following(own_half(header))
        if first is None or first[1] != header.hash():
            return SECOND_LIST
    return LIST_ALTERED


def _held(ctx: Context, membership: Roster) -> Iterator[KeyAlarm]:
    """Every key that somebody, or a case, is known to hold of a vault is the one that its header fixes."""
    accounts = {row.fingerprint: row.id for row in ctx.work.users.all()}
    for name, chain in membership.chains.items():
        for member in chain.newest.members:
            if foreign_keys_logged(ctx, membership, name, member.ident)[1]:
                user = accounts.get(member.id.hex(), "")
                values = {"place": f"{membership.vault} ({name})", "who": user or member.id.hex()}
                yield KeyAlarm(kind=KEYS, msgid=OTHER_KEY if user else CASE_KEY, values=values, user=user)


def _unlike(ctx: Context, membership: Roster) -> Iterator[str]:
    """The compartments whose index names others than their newest header, without those who gave them up since."""
    rows = ctx.work.keys.members(membership.vault)
    for compartment, chain in membership.chains.items():
        left = {data.hex() for data in membership.left.get(compartment, ())}
        members = {
            (member.id.hex(), member.compartment, " ".join(sorted(member.rights)), member.last_day)
            for member in chain.newest.members
            if member.id.hex() not in left
        }
        listed = {
            (row.member, row.member_compartment, row.rights, row.last_day)
            for row in rows
            if row.compartment == compartment
        }
        if members != listed:
            yield compartment


def _deletions(ctx: Context) -> Iterator[KeyAlarm]:
    """Whatever is called deleted was deleted by two people who led it."""
    for vault in deleted_vaults.unfounded(ctx):
        yield KeyAlarm(kind=DELETIONS, msgid=DELETION, values={"id": vault})


REVOCATION = N_("The statement that ended the keys %(id)s is missing. They stay ended. Restore the newest backup.")
OPEN_AGAIN = N_(
    "The account %(who)s was closed, and in the database it is open again. Its keys stay ended. Restore the newest "
    "backup."
)
TOO_LATE = N_(
    "What %(by)s signed about the keys %(id)s was entered after the keys %(by)s had ended. It counts for nothing. "
    "Whoever knows these keys may still write the database: find out how, then restore the newest backup."
)
NOT_ALLOWED = N_(
    "What %(by)s signed about the keys %(id)s counts for nothing: they were not allowed to sign it, or it was altered. "
    "Restore the newest backup."
)
UNKNOWN = N_(
    "What %(by)s signed about the keys %(id)s is not in the audit log: it was added in the database and counts for "
    "nothing. Restore the newest backup."
)
CERTIFICATE_MISSING = N_(
    "The newest certificate of the account %(who)s is missing, though the audit log has it. The account has no role "
    "until it is back. Restore the newest backup, or let an administrator change its roles."
)
KEYS_CERTIFICATE = N_(
    "The certificate of the present keys of the account %(who)s is missing, though the audit log has it. The account "
    "has no role until it is back. Restore the newest backup."
)
NO_CERTIFICATE = N_(
    "No certificate of the account %(who)s is there, though the audit log has one. The account has no role until it is "
    "back. Restore the newest backup."
)
OTHER_ACCOUNT = N_(
    "The account %(who)s has other keys in the database than in its newest certificate. It has no role until they are "
    "back. Restore the newest backup."
)
UNREADABLE = N_(
    "Rows of certificates and ended keys that cannot be read: %(number)s. They count for nothing. Restore the newest "
    "backup."
)
LIST_ALTERED = N_(
    "Who may open %(id)s was altered, or was signed by somebody who may not. Nothing of it is opened. Restore the "
    "newest backup."
)
SECOND_LIST = N_(
    "Of the lists of who may open %(id)s one is not the one that the audit log has in its place: it came second, or "
    "was never entered. Nothing of it is opened. Restore the newest backup."
)
LIST_MISSING = N_(
    "The newest list of who may open %(place)s is missing, though the audit log has it. It is read on and nothing is "
    "written there. Restore the newest backup."
)
INDEX = N_("Who is in %(place)s was altered in the index. It lets nobody in. Restore the newest backup.")
OTHER_KEY = N_(
    "The account %(who)s holds a key of %(place)s that is not the one of the list of members. It opens and encrypts "
    "nothing. Ask them who gave it to them; a lead sends the keys again on the team page."
)
CASE_KEY = N_(
    "The case %(who)s holds a key of %(place)s that is not the one of the list of members. It opens and encrypts "
    "nothing. Somebody who can open the file links it to the case again; if nobody can, restore the newest backup."
)
LEAVING = N_(
    "Somebody left %(place)s, and the statement that says so is missing or altered. They stay out. "
    "Restore the newest backup."
)
DELETION = N_(
    "%(id)s is called deleted, but no two people who led it signed that, or what proves it is missing. Nobody loses a "
    "key by it. Restore the newest backup."
)
PLANNED = {
    successors.WAITS: N_(
        "Access to %(id)s ended as planned, and its keys are not changed yet. The next visit "
        "of a member who stays changes them."
    ),
    successors.STALE: N_(
        "A planned end of access to %(id)s is not prepared, or the preparation is out of date. "
        "A lead who opens the case prepares it. Otherwise nothing can be added after that day."
    ),
}
