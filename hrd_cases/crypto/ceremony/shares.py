"""A seed in n shares of which any k give it and fewer give nothing (Shamir), and how a share stands on paper.

Each byte of the seed is the value at 0 of a random polynomial of degree k - 1 over GF(256); share x holds its value
at x.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hrd_cases.crypto.ceremony.cards import (
    ALPHABET,
    GROUP_LETTERS,
    KINDS,
    CardError,
    read_group,
    typed_groups,
    write_group,
)
from hrd_cases.crypto.core.encoding import pae, u8
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.passphrases import WORD_LISTS, word_list
from hrd_cases.crypto.core.primitives import KEY_LENGTH, digest, random
from hrd_cases.crypto.core.secrets import Secret

VERSION = 1
MOST = 16
SET_LENGTH = 4
GROUPS = 17  # 340 bits: 4 version, 4 kind, 32 set, 3 x 4 numbers, 256 value, 32 checksum
WORDS = 31
_SUM_LENGTH = 4
_WORD_BITS = 11
_KIND_NAMES = {code: kind for kind, code in KINDS.items()}


class Wrong(StrEnum):
    """What is wrong with a share, or with several together."""

    GROUP = "this group is mistyped"
    WORD = "this word is mistyped"
    WHOLE = "group by group it is right, together it is not"
    MIXED = "a share of another set"
    KIND = "a share of the other kind"
    TWICE = "the same share twice"
    FEW = "too few shares"
    FORGED = "whole, and not one of this set"


class ShareError(UnknownFormat):
    """A share refused: `place` is the group or word from 1, `number` the share's own number, 0 where there is none."""

    def __init__(self, wrong: Wrong, *, place: int = 0, number: int = 0) -> None:
        super().__init__()
        self.wrong = wrong
        self.place = place
        self.number = number


@dataclass(frozen=True, kw_only=True)
class Share:
    """One share of a seed: any `needed` of the `count` shares of the same set and kind give it back."""

    kind: str
    set_id: bytes
    needed: int
    count: int
    number: int
    value: Secret = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no set can contain."""
        right = 1 <= self.needed <= self.count <= MOST and 1 <= self.number <= self.count
        if not right or self.kind not in KINDS or len(self.set_id) != SET_LENGTH or len(self.value) != KEY_LENGTH:
            raise UnknownFormat

    @property
    def set_name(self) -> str:
        """The set's id as seven letters."""
        return set_name(self.set_id)

    @property
    def groups(self) -> tuple[str, ...]:
        """The share as seventeen groups of five letters, each with its own check."""
        whole, last = self._whole(), GROUPS - 1
        width = 5 * GROUP_LETTERS
        return tuple(write_group(at, whole >> (width * (last - at)) & ((1 << width) - 1)) for at in range(GROUPS))

    def words(self, language: str = "latin") -> tuple[str, ...]:
        """The share as 31 words of a list; a word with one wrong letter is never another word of it."""
        listed, whole = word_list(language), self._whole() << 1
        return tuple(listed[whole >> (_WORD_BITS * (WORDS - 1 - at)) & 0x7FF] for at in range(WORDS))

    def text(self) -> str:
        """Return the share as lines; those that begin with # are not needed for reading it in again."""
        about = f"# {self.kind} {self.set_name} {self.number}/{self.count}, any {self.needed}"
        return "\n".join([about, *(" ".join(self.groups[at : at + 4]) for at in range(0, GROUPS, 4)), ""])

    def mark(self) -> bytes:
        """Return the 32 bytes that a set's public record keeps of this share, so that a forged one is named."""
        return digest(pae(b"hrd/v1/share-mark", *self._pieces()))

    def _pieces(self) -> tuple[bytes, ...]:
        numbers = (u8(VERSION), u8(self.needed), u8(self.count), u8(self.number))
        return (self.kind.encode(), self.set_id, *numbers, self.value.reveal())

    def _whole(self) -> int:
        whole = VERSION << 4 | KINDS[self.kind]
        whole = whole << 32 | int.from_bytes(self.set_id, "big")
        for number in (self.needed, self.count, self.number):
            whole = whole << 4 | (number - 1)
        whole = whole << 256 | int.from_bytes(self.value.reveal(), "big")
        return whole << 32 | int.from_bytes(digest(pae(b"hrd/v1/share-sum", *self._pieces()))[:_SUM_LENGTH], "big")


def set_name(set_id: bytes) -> str:
    """Return a set's id as people write it: seven letters."""
    whole = int.from_bytes(set_id, "big")
    return "".join(ALPHABET[whole >> shift & 31] for shift in range(30, -1, -5))


def split(  # what a set is made of
    seed: Secret, kind: str, set_id: bytes, *, needed: int, count: int, draw: Callable[[int], bytes] = random
) -> tuple[Share, ...]:
    """Return `count` shares of a seed of which any `needed` give it; `draw` gives that many random bytes."""
    if not 1 <= needed <= count <= MOST or len(seed) != KEY_LENGTH:
        raise UnknownFormat
    coefficients = [seed.reveal(), *(draw(KEY_LENGTH) for _ in range(needed - 1))]
    return tuple(
        Share(
            kind=kind,
            set_id=set_id,
            needed=needed,
            count=count,
            number=number,
            value=Secret(bytes(_at(number, column) for column in zip(*coefficients, strict=True))),
        )
        for number in range(1, count + 1)
    )


def combine(shares: Sequence[Share], marks: Mapping[int, bytes] | None = None) -> Secret:
    """Return the seed of enough shares of one set; ShareError names the share that does not belong.

    `marks`, share number -> `Share.mark()` as the set's public record says, names a share that somebody made up. Who
    knows a public key of the seed compares it with the result.
    """
    if not shares:
        raise ShareError(Wrong.FEW)
    first = shares[0]
    for at, share in enumerate(shares):
        if share.kind != first.kind:
            raise ShareError(Wrong.KIND, number=share.number)
        if (share.set_id, share.needed, share.count) != (first.set_id, first.needed, first.count):
            raise ShareError(Wrong.MIXED, number=share.number)
        if share.number in {other.number for other in shares[:at]}:
            raise ShareError(Wrong.TWICE, number=share.number)
        if marks is not None and marks.get(share.number) != share.mark():
            raise ShareError(Wrong.FORGED, number=share.number)
    if len(shares) < first.needed:
        raise ShareError(Wrong.FEW)
    used, more = shares[: first.needed], shares[first.needed :]
    for share in more:  # one more than needed must lie on the same polynomial
        if _through(used, share.number) != share.value.reveal():
            raise ShareError(Wrong.FORGED)
    return Secret(_through(used, 0))


def read_share(text: str) -> Share:
    """Return the share of a typed card, as groups or as words of any list; ShareError names what is mistyped."""
    typed = typed_groups(text)
    words = [word.lower() for word in typed]
    every = {word for language in WORD_LISTS for word in word_list(language)}
    # Five letters may be either: what most of the card is decides, so that a slip in the first one misleads nobody.
    if sum(word in every for word in words) > sum(_is_group(at, group) for at, group in enumerate(typed)):
        return _from_words(words)
    return _from_groups(typed)


def _is_group(at: int, typed: str) -> bool:
    try:
        read_group(at, typed)
    except CardError:
        return False
    return True


def _from_groups(typed: Sequence[str]) -> Share:
    whole = 0
    try:
        for at, group in enumerate(typed[:GROUPS]):
            whole = whole << 5 * GROUP_LETTERS | read_group(at, group)
    except CardError as error:
        raise ShareError(Wrong.GROUP, place=error.group) from None
    if len(typed) != GROUPS:
        raise ShareError(Wrong.GROUP, place=min(len(typed), GROUPS) + 1)
    return _from_whole(whole)


def _from_words(typed: Sequence[str]) -> Share:
    best = ShareError(Wrong.WORD, place=0)
    for language in WORD_LISTS:
        existing = {word: at for at, word in enumerate(word_list(language))}
        unknown = next((at for at, word in enumerate(typed[:WORDS]) if word not in existing), None)
        if unknown is None and len(typed) == WORDS:
            whole = 0
            for word in typed:
                whole = whole << _WORD_BITS | existing[word]
            try:
                return _from_whole(whole >> 1) if not whole & 1 else _refused()
            except ShareError as error:
                best = error if best.wrong is Wrong.WORD else best
                continue
        place = (min(len(typed), WORDS) if unknown is None else unknown) + 1
        # The list in which the first wrong word comes latest is the one that was typed.
        if best.wrong is Wrong.WORD and place > best.place:
            best = ShareError(Wrong.WORD, place=place)
    raise best


def _refused() -> Share:
    raise ShareError(Wrong.WHOLE)


def _from_whole(whole: int) -> Share:
    body = whole >> 32
    value, numbers, rest = body & ((1 << 256) - 1), body >> 256 & 0xFFF, body >> 268
    kind = _KIND_NAMES.get(rest >> 32 & 0xF)
    needed, count, number = (1 + (numbers >> shift & 0xF) for shift in (8, 4, 0))
    if rest >> 36 != VERSION or kind is None or not (needed <= count and number <= count):
        raise ShareError(Wrong.WHOLE)
    share = Share(
        kind=kind,
        set_id=(rest & 0xFFFFFFFF).to_bytes(SET_LENGTH, "big"),
        needed=needed,
        count=count,
        number=number,
        value=Secret(value.to_bytes(KEY_LENGTH, "big")),
    )
    if share._whole() != whole:
        raise ShareError(Wrong.WHOLE)
    return share


def _times(left: int, right: int) -> int:
    """Multiply in GF(256) modulo x^8 + x^4 + x^3 + x + 1: no table and no branch that depends on a secret."""
    product = 0
    for bit in range(8):
        product ^= left * (right >> bit & 1)
        left = left << 1 ^ 0x11B * (left >> 7)
    return product


def _inverse(number: int) -> int:
    """Return number to the power of 254, which is its inverse; 0 for 0."""
    power = number
    for _ in range(6):
        power = _times(_times(power, power), number)
    return _times(power, power)


def _at(place: int, coefficients: Sequence[int]) -> int:
    """Return the value of a polynomial at a place; the constant comes first."""
    value = 0
    for coefficient in reversed(coefficients):
        value = _times(value, place) ^ coefficient
    return value


def _through(shares: Sequence[Share], place: int) -> bytes:
    """Return the value at a place of the polynomials through these shares (Lagrange)."""
    sums = bytes(KEY_LENGTH)
    for share in shares:
        weight = 1
        for other in shares:
            if other.number != share.number:
                weight = _times(weight, _times(other.number ^ place, _inverse(other.number ^ share.number)))
        sums = bytes(had ^ _times(weight, byte) for had, byte in zip(sums, share.value.reveal(), strict=True))
    return sums
