"""Accounts as they rest: found by a keyed mark of the handle, opened only with the passphrase."""

from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, select, update

from hrd_cases.domain.errors import Changed
from hrd_cases.store.rows import first_row, read_rows, rows_of, values_of
from hrd_cases.store.settings import SESSION_EPOCH
from hrd_cases.store.tables import invitations, replacements, settings, users

WAITING, ACTIVE, DISABLED = "waiting", "active", "disabled"


@dataclass(frozen=True, kw_only=True)
class UserRow:
    """One account: `id` 32 and `fingerprint` 64 hex digits; what is sealed opens with the passphrase."""

    id: str
    handle_mac: bytes
    state: str
    kdf: str
    salt: bytes
    bundle_sealed: bytes = field(repr=False)
    bundle_version: int
    second_sealed: bytes | None = field(repr=False)
    second_version: int
    sign_public: bytes = field(repr=False)
    kem_public: bytes = field(repr=False)
    fingerprint: str
    day: date
    session_epoch: int = 0


@dataclass(frozen=True, kw_only=True)
class AccountState:
    """What ends a session once it differs from what it was at log-in; the last two come from verified statements."""

    state: str
    waits: bool  # its keys are new ones that no administrator has certified yet
    session_epoch: int
    office_epoch: str
    certificate: bytes = b""  # hash of the newest one of the account
    ended: bool = False  # its keys were revoked, or others came in their place


@dataclass(frozen=True, kw_only=True)
class WaitingKeys(UserRow):
    """An account as it will be with new keys that wait for two administrators; the row of the old ones stays."""


@dataclass(frozen=True, kw_only=True)
class InvitationRow:
    """One one-time code: found by its keyed mark; `roles` as the administrator gave them, parted by spaces."""

    code_mac: bytes
    roles: str
    expires: date
    used: bool = False
    account: str = ""  # whose new keys it is for; empty for a newcomer


_STATE = (
    select(
        users.c.state,
        users.c.fingerprint,
        users.c.session_epoch,
        replacements.c.fingerprint.label("waiting"),
        select(settings.c.value).where(settings.c.name == SESSION_EPOCH).scalar_subquery().label("office_epoch"),
    )
    .outerjoin(
        replacements,
        and_(replacements.c.user_id == users.c.id, replacements.c.fingerprint == bindparam("fingerprint")),
    )
    .where(users.c.id == bindparam("user"))
)


class Users:
    """Accounts and invitations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: UserRow) -> None:
        """Enter an account."""
        self._connection.execute(insert(users).values(**values_of(row)))

    def by_handle(self, handle_mac: bytes) -> UserRow | None:
        """The account whose handle has this keyed mark; new keys that wait have a handle of their own."""
        # Both are looked up whoever asks: a handle that nobody has costs the same.
        here = self._one(users.c.handle_mac == handle_mac)
        waiting = self._waiting(replacements.c.handle_mac == handle_mac)
        return here or waiting

    def of_keys(self, user: str, fingerprint: str) -> UserRow | None:
        """An account with the keys of this fingerprint: those that count, or those that wait."""
        here = self._one(and_(users.c.id == user, users.c.fingerprint == fingerprint))
        return here or self._waiting(and_(replacements.c.user_id == user, replacements.c.fingerprint == fingerprint))

    def exchange(self, new: WaitingKeys) -> None:
        """Put an account's new keys in the place of the old ones; it is active from now on."""
        values = {**values_of(new), "state": ACTIVE, "session_epoch": users.c.session_epoch + 1}
        self._connection.execute(update(users).where(users.c.id == new.id).values(**values))

    def by_id(self, user: str) -> UserRow | None:
        """The account with this id."""
        return first_row(UserRow, self._connection.execute(rows_of(users, "id"), {"one": user}))

    def account_state(self, user: str, fingerprint: str) -> AccountState | None:
        """What the database says of an account with these keys in one query; None when it has them no longer."""
        row = self._connection.execute(_STATE, {"user": user, "fingerprint": fingerprint}).one_or_none()
        if row is None or fingerprint not in (row.fingerprint, row.waiting):
            return None
        return AccountState(
            state=row.state,
            waits=row.fingerprint != fingerprint,
            session_epoch=row.session_epoch,
            office_epoch=row.office_epoch or "",
        )

    def end_sessions(self, user: str) -> None:
        """Give an account the next session number: whatever began under another ends at its next request."""
        epoch = users.c.session_epoch + 1
        self._connection.execute(update(users).where(users.c.id == user).values(session_epoch=epoch))

    def all(self) -> list[UserRow]:
        """Every account, also of those who left."""
        return read_rows(UserRow, self._connection.execute(select(users).order_by(users.c.id)))

    def set_state(self, user: str, state: str) -> None:
        """Make an account waiting, active or disabled."""
        self._connection.execute(update(users).where(users.c.id == user).values(state=state))

    def put_bundle(self, user: str, bundle_sealed: bytes, *, expected: int, kdf: str = "", salt: bytes = b"") -> None:
        """Replace the bundle (with a new passphrase also kdf and salt); Changed unless `expected` is its version."""
        values: dict[str, object] = {"bundle_sealed": bundle_sealed, "bundle_version": expected + 1}
        if salt:
            values.update(kdf=kdf, salt=salt)
        changed = self._connection.execute(
            update(users).where(users.c.id == user, users.c.bundle_version == expected).values(**values)
        )
        if changed.rowcount != 1:
            raise Changed

    def put_second(self, user: str, second_sealed: bytes | None, *, expected: int) -> None:
        """Replace the second factor; raises Changed unless `expected` is its version, so no code is used twice."""
        changed = self._connection.execute(
            update(users)
            .where(users.c.id == user, users.c.second_version == expected)
            .values(second_sealed=second_sealed, second_version=expected + 1)
        )
        if changed.rowcount != 1:
            raise Changed

    def add_invitation(self, row: InvitationRow) -> None:
        """Enter a one-time code."""
        self._connection.execute(insert(invitations).values(**values_of(row)))

    def invitation(self, code_mac: bytes) -> InvitationRow | None:
        """The invitation with this code, used or not."""
        return first_row(
            InvitationRow, self._connection.execute(select(invitations).where(invitations.c.code_mac == code_mac))
        )

    def invitations(self) -> list[InvitationRow]:
        """Every invitation not yet removed."""
        query = select(invitations).order_by(invitations.c.expires, invitations.c.code_mac)
        return read_rows(InvitationRow, self._connection.execute(query))

    def use_invitation(self, code_mac: bytes, today: date) -> InvitationRow | None:
        """Use a code up; None when it is unknown, expired before `today` or was used already."""
        used = self._connection.execute(
            update(invitations)
            .where(invitations.c.code_mac == code_mac, invitations.c.used.is_(False), invitations.c.expires >= today)
            .values(used=True)
        )
        return self.invitation(code_mac) if used.rowcount == 1 else None

    def remove_invitation(self, code_mac: bytes) -> None:
        """Forget an invitation."""
        self._connection.execute(delete(invitations).where(invitations.c.code_mac == code_mac))

    def _waiting(self, condition: ColumnElement[bool]) -> WaitingKeys | None:
        row = self._connection.execute(select(replacements).where(condition)).mappings().one_or_none()
        if row is None:
            return None
        shared = {part.name: row[part.name] for part in fields(UserRow) if part.name in row}
        return WaitingKeys(id=row["user_id"], state=WAITING, **shared)

    def _one(self, condition: ColumnElement[bool]) -> UserRow | None:
        return first_row(UserRow, self._connection.execute(select(users).where(condition)))
