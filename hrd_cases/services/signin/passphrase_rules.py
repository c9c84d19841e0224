"""Which passphrases a person may choose."""

from collections.abc import Collection

from hrd_cases.crypto.core.errors import Weak
from hrd_cases.crypto.core.passphrases import has_list_words, normalised
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.guessable import Problem, problems_of
from hrd_cases.domain.words import N_

_MESSAGES = {
    Problem.TOO_SHORT: N_("Too short: take the six words, or at least 15 characters."),
    Problem.TOO_LONG: N_("Too long: at most 1,024 bytes."),
    Problem.COMMON: N_("This is what everybody tries first. Take the six words offered."),
}


def judge(passphrase: str, names: Collection[str]) -> list[Problem]:
    """What is wrong, nothing for a good one: six words of our lists, or an own passphrase that is hard to guess."""
    if not passphrase.strip():
        return [Problem.TOO_SHORT]
    try:
        text = normalised(passphrase).decode()
    except Weak:
        return [Problem.TOO_LONG]
    return [] if has_list_words(text) else problems_of(text, names)


def check_passphrase(passphrase: str, names: Collection[str]) -> None:
    """Raise RuleBroken, at the field, for a passphrase that would be guessed, from `names` too."""
    problems = judge(passphrase, names)
    if problems:
        raise RuleBroken(_MESSAGES[problems[0]], place="passphrase")
