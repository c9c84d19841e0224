"""Our age files open in anyone's age, theirs in ours; no byte is handed out unproved. Catalogue of attacks 29.

`age_public_vectors.json` holds the public test vectors of the format (C2SP/CCTV "age", version 0.2.0, free for any use
under 0BSD, CC0 or Unlicense); passphrases and armour, which we do not read, must be refused.
"""

import base64
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrd_cases.crypto.core.errors import CryptoError, NotOpened, UnknownFormat
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.formats import age, bech32

VECTORS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "age_public_vectors.json").read_text(encoding="utf-8")
)
CHUNK = age.CHUNK + 16
FULL = (bytes(range(256)) * 1025)[: 3 * age.CHUNK + 1000]


def sealed(data: bytes, *recipients: age.FileRecipient, pieces: int = 100_000) -> bytes:
    """An age file of data."""
    out = io.BytesIO()
    writer = age.AgeSealer(out.write, recipients)
    for at in range(0, len(data), pieces):
        writer.write(data[at : at + pieces])
    writer.finish()
    return out.getvalue()


def read(file: bytes, *identities: age.Identity) -> bytes:
    """What is in an age file."""
    return b"".join(age.opened(io.BytesIO(file), identities))


def classical() -> age.Identity:
    """An identity of the old kind."""
    return age.Identity(seed=age.Identity.new().seed, hybrid=False)


def payload_of(file: bytes) -> int:
    """Where the chunks begin: after the line of the header's MAC and the nonce."""
    return file.index(b"\n", file.index(b"\n--- ") + 1) + 1 + 16


# --- the public vectors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_public_vector(name: str) -> None:
    vector = VECTORS[name]
    raw = base64.b64decode(vector["file"])
    file = zlib.decompress(raw) if vector["compressed"] else raw
    identities = age.read_identities("\n".join(vector["identities"])) if vector["identities"] else ()
    opens = vector["expect"] == "success" and not vector["armored"] and not vector["passphrase"]
    if opens:
        assert hashlib.sha256(read(file, *identities)).hexdigest() == vector["payload"]
        return
    with pytest.raises(CryptoError):
        read(file, *identities)


def test_the_vectors_are_all_there() -> None:
    assert len(VECTORS) == 143
    assert sum(vector["expect"] == "success" for vector in VECTORS.values()) == 26
    assert sum("hybrid" in name for name in VECTORS) >= 18


# --- with another implementation ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, age.CHUNK, age.CHUNK + 1, 300_000])
def test_another_program_opens_ours(length: int) -> None:
    theirs = pyrage.x25519.Identity.generate()
    file = sealed(FULL[:length], age.read_recipient(str(theirs.to_public())))
    assert pyrage.decrypt(file, [theirs]) == FULL[:length]


@pytest.mark.parametrize("length", [0, 1, age.CHUNK, age.CHUNK + 1, 300_000])
def test_we_open_what_another_program_wrote(length: int) -> None:
    theirs = pyrage.x25519.Identity.generate()
    others = [pyrage.x25519.Identity.generate().to_public() for _ in range(3)]
    file = pyrage.encrypt((FULL * 2)[:length], [*others, theirs.to_public()])
    assert read(file, *age.read_identities(str(theirs))) == (FULL * 2)[:length]


def test_another_program_reads_our_keys_and_we_read_its() -> None:
    own = classical()
    assert str(pyrage.x25519.Identity.from_str(own.text()).to_public()) == own.recipient.text()
    theirs = pyrage.x25519.Identity.generate()
    assert age.read_identities(f"# created\n\n{theirs}\n")[0].recipient.text() == str(theirs.to_public())


# --- our own -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, len(FULL)])
def test_every_recipient_opens_it_and_nobody_else(length: int) -> None:
    two = [age.Identity.new() for _ in range(2)]
    file = sealed(FULL[:length], *[item.recipient for item in two])
    for entry in two:
        assert read(file, age.Identity.new(), entry) == FULL[:length]
    for wrong in ([], [age.Identity.new()], [classical()]):
        with pytest.raises(NotOpened):
            read(file, *wrong)


@settings(max_examples=25)
@given(st.integers(0, 200_000), st.integers(1, 140_000), st.integers(1, 70_000))
def test_how_it_is_cut_into_pieces_does_not_matter(length: int, in_by: int, out_by: int) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or -1, max(out_by, 50)) if size and size > 0 else size)

    identity = age.Identity.new()
    file = sealed(FULL[:length], identity.recipient, pieces=max(in_by, 50))
    assert b"".join(age.opened(Slow(file), [identity])) == FULL[:length]


def test_nothing_repeats_between_two_files() -> None:
    identity = age.Identity.new()
    item, two = sealed(FULL, identity.recipient), sealed(FULL, identity.recipient)
    assert len(item) == len(two)
    assert item[payload_of(item) :][:64] != two[payload_of(two) :][:64]


def test_old_and_new_kinds_are_not_mixed_and_nobody_is_no_recipient() -> None:
    for recipients in ((), (age.Identity.new().recipient, classical().recipient)):
        with pytest.raises(UnknownFormat):
            age.AgeSealer(lambda data: None, recipients)


def _chunks(file: bytes) -> tuple[bytes, list[bytes]]:
    start = payload_of(file)
    return file[:start], [file[at : at + CHUNK] for at in range(start, len(file), CHUNK)]


def _mutations() -> Iterator[tuple[str, list[int] | None]]:
    """Orders of the four chunks 0..3 other than their own; None stands for what is done by hand below."""
    yield "exchanged", [1, 0, 2, 3]
    yield "last first", [3, 0, 1, 2]
    yield "first doubled", [0, 0, 1, 2, 3]
    yield "last doubled", [0, 1, 2, 3, 3]
    yield "first dropped", [1, 2, 3]
    yield "middle dropped", [0, 2, 3]
    yield "last dropped", [0, 1, 2]
    yield "only the last", [3]
    yield "none", []


@pytest.mark.parametrize(("name", "order"), list(_mutations()))
def test_chunks_exchanged_doubled_or_dropped_are_refused(name: str, order: list[int]) -> None:
    identity = age.Identity.new()
    head, chunks = _chunks(sealed(FULL, identity.recipient))
    assert len(chunks) == 4
    _refused_after_a_true_beginning(head + b"".join(chunks[at] for at in order), identity)


@pytest.mark.parametrize("extra", [b"\0", b"x" * 15, b"x" * 16, b"x" * 17, b"x" * CHUNK])
def test_trailing_bytes_are_refused(extra: bytes) -> None:
    identity = age.Identity.new()
    _refused_after_a_true_beginning(sealed(FULL, identity.recipient) + extra, identity)


def test_a_cut_at_any_border_or_inside_is_refused() -> None:
    identity = age.Identity.new()
    file = sealed(FULL, identity.recipient)
    start = payload_of(file)
    for cut in (start, start + 1, start + 16, start + CHUNK - 1, start + CHUNK, start + 2 * CHUNK, len(file) - 1):
        _refused_after_a_true_beginning(file[:cut], identity)


def test_a_flipped_bit_anywhere_is_refused() -> None:
    identity = age.Identity.new()
    file = sealed(FULL, identity.recipient)
    for at in (*range(0, 1800, 7), *range(payload_of(file) - 16, len(file), 9_973), len(file) - 1):
        changed = bytearray(file)
        changed[at] ^= 1 << (at % 8)
        _refused_after_a_true_beginning(bytes(changed), identity)


def test_the_mark_of_the_end_can_not_be_taken_away_or_set() -> None:
    """A whole file of full chunks, and its first chunk alone: each would pass if the last chunk were not marked."""
    identity = age.Identity.new()
    head, chunks = _chunks(sealed(FULL[: 2 * age.CHUNK], identity.recipient))
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK]
    _refused_after_a_true_beginning(head + chunks[0], identity)


def _refused_after_a_true_beginning(file: bytes, identity: age.Identity) -> None:
    visited: list[bytes] = []
    with pytest.raises(CryptoError):
        visited.extend(age.opened(io.BytesIO(file), [identity]))
    assert FULL.startswith(b"".join(visited))


def test_a_header_without_end_costs_no_memory() -> None:
    class Endless:
        asked = 0

        def read(self, size: int) -> bytes:
            self.asked += size
            return b"age-encryption.org/v1\n" if self.asked == size else b"-> x y\n" * (size // 7)

    endless = Endless()
    with pytest.raises(UnknownFormat):
        list(age.opened(endless, [age.Identity.new()]))
    assert endless.asked < 4 << 20


# --- keys as text --------------------------------------------------------------------------------------------------


def test_keys_come_back_from_their_text_and_do_not_print() -> None:
    for identity in (age.Identity.new(), classical()):
        again = age.read_identities(f"# a word\n{identity.text()}\n")[0]
        assert again == identity
        assert age.read_recipient(identity.recipient.text()) == identity.recipient
        assert identity.text().lower() not in repr(identity).lower()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text[:-1] + ("q" if text[-1] != "q" else "p"),
        lambda text: text.upper(),
        lambda text: text.replace("age1pq1", "age1"),
        lambda text: text[:40] + text[41] + text[40] + text[42:] if text[40] != text[41] else text[:-2],
        lambda text: "",
        lambda text: "age1pq1",
        lambda text: text + "ж",
    ],
)
def test_a_slip_of_the_pen_in_a_recipient_is_noticed(change: Any) -> None:
    with pytest.raises(UnknownFormat):
        age.read_recipient(change(age.Identity.new().recipient.text()))


@pytest.mark.parametrize("text", ["", "# nothing", "hello", "AGE-SECRET-KEY-PQ-1QQQ", "age1pq1xyz"])
def test_a_file_without_an_identity_is_refused(text: str) -> None:
    with pytest.raises(UnknownFormat):
        age.read_identities(text)
    with pytest.raises(UnknownFormat):
        age.read_identities(age.Identity.new().text().lower())


@given(st.binary(max_size=80))
def test_bech32_comes_back(data: bytes) -> None:
    assert bech32.decode(bech32.encode("age", data)) == ("age", data)


def test_a_seed_always_makes_the_same_keys() -> None:
    identity = age.Identity(seed=Secret(bytes(range(32))))
    assert identity.text() == "AGE-SECRET-KEY-PQ-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S5DYVQQ"
    recipient = identity.recipient.text()
    assert len(recipient) == 1959
    assert hashlib.sha256(recipient.encode()).hexdigest() == (
        "e1704ce7caadaa4e436845c280d1527742f46a8af62d934c41b60c624e7cb185"
    )
