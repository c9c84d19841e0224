"""Secrets do not leave by printing, logging, pickling or in an error."""

import copy
import logging
import pickle

import pytest

from hrd_cases.crypto.core import errors
from hrd_cases.crypto.core.keyrings import Keyring
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import sign, signing_public, verify
from hrd_cases.crypto.core.secrets import Secret

CANARY = b"canary-canary-canary-canary-32-b"


def test_a_secret_does_not_print(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(CANARY)
    user = UserKeys(kem_seed=secret, sign_seed=secret, keyring_key=secret)
    ring = Keyring.pack([(b"v" * 16, "core", 1, CompartmentKey(secret))])
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r %s %s", secret, secret, user, ring)
    visible = f"{secret} {secret!r} {secret!s} {[secret]} {CompartmentKey(secret)!r} {user!r} {ring!r} {caplog.text}"
    assert "canary" not in visible
    assert CANARY.hex() not in visible


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_copied_away(leave: object) -> None:
    with pytest.raises(TypeError):
        leave(Secret(CANARY))  # type: ignore[operator]


def test_a_seed_signs_again_without_being_expanded_again_and_each_as_itself() -> None:
    seeds = [Secret(CANARY), Secret(CANARY[::-1])]
    first = [(sign(seed, b"some"), seed.expanded()) for seed in seeds]
    again = [(sign(seed, b"some"), seed.expanded()) for seed in seeds]
    for (before, kept), (after, same), seed in zip(first, again, seeds, strict=True):
        assert before == after
        assert kept is same is not None
        assert verify(signing_public(seed), b"some", after)


def test_secrets_compare_by_content() -> None:
    assert Secret(b"a") == Secret(b"a")
    assert Secret(b"a") != Secret(b"b")
    assert Secret(b"a") != b"a"
    with pytest.raises(TypeError):
        hash(Secret(b"a"))


def test_every_error_has_a_fixed_text_and_no_data() -> None:
    kinds = [errors.NotOpened, errors.UnknownFormat, errors.NotSigned, errors.NotNamed, errors.Weak]
    assert all(issubclass(kind, errors.CryptoError) for kind in kinds)
    assert len({str(kind()) for kind in kinds}) == len(kinds)
    with pytest.raises(TypeError):
        errors.NotOpened(CANARY)  # type: ignore[call-arg]


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(errors.UnknownFormat):
        CompartmentKey(Secret(b"short"))
