"""A 32-byte seed as a card to print and to type in again: groups that find a slip of the pen by number, and words."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.passphrases import word_list
from hrd_cases.crypto.core.primitives import KEY_LENGTH, digest
from hrd_cases.crypto.core.secrets import Secret

KINDS = {"root": 1, "recovery": 2}
_KIND_NAMES = {code: kind for kind, code in KINDS.items()}
# Crockford's base 32 leaves out I, L, O and U; the check character adds five signs because it counts modulo 37.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
GROUP_LETTERS = 4
SEED_GROUPS = 13
GROUPS = SEED_GROUPS + 1
_GROUP_BITS = 5 * GROUP_LETTERS
_GROUP_MASK = (1 << _GROUP_BITS) - 1


class CardError(UnknownFormat):
    """A card that can not be read; `group` counts from 1, 0 when the card as a whole does not fit together."""

    def __init__(self, group: int) -> None:
        super().__init__()
        self.group = group


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands on a card: its kind, the number of the set, fourteen groups and eight check words."""

    kind: str
    set_id: str
    groups: tuple[str, ...]
    words: tuple[str, ...]

    def text(self) -> str:
        """Return the card as lines; those that begin with # are not needed for reading it in again."""
        rows = [" ".join(self.groups[at : at + 4]) for at in range(0, GROUPS, 4)]
        return "\n".join([f"# {self.kind} {self.set_id}", *rows, "# " + " ".join(self.words), ""])

    def _hidden(self) -> str:
        return f"<{self.kind} card {self.set_id}>"

    __repr__ = _hidden


def make_card(seed: Secret, kind: str, words: Sequence[str] | None = None) -> Card:
    """Return the card of a seed; `kind` is root or recovery, `words` a list of 2,048 (Latin when None)."""
    if len(seed) != KEY_LENGTH:
        raise UnknownFormat
    whole = (KINDS[kind] << 256) | int.from_bytes(seed.reveal(), "big")
    numbers = [(whole >> shift) & _GROUP_MASK for shift in range((SEED_GROUPS - 1) * _GROUP_BITS, -1, -_GROUP_BITS)]
    numbers.append(_checksum(seed, kind))
    return Card(
        kind=kind,
        set_id=_letters(int.from_bytes(digest(pae(b"hrd/v1/card-set", kind.encode(), seed.reveal()))[:3], "big") >> 4),
        groups=tuple(write_group(index, number) for index, number in enumerate(numbers)),
        words=key_words(digest(pae(b"hrd/v1/card-words", kind.encode(), seed.reveal())), words or word_list("latin")),
    )


def card_text(seed: Secret, kind: str, words: Sequence[str] | None = None) -> str:
    """Return the printable text of a seed's card."""
    return make_card(seed, kind, words).text()


def read_card(text: str, kind: str | None = None) -> Secret:
    """Return the seed of a typed card; CardError names the group that is wrong, or 0 for another kind of card."""
    groups = typed_groups(text)
    numbers = [read_group(index, group) for index, group in enumerate(groups[:GROUPS])]
    if len(groups) != GROUPS:
        raise CardError(min(len(groups), GROUPS) + 1)
    whole = 0
    for number in numbers[:SEED_GROUPS]:
        whole = whole << _GROUP_BITS | number
    result = _KIND_NAMES.get(whole >> 256)
    seed = Secret((whole & ((1 << 256) - 1)).to_bytes(KEY_LENGTH, "big"))
    if result is None or kind not in (None, result) or numbers[SEED_GROUPS] != _checksum(seed, result):
        raise CardError(0)
    return seed


def typed_groups(text: str) -> list[str]:
    """Return the groups of typed lines in capitals; hyphens and lines that begin with # are left out."""
    lines = (line for line in text.upper().splitlines() if not line.lstrip().startswith("#"))
    return [group for line in lines for group in line.replace("-", " ").split()]


def _letters(number: int) -> str:
    shifts = range(5 * (GROUP_LETTERS - 1), -1, -5)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in shifts)


def write_group(index: int, number: int) -> str:
    """Return 20 bits as four letters and a check; `index` is the place of the group on its card, from 0."""
    # The place of the group counts too, so that two groups exchanged are both found.
    return _letters(number) + CHECK_ALPHABET[(index << _GROUP_BITS | number) % 37]


def read_group(index: int, group: str) -> int:
    """Undo `write_group`; CardError names the place of the group, from 1."""
    letters = group[:GROUP_LETTERS].translate(_READ_AS)
    if len(group) != GROUP_LETTERS + 1 or any(letter not in ALPHABET for letter in letters):
        raise CardError(index + 1)
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    check = group[GROUP_LETTERS]
    if write_group(index, number)[GROUP_LETTERS] not in (check, check.translate(_READ_AS)):
        raise CardError(index + 1)
    return number


def _checksum(seed: Secret, kind: str) -> int:
    hashed = digest(pae(b"hrd/v1/card-sum", kind.encode(), seed.reveal()))
    return int.from_bytes(hashed[:3], "big") >> 4
