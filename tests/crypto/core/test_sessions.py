"""Disks and a stolen cookie open nothing without the running server; forms belong to their session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.bundles import Bundle, lock_in_session, unlock_in_session
from hrd_cases.crypto.core.errors import CryptoError, NotOpened
from hrd_cases.crypto.core.keys import new_secret
from hrd_cases.crypto.core.sessions import (
    DraftKey,
    check_csrf,
    csrf_token,
    keep_token,
    new_boot_key,
    new_cookie,
    read_keep,
    row_key,
    session_key,
)
from hrd_cases.crypto.core.tokens import handle_token, salt_for_unknown


def test_a_restart_closes_every_session(world) -> None:
    cookie, boot = new_cookie(), new_boot_key()
    row, user = row_key(cookie), world.anna.user
    bundle = Bundle(user_keys=world.anna.keys, pins=world.pins)
    log_key = new_secret()
    sealed = lock_in_session(bundle, log_key, session_key(cookie, boot), world.org, user, row)
    opened, opened_log_key = unlock_in_session(sealed, session_key(cookie, boot), world.org, user, row)
    assert opened.user_keys == world.anna.keys
    assert opened_log_key == log_key
    for key in (session_key(cookie, new_boot_key()), session_key(new_cookie(), boot)):
        with pytest.raises(NotOpened):
            unlock_in_session(sealed, key, world.org, user, row)


def test_cookies_differ_and_rows_do_not_show_them() -> None:
    item, two = new_cookie(), new_cookie()
    assert len(item) == 32
    assert len({item, two, row_key(item), row_key(two)}) == 4


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_forms_token_belongs_to_its_session_and_form(form: str, other: str) -> None:
    key = new_secret()
    token = csrf_token(key, form)
    assert check_csrf(key, form, token)
    assert check_csrf(key, other, token) == (form == other)
    assert not check_csrf(new_secret(), form, token)
    assert not check_csrf(key, form, token[:-1])
    assert not check_csrf(key, form, "\ud800")


@given(
    st.binary(min_size=16, max_size=16),
    st.text(alphabet="abc.", max_size=20),
    st.binary(max_size=16),
    st.integers(0, 99_999),
)
def test_a_late_form_says_whose_it_was(user: bytes, form: str, row: bytes, day: int) -> None:
    instance = new_secret()
    keep = DraftKey(user=user, form=form, row=row, day=day)
    token = keep_token(keep, instance)
    assert read_keep(token, instance) == keep
    with pytest.raises(NotOpened):
        read_keep(token, new_secret())


@given(st.text(max_size=200))
def test_a_made_up_token_is_refused(token: str) -> None:
    with pytest.raises(CryptoError):
        read_keep(token, new_secret())


def test_a_handle_is_stored_blind_and_an_unknown_one_costs_the_same() -> None:
    pepper = new_secret()
    assert handle_token(pepper, "lumep") != handle_token(pepper, "lumeq")
    assert handle_token(pepper, "lumep") != handle_token(new_secret(), "lumep")
    assert salt_for_unknown(pepper, "lumep") == salt_for_unknown(pepper, "lumep")
    assert len(salt_for_unknown(pepper, "lumep")) == 16
    assert salt_for_unknown(pepper, "lumep") != handle_token(pepper, "lumep")[:16]
