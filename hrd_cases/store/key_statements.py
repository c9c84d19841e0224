"""What every door asks about keys, put together once: that takes several times as long as running it."""

from sqlalchemy import BindParameter, Select, and_, bindparam, delete, func, select

from hrd_cases.store.tables import grants, headers, memberships, travel_vaults, travels, users, vaults

_SOME: BindParameter[object] = bindparam("some", expanding=True)
LOCKED_VAULTS = select(vaults.c.id).where(vaults.c.id.in_(_SOME)).order_by(vaults.c.id).with_for_update(key_share=True)


def _newest_headers() -> Select[object]:
    newest = func.row_number().over(
        partition_by=(headers.c.vault_id, headers.c.compartment),
        order_by=(headers.c.epoch.desc(), headers.c.serial.desc()),
    )
    ranked = select(headers, newest.label("place")).where(headers.c.vault_id.in_(_SOME)).subquery()
    columns = [ranked.c[column.name] for column in headers.columns]
    return select(*columns).where(ranked.c.place == 1).order_by(ranked.c.vault_id, ranked.c.compartment)


NEWEST_HEADERS = _newest_headers()
NO_MEMBERS = delete(memberships).where(
    memberships.c.vault_id == bindparam("vault"), memberships.c.compartment == bindparam("part")
)
TAKE_GRANT = delete(grants).where(
    grants.c.vault_id == bindparam("vault"),
    grants.c.compartment == bindparam("part"),
    grants.c.epoch == bindparam("of_epoch"),
    grants.c.member == bindparam("whose"),
)
WAITING = select(grants).where(grants.c.vault_id.in_(_SOME), grants.c.member != bindparam("recovery"))
# Whose keys of which vault wait until they are let in again; of who travels without any, one row without a vault.
AWAY = (
    select(users.c.fingerprint, travels.c.whole, travel_vaults.c.vault_id)
    .join(users, users.c.id == travels.c.user_id)
    .outerjoin(
        travel_vaults,
        and_(
            travel_vaults.c.user_id == travels.c.user_id,
            travel_vaults.c.vault_id.in_(_SOME),
        ),
    )
    .where(users.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))
)
