"""Rows of sealed files, facts and openings: each with its vault, and gone when removed."""

from dataclasses import replace
from datetime import date

from hrd_cases.crypto.core.authorship import entry_body
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.vaults import CORE, FACTS
from hrd_cases.store.files import FileRow
from hrd_cases.store.work import Database

TODAY = date(2026, 11, 22)
WHO = entry_body(b"who", org=bytes(range(16)), key=bytes(16), counter=1, by=None)


def test_files_belong_to_their_vault(database: Database, make_vault) -> None:
    vaults = [make_vault(database).id for _ in range(2)]
    rows = [
        FileRow(id=f"{n:032x}", vault_id=vault, day=TODAY, size=2**40 + n, sha256=f"{n:064x}")
        for n, vault in enumerate([*vaults, vaults[0]])
    ]
    with database.writing() as work:
        for row in rows:
            work.files.add(row)
    with database.writing() as work:
        assert work.files.of_vault(vaults[0]) == [rows[0], rows[2]]
        assert work.files.get(rows[1].id) == rows[1]
        assert work.files.ids() == {row.id for row in rows}
        work.files.remove([rows[0].id, rows[1].id])
        assert work.files.get(rows[1].id) is None
        assert work.files.ids() == {rows[2].id}


def test_facts_open_for_who_holds_the_desk_and_the_head_of_the_log_counts_them(database: Database, make_vault) -> None:
    trends = make_vault(database, "trends")
    names = sorted(random(16).hex() for _ in range(3))
    public = trends.keys[FACTS][1].public
    for some in (names[:1], names[1:]):
        with database.writing() as work:
            for name in some:
                work.trends.add(vault_id=trends.id, public=public, epoch=1, row_id=name, body=name.encode(), position=0)
            assert work.trends.whole()
    with database.reading() as work:
        assert {fact.id: fact.body for fact in work.trends.all(trends)} == {name: name.encode() for name in names}
        assert work.log.facts.count == 3
        assert work.trends.whole()
        assert work.trends.all(replace(trends, keys={})) == []


def test_who_opened_a_case_is_told_to_its_people_only(database: Database, make_vault) -> None:
    case, other = make_vault(database), make_vault(database)
    with database.writing() as work:
        for vault in (case, other):
            public = vault.keys[CORE][1].public
            work.access.add(
                vault_id=vault.id, compartment=CORE, public=public, epoch=1, row_id=random(16).hex(), body=WHO
            )
    with database.reading() as work:
        assert [row.body for row in work.access.of(case)] == [WHO]
        assert [row.body for row in work.access.of(replace(case, keys={}))] == [None]
