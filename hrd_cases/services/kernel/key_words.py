"""The eight words by which two people compare a key."""

from hrd_cases.crypto.core.certificates import key_words
from hrd_cases.crypto.core.passphrases import compared_words


def words_of(fingerprint: str) -> tuple[str, ...]:
    """The eight key words by which two people compare a key: the same ones for both."""
    return key_words(bytes.fromhex(fingerprint), compared_words())
