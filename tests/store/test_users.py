"""Accounts: found by the mark of the handle, and no code, bundle or invitation counts twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hrd_cases.domain.errors import Changed
from hrd_cases.store.forms import MOST_BYTES, MOST_FORMS, KeptFormRow
from hrd_cases.store.users import ACTIVE, DISABLED, WAITING, InvitationRow, UserRow
from hrd_cases.store.work import Database

TODAY = date(2026, 11, 22)
ROW = UserRow(
    id="ab" * 16,
    handle_mac=b"m" * 32,
    state=WAITING,
    kdf="64 MiB",
    salt=b"s" * 16,
    bundle_sealed=b"bundle",
    bundle_version=1,
    second_sealed=None,
    second_version=0,
    sign_public=b"e" * 32,
    kem_public=b"x" * 1216,
    fingerprint="cd" * 32,
    day=TODAY,
)


@pytest.fixture
def people(database: Database) -> Database:
    with database.writing() as work:
        work.users.add(ROW)
    return database


def test_an_account_is_found_in_each_way(people: Database) -> None:
    with people.reading() as work:
        assert work.users.by_handle(ROW.handle_mac) == ROW
        assert work.users.by_id(ROW.id) == ROW
        assert work.users.all() == [ROW]
        assert work.users.by_handle(b"other") is work.users.by_id("00" * 16) is None


def test_an_account_shows_no_sealed_bytes_when_printed() -> None:
    assert "bundle'" not in repr(ROW)
    assert "b'bundle" not in repr(replace(ROW, second_sealed=b"bundle of codes"))


def test_an_account_changes_state(people: Database) -> None:
    for state in (ACTIVE, DISABLED):
        with people.writing() as work:
            work.users.set_state(ROW.id, state)
        with people.reading() as work:
            assert work.users.all()[0].state == state


@pytest.mark.parametrize("same", ["handle_mac", "fingerprint", "id"])
def test_no_two_accounts_share_a_handle_or_keys(people: Database, same: str) -> None:
    other = replace(ROW, id="01" * 16, handle_mac=b"o" * 32, fingerprint="02" * 32)
    with pytest.raises(Changed), people.writing() as work:
        work.users.add(replace(other, **{same: getattr(ROW, same)}))


def test_a_bundle_is_replaced_only_by_who_saw_the_newest(people: Database) -> None:
    with people.writing() as work:
        work.users.put_bundle(ROW.id, b"second", expected=1)
    with people.writing() as work:
        work.users.put_bundle(ROW.id, b"third", expected=2, kdf="128 MiB", salt=b"n" * 16)
    with pytest.raises(Changed), people.writing() as work:
        work.users.put_bundle(ROW.id, b"late", expected=2)
    with people.reading() as work:
        assert work.users.all() == [
            replace(ROW, bundle_sealed=b"third", bundle_version=3, kdf="128 MiB", salt=b"n" * 16)
        ]


def test_a_second_factor_is_used_once(people: Database) -> None:
    with people.writing() as work:
        work.users.put_second(ROW.id, b"step 1", expected=0)
    with pytest.raises(Changed), people.writing() as work:
        work.users.put_second(ROW.id, b"step 1 again", expected=0)
    with people.writing() as work:
        work.users.put_second(ROW.id, None, expected=1)
    with people.reading() as work:
        assert work.users.all() == [replace(ROW, second_version=2)]


def test_an_invitation_is_used_once_and_not_after_its_day(database: Database) -> None:
    good = InvitationRow(code_mac=b"good", roles="lawyer", expires=TODAY)
    old = InvitationRow(code_mac=b"old", roles="lawyer", expires=TODAY - timedelta(days=1))
    with database.writing() as work:
        work.users.add_invitation(good)
        work.users.add_invitation(old)
        assert work.users.invitations() == [old, good]
        assert work.users.use_invitation(b"good", TODAY) == replace(good, used=True)
        assert work.users.use_invitation(b"good", TODAY) is None
        assert work.users.use_invitation(b"old", TODAY) is None
        assert work.users.use_invitation(b"none", TODAY) is None
        work.users.remove_invitation(b"good")
        assert work.users.invitation(b"good") is None


def test_kept_forms_are_their_owners_and_have_limits(people: Database) -> None:
    def form(number: int, size: int = 10) -> KeptFormRow:
        return KeptFormRow(id=f"{number:032x}", user_id=ROW.id, day=TODAY, form_sealed=b"x" * size)

    with people.writing() as work:
        work.users.add(replace(ROW, id="01" * 16, handle_mac=b"o" * 32, fingerprint="02" * 32))
        assert not work.forms.add(form(0, MOST_BYTES + 1))
        assert all(work.forms.add(form(number)) for number in range(MOST_FORMS))
        assert not work.forms.add(form(99))
        assert work.forms.add(replace(form(100), user_id="01" * 16))
        assert len(work.forms.of_user(ROW.id)) == MOST_FORMS
        assert not work.forms.remove("01" * 16, form(0).id)
        assert work.forms.remove(ROW.id, form(0).id)
        assert work.forms.add(form(99))
    with people.reading() as work:
        assert work.forms.of_user("01" * 16) == [replace(form(100), user_id="01" * 16)]
