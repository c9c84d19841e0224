"""The log's root says exactly which entries there are, in which order."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.errors import CryptoError, NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import new_secret
from hrd_cases.crypto.core.merkle import (
    EMPTY_ROOT,
    MARK_LENGTH,
    Checkpoint,
    Frontier,
    checkpoint_words,
    key_id,
    leaf_hash,
    log_leaf,
    mark,
    mark_at,
)
from hrd_cases.crypto.core.passphrases import word_list
from hrd_cases.crypto.core.primitives import signing_public

LEAVES = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


def root_of(leaves: list[bytes]) -> bytes:
    """The root that the log would have."""
    return Frontier().extend(leaves).root


def _by_definition(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _by_definition(leaves[:split]) + _by_definition(leaves[split:])).digest()


@given(LEAVES)
def test_appending_gives_the_root_of_the_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == _by_definition(leaves)


def test_roots_known_from_certificate_transparency() -> None:
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(item)).digest() for item in data]
    assert root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert Frontier().root == EMPTY_ROOT


@given(LEAVES, LEAVES)
def test_a_frontier_goes_on_after_being_stored(before: list[bytes], after: list[bytes]) -> None:
    frontier = Frontier()
    for leaf in before:
        frontier = frontier.append(leaf)
    frontier = Frontier.decode(frontier.encode())
    for leaf in after:
        frontier = frontier.append(leaf)
    assert (frontier.size, frontier.root) == (len(before) + len(after), _by_definition(before + after))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True), st.data())
def test_any_change_of_the_entries_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 2))
    exchanged = [*leaves[:at], leaves[at + 1], leaves[at], *leaves[at + 2 :]]
    for other in (exchanged, leaves[:at] + leaves[at + 1 :], leaves[:-1], [*leaves, bytes(32)]):
        assert root_of(other) != root_of(leaves)


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    whole = Frontier(size=3, roots=(b"a" * 32, b"b" * 32)).encode()
    assert Frontier.decode(whole).size == 3
    for wrong in (b"", whole[:-1], whole + b"\0", Frontier(size=4, roots=(b"a" * 32, b"b" * 32)).encode()):
        with pytest.raises(UnknownFormat):
            Frontier.decode(wrong)


def test_every_column_of_a_log_row_is_in_its_leaf() -> None:
    row = {"seq": 7, "day": 20_000, "log_class": b"read", "mark": b"m" * 48, "sealed": b"sealed"}
    others = [{"seq": 8}, {"day": 20_001}, {"log_class": b"write"}, {"mark": b"n" * 48}, {"sealed": b"Sealed"}]
    leaves = {log_leaf(**(row | other)) for other in ({}, *others)}  # type: ignore[arg-type]
    assert len(leaves) == 6
    assert leaf_hash(b"ab", b"") != leaf_hash(b"a", b"b")


def test_a_checkpoint_is_a_signed_note() -> None:
    seed = new_secret()
    checkpoint = Checkpoint(origin="log.example/1", size=12, root=b"r" * 32)
    note = checkpoint.encode(seed)
    assert note.startswith("log.example/1\n12\ncnJy")
    assert Checkpoint.parse(note, signing_public(seed)) == checkpoint
    witnessed = note + "— witness.example QUJDREVGR0hJSktMTU5PUA==\n"
    assert Checkpoint.parse(witnessed, signing_public(seed)) == checkpoint
    with pytest.raises(NotSigned):
        Checkpoint.parse(note, signing_public(new_secret()))


@pytest.mark.parametrize(
    ("old", "new"), [("\n12\n", "\n13\n"), ("\n12\n", "\n012\n"), ("log.", "Log."), ("\n\n", "\n")]
)
def test_a_changed_checkpoint_is_refused(old: str, new: str) -> None:
    seed = new_secret()
    note = Checkpoint(origin="log.example/1", size=12, root=b"r" * 32).encode(seed)
    with pytest.raises(CryptoError):
        Checkpoint.parse(note.replace(old, new), signing_public(seed))


def test_a_signature_line_that_names_another_key_is_refused() -> None:
    seed = new_secret()
    note = Checkpoint(origin="log.example/1", size=12, root=b"r" * 32).encode(seed)
    body, line = note.rstrip("\n").rsplit(" ", 1)
    both = base64.b64decode(line)
    for name in (key_id("log.example/2", signing_public(seed)), bytes(4)):
        other = f"{body} {base64.b64encode(name + both[4:]).decode()}\n"
        with pytest.raises(NotSigned):
            Checkpoint.parse(other, signing_public(seed))


@given(st.text(max_size=200))
def test_any_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CryptoError):
        Checkpoint.parse(text, bytes(32))


def test_a_member_finds_the_marks_of_their_case_and_nobody_else_does() -> None:
    key, other = new_secret(), new_secret()
    result = mark(key, 5, b"r" * 32)
    assert len(result) == MARK_LENGTH
    assert result.startswith(mark_at(key, 5))
    assert not result.startswith(mark_at(key, 6))
    assert not result.startswith(mark_at(other, 5))
    assert result != mark(key, 5, b"s" * 32)


def test_a_root_is_shown_as_eight_words() -> None:
    assert len(checkpoint_words(b"r" * 32, word_list("kk"))) == 8
