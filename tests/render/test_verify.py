import hashlib
import io

import pikepdf
import pytest
from pypdf import PdfReader

from hrd_cases.render.verify import (
    CAPACITY,
    NoSeal,
    SealTooLong,
    embed_seal,
    reserve_seal,
    split_seal,
    unsealed_digest,
    verify,
)
from tests.render.strike_sample import scan


def seal_of(covered: bytes) -> bytes:
    return b"SEAL" + hashlib.sha256(covered).digest()


def check(covered: bytes, seal: bytes) -> bool:
    return seal == seal_of(covered)


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return embed_seal(reserve_seal(scan(2)), seal_of)


def test_a_sealed_paper_is_still_a_paper(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        assert len(opened.pages) == 2
        assert not opened.get_warnings()
    assert len(PdfReader(io.BytesIO(sealed), strict=True).pages) == 2
    assert b"%%EOF" in sealed[-1024:]
    assert b"startxref" in sealed[-1024:]


def test_an_unchanged_paper_verifies(sealed: bytes) -> None:
    assert verify(sealed, check) is True


def test_every_changed_byte_is_noticed(sealed: bytes) -> None:
    accepted = []
    for at in [*range(0, len(sealed), 97), *range(len(sealed) - 40, len(sealed))]:
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        try:
            if verify(changed, check):
                accepted.append(at)
        except NoSeal:
            continue
    assert accepted == []


@pytest.mark.parametrize("more", [b"\n", b" ", b"%comment\n", b"\0", b"1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"])
def test_nothing_may_follow_the_seal(sealed: bytes, more: bytes) -> None:
    with pytest.raises(NoSeal):
        verify(sealed + more, check)


def test_something_put_before_the_paper_is_noticed(sealed: bytes) -> None:
    assert verify(b"\n" + sealed, check) is False


def test_a_cut_paper_has_no_seal(sealed: bytes) -> None:
    with pytest.raises(NoSeal):
        verify(sealed[:-1], check)


def test_a_paper_with_an_empty_block_is_not_sealed() -> None:
    with pytest.raises(NoSeal):
        split_seal(reserve_seal(scan(1)))


def test_a_paper_without_a_block_is_not_sealed() -> None:
    with pytest.raises(NoSeal):
        split_seal(scan(1))


def test_the_seal_of_another_paper_does_not_fit(sealed: bytes) -> None:
    other = embed_seal(scan(1), lambda covered: split_seal(sealed)[1])
    assert verify(other, check) is False


def test_sealing_again_replaces_the_seal_and_covers_the_same_bytes(sealed: bytes) -> None:
    again = embed_seal(sealed, lambda covered: b"other")
    assert split_seal(again) == (split_seal(sealed)[0], b"other")
    assert len(again) == len(sealed)
    assert unsealed_digest(again) == unsealed_digest(sealed) == hashlib.sha256(split_seal(sealed)[0]).hexdigest()


@pytest.mark.parametrize("length", [1, 2, 3, 63, 64, CAPACITY - 5, CAPACITY - 4])
def test_a_seal_of_any_length_comes_back(length: int) -> None:
    seal = bytes(range(256)) * 50
    created = embed_seal(scan(1), lambda covered: seal[:length])
    assert split_seal(created)[1] == seal[:length]


@pytest.mark.parametrize("length", [0, CAPACITY - 3, CAPACITY * 2])
def test_a_seal_that_does_not_fit_is_refused(length: int) -> None:
    with pytest.raises(SealTooLong):
        embed_seal(scan(1), lambda covered: b"x" * length)


def test_what_is_no_pdf_is_not_sealed() -> None:
    with pytest.raises(NoSeal):
        reserve_seal(b"hello")
