"""The digest of a compartment: what it says is read back, and it opens at its own place alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from hrd_cases.crypto.core.encoding import pae, unpae
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.notes import Note
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.store import tables
from hrd_cases.store.digests import DigestEntry, changed, decode, encode
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Writer
from hrd_cases.store.work import Database

TODAY = date(2026, 11, 22)
entries = st.builds(
    DigestEntry,
    version=st.integers(0, 2**64 - 1),
    code=st.text("abcdefgh", max_size=9),
    document=st.binary(max_size=40),
)
ids = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(st.dictionaries(ids, entries, max_size=5))
def test_what_a_digest_says_is_read_back(cards: dict[str, DigestEntry]) -> None:
    assert decode(encode(cards)) == cards


@given(st.dictionaries(ids, entries, min_size=1, max_size=3), st.integers(1, 60))
def test_a_digest_that_ends_too_early_is_refused(cards: dict[str, DigestEntry], less: int) -> None:
    whole = encode(cards)
    with pytest.raises(UnknownFormat):
        decode(whole[: -min(less, len(whole))])


@given(st.dictionaries(ids, entries, max_size=6), st.dictionaries(ids, entries | st.none(), max_size=3), st.data())
def test_a_change_says_the_same_as_a_digest_made_anew(
    cards: dict[str, DigestEntry], changes: dict[str, DigestEntry | None], data: st.DataObject
) -> None:
    for record in data.draw(st.lists(st.sampled_from(sorted(cards)), max_size=3)) if cards else ():
        changes[record] = data.draw(entries | st.none())
    anew = {record: card for record, card in {**cards, **changes}.items() if card is not None}
    assert changed(encode(cards), changes) == encode(anew)


@given(st.dictionaries(ids, entries, min_size=1, max_size=3), entries, st.integers(1, 30))
def test_a_digest_cut_short_takes_no_change(cards: dict[str, DigestEntry], card: DigestEntry, less: int) -> None:
    label, joined = unpae(encode(cards))
    with pytest.raises(UnknownFormat):
        changed(pae(label, joined[:-less] if less < len(joined) else joined + b"x"), {"00" * 16: card})


def test_one_digest_a_compartment_says_what_lists_show_of_all_its_records(
    database: Database, author: Writer, make_vault: Callable[..., OpenVault]
) -> None:
    vault = make_vault(database)
    with database.writing() as work:
        for number in range(3):
            work.records.add(vault, author, random(16).hex(), Incident(title=f"Beaten {number}", region="a"), TODAY)
    with database.writing() as work:
        work.records.add(vault, author, random(16).hex(), Note(subject="Agreed"), TODAY)
    with database.reading() as work:
        rows = work.connection.execute(select(tables.digests).order_by(tables.digests.c.compartment)).all()
        assert [(row.compartment, row.epoch, row.number) for row in rows] == [(CORE, 1, 1), (IDENTITY, 1, 2)]
        notes = work.records.cards([vault], of=(Note,))
        coded = replace(vault, keys={CORE: vault.keys[CORE]})
        titles = [item.value.title for item in work.records.cards([coded], of=(Incident,))]
    assert [note.value for note in notes] == [Note(subject="Agreed")]
    assert titles == ["", "", ""], "of a part that is not the reader's nothing is shown"


def test_another_vaults_digest_does_not_open_here_even_under_the_same_keys(
    database: Database, author: Writer, make_vault: Callable[..., OpenVault]
) -> None:
    mine = make_vault(database)
    other = replace(make_vault(database), keys=mine.keys)
    with database.writing() as work:
        for vault, title in ((mine, "Mine"), (other, "Another's")):
            work.records.add(vault, author, random(16).hex(), Incident(title=title), TODAY)
    with database.writing() as work:
        theirs = select(tables.digests.c.digest_sealed).filter_by(vault_id=other.id, compartment=IDENTITY)
        sealed = work.connection.execute(theirs).scalar_one()
        here = update(tables.digests).filter_by(vault_id=mine.id, compartment=IDENTITY)
        assert work.connection.execute(here.values(digest_sealed=sealed)).rowcount == 1
    with database.reading() as work:
        assert [card.value.title for card in work.records.cards([mine])] == ["Mine"], "made from the record"
