"""Every column says what a stranger reads in it, and no order of rows says when they were made."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from hrd_cases.store import tables
from hrd_cases.store.classified import Unclassified, classification
from hrd_cases.store.columns import BUDGET, PUBLIC, SEALED
from hrd_cases.store.digests import DigestRow
from hrd_cases.store.sealing import BodyRow, PastRow
from hrd_cases.store.tables import metadata
from hrd_cases.store.work import Database


def test_every_column_of_the_real_database_is_classified(database: Database) -> None:
    result = inspect(database.engine)
    columns = {
        f"{table}.{column['name']}"
        for table in result.get_table_names()
        if table != "alembic_version"
        for column in result.get_columns(table)
    }
    assert columns == set(classification())


def test_rows_are_read_column_by_column_in_the_order_of_their_tables() -> None:
    read = {
        tables.records: BodyRow,
        tables.text_packs: DigestRow,
        tables.record_history: PastRow,
    }
    for table, row in read.items():
        assert row._fields == tuple(column.name for column in table.columns)
    assert set(DigestRow._fields) <= set(tables.digests.c.keys()), "of which only these are read, by their names"


def test_a_column_that_does_not_say_what_it_holds_is_noticed() -> None:
    for info in ({}, {"rests": "secret"}):
        other = MetaData()
        Table("cases", other, Column("id", Integer, info={"rests": BUDGET}), Column("title", Integer, info=info))
        with pytest.raises(Unclassified, match=r"^cases\.title$"):
            classification(other)


def test_what_is_sealed_is_named_so() -> None:
    by_name = {name for name in classification() if name.endswith("_sealed")}
    assert by_name == {name for name, rests in classification().items() if rests == SEALED}
    assert len(by_name) == 25


def test_what_is_shown_to_a_stranger_is_this_and_nothing_else() -> None:
    """Written a second time by hand: who adds a column that shows, adds it here and to the threat model."""
    visible = {
        "settings": "name value",
        "users": "id handle_mac state kdf salt bundle_version second_version day session_epoch",
        "invitations": "code_mac roles expires used account",
        "later_certificates": "user_id serial",
        "replacements": "user_id handle_mac kdf salt bundle_version second_version day",
        "dropped_members": "vault_id member",
        "factor_leaves": "user_id expires",
        "certificates": "user_id",
        "vaults": "id kind",
        "headers": "vault_id compartment epoch serial",
        "memberships": "vault_id compartment member_kind member member_compartment rights last_day",
        "grants": "vault_id compartment epoch member",
        "vault_keyrings": "grantee_vault grantee_compartment vault_id compartment epoch grantee_epoch",
        "keyrings": "user_id version",
        "packs": "user_id",
        "keyring_deltas": "id user_id",
        "records": "id compartment vault_id epoch version day",
        "digests": "vault_id compartment epoch number records sha256",
        "text_packs": "vault_id compartment epoch number",
        "manifests": "vault_id compartment bucket epoch number",
        "record_history": "id compartment version vault_id epoch",
        "blobs": "id vault_id day size sha256 state",
        "trend_facts": "id epoch generation tag",
        "fact_segments": "id generation tag",
        "access_rows": "id vault_id epoch",
        "sealed_answers": "id recipient vault_id",
        "locked_calls": "id recipient day",
        "duty_lines": "id body",
        "log": "seq day class mark leaf generation s tag",
        "log_head": "id size frontier s facts facts_sum tag",
        "log_keys": "id day epoch",
        "tries": "mark failures day",
        "travels": "user_id colleague_id day whole",
        "travel_vaults": "user_id vault_id",
        "deletions": "vault_id day",
        "leavings": "vault_id compartment fingerprint epoch",
        "missing_keys": "vault_id compartment fingerprint",
        "successors": "vault_id compartment serial not_before",
        "successor_wraps": "vault_id compartment serial member",
        "endings": "vault_id fingerprint day",
        "kept_forms": "id user_id day",
        "login_notices": "id user_id day dismissed",
        "saved_searches": "id user_id day",
        "used_forms": "id user_id day",
        "imports": "id number user_id day",
    }
    expected = {f"{table}.{column}" for table, columns in visible.items() for column in columns.split()}
    assert {name for name, rests in classification().items() if rests == BUDGET} == expected


def test_keys_that_may_be_seen_are_those_of_people_headers_certificates_and_wraps() -> None:
    assert {name.partition(".")[0] for name, rests in classification().items() if rests == PUBLIC} == {
        "users",
        "certificates",
        "later_certificates",
        "replacements",
        "factor_leaves",
        "revocations",
        "headers",
        "grants",
        "deletions",
        "duty_lines",
        "leavings",
        "successors",
        "successor_wraps",
    }


def test_no_table_but_the_log_has_a_row_order(sqlite: Database) -> None:
    with sqlite.reading() as work:
        created = dict(work.connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    ordered = {name for name, sql in created.items() if "WITHOUT ROWID" not in sql.upper()}
    assert ordered == {"log", "log_head", "alembic_version"}


def test_nothing_shown_is_a_time_of_day_or_counts_up_by_itself() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            assert str(column.type) not in ("DATETIME", "TIMESTAMP", "TIME", "JSON"), column
            assert column.autoincrement in (False, "auto"), column
    assert tables.log.c.seq.autoincrement is False
