"""Shares of a seed: any k give it, fewer give nothing, and what is wrong is named. Catalogue of attack 70."""

import hashlib
import hmac
import itertools
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrd_cases.crypto.ceremony.cards import ALPHABET
from hrd_cases.crypto.ceremony.shares import (
    GROUPS,
    MOST,
    WORDS,
    Share,
    ShareError,
    Wrong,
    _inverse,
    _through,
    _times,
    combine,
    read_share,
    split,
)
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.passphrases import WORD_LISTS, word_list
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.secrets import Secret

SEED = Secret(bytes(range(32)))
SET, OTHER = b"set1", b"set2"
sizes = st.integers(1, MOST).flatmap(lambda count: st.tuples(st.integers(1, count), st.just(count)))
seeds = st.binary(min_size=32, max_size=32).map(Secret)


def refused(*shares: Share, marks: dict[int, bytes] | None = None) -> ShareError:
    with pytest.raises(ShareError) as error:
        combine(shares, marks)
    return error.value


def mistyped(text: str) -> ShareError:
    with pytest.raises(ShareError) as error:
        read_share(text)
    return error.value


def test_the_field_is_a_field() -> None:
    """Every non-zero element has its inverse; multiplication agrees with the one defined by powers of 3."""
    power, logs = 1, {}
    powers = []
    for at in range(255):
        powers.append(power)
        logs[power] = at
        power ^= power << 1 ^ (0x11B if power & 0x80 else 0)
    assert sorted(powers) == list(range(1, 256))
    for left, right in itertools.product(range(256), repeat=2):
        expected = powers[(logs[left] + logs[right]) % 255] if left and right else 0
        assert _times(left, right) == expected
    assert all(_times(item, _inverse(item)) == 1 for item in range(1, 256))
    assert _inverse(0) == 0


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, st.sampled_from(["root", "recovery"]), st.data())
def test_any_k_of_n_shares_give_the_seed(seed: Secret, size: tuple[int, int], kind: str, data: st.DataObject) -> None:
    needed, count = size
    shares = split(seed, kind, random(4), needed=needed, count=count)
    chosen = data.draw(st.permutations(shares)).copy()[:needed]
    assert combine(chosen) == seed
    assert combine(shares, {share.number: share.mark() for share in shares}) == seed
    if needed > 1:
        assert refused(*chosen[1:]).wrong is Wrong.FEW


@pytest.mark.parametrize(("needed", "count"), [(1, 1), (2, 3), (3, 5), (2, 6), (5, 7), (4, 8), (16, 16)])
def test_every_subset_of_k_gives_the_seed(needed: int, count: int) -> None:
    shares = split(SEED, "recovery", SET, needed=needed, count=count)
    assert all(combine(some) == SEED for some in itertools.combinations(shares, needed))


@pytest.mark.parametrize("needed", [2, 3, 5])
def test_fewer_than_k_shares_are_as_random_as_noise_whatever_the_seed(needed: int) -> None:
    """Chi-square over the 256 values of a byte of k - 1 shares, for a seed of zeros and one of ones.

    255 degrees of freedom: beyond 372 once in a million runs of a fair source.
    """
    for seed in (Secret(bytes(32)), Secret(b"\xff" * 32)):
        visited = [Counter[int]() for _ in range(needed - 1)]
        sums = Counter[int]()
        for _ in range(400):
            shares = split(seed, "root", SET, needed=needed, count=needed)[: needed - 1]
            for counter, share in zip(visited, shares, strict=True):
                counter.update(share.value.reveal())
            sums.update(bytes(_xor(column) for column in zip(*(share.value.reveal() for share in shares), strict=True)))
        for counter in (*visited, sums):
            expected = counter.total() / 256
            assert sum((counter[value] - expected) ** 2 / expected for value in range(256)) < 372


def _xor(values: tuple[int, ...]) -> int:
    result = 0
    for value in values:
        result ^= value
    return result


def test_fewer_than_k_shares_fit_every_seed() -> None:
    """For two shares of a set of three-needed, every value of the seed's first byte has exactly one third share."""
    first, second, _ = split(SEED, "root", SET, needed=3, count=3)
    result = set()
    for byte in range(256):
        value = Secret(bytes([byte]) + bytes(31))
        third = Share(kind="root", set_id=SET, needed=3, count=3, number=3, value=value)
        result.add(combine((first, second, third)).reveal()[0])
    assert result == set(range(256))


@given(seeds, sizes, st.sampled_from(WORD_LISTS), st.binary(min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_printed_reads_back(seed: Secret, size: tuple[int, int], language: str, set_id: bytes) -> None:
    share = split(seed, "recovery", set_id, needed=size[0], count=size[1])[-1]
    assert read_share(share.text()) == share
    assert read_share("-".join(share.groups).lower().replace("0", "o").replace("1", "l")) == share
    assert read_share(" ".join(share.words(language))) == share
    assert read_share("\n".join(share.words(language)).upper()) == share
    assert (len(share.groups), len(share.words(language))) == (GROUPS, WORDS)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, GROUPS - 1), st.integers(0, 3), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_named_by_its_group(group: int, letter: int, typed: str) -> None:
    groups = list(split(SEED, "root", SET, needed=2, count=3)[1].groups)
    if groups[group][letter] == typed:
        return
    groups[group] = groups[group][:letter] + typed + groups[group][letter + 1 :]
    error = mistyped(" ".join(groups))
    assert (error.wrong, error.place) == (Wrong.GROUP, group + 1)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, WORDS - 1), st.integers(0, 4), st.sampled_from("abdegiklmnoprstuvz"))
def test_one_wrong_letter_is_named_by_its_word(at: int, letter: int, typed: str) -> None:
    words = list(split(SEED, "root", SET, needed=2, count=3)[1].words())
    if words[at][letter] == typed:
        return
    words[at] = words[at][:letter] + typed + words[at][letter + 1 :]
    error = mistyped(" ".join(words))
    assert (error.wrong, error.place) == (Wrong.WORD, at + 1)


def test_a_word_exchanged_for_another_is_noticed() -> None:
    share = split(SEED, "root", SET, needed=2, count=3)[0]
    words = list(share.words("ru"))
    listed = word_list("ru")
    for at in range(WORDS):
        changed = [*words[:at], listed[(listed.index(words[at]) + 1) % 2048], *words[at + 1 :]]
        assert mistyped(" ".join(changed)).wrong is Wrong.WHOLE
    swapped = [words[1], words[0], *words[2:]]
    assert mistyped(" ".join(swapped)).wrong is Wrong.WHOLE


def test_missing_and_extra_groups_and_words_are_named() -> None:
    share = split(SEED, "root", SET, needed=2, count=3)[0]
    groups, words = share.groups, share.words("kk")
    assert mistyped(" ".join(groups[:-1])).place == GROUPS
    assert mistyped(" ".join((*groups, groups[0]))).place == GROUPS + 1
    assert mistyped(" ".join(words[:-1])).place == WORDS
    assert mistyped(" ".join((*words, words[0]))).place == WORDS + 1
    assert mistyped("").place == 1


@given(st.text(max_size=200))
def test_any_text_is_refused_without_fuss(text: str) -> None:
    mistyped(text)


def test_shares_of_two_sets_are_not_mixed() -> None:
    old, new = (split(SEED, "root", item, needed=2, count=3) for item in (SET, OTHER))
    error = refused(old[0], new[1])
    assert (error.wrong, error.number) == (Wrong.MIXED, 2)
    resized = split(SEED, "root", SET, needed=2, count=4)
    assert refused(old[0], resized[1]).wrong is Wrong.MIXED


def test_kinds_repeats_and_none_at_all_are_refused() -> None:
    root, recovery = (split(SEED, kind, SET, needed=2, count=3) for kind in ("root", "recovery"))
    assert refused(root[0], recovery[1]).wrong is Wrong.KIND
    assert refused(root[0], root[0]).wrong is Wrong.TWICE
    assert refused().wrong is Wrong.FEW


def test_a_share_that_somebody_made_up_is_named() -> None:
    """Its checksum is right; the set's public record tells that it is none of the set. One share more shows it too."""
    shares = split(SEED, "recovery", SET, needed=3, count=5)
    marks = {share.number: share.mark() for share in shares}
    forged = Share(kind="recovery", set_id=SET, needed=3, count=5, number=2, value=Secret(b"f" * 32))
    assert read_share(forged.text()) == forged
    error = refused(shares[0], forged, shares[3], marks=marks)
    assert (error.wrong, error.number) == (Wrong.FORGED, 2)
    assert combine((shares[0], forged, shares[3])) != SEED
    assert refused(shares[0], forged, shares[3], shares[4]).wrong is Wrong.FORGED


@pytest.mark.parametrize(("needed", "count"), [(0, 1), (3, 2), (2, 17), (17, 17), (-1, 3)])
def test_impossible_sets_are_refused(needed: int, count: int) -> None:
    with pytest.raises(UnknownFormat):
        split(SEED, "root", SET, needed=needed, count=count)


def test_a_share_does_not_print_itself() -> None:
    share = split(SEED, "root", SET, needed=2, count=2)[0]
    assert share.groups[5] not in repr(share)
    assert share.value.reveal().hex() not in repr(share)
    with pytest.raises(UnknownFormat):
        split(Secret(b"short"), "root", SET, needed=1, count=1)
    with pytest.raises(UnknownFormat):
        Share(kind="root", set_id=b"?", needed=1, count=1, number=1, value=SEED)


# --- against others --------------------------------------------------------------------------------------------------
# SLIP-39 splits over the same field, with other places for the secret (255) and a digest of it (254), and encrypts the
# secret first. So its published vectors test our interpolation, not our cards: the values of the shares with 256 bits
# of https://github.com/trezor/python-shamir-mnemonic/blob/master/vectors.json ("humidity disease", "wildlife deal").

_SECRET, _DIGEST = 255, 254


def _slip39(values: dict[int, str]) -> bytes:
    """What these shares (place: value) hold, once the digest beside it is right."""
    shares = [SimpleNamespace(number=at, value=Secret(bytes.fromhex(value))) for at, value in values.items()]
    secret, check = _through(shares, _SECRET), _through(shares, _DIGEST)
    assert check[:4] == hmac.digest(check[4:], secret, "sha256")[:4]
    return secret


def _decrypted(secret: bytes, identifier: int, exponent: int) -> str:
    """The master secret under the passphrase of all published vectors: four rounds of a Feistel network."""
    left, right = secret[:16], secret[16:]
    salt = b"shamir" + identifier.to_bytes(2, "big")
    for step in (3, 2, 1, 0):
        key = hashlib.pbkdf2_hmac("sha256", bytes((step,)) + b"TREZOR", salt + right, 2500 << exponent, 16)
        left, right = right, bytes(one ^ other for one, other in zip(left, key, strict=True))
    return (right + left).hex()


def test_published_shares_of_another_scheme_give_its_secret() -> None:
    shares = {
        2: "81e5473f4b7f66094f888d2f98fe0ded6a692dc72c65dc498d6e28bee6ebdfcc",
        1: "19e366e9b2e34851e52132c31c2b2c957321bf5ce6c9c1410ea1ddf5fef92c27",
    }
    master = "c938b319067687e990e05e0da0ecce1278f75ff58d9853f19dcaeed5de104aae"
    assert _decrypted(_slip39(shares), 14279, 2) == master
    changed = shares | {1: shares[1][:-1] + "6"}
    with pytest.raises(AssertionError):
        _slip39(changed)


def test_published_shares_of_two_groups_give_their_secret() -> None:
    """Three of five shares give that of one group, two of another's the other's; the two give the secret."""
    third = _slip39(
        {
            0: "82a363ed145a49a4e37311253c105846c0afb13b74e5ddda9cc25d7aae49bc89",
            1: "d127f1f9bc12e3856fb3983104783b71480d249d80101568def4a41100177dfb",
            4: "4bde8a604105f3a6c32f2f547131aafea756725a28e80a14d59d8f05c4adcca5",
        }
    )
    fourth = _slip39(
        {
            1: "094ed0a7c9b50a3dcecc037bb4e34eb5b158a8ee3f8ea661e76521e07629e663",
            2: "98091ab3396a2e9ab9d6889b6507fce1e3c12dd0a2676ee52bb1b389ec320a90",
        }
    )
    master = "5385577c8cfc6c1a8aa0f7f10ecde0a3318493262591e78b8c14c6686167123b"
    assert _decrypted(_slip39({2: third.hex(), 3: fourth.hex()}), 32134, 0) == master


def _table() -> tuple[list[int], dict[int, int]]:
    """Powers of 3 and their logarithms: the field as textbooks make it, with tables."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        doubled = value << 1 ^ (0x11B if value & 0x80 else 0)
        value ^= doubled
    return powers * 2, {power: at for at, power in enumerate(powers)}


POWERS, LOGS = _table()


def _product(left: int, right: int) -> int:
    return POWERS[LOGS[left] + LOGS[right]] if left and right else 0


def _quotient(left: int, right: int) -> int:
    return POWERS[LOGS[left] - LOGS[right] + 255] if left else 0


def _solved(places: list[int], values: list[int]) -> list[int]:
    """The coefficients of the polynomial through these points, by elimination, not by Lagrange."""
    rows = []
    for place, value in zip(places, values, strict=True):
        row = [1]
        while len(row) < len(places):
            row.append(_product(row[-1], place))
        rows.append([*row, value])
    for at in range(len(rows)):
        pivot = next(number for number in range(at, len(rows)) if rows[number][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [_quotient(item, rows[at][at]) for item in rows[at]]
        for other in range(len(rows)):
            factor = rows[other][at] if other != at else 0
            rows[other] = [item ^ _product(factor, mine) for item, mine in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]


@given(seeds, sizes, st.data())
@settings(max_examples=12)
def test_a_second_implementation_finds_the_same_polynomial(seed: Secret, size: tuple[int, int], data: st.DataObject):
    needed, count = size
    draws = [data.draw(st.binary(min_size=32, max_size=32)) for _ in range(needed - 1)]
    drawn = iter(draws)
    shares = split(seed, "root", SET, needed=needed, count=count, draw=lambda _: next(drawn))
    used = data.draw(st.permutations(shares))[:needed]
    for byte in (0, 7, 31):
        coefficients = _solved([share.number for share in used], [share.value.reveal()[byte] for share in used])
        assert coefficients == [seed.reveal()[byte], *(draw[byte] for draw in draws)]
