"""Keys that come in the place of others: later certificates, keys that wait for two, and who was let go meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hrd_cases.domain.errors import Changed
from hrd_cases.store.rows import all_rows, batches, first_row, read_rows, rows_of, values_of
from hrd_cases.store.tables import (
    dropped_members,
    factor_leaves,
    imports,
    kept_forms,
    keyring_deltas,
    keyrings,
    later_certificates,
    login_notices,
    packs,
    replacements,
    saved_searches,
    used_forms,
)
from hrd_cases.store.users import ACTIVE, UserRow, WaitingKeys


@dataclass(frozen=True, kw_only=True)
class LaterCertificateRow:
    """A user's second or later certificate; endorsement and signature are empty where one administrator suffices."""

    user_id: str
    serial: int
    fingerprint: str
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    issuer: str
    endorsement: bytes = field(repr=False, default=b"")
    endorsement_signature: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, kw_only=True)
class ReplacementRow:
    """New keys of an account that wait; `certificate` is the first administrator's, empty until then."""

    user_id: str
    handle_mac: bytes
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
    certificate: bytes = field(repr=False, default=b"")
    signature: bytes = field(repr=False, default=b"")

    @property
    def account(self) -> WaitingKeys:
        """The account as it will be with these keys."""
        shared = {part.name: getattr(self, part.name) for part in fields(WaitingKeys) if hasattr(self, part.name)}
        return WaitingKeys(id=self.user_id, state=ACTIVE, **shared)

    @classmethod
    def of(cls, account: UserRow) -> "ReplacementRow":
        """The keys of an account as it will be, which no administrator has certified yet."""
        shared = {part.name: getattr(account, part.name) for part in fields(cls) if hasattr(account, part.name)}
        return cls(user_id=account.id, **shared)


@dataclass(frozen=True, kw_only=True)
class FactorLeaveRow:
    """A one-time leave to enrol a new second factor, as one administrator and then another signed it."""

    user_id: str
    expires: date
    asked: bytes = field(repr=False)
    asked_signature: bytes = field(repr=False)
    confirmed: bytes = field(repr=False, default=b"")
    confirmed_signature: bytes = field(repr=False, default=b"")


class Replacements:
    """What waits until two administrators agreed, and what followed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def certificates(self) -> list[LaterCertificateRow]:
        """Every later certificate, in the order of each user."""
        query = all_rows(later_certificates, "user_id", "serial")
        return read_rows(LaterCertificateRow, self._connection.execute(query))

    def add_certificate(self, row: LaterCertificateRow) -> None:
        """Enter a user's next certificate; Changed when another one came first."""
        here = (later_certificates.c.user_id == row.user_id, later_certificates.c.serial == row.serial)
        if self._connection.execute(select(later_certificates.c.serial).where(*here)).first() is not None:
            raise Changed
        try:
            self._connection.execute(insert(later_certificates).values(**values_of(row)))
        except IntegrityError:
            raise Changed from None

    def waiting(self) -> list[ReplacementRow]:
        """Every account's new keys that are not certified yet."""
        return read_rows(ReplacementRow, self._connection.execute(all_rows(replacements, "user_id")))

    def of(self, user: str) -> ReplacementRow | None:
        """The new keys of one account, while they wait."""
        query = rows_of(replacements, "user_id")
        return first_row(ReplacementRow, self._connection.execute(query, {"one": user}))

    def put(self, row: ReplacementRow) -> None:
        """Enter new keys that wait, in the place of others of the same account."""
        self.remove(row.user_id)
        self._connection.execute(insert(replacements).values(**values_of(row)))

    def put_second(self, user: str, second_sealed: bytes | None, *, expected: int) -> None:
        """Replace the second factor of keys that wait; Changed unless `expected` is its version."""
        self._version(user, "second", second_sealed, expected)

    def put_bundle(self, user: str, bundle_sealed: bytes, *, expected: int) -> None:
        """Replace the bundle of keys that wait; Changed unless `expected` is its version."""
        self._version(user, "bundle", bundle_sealed, expected)

    def remove(self, user: str) -> bool:
        """Forget keys that waited; False when none did."""
        return bool(self._delete(replacements, replacements.c.user_id == user))

    def forget_sealed(self, user: str) -> None:
        """Remove what only a user's old keys opened: keyring, additions, forms, sheets, searches, notices."""
        own = (keyrings, keyring_deltas, packs, kept_forms, used_forms, imports, login_notices, saved_searches)
        for table in own:
            self._delete(table, table.c.user_id == user)

    def note_dropped(self, vault: str, members: Iterable[str]) -> None:
        """Remember whom a renewal left out because their keys were replaced."""
        for member in members:
            self.forget_dropped(vault, member)
            self._connection.execute(insert(dropped_members).values(vault_id=vault, member=member))

    def forget_dropped(self, vault: str, member: str) -> None:
        """They were let in again."""
        self._delete(dropped_members, dropped_members.c.vault_id == vault, dropped_members.c.member == member)

    def dropped(self, members: Iterable[str]) -> dict[str, list[str]]:
        """The vaults that renewals left these members out of, by member."""
        results: dict[str, list[str]] = {}
        for some in batches(members):
            query = select(dropped_members).where(dropped_members.c.member.in_(some))
            for row in self._connection.execute(query.order_by(dropped_members.c.vault_id)):
                results.setdefault(row.member, []).append(row.vault_id)
        return results

    def leave(self, user: str) -> FactorLeaveRow | None:
        """The leave of one account to enrol a new second factor."""
        query = rows_of(factor_leaves, "user_id")
        return first_row(FactorLeaveRow, self._connection.execute(query, {"one": user}))

    def leaves(self) -> list[FactorLeaveRow]:
        """Every such leave, asked for or confirmed."""
        return read_rows(FactorLeaveRow, self._connection.execute(all_rows(factor_leaves, "user_id")))

    def put_leave(self, row: FactorLeaveRow) -> None:
        """Enter a leave in the place of an earlier one."""
        self.remove_leave(row.user_id)
        self._connection.execute(insert(factor_leaves).values(**values_of(row)))

    def remove_leave(self, user: str) -> bool:
        """Use a leave up, or take it back; False when there was none."""
        return bool(self._delete(factor_leaves, factor_leaves.c.user_id == user))

    def _version(self, user: str, name: str, sealed: bytes | None, expected: int) -> None:
        version = replacements.c[f"{name}_version"]
        changed = self._connection.execute(
            update(replacements)
            .where(replacements.c.user_id == user, version == expected)
            .values({f"{name}_sealed": sealed, f"{name}_version": expected + 1})
        )
        if changed.rowcount != 1:
            raise Changed

    def _delete(self, table: Table, *conditions: ColumnElement[bool]) -> int:
        return self._connection.execute(delete(table).where(*conditions)).rowcount
