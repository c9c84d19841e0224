"""A file comes back exactly, or its last bytes do not come at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrd_cases.crypto.core.encoding import padded_length
from hrd_cases.crypto.core.errors import NotOpened
from hrd_cases.crypto.core.files import PIECE, FileOpener, FileSealer, file_context, file_key, open_file
from hrd_cases.crypto.core.secrets import Secret

CONTEXT = file_context(b"o" * 16, b"v" * 16, b"f" * 16)


def _content(length: int) -> bytes:
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def seal_file(pieces: list[bytes], key: Secret, context: bytes) -> list[bytes]:
    """The sealed stream of a file that comes in pieces."""
    sealer = FileSealer(key, context)
    return [*(sealer.update(piece) for piece in pieces), *sealer.finalize()]


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("length", [0, 1, 255, 256, 65_535, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_sizes_at_every_border_come_back(length: int) -> None:
    key, content = file_key(), _content(length)
    sealed = b"".join(seal_file(_pieces(content, 100_000), key, CONTEXT))
    assert b"".join(open_file(_pieces(sealed, 70_001), key, CONTEXT, length)) == content


@settings(max_examples=30)
@given(st.integers(0, 300_000), st.integers(1, 100_000), st.integers(1, 100_000))
def test_how_it_is_cut_into_pieces_does_not_matter(length: int, in_by: int, out_by: int) -> None:
    key, content = file_key(), _content(length)
    sealed = b"".join(seal_file(_pieces(content, max(in_by, 500)), key, CONTEXT))
    assert b"".join(open_file(_pieces(sealed, max(out_by, 500)), key, CONTEXT, length)) == content


def test_the_sealed_size_shows_only_a_step() -> None:
    sizes = {len(b"".join(seal_file([_content(length)], file_key(), CONTEXT))) for length in (90_113, 95_000, 98_304)}
    assert len(sizes) == 1


def test_the_sealer_counts_the_true_length() -> None:
    sealer = FileSealer(file_key(), CONTEXT)
    for piece in (b"ab", b"", b"cde"):
        sealer.update(piece)
    assert sealer.length == 5
    assert sum(map(len, sealer.finalize())) > padded_length(5)


@pytest.mark.parametrize("length", [0, 1, 199_999, 220_000, 1 << 40])
def test_a_wrong_length_in_the_record_is_refused(length: int) -> None:
    key = file_key()
    sealed = b"".join(seal_file([b"x" * 200_000], key, CONTEXT))
    with pytest.raises(NotOpened):
        list(open_file([sealed], key, CONTEXT, length))


@pytest.mark.parametrize("cut", [1, 16, 17, 1000, 70_000, 140_000, 199_000])
def test_a_cut_stream_never_yields_the_whole_file(cut: int) -> None:
    key, content, visited = file_key(), _content(200_000), bytearray()
    sealed = b"".join(seal_file([content], key, CONTEXT))
    opener = FileOpener(key, CONTEXT, len(content))
    visited += opener.update(sealed[:-cut])
    with pytest.raises(NotOpened):
        opener.finalize()
    assert content.startswith(visited)
    assert len(visited) <= len(content) - PIECE


def test_another_file_vault_organisation_or_key_is_refused() -> None:
    key, content = file_key(), b"exhibit" * 50
    sealed = b"".join(seal_file([content], key, CONTEXT))
    for context in (
        file_context(b"p" * 16, b"v" * 16, b"f" * 16),
        file_context(b"o" * 16, b"w" * 16, b"f" * 16),
        file_context(b"o" * 16, b"v" * 16, b"g" * 16),
    ):
        with pytest.raises(NotOpened):
            list(open_file([sealed], key, context, len(content)))
    with pytest.raises(NotOpened):
        list(open_file([sealed], file_key(), CONTEXT, len(content)))


def test_pieces_exchanged_doubled_or_dropped_are_refused() -> None:
    key, content = file_key(), _content(400_000)
    sealed = b"".join(seal_file([content], key, CONTEXT))
    # A head, then chunks of 16 KiB with a tag of 16 bytes each; wherever the head ends, nothing passes.
    chunk = 16_384 + 16
    for start in range(16, 200, 8):
        item, two = sealed[start : start + chunk], sealed[start + chunk : start + 2 * chunk]
        before, after = sealed[:start], sealed[start + 2 * chunk :]
        for other in (before + two + item + after, before + item + item + two + after, before + two + after):
            with pytest.raises(NotOpened):
                list(open_file([other], key, CONTEXT, len(content)))
