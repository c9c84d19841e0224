"""Records: what is saved is read by who holds the keys, nobody overwrites a colleague, what was replaced is kept."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.errors import Changed, Forbidden
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.incidents import Incident, InformationSource
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.vaults import CORE, IDENTITY, PRIVILEGED, READ, SOURCE
from hrd_cases.store import log_proof
from hrd_cases.store.log import LogEntry
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import SignedDocument, Writer
from hrd_cases.store.work import Database

TODAY = date(2026, 11, 22)
TOMORROW = date(2026, 11, 23)
BEATEN = Incident(
    token="ab" * 16,
    title="Beaten at the gate of the plant",
    when=exactly(date(2017, 12, 14)),
    region="kz-akt",
    kinds=("assault",),
    narrative=(LangText(language="ru", text="Его избили у проходной."),),
    sources=(InformationSource(who="a neighbour"),),
)


def new_id() -> str:
    return random(16).hex()


def without(vault: OpenVault, *compartments: str) -> OpenVault:
    """The vault as a colleague holds it who was not given these compartments."""
    saved = {name: keys for name, keys in vault.keys.items() if name not in compartments}
    return replace(vault, keys=saved)


def test_a_saved_record_is_read_as_it_was_entered(database: Database, author: Writer, make_vault) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        versions = work.records.add(vault, author, record, BEATEN, TODAY)
    assert versions == {CORE: 1, IDENTITY: 1, SOURCE: 1}
    with database.reading() as work:
        stored = work.records.read(vault, record)
    assert stored is not None
    assert (stored.entity.code, stored.value, stored.versions) == ("incident", BEATEN, versions)
    assert (stored.day, stored.closed, stored.broken, stored.unproven) == (TODAY, frozenset(), frozenset(), frozenset())
    assert set(stored.authors.values()) == {author.user}


def test_who_lacks_a_compartment_sees_that_it_exists_and_nothing_of_it(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        work.records.add(vault, author, record, BEATEN, TODAY)
    with database.reading() as work:
        stored = work.records.read(without(vault, IDENTITY, SOURCE), record)
    assert stored is not None
    assert stored.closed == {IDENTITY, SOURCE}
    assert stored.value == Incident(when=BEATEN.when, region="kz-akt", kinds=("assault",), token=BEATEN.token)
    assert stored.versions == {CORE: 1}


def test_a_record_of_which_nothing_is_mine_does_not_exist_for_me(
    database: Database, author: Writer, make_vault
) -> None:
    vault, other, record = make_vault(database), make_vault(database), new_id()
    with database.writing() as work:
        work.records.add(vault, author, record, BEATEN, TODAY)
    with database.reading() as work:
        assert work.records.read(other, record) is None
        assert work.records.read(vault, new_id()) is None
        stranger = without(vault, CORE, IDENTITY, SOURCE)
        assert work.records.read(stranger, record) is None
        assert work.records.all(stranger) == work.records.cards([stranger]) == []


def test_a_change_writes_only_what_changed_and_keeps_what_it_replaced(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        first = work.records.add(vault, author, record, BEATEN, TODAY)
    changed = replace(BEATEN, title="Beaten at the gate by two men")
    with database.writing() as work:
        second = work.records.update(vault, author, record, changed, first, TOMORROW)
    assert second == {CORE: 1, IDENTITY: 2, SOURCE: 1}
    with database.reading() as work:
        stored = work.records.read(vault, record)
        past = work.records.history(vault, record, IDENTITY)
        assert work.records.history(vault, record, CORE) == []
        assert work.records.history(without(vault, IDENTITY), record, IDENTITY) == []
        (card,) = work.records.cards([vault])
    assert stored is not None
    assert (stored.value, stored.day) == (changed, TOMORROW)
    assert [(item.version, item.value.title, item.author) for item in past] == [(1, BEATEN.title, author.user)]
    assert card.value.title == changed.title


def test_the_second_of_two_who_save_the_same_record_is_told_and_shown_the_newest(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        visited = work.records.add(vault, author, record, BEATEN, TODAY)
    with database.writing() as work:
        work.records.update(vault, author, record, replace(BEATEN, title="first"), visited, TODAY)
    with pytest.raises(Changed) as caught, database.writing() as work:
        work.records.update(vault, author, record, replace(BEATEN, title="second"), visited, TODAY)
    assert caught.value.newest.value.title == "first"
    with database.reading() as work:
        stored = work.records.read(vault, record)
        assert stored is not None
        assert stored.value.title == "first"
        assert len(work.records.history(vault, record, IDENTITY)) == 1


def test_a_change_elsewhere_in_the_record_also_counts_as_changed(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        visited = work.records.add(vault, author, record, replace(BEATEN, sources=()), TODAY)
    with database.writing() as work:
        work.records.update(vault, author, record, BEATEN, visited, TODAY)
    with pytest.raises(Changed), database.writing() as work:
        work.records.update(vault, author, record, replace(BEATEN, sources=(), title="other"), visited, TODAY)


def test_what_a_colleague_writes_where_i_have_no_key_does_not_disturb_my_change(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        work.records.add(
            vault, author, record, LegalAction(kind="criminal", strategy="appeal at once", token="cd" * 16), TODAY
        )
    mine = without(vault, PRIVILEGED)
    with database.reading() as work:
        visited = work.records.read(mine, record)
    assert visited is not None
    with database.writing() as work:
        whole = LegalAction(kind="criminal", strategy="wait", token="cd" * 16)
        work.records.update(vault, author, record, whole, {CORE: 1, PRIVILEGED: 1}, TODAY)
    with database.writing() as work:
        work.records.update(mine, author, record, replace(visited.value, kind="civil"), visited.versions, TODAY)
    with database.reading() as work:
        stored = work.records.read(vault, record)
    assert stored is not None
    assert (stored.value.kind, stored.value.strategy) == ("civil", "wait")
    assert stored.versions == {CORE: 2, PRIVILEGED: 2}


def test_nobody_writes_where_they_may_only_read_or_hold_no_key(database: Database, author: Writer, make_vault) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        visited = work.records.add(vault, author, record, BEATEN, TODAY)
    reader = replace(vault, rights={**vault.rights, IDENTITY: frozenset({READ})})
    unchecked = replace(vault, headers={CORE: vault.headers[CORE]})
    for holder in (reader, without(vault, IDENTITY), unchecked):
        with pytest.raises(Forbidden), database.writing() as work:
            work.records.add(holder, author, new_id(), BEATEN, TODAY)
        current = {name: 1 for name in visited if name in holder.keys}
        with pytest.raises(Forbidden), database.writing() as work:
            work.records.update(holder, author, record, replace(BEATEN, title="other"), current, TODAY)
    with database.writing() as work:  # what they leave alone does not stand in their way
        work.records.update(reader, author, record, replace(BEATEN, region="kz-alm"), visited, TODAY)
    with database.reading() as work:
        assert work.records.count(vault.id) == 1
        stored = work.records.read(vault, record)
    assert stored is not None
    assert stored.value == replace(BEATEN, region="kz-alm")


def test_a_record_is_in_the_compartments_that_were_asked_for(database: Database, author: Writer, make_vault) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        assert work.records.add(vault, author, record, Incident(), TODAY, [CORE, SOURCE]) == {CORE: 1, SOURCE: 1}
        assert work.records.add(vault, author, new_id(), Incident(), TODAY) == {CORE: 1}
    with pytest.raises(Forbidden), database.writing() as work:
        work.records.add(vault, author, new_id(), BEATEN, TODAY, [CORE])


def test_lists_come_vault_by_vault_each_in_the_order_it_was_entered(
    database: Database, author: Writer, make_vault
) -> None:
    vaults = [make_vault(database) for _ in range(3)]
    with database.writing() as work:
        for vault in vaults:
            for number in range(4):
                work.records.add(vault, author, new_id(), replace(BEATEN, title=str(number)), TODAY)
    with database.reading() as work:
        listed = work.records.cards(vaults[::-1])
        assert listed == work.records.cards(vaults[::-1])
        whole = work.records.all(vaults[0])
    assert [item.vault for item in listed] == [vault.id for vault in vaults[::-1] for _ in range(4)]
    assert [item.id for item in listed[-4:]] == [item.id for item in whole]
    assert [item.value.title for item in listed] == ["0", "1", "2", "3"] * 3, "as they were entered"
    assert all(item.value.narrative == () for item in listed), "a card is small"


def test_more_vaults_than_one_query_takes_are_still_one_list(sqlite: Database, author: Writer, make_vault) -> None:
    vault = make_vault(sqlite)
    with sqlite.writing() as work:
        work.records.add(vault, author, new_id(), BEATEN, TODAY)
    others = [replace(vault, id=new_id()) for _ in range(1200)]
    with sqlite.reading() as work:
        assert len(work.records.cards([*others, vault])) == 1


def test_a_removed_record_leaves_nothing(database: Database, author: Writer, make_vault) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        visited = work.records.add(vault, author, record, BEATEN, TODAY)
        work.records.update(vault, author, record, replace(BEATEN, title="x"), visited, TODAY)
        other = new_id()
        work.records.add(vault, author, other, BEATEN, TODAY)
        work.records.remove(vault, record)
    with database.writing() as work:
        assert work.records.read(vault, record) is None
        assert work.records.history(vault, record, IDENTITY) == []
        assert [card.id for card in work.records.cards([vault])] == [other]
        work.records.remove_vault(vault.id)
        assert work.records.all(vault) == work.records.cards([vault]) == []


def test_a_signature_that_does_not_hold_is_shown_as_such(database: Database, author: Writer, make_vault) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        work.records.add(vault, author, record, BEATEN, TODAY)
    request: list[SignedDocument] = []

    def check(signed: SignedDocument) -> bool:
        request.append(signed)
        return signed.place.compartment != IDENTITY

    with database.reading() as work:
        stored = work.records.read(vault, record, check)
    assert stored is not None
    assert stored.unproven == {IDENTITY}
    assert {signed.place.compartment for signed in request} == {CORE, IDENTITY, SOURCE}
    assert {signed.author.fingerprint for signed in request} == {author.keys.fingerprint}
    assert {signed.author.header_hash for signed in request} == {
        vault.headers[name] for name in (CORE, IDENTITY, SOURCE)
    }
    assert len({signed.sealed_hash for signed in request}) == 3


def test_after_new_keys_everything_opens_with_the_new_one_alone_and_signatures_travel(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        visited = work.records.add(vault, author, record, BEATEN, TODAY)
        work.records.update(vault, author, record, replace(BEATEN, title="later"), visited, TODAY)
        before = work.records.read(vault, record)
    new = CompartmentKey.new()
    both = replace(vault, keys={**vault.keys, IDENTITY: {**vault.keys[IDENTITY], 2: new}})
    only_new = replace(vault, keys={**vault.keys, IDENTITY: {2: new}})
    with database.reading() as work:
        closed = work.records.read(only_new, record)
    assert closed is not None
    assert closed.closed == {IDENTITY}
    with database.writing() as work:
        assert work.records.reseal(both, IDENTITY) == 2  # body, history
        assert work.records.reseal(both, IDENTITY) == 0
    with database.reading() as work:
        after = work.records.read(only_new, record)
        (card,) = work.records.cards([only_new])
        (past,) = work.records.history(only_new, record, IDENTITY)
    assert before is not None
    assert after is not None
    assert after.value == before.value
    assert after.versions == before.versions
    assert after.signatures[IDENTITY].author == before.signatures[IDENTITY].author
    assert (card.value.title, past.value.title) == ("later", BEATEN.title)


def test_fifty_saves_by_five_people_at_once_are_all_kept_and_all_logged(database: Database, make_vault) -> None:
    vault = make_vault(database)
    people = [Writer(user=new_id(), keys=UserKeys.new()) for _ in range(5)]
    with database.writing() as work:
        work.log.append([LogEntry(day=TODAY, klass="system", sealed=b"the log begins")])
    saved: list[str] = []
    start = threading.Barrier(5)

    def save(person: Writer) -> None:
        start.wait()
        for number in range(10):
            record = new_id()
            with database.writing() as work:
                work.records.add(vault, person, record, replace(BEATEN, title=str(number)), TODAY)
                work.log.append([LogEntry(day=TODAY, klass="write", sealed=record.encode())])
            saved.append(record)

    threads = [threading.Thread(target=save, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(saved) == 50
    with database.reading() as work:
        result = work.records.all(vault)
        rows, head = work.log.rows(), work.log.head()
    assert sorted(item.id for item in result) == sorted(saved)
    assert all(item.value.title and not item.broken for item in result)
    content = [row for row in rows[1:] if row.sealed]
    assert [row.seq for row in rows] == list(range(1, head.size + 1))
    assert {row.sealed.decode() for row in content} == set(saved)
    assert len(rows) == 51 + 3 * 50, "each save is marked in each of the three parts it wrote"
    assert log_proof.verify(rows, head) is None


def test_of_many_who_save_one_record_at_once_each_is_kept_or_told(
    database: Database, author: Writer, make_vault
) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        work.records.add(vault, author, record, BEATEN, TODAY)
    saved, content = [], []
    start = threading.Barrier(5)

    def save(name: str) -> None:
        start.wait()
        for number in range(4):
            with database.reading() as work:
                visited = work.records.read(vault, record)
            assert visited is not None
            try:
                with database.writing() as work:
                    title = f"{visited.value.title}, {name}{number}"
                    work.records.update(
                        vault, author, record, replace(visited.value, title=title), visited.versions, TODAY
                    )
                saved.append(f"{name}{number}")
            except Changed:
                content.append(f"{name}{number}")

    threads = [threading.Thread(target=save, args=(name,)) for name in "abcde"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(saved) + len(content) == 20
    assert saved
    with database.reading() as work:
        stored = work.records.read(vault, record)
        past = work.records.history(vault, record, IDENTITY)
    assert stored is not None
    assert sorted(stored.value.title.split(", ")[1:]) == sorted(saved)
    assert [item.version for item in past] == list(range(1, len(saved) + 1))


def test_a_taken_id_is_told_as_a_change(database: Database, author: Writer, make_vault) -> None:
    vault, record = make_vault(database), new_id()
    with database.writing() as work:
        work.records.add(vault, author, record, BEATEN, TODAY)
    with pytest.raises(Changed), database.writing() as work:
        work.records.add(vault, author, record, BEATEN, TODAY)
