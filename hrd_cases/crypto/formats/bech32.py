"""Bech32 (BIP 173) without its limit of 90 characters, as age writes its keys: a slip of the pen is noticed."""

from collections.abc import Iterable, Sequence

from hrd_cases.crypto.core.errors import UnknownFormat

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK = 6


def encode(kind: str, data: bytes) -> str:
    """Return lower-case text that begins with `kind` and carries data and a checksum."""
    values = _regrouped(data, 8, 5, pad=True)
    rest = _polymod((*_expanded(kind), *values, *[0] * _CHECK)) ^ 1
    values += [(rest >> 5 * (_CHECK - 1 - at)) & 31 for at in range(_CHECK)]
    return f"{kind}1" + "".join(_LETTERS[value] for value in values)


def decode(text: str) -> tuple[str, bytes]:
    """Return kind and data of text that is wholly lower or wholly upper case; UnknownFormat otherwise."""
    if text not in (text.lower(), text.upper()) or not text.isascii():
        raise UnknownFormat
    kind, separator, letters = text.lower().rpartition("1")
    if not kind or not separator or len(letters) < _CHECK or any(letter not in _VALUES for letter in letters):
        raise UnknownFormat
    values = [_VALUES[letter] for letter in letters]
    if _polymod((*_expanded(kind), *values)) != 1:
        raise UnknownFormat
    return kind, bytes(_regrouped(values[:-_CHECK], 5, 8, pad=False))


def _expanded(kind: str) -> list[int]:
    return [ord(letter) >> 5 for letter in kind] + [0] + [ord(letter) & 31 for letter in kind]


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check


def _regrouped(values: Iterable[int], width: int, into: int, *, pad: bool) -> list[int]:
    """The same bits in groups of another width; bits left over must be fewer than a group, and zero."""
    bits_held = bits = 0
    numbers: list[int] = []
    for value in values:
        bits_held = (bits_held << width | value) & 0xFFFF
        bits += width
        while bits >= into:
            bits -= into
            numbers.append(bits_held >> bits & ((1 << into) - 1))
    left = bits_held & ((1 << bits) - 1)
    if pad and bits:
        numbers.append(left << (into - bits))
    elif not pad and (bits >= width or left):
        raise UnknownFormat
    return numbers
